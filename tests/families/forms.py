"""The output of each family's models: text, reasoning and tool calls in the family's own form."""

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
    """A family's form: `thought` wraps reasoning, `text` an answer, `calls` one call after the other."""

    calls: Callable[[list[Call]], str]
    text: Callable[[str], str] = str
    json: Callable[[str], str] | None = None
    """How an answer in JSON is written, where that is another way."""
    thought: Callable[[str], str] | None = None
    opened_thought: Callable[[str], str] | None = None
    """How a thought is written that the prompt has begun."""
    cut_thought: str | None = None
    thinks_before_grammar: bool = True
    """Whether a grammar leaves room for a thought before what it holds."""
    no_thinking: Json | None = None
    thinking: Json | None = None
    """What the chat template is told to close the thought at once, or to have one."""
    forced: Callable[[list[Call]], str] | None = None
    named: Callable[[Call], str] | None = None
    """How calls are written that the client forces, where vLLM has no grammar for the family's own form."""


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


def _mistral(name: str, arguments: Json) -> str:
    return f"[TOOL_CALLS]{name}[ARGS]{_json(arguments)}"


def _gemma4(name: str, arguments: Json) -> str:
    return f"<|tool_call>call:{name}{_gemma4_value(arguments)}<tool_call|>"


def _gemma4_value(value: Any) -> str:
    if isinstance(value, str):
        return f'<|"|>{value}<|"|>'
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_gemma4_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_gemma4_value(item) for item in value) + "]"
    return json.dumps(value)


def _list(arguments: str) -> Callable[[list[Call]], str]:
    """Write calls as one JSON list, with this name for the arguments."""
    return lambda calls: _json([{"name": name, arguments: given} for name, given in calls])


FORMS = {
    "llama3_1": Form(_joined(_llama, "; ")),
    "qwen3": Form(
        _joined(_hermes),
        thought=lambda text: f"<think>\n{text}\n</think>\n\n",
        cut_thought="<think>\nI am not",
        no_thinking={"enable_thinking": False},
        thinks_before_grammar=False,
    ),
    "gemma3": Form(_pythonic, forced=_list("parameters"), named=lambda call: _json(call[1])),
    "gpt_oss": Form(
        _harmony_calls,
        text=lambda text: f"<|channel|>final<|message|>{text}<|return|>",
        json=lambda text: f"<|channel|>final <|constrain|>json<|message|>{text}<|return|>",
        thought=lambda text: f"<|channel|>analysis<|message|>{text}<|end|><|start|>assistant",
        cut_thought="<|channel|>analysis<|message|>I am not",
    ),
    "deepseek_v3_1": Form(
        _deepseek_calls, opened_thought=lambda text: f"{text}</think>", thinking={"thinking": True}
    ),
    "gemma4": Form(
        _joined(_gemma4, ""),
        thought=lambda text: f"<|channel>thought\n{text}\n<channel|>",
        cut_thought="<|channel>thought\nI am not",
        thinks_before_grammar=False,
        thinking={"enable_thinking": True},
        forced=_list("parameters"),
        named=lambda call: _json(call[1]),
    ),
    "mistral": Form(
        _joined(_mistral, ""),
        thought=lambda text: f"[THINK]{text}[/THINK]",
        cut_thought="[THINK]I am not",
    ),
    "mistral_v3": Form(
        lambda calls: "[TOOL_CALLS]" + _list("arguments")(calls),
        forced=_list("arguments"),
        named=lambda call: _json(call[1]),
    ),
}


def scripts(family: str) -> dict[str, str]:
    """Return the output of the family's models in each case, by the case's name."""
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
        "malformed-call": _malformed(call([PARIS])),
        "stop-in-arguments": call([("make_plan", {"note": "first END then"})]),
        "stop-in-text": form.text("first END then"),
        "required-call": (form.forced or call)([PARIS]),
        "required-calls": (form.forced or call)([PARIS, ZURICH]),
        "named-call": form.named(PARIS) if form.named else call([PARIS]),
        "json": (form.json or form.text)('{"city": "Paris", "sunny": true}'),
    }
    if family != "gpt_oss":  # where text and calls are channels of their own
        written["text-then-call"] = "Let me look.\n" + call([PARIS])
        written["call-then-text"] = call([PARIS]) + "\nI have looked."
    if form.thought is not None:
        written |= {
            "thought-text": form.thought("The user asks for the weather.") + form.text("It is sunny."),
            "thought-call": form.thought("I need the tool.") + call([PARIS]),
            "thought-two-calls": form.thought("I need the tools.") + call([PARIS, NOW]),
        }
        if form.thinks_before_grammar:
            written["thought-json"] = form.thought("JSON, then.") + written["json"]
    if form.opened_thought is not None:
        thought = form.opened_thought("The user asks for the weather.")
        written |= {
            "opened-text": thought + form.text("It is sunny."),
            "opened-call": thought + call([PARIS]),
        }
    if form.cut_thought is not None:
        written["cut-thought"] = form.cut_thought
    return written


def _malformed(written: str) -> str:
    """Return a call with a string that does not end."""
    for quote in ('"', "'", '<|"|>'):
        written = written.replace(f"{quote}Paris{quote}", f"{quote}Paris")
    return written


def _cut(written: str) -> str:
    """Return the first part of a call, as at the token limit."""
    return written[: written.index("Paris") + 2]


def questions(family: str) -> list[Question]:
    """Return every request that is compared: each form in each dialect, whole and streamed."""
    asked = []
    for dialect in DIALECTS:
        for stream in (False, True):
            asked += [Question(n, s, dialect, stream, **options) for n, s, options in _cases(family)]
    return asked


def free_questions() -> list[Question]:
    """Return requests to a model without a script."""
    ways: dict[str, dict[str, Any]] = {
        "text": {},
        "long": {"max_tokens": 100},
        "tools": {"tools": TOOLS},
        "tools-none": {"tools": TOOLS, "tool_choice": "none"},
        "thinking-off": {"template": {"enable_thinking": False}},
    }
    return [
        Question(f"{way}-{topic}", topic, dialect, stream, **({"max_tokens": 40} | options))
        for dialect in DIALECTS
        for stream in (False, True)
        for way, options in ways.items()
        for topic in ("rain", "sun", "snow-and-snow")
    ]


def _cases(family: str) -> list[tuple[str, str, dict[str, Any]]]:
    written, form = scripts(family), FORMS[family]
    cases: list[tuple[str, str, dict[str, Any]]] = []
    for name in written:
        if name.startswith("required-"):
            cases.append((name, name, {"tools": TOOLS, "tool_choice": "required"}))
        elif name.startswith("named-"):
            cases.append((name, name, {"tools": TOOLS, "tool_choice": PARIS[0]}))
        elif name.startswith("opened-"):
            pass  # below
        elif name.startswith("stop-"):
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
        if name == "thought-call" and form.thinks_before_grammar:
            cases += [
                (f"{name}-required", name, {"tools": TOOLS, "tool_choice": "required"}),
                (f"{name}-named", name, {"tools": TOOLS, "tool_choice": PARIS[0]}),
            ]
        if "two-calls" in name:
            cases.append((f"{name}-one", name, {"tools": TOOLS, "parallel": False}))
    if form.no_thinking:
        cases += [(f"{n}-off", n, {"tools": TOOLS, "template": form.no_thinking}) for n in ("text", "call")]
    if form.thinking:
        names = ("opened-text", "opened-call") if form.opened_thought else ("thought-text", "thought-call")
        cases += [(f"{n}-on", n, {"tools": TOOLS, "template": form.thinking}) for n in names]
    cases += [
        ("limit", "text", {"max_tokens": 5}),
        ("limit-in-call", "call", {"tools": TOOLS, "max_tokens": 12}),
    ]
    return cases
