"""What the models of each family write: text, reasoning and tool calls in the family's own form."""

# ruff: noqa: RUF001  DeepSeek writes its tokens with a wide bar

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.families.asking import DIALECTS, Json, Question

WEATHER: Json = {
    "name": "get_weather",
    "description": "Tell the weather.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
}
TIME: Json = {
    "name": "get_time",
    "description": "Tell the time.",
    "parameters": {"type": "object", "properties": {}},
}
PLAN: Json = {
    "name": "make_plan",
    "description": "Make a plan.",
    "parameters": {
        "type": "object",
        "properties": {"steps": {"type": "array", "items": {"type": "object"}}, "note": {"type": "string"}},
    },
}
TOOLS = (WEATHER, TIME, PLAN)
SCHEMA: Json = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "sunny": {"type": "boolean"}},
    "required": ["city", "sunny"],
    "additionalProperties": False,
}
Call = tuple[str, Json]

PARIS: Call = ("get_weather", {"city": "Paris", "days": 2})
ZURICH: Call = ("get_weather", {"city": "Zürich 🌦️ “schön”"})
NOW: Call = ("get_time", {})
NESTED: Call = (
    "make_plan",
    {"steps": [{"do": "go", "to": {"x": [1, 2.5, None]}}], "note": 'a\n"b" </x> {y}'},
)


@dataclass(frozen=True)
class Form:
    """How a family writes: `thought` wraps reasoning, `text` an answer, `calls` one call after the other."""

    calls: Callable[[list[Call]], str]
    text: Callable[[str], str] = str
    thought: Callable[[str], str] | None = None
    cut_thought: str | None = None
    python_tag: bool = False


def _joined(one: Callable[[str, Json], str], between: str = "\n") -> Callable[[list[Call]], str]:
    return lambda calls: between.join(one(name, arguments) for name, arguments in calls)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _hermes(name: str, arguments: Json) -> str:
    return f'<tool_call>\n{{"name": {_json(name)}, "arguments": {_json(arguments)}}}\n</tool_call>'


def _llama(name: str, arguments: Json) -> str:
    return f'{{"name": {_json(name)}, "parameters": {_json(arguments)}}}'


def _pythonic(calls: list[Call]) -> str:
    written = (
        f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
        for name, arguments in calls
    )
    return f"[{', '.join(written)}]"


def _harmony_calls(calls: list[Call]) -> str:
    written = (
        f"<|channel|>commentary to=functions.{name} <|constrain|>json<|message|>{_json(arguments)}<|call|>"
        for name, arguments in calls
    )
    return "<|start|>assistant".join(written)


def _deepseek_calls(calls: list[Call]) -> str:
    written = "".join(
        f"<｜tool▁call▁begin｜>{name}<｜tool▁sep｜>{_json(arguments)}<｜tool▁call▁end｜>"
        for name, arguments in calls
    )
    return f"<｜tool▁calls▁begin｜>{written}<｜tool▁calls▁end｜>"


def _mistral_calls(calls: list[Call]) -> str:
    return "[TOOL_CALLS]" + _json([{"name": name, "arguments": arguments} for name, arguments in calls])


FORMS = {
    "llama3_1": Form(_joined(_llama, "; "), python_tag=True),
    "qwen3": Form(
        _joined(_hermes),
        thought=lambda text: f"<think>\n{text}\n</think>\n\n",
        cut_thought="<think>\nI am not",
    ),
    "gemma3": Form(_pythonic),
    "gpt_oss": Form(
        _harmony_calls,
        text=lambda text: f"<|channel|>final<|message|>{text}<|return|>",
        thought=lambda text: f"<|channel|>analysis<|message|>{text}<|end|><|start|>assistant",
        cut_thought="<|channel|>analysis<|message|>I am not",
    ),
    "deepseek_v3_1": Form(_deepseek_calls),
    "mistral": Form(_mistral_calls),
}


def scripts(family: str) -> dict[str, str]:
    """Return what the family's models write in each case, by name."""
    form = FORMS[family]
    call = form.calls
    written = {
        "text": form.text("It is sunny in Zürich — 24 °C 🌞.\n\nEnjoy!"),
        "blank-lines": form.text("\n\nIt is sunny."),
        "call": call([PARIS]),
        "unicode-call": call([ZURICH]),
        "empty-call": call([NOW]),
        "nested-call": call([NESTED]),
        "two-calls": call([PARIS, ZURICH]),
        "three-calls": call([PARIS, NOW, NESTED]),
        "cut-call": _cut(call([PARIS])),
        "malformed-call": call([PARIS]).replace('"Paris"', '"Paris').replace("'Paris'", "'Paris"),
        "stop-in-arguments": call([("make_plan", {"note": "first END then"})]),
        "stop-in-text": form.text("first END then"),
        "json": form.text('{"city": "Paris", "sunny": true}'),
    }
    if family != "gpt_oss":  # where text and calls are channels of their own
        written["text-then-call"] = "Let me look.\n" + call([PARIS])
        written["call-then-text"] = call([PARIS]) + "\nI have looked."
    if form.thought is not None:
        written |= {
            "thought-text": form.thought("The user asks for the weather.") + form.text("It is sunny."),
            "thought-call": form.thought("I need the tool.") + call([PARIS]),
            "thought-two-calls": form.thought("I need the tools.") + call([PARIS, NOW]),
            "thought-json": form.thought("JSON, then.") + form.text('{"city": "Paris", "sunny": true}'),
        }
    if form.cut_thought is not None:
        written["cut-thought"] = form.cut_thought
    return written


def _cut(written: str) -> str:
    """The first part of a call, as where the token limit is reached."""
    return written[: written.index("Paris") + 2]


def questions(family: str) -> list[Question]:
    """Return every request that is compared: each form in each dialect, whole and streamed."""
    asked = []
    for dialect in DIALECTS:
        for stream in (False, True):
            asked += [Question(n, s, dialect, stream, **options) for n, s, options in _cases(family)]
    return asked


def _cases(family: str) -> list[tuple[str, str, dict[str, Any]]]:
    written = scripts(family)
    cases: list[tuple[str, str, dict[str, Any]]] = []
    for name in written:
        if name.startswith("stop-"):
            cases.append((f"{name}", name, {"stop": ("END",), "tools": TOOLS}))
        elif name.endswith("json"):
            cases += [
                (f"{name}-schema", name, {"schema": SCHEMA}),
                (f"{name}-schema-tools", name, {"schema": SCHEMA, "tools": TOOLS, "tool_choice": "auto"}),
            ]
        else:
            cases += [
                (f"{name}-no-tools", name, {}),
                (f"{name}-auto", name, {"tools": TOOLS, "tool_choice": "auto"}),
                (f"{name}-none", name, {"tools": TOOLS, "tool_choice": "none"}),
            ]
        if "two-calls" in name:
            cases.append((f"{name}-one", name, {"tools": TOOLS, "parallel": False}))
    cases += [
        ("limit", "text", {"max_tokens": 5}),
        ("limit-in-call", "call", {"tools": TOOLS, "max_tokens": 12}),
    ]
    return cases
