"""Compiles grammars in child processes before the engine gets them.

The cost is limited for each caller, so that a client whose grammars never end delays only itself:

* each caller has its own queue, and the queues are served round-robin;
* no caller uses all compilers at once, so that one is available to the others;
* results are cached, including refusals. A grammar that was refused because it took too much time or memory
  may have been slow only because the machine was busy, and is compiled again after a while.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from time import monotonic

from accord.engine.grammars.compiler import Compiler, Tokenizer, engine_gone
from accord.errors import Overloaded

MAX_BYTES = 512 * 1024
REMEMBERED = 512
ERROR_LENGTH = 4096
"""The cached part of an error; a listing of the grammar follows its first line."""
RETRY_SECONDS = 300.0
"""Seconds until a grammar that was too expensive is tried again."""
COMPILERS = 3
"""The most processes, started when needed. One caller uses at most all but one of them."""
WAITING_OF_CALLER = 64
"""The most queued grammars of one caller; equal ones count once."""
WAITING = 512
"""The most queued grammars of all callers, each of up to `MAX_BYTES`."""


@dataclass(slots=True, eq=False)
class _Check:
    """A queued grammar with its waiting requests and their callers."""

    digest: bytes
    grammar: str
    answer: asyncio.Future[str | None]
    requests: int = 0
    callers: set[str] = field(default_factory=set)
    task: asyncio.Task[None] | None = None


class GrammarChecker:
    """Reports the error of a grammar, in bounded time. Results are cached.

    Without a tokenizer no grammar can name special tokens.
    """

    def __init__(self, tokenizer: Tokenizer | None = None) -> None:
        self._tokenizer = tokenizer
        self._closed = False
        self._compilers: list[Compiler] = []
        self._idle: list[Compiler] = []
        self._compiling: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[_Check]] = OrderedDict()
        self._checks: dict[bytes, _Check] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers: OrderedDict[bytes, tuple[str | None, float | None]] = OrderedDict()
        """A cached error, and when it expires; None for never."""

    async def error(self, grammar: str, caller: str = "") -> str | None:
        """Return the error of a grammar in llguidance's form, for `caller`; None if it compiles.

        Raises Overloaded where too many wait, and EngineFailure if the check itself fails.
        """
        if len(grammar) > MAX_BYTES:
            return f"it has {len(grammar)} bytes; {MAX_BYTES} are allowed."
        digest = hashlib.sha256(grammar.encode("utf-8", "surrogatepass")).digest()
        if digest in self._answers:
            error, until = self._answers[digest]
            if until is None or monotonic() < until:
                self._answers.move_to_end(digest)
                return error
        if self._closed:
            raise engine_gone()
        check = self._asked(digest, grammar, caller)
        check.requests += 1
        self._compile_next()
        try:
            return await asyncio.shield(check.answer)
        finally:
            check.requests -= 1
            if not check.requests and not check.answer.done():
                self._drop(check)

    def _asked(self, digest: bytes, grammar: str, caller: str) -> _Check:
        """Return the check of a grammar, in the caller's queue unless it is being compiled already."""
        check = self._checks.get(digest)
        if check is not None and (check.task is not None or caller in check.callers):
            return check
        queue = self._queues.setdefault(caller, deque())
        waiting = len(queue) + self._compiling[caller]
        if waiting >= WAITING_OF_CALLER or (check is None and len(self._checks) >= WAITING):
            if not queue:
                del self._queues[caller]
            raise Overloaded("Too many grammars are waiting for compilation.", code="grammar_queue_full")
        if check is None:
            check = _Check(digest, grammar, asyncio.get_running_loop().create_future())
            self._checks[digest] = check
        check.callers.add(caller)
        queue.append(check)
        return check

    def _compile_next(self) -> None:
        """Start queued checks on free compilers, for the callers in turn."""
        for caller in list(self._queues):
            if not self._idle and len(self._compilers) >= COMPILERS:
                return
            if self._compiling[caller] >= COMPILERS - 1:
                continue
            check = self._queues[caller].popleft()
            self._unqueue(check)
            if caller in self._queues:
                self._queues.move_to_end(caller)
            compiler = self._idle.pop() if self._idle else self._new_compiler()
            self._compiling[caller] += 1
            check.task = asyncio.create_task(self._compile(check, compiler, caller))
            self._tasks.add(check.task)
            check.task.add_done_callback(self._tasks.discard)

    def _new_compiler(self) -> Compiler:
        compiler = Compiler(self._tokenizer)
        self._compilers.append(compiler)
        return compiler

    async def _compile(self, check: _Check, compiler: Compiler, caller: str) -> None:
        try:
            error, sure = await compiler.error(check.grammar)
        except Exception as failure:
            if not check.answer.done():
                check.answer.set_exception(failure)
                check.answer.exception()  # the caller may have been cancelled
        else:
            self._remember(check.digest, error, None if sure else monotonic() + RETRY_SECONDS)
            if not check.answer.done():
                check.answer.set_result(error)
        finally:
            self._forget(check)
            self._compiling[caller] -= 1
            if not self._compiling[caller]:
                del self._compiling[caller]
            self._idle.append(compiler)
            if not self._closed:
                self._compile_next()

    def _remember(self, digest: bytes, error: str | None, until: float | None) -> None:
        self._answers[digest] = error and error[:ERROR_LENGTH], until
        self._answers.move_to_end(digest)
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)

    def _drop(self, check: _Check) -> None:
        """Cancel a check without waiting requests: end its compiler, or remove it from the queue."""
        self._forget(check)
        if check.task is None:
            self._unqueue(check)
        else:
            check.task.cancel()

    def _forget(self, check: _Check) -> None:
        if self._checks.get(check.digest) is check:
            del self._checks[check.digest]

    def _unqueue(self, check: _Check) -> None:
        """Remove a check from its callers' queues."""
        for caller in check.callers:
            queue = self._queues.get(caller)
            if queue is not None:
                if check in queue:
                    queue.remove(check)
                if not queue:
                    del self._queues[caller]

    async def close(self) -> None:
        """End the compilers for good. Waiting checks fail."""
        self._closed = True
        for check in [check for queue in self._queues.values() for check in queue]:
            if not check.answer.done():
                check.answer.set_exception(engine_gone())
            self._forget(check)
        self._queues.clear()
        await asyncio.gather(*(compiler.close() for compiler in self._compilers))
        await asyncio.gather(*self._tasks - {asyncio.current_task()}, return_exceptions=True)
