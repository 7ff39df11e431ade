"""What clients give as grammars, and what it may cost: nothing here may hang or end a process of ours."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator

import llguidance
import pytest

from accord.engine import grammar_gate
from accord.engine.grammar_gate import GrammarGate


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
async def gate() -> AsyncIterator[GrammarGate]:
    gate = GrammarGate()
    yield gate
    await gate.close()


async def test_a_grammar_that_compiles_passes(gate: GrammarGate) -> None:
    assert await gate.error(regex("[a-z]+")) is None
    assert await gate.error(schema({"type": "object", "properties": {"a": {"type": "integer"}}})) is None


async def test_what_is_wrong_is_said(gate: GrammarGate) -> None:
    error = await gate.error(regex("(?=a)b"))
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
async def test_a_bomb_is_refused_in_time(gate: GrammarGate, bomb: str) -> None:
    assert await gate.error(regex("a")) is None
    began = time.monotonic()
    assert await gate.error(bomb) is not None
    assert time.monotonic() - began < grammar_gate.SECONDS + 3
    assert await gate.error(regex("after")) is None


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
async def test_what_only_looks_like_a_bomb_is_lazy(gate: GrammarGate, harmless: str) -> None:
    assert await gate.error(harmless) is None


async def hung(gate: GrammarGate) -> None:
    """Stop the gate's process, as one that compiles forever."""
    assert await gate.error(regex("a")) is None
    assert gate._process is not None
    os.kill(gate._process.pid, signal.SIGSTOP)
    await asyncio.to_thread(os.waitpid, gate._process.pid, os.WUNTRACED)


async def test_one_that_does_not_come_to_an_end_is_refused(
    gate: GrammarGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hung(gate)
    with monkeypatch.context() as patched:
        patched.setattr(grammar_gate, "SECONDS", 0.2)
        assert await gate.error(regex("b")) == "it does not compile in 0.2 seconds."
    assert await gate.error(regex("b")) is None


async def test_a_request_that_is_cancelled_leaves_the_gate_as_it_was(gate: GrammarGate) -> None:
    await hung(gate)
    task = asyncio.create_task(gate.error(regex("b")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gate.error(regex("b")) is None


async def test_what_passed_is_not_asked_again(gate: GrammarGate) -> None:
    assert await gate.error(regex("a")) is None
    await gate.close()
    assert await gate.error(regex("a")) is None
    assert gate._process is None
