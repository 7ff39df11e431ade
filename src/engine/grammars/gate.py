"""Grammars are compiled in a process of their own first: one that takes too much ends only that."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import sys
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from accord.errors import EngineFailure, Overloaded

logger = logging.getLogger(__name__)

MAX_BYTES = 512 * 1024
SECONDS = 2.0
"""For one grammar to compile. The engine, which compiles it again in one of its threads, takes as long."""
START_SECONDS = 30.0
REMEMBERED = 512
WAITING = 64
"""How many grammars may be asked about at once; requests with the same one count once."""


@dataclass(slots=True)
class _Check:
    """A grammar that is asked about, by so many requests, and what the first answer was."""

    requests: int = 0
    answered: bool = False
    error: str | None = None


class GrammarGate:
    """Tells what is wrong with a grammar, in bounded time. What passed before passes at once.

    `tokenizer` is the Hugging Face one as JSON, and the token that ends a text; without it no grammar can
    name special tokens.
    """

    def __init__(self, tokenizer: tuple[str, int | None] | None = None) -> None:
        self._tokenizer = tokenizer
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False
        self._lock = asyncio.Lock()
        self._checks: dict[bytes, _Check] = {}
        self._passed: OrderedDict[bytes, None] = OrderedDict()

    async def error(self, grammar: str) -> str | None:
        """Return what is wrong with llguidance's `grammar`; None where nothing is.

        Raises Overloaded where too many wait, and EngineFailure where it cannot be said.
        """
        if len(grammar) > MAX_BYTES:
            return f"it has {len(grammar)} bytes; {MAX_BYTES} are allowed."
        digest = hashlib.sha256(grammar.encode("utf-8", "surrogatepass")).digest()
        if digest in self._passed:
            self._passed.move_to_end(digest)
            return None
        error = await self._checked(digest, grammar)
        if error is None:
            self._passed[digest] = None
            if len(self._passed) > REMEMBERED:
                self._passed.popitem(last=False)
        return error

    async def _checked(self, digest: bytes, grammar: str) -> str | None:
        """Wait for the process, and ask it, unless another request with the grammar has."""
        check = self._checks.get(digest)
        if check is None:
            if len(self._checks) >= WAITING:
                raise Overloaded(
                    "As many grammars wait to be compiled as the server takes on.", code="grammar_queue_full"
                )
            check = self._checks[digest] = _Check()
        check.requests += 1
        try:
            async with self._lock:
                if not check.answered:
                    check.error = await self._asked(json.dumps(grammar).encode() + b"\n")
                    check.answered = True
            return check.error
        finally:
            check.requests -= 1
            if not check.requests:
                del self._checks[digest]

    async def _asked(self, line: bytes) -> str | None:
        """Ask the process. One that has not answered is not asked again."""
        process = self._process or await self._started()
        answered = False
        try:
            async with asyncio.timeout(SECONDS):
                error = json.loads(await _answer(process, line))
            answered = True
        except TimeoutError:
            error = f"it does not compile in {SECONDS:g} seconds."
        except ValueError:
            error = "it is nested too deeply, or takes too much memory to compile."
        finally:
            if not answered:
                await self._end()
        if self._closed and not answered:
            raise _engine_gone()
        return error or None

    async def _started(self) -> asyncio.subprocess.Process:
        """Start the process, and wait until it can answer."""
        if self._closed:
            raise _engine_gone()
        ready = False
        try:
            async with asyncio.timeout(START_SECONDS):
                process = self._process = await _spawned()
                if self._closed:
                    raise _engine_gone()
                ready = bool(await _answer(process, json.dumps(self._tokenizer).encode() + b"\n"))
                if ready:
                    return process
                assert process.stderr is not None
                said = await process.stderr.read()
        except OSError as error:
            said = str(error).encode() or b"it was not ready in time."
        finally:
            if not ready:
                await self._end()
        if self._closed:
            raise _engine_gone()
        logger.error(
            "Grammars cannot be compiled: %s", " ".join(said.decode(errors="replace").split())[-2000:]
        )
        raise EngineFailure("The server failed to compile the grammar.")

    async def close(self) -> None:
        """End the process, for good. A check that waits for it fails."""
        self._closed = True
        await self._end()

    async def _end(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())


def _engine_gone() -> EngineFailure:
    return EngineFailure("The engine failed while it ran the request.", code="engine_failed")


async def _spawned() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(Path(__file__).with_name("child.py")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )


async def _answer(process: asyncio.subprocess.Process, line: bytes) -> bytes:
    """Send a line and return the one that comes back; nothing where the process has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        await process.stdin.drain()
        return await process.stdout.readline()
    except ConnectionError:
        return b""
