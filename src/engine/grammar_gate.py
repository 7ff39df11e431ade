"""Grammars are compiled in a process of their own first: one that takes too much ends only that."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import sys
from collections import OrderedDict
from pathlib import Path

logger = logging.getLogger(__name__)

MAX_BYTES = 512 * 1024
SECONDS = 2.0
"""For one grammar to compile. The engine, which compiles it again in one of its threads, takes as long."""
START_SECONDS = 30.0
REMEMBERED = 512


class GrammarGate:
    """Tells what is wrong with a grammar, in bounded time. What passed before passes at once.

    `tokenizer` is the Hugging Face one as JSON, and the token that ends a text; without it no grammar can
    name special tokens.
    """

    def __init__(self, tokenizer: tuple[str, int | None] | None = None) -> None:
        self._tokenizer = tokenizer
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._passed: OrderedDict[bytes, None] = OrderedDict()

    async def error(self, grammar: str) -> str | None:
        """Return what is wrong with llguidance's `grammar`; None where nothing is."""
        if len(grammar) > MAX_BYTES:
            return f"it has {len(grammar)} bytes; {MAX_BYTES} are allowed."
        digest = hashlib.sha256(grammar.encode("utf-8", "surrogatepass")).digest()
        if digest in self._passed:
            self._passed.move_to_end(digest)
            return None
        async with self._lock:
            error = await self._asked(json.dumps(grammar).encode() + b"\n")
        if error is None:
            self._passed[digest] = None
            if len(self._passed) > REMEMBERED:
                self._passed.popitem(last=False)
        return error

    async def _asked(self, line: bytes) -> str | None:
        process = self._process or await self._started()
        self._process = None  # until it has answered; one that was given up on is not asked again
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(SECONDS):
                process.stdin.write(line)
                await process.stdin.drain()
                answer = await process.stdout.readline()
            error: str = json.loads(answer)
        except TimeoutError:
            return f"it does not compile in {SECONDS:g} seconds."
        except (OSError, ValueError):
            return "it is nested too deeply, or takes too much memory to compile."
        else:
            self._process = process
            return error or None
        finally:
            if self._process is None:
                await _ended(process)

    async def _started(self) -> asyncio.subprocess.Process:
        """Start the process, and wait until it can answer."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            str(Path(__file__).with_name("grammar_child.py")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=2**20,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                process.stdin.write(json.dumps(self._tokenizer).encode() + b"\n")
                await process.stdout.readline()
        except BaseException:
            await _ended(process)
            raise
        return process

    async def close(self) -> None:
        """End the process."""
        if self._process is not None:
            process, self._process = self._process, None
            await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await asyncio.shield(process.wait())
