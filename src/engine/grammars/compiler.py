"""Runs a process that compiles grammars; an expensive one ends only that process (`child.py`).

The program is `child.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import os
import sys
from pathlib import Path

from accord.engine.processes import process_fields
from accord.errors import EngineFailure, Overloaded

logger = logging.getLogger(__name__)

SECONDS = 2.0
"""Seconds of CPU time for one grammar, and about as many again in a thread of the engine."""
WAIT_SECONDS = 30.0
"""Seconds for an answer, or for the start of the process, on a busy machine."""

LEAST_CHECK_SECONDS = 0.05

Tokenizer = tuple[str, int | None]
"""A Hugging Face tokenizer as JSON, and its end-of-text token."""


class Compiler:
    """A child process, started at the first use, and again after a grammar that ended it."""

    def __init__(self, tokenizer: Tokenizer | None) -> None:
        self._tokenizer = tokenizer
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False

    async def error(self, grammar: str) -> tuple[str | None, bool]:
        """Return the error of `grammar` or None, and whether the process has returned it.

        If it did not, the grammar took more time or memory than there is, and the process has ended. Raises
        Overloaded if the machine is too busy, and EngineFailure if the process cannot be started, or the
        compiler is closed.
        """
        process = self._process or await self._started()
        answered = False
        try:
            error = json.loads(await _answer_in_time(process, json.dumps(grammar).encode() + b"\n"))
            answered = True
        except TimeoutError:
            error = f"it does not compile in {SECONDS:g} seconds."
        except ValueError:
            error = "it is nested too deeply, or takes too much memory to compile."
        finally:
            if not answered:
                await self._end()
        if self._closed and not answered:
            raise engine_gone()
        return error or None, answered

    async def _started(self) -> asyncio.subprocess.Process:
        """Start the process, and wait until it can answer."""
        if self._closed:
            raise engine_gone()
        ready = False
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                process = self._process = await _spawned()
                if self._closed:
                    raise engine_gone()
                ready = bool(await _answer(process, json.dumps(self._tokenizer).encode() + b"\n"))
                if ready:
                    return process
                assert process.stderr is not None
                output = await process.stderr.read()
        except TimeoutError as error:
            raise _too_busy() from error
        except OSError as error:
            output = str(error).encode()
        finally:
            if not ready:
                await self._end()
        if self._closed:
            raise engine_gone()
        logger.error(
            "Grammars cannot be compiled: %s", " ".join(output.decode(errors="replace").split())[-2000:]
        )
        raise EngineFailure("The server failed to compile the grammar.")

    async def close(self) -> None:
        """End the process for good. A grammar in progress fails with EngineFailure."""
        self._closed = True
        await self._end()

    async def _end(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())


def engine_gone() -> EngineFailure:
    """Return the error for a request whose grammar was being compiled when the engine ended."""
    return EngineFailure("The engine failed while running the request.", code="engine_failed")


def _too_busy() -> Overloaded:
    return Overloaded(
        f"The server was too busy to compile the grammar within {WAIT_SECONDS:g} seconds.",
        code="grammar_queue_full",
    )


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
    """Send a line and return the answer; empty if the process has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        await process.stdin.drain()
        return await process.stdout.readline()
    except ConnectionError:
        return b""


async def _answer_in_time(process: asyncio.subprocess.Process, line: bytes) -> bytes:
    """Send a line and return the answer. Raises TimeoutError once the process has had its CPU time for it.

    Raises Overloaded if it has not had that either.
    """
    before = _cpu_seconds(process.pid)
    answer = asyncio.ensure_future(_answer(process, line))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            left = SECONDS
            while not (await asyncio.wait([answer], timeout=max(left, LEAST_CHECK_SECONDS)))[0]:
                left = SECONDS - (_cpu_seconds(process.pid) - before)
                if left <= 0:
                    raise _NoEnd
            return answer.result()
    except TimeoutError as error:
        raise _too_busy() from error
    except _NoEnd:
        raise TimeoutError from None
    finally:
        answer.cancel()


class _NoEnd(Exception):
    """A grammar has used up its time."""


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process; infinite if it has ended."""
    fields = process_fields(pid)
    if fields is None:
        return math.inf
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
