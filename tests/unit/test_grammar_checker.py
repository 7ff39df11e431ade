"""Grammars of clients, and limits of their cost: none may hang or end a process of the server."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path

import llguidance
import pytest

from accord.engine.grammars import checker as grammar_checker
from accord.engine.grammars import compiler
from accord.engine.grammars.checker import GrammarChecker
from accord.errors import EngineFailure, Overloaded


def regex(pattern: str) -> str:
    grammar: str = llguidance.grammar_from("regex", pattern)
    return grammar


def lark(text: str) -> str:
    grammar: str = llguidance.grammar_from("grammar", text)
    return grammar


def schema(value: object) -> str:
    grammar: str = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(value))
    return grammar


DEEP_RULES = "start: r0\n" + "".join(f"r{i}: r{i + 1} r{i + 1}\n" for i in range(3000)) + 'r3000: "a"'
"""Overflows the stack of llguidance 1.7.6 in a thread of the usual size."""
MANY_CHOICES = "start: " + " | ".join(f'"w{i}"' for i in range(200_000))
"""Takes llguidance 1.7.6 minutes."""
DOUBLED = {f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(40)} | {"a40": {}}


@pytest.fixture
async def checker() -> AsyncIterator[GrammarChecker]:
    checker = GrammarChecker()
    yield checker
    await checker.close()


async def test_a_grammar_that_compiles_passes(checker: GrammarChecker) -> None:
    assert await checker.error(regex("[a-z]+")) is None
    assert await checker.error(schema({"type": "object", "properties": {"a": {"type": "integer"}}})) is None


async def test_errors_are_reported(checker: GrammarChecker) -> None:
    error = await checker.error(regex("(?=a)b"))
    assert error is not None
    assert "look-around" in error


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(lark(DEEP_RULES), id="deep rules"),
        pytest.param(lark(MANY_CHOICES), id="many choices"),
        pytest.param(lark("start: " + "(" * 20_000 + '"a"' + ")" * 20_000), id="parentheses"),
        pytest.param(schema({"enum": [f"value{i}" for i in range(100_000)]}), id="enum"),
        pytest.param(schema({"allOf": [{"anyOf": [{"properties": {f"{i}.{j}": {}}} for j in range(10)]}
                                       for i in range(8)]}), id="product"),
        pytest.param(regex("(" * 5000 + "a" + ")" * 5000), id="groups"),
        pytest.param(regex("a" * 600_000), id="long"),
    ],
)  # fmt: skip
async def test_a_bomb_is_refused_in_time(checker: GrammarChecker, bomb: str) -> None:
    assert await checker.error(regex("a")) is None
    began = time.monotonic()
    assert await checker.error(bomb) is not None
    assert time.monotonic() - began < compiler.SECONDS + 3
    assert await checker.error(regex("after")) is None


@pytest.mark.parametrize(
    "harmless",
    [
        regex("((a{1,1000}){1,1000}){1,1000}"),
        regex("(a|a)*b" + "(a+)+" * 50),
        regex("(a|b)*a(a|b){2000}c"),
        schema({"$ref": "#"}),
        schema({"$ref": "#/$defs/a0", "$defs": DOUBLED}),
        lark('start: a\na: a a | a a a | "x" |'),
    ],
)
async def test_a_long_but_cheap_grammar_compiles(checker: GrammarChecker, harmless: str) -> None:
    assert await checker.error(harmless) is None


async def hung(checker: GrammarChecker, count: int = 1) -> list[Process]:
    """Stop so many of the checker's processes, as if each compiled forever, and return them."""
    errors = await asyncio.gather(*(checker.error(regex(f"a{i}"), f"caller {i}") for i in range(count)))
    assert errors == [None] * count
    processes = [made._process for made in checker._compilers if made._process is not None]
    assert len(processes) == count
    for process in processes:
        os.kill(process.pid, signal.SIGSTOP)
        await asyncio.to_thread(os.waitpid, process.pid, os.WUNTRACED)
    return processes


def has_no_process(checker: GrammarChecker) -> bool:
    return all(made._process is None for made in checker._compilers)


async def test_one_that_the_machine_has_no_time_for_is_not_refused_for_good(
    checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hung(checker)
    with monkeypatch.context() as patched:
        patched.setattr(compiler, "SECONDS", 0.1)
        patched.setattr(compiler, "WAIT_SECONDS", 0.3)
        with pytest.raises(Overloaded, match="too busy to compile the grammar"):
            await checker.error(regex("b"))
    assert await checker.error(regex("b")) is None


async def test_a_compiler_that_does_not_start_in_time_is_retried(
    checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(compiler, "WAIT_SECONDS", 0.01)
        with pytest.raises(Overloaded):
            await checker.error(regex("b"))
    assert await checker.error(regex("b")) is None


async def test_a_request_that_is_cancelled_leaves_the_checker_as_it_was(checker: GrammarChecker) -> None:
    await hung(checker)
    task = asyncio.create_task(checker.error(regex("b")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await checker.error(regex("b")) is None


async def test_an_accepted_grammar_is_not_checked_again(checker: GrammarChecker) -> None:
    assert await checker.error(regex("a")) is None
    await checker.close()
    assert await checker.error(regex("a")) is None
    assert has_no_process(checker)


# --- a checker that is closed


async def test_a_check_that_is_under_way_ends_with_the_checker(checker: GrammarChecker) -> None:
    [process] = await hung(checker)
    task = asyncio.create_task(checker.error(regex("b")))
    await asyncio.sleep(0)
    await checker.close()
    with pytest.raises(EngineFailure) as failed:
        await task
    assert failed.value.code == "engine_failed"
    assert process.returncode is not None
    assert has_no_process(checker)


async def test_a_process_that_is_being_started_ends_with_the_checker(
    checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawned = compiler._spawned
    started: list[Process] = []

    async def closed_meanwhile() -> Process:
        started.append(await spawned())
        await checker.close()
        return started[0]

    monkeypatch.setattr(compiler, "_spawned", closed_meanwhile)
    with pytest.raises(EngineFailure):
        await checker.error(regex("a"))
    assert started[0].returncode is not None
    assert has_no_process(checker)


async def test_a_closed_checker_starts_no_process(checker: GrammarChecker) -> None:
    await checker.close()
    with pytest.raises(EngineFailure) as failed:
        await checker.error(regex("a"))
    assert (failed.value.status, failed.value.code) == (500, "engine_failed")
    assert has_no_process(checker)


# --- a process that cannot be started


@pytest.mark.parametrize(
    ("script", "cause"),
    [("#!/bin/sh\necho there is no compiler >&2\n", "there is no compiler"), ("", "Exec format error")],
)
async def test_a_compiler_that_does_not_start_is_a_server_error(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    script: str,
    cause: str,
) -> None:
    program = tmp_path / "python"
    program.write_text(script)
    program.chmod(0o700)
    checker = GrammarChecker(("a large tokenizer" * 100_000, None))
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", str(program))
        with pytest.raises(EngineFailure, match="failed to compile") as failed:
            await checker.error(regex("a"))
    assert failed.value.status == 500
    assert cause in caplog.text
    assert has_no_process(checker)


# --- grammars that wait


async def test_more_grammars_than_may_wait_are_refused(
    checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammar_checker, "COMPILERS", 2)
    monkeypatch.setattr(grammar_checker, "WAITING_OF_CALLER", 2)
    [process] = await hung(checker)
    asked, waits, waits_too = [asyncio.create_task(checker.error(regex(name))) for name in "bcc"]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded) as refused:
        await checker.error(regex("d"))
    assert (refused.value.status, refused.value.code) == (503, "grammar_queue_full")
    assert refused.value.headers["retry-after"]
    process.kill()
    assert await asked is not None
    assert (await waits, await waits_too) == (None, None)
    assert await checker.error(regex("d")) is None


async def test_the_grammars_of_all_callers_have_a_bound(
    checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammar_checker, "WAITING", 2)
    await hung(checker)
    waiting = [asyncio.create_task(checker.error(regex(name), name)) for name in "bc"]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await checker.error(regex("d"), "d")
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)


async def test_one_caller_delays_only_itself(checker: GrammarChecker) -> None:
    """Its bombs take all of the compilers but one, and another caller's grammar does not wait for them."""
    await hung(checker, grammar_checker.COMPILERS - 1)
    bombs = [asyncio.create_task(checker.error(regex(f"bomb{i}"), "mallory")) for i in range(20)]
    await asyncio.sleep(0)
    assert await checker.error(regex("b"), "alice") is None
    assert await checker.error(regex("c"), "bob") is None
    assert not any(bomb.done() for bomb in bombs)
    for bomb in bombs:
        bomb.cancel()
    await asyncio.wait(bombs)
    assert await checker.error(regex("d"), "mallory") is None


async def test_callers_take_turns(checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar_checker, "COMPILERS", 2)
    asked: list[str] = []

    class Noted(compiler.Compiler):
        async def error(self, grammar: str) -> tuple[str | None, bool]:
            asked.append(grammar)
            await asyncio.sleep(0)
            return None, True

    monkeypatch.setattr(grammar_checker, "Compiler", Noted)
    of_mallory = [checker.error(regex(f"m{i}"), "mallory") for i in range(6)]
    of_alice = [checker.error(regex(f"a{i}"), "alice") for i in range(2)]
    await asyncio.gather(*of_mallory, *of_alice)
    names = [re.findall(r"/([ma])\d/", grammar)[0] for grammar in asked]
    assert "".join(names) == "mamammmm"


async def test_a_refused_grammar_is_not_checked_again(checker: GrammarChecker) -> None:
    error = await checker.error(regex("(?=a)b"))
    [process] = [made._process for made in checker._compilers]
    await checker.close()
    assert process is not None
    assert await checker.error(regex("(?=a)b")) == error


async def test_a_slow_grammar_is_compiled_again_later(
    checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = lark("start: " + " | ".join(f'"w{i}"' for i in range(10_000)))
    with monkeypatch.context() as patched:
        patched.setattr(compiler, "SECONDS", 0.0)
        patched.setattr(compiler, "LEAST_CHECK_SECONDS", 0.0)
        assert await checker.error(slow) == "it does not compile in 0 seconds."
    assert await checker.error(slow) == "it does not compile in 0 seconds."
    monkeypatch.setattr(
        grammar_checker, "monotonic", lambda: time.monotonic() + grammar_checker.RETRY_SECONDS
    )
    monkeypatch.setattr(compiler, "SECONDS", 30.0)
    assert await checker.error(slow) is None


async def test_a_grammar_that_many_wait_for_is_asked_once(
    checker: GrammarChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[bytes] = []
    answer = compiler._answer

    async def noted(process: Process, line: bytes) -> bytes:
        lines.append(line)
        return await answer(process, line)

    monkeypatch.setattr(compiler, "_answer", noted)
    monkeypatch.setattr(grammar_checker, "WAITING_OF_CALLER", 1)
    errors = await asyncio.gather(*(checker.error(regex("(?=a)b")) for _ in range(50)))
    assert len(set(errors)) == 1
    assert errors[0] is not None
    assert len(lines) == 2  # the tokenizer, and the grammar
