"""Conversations as clients send them, rendered by both servers to the same token ids."""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.families.asking import Json
from tests.families.forms import TOOLS

TOOL_DICTS = [{"type": "function", "function": tool} for tool in TOOLS]


def _says(role: str, content: Any, **more: Any) -> Json:
    return {"role": role, "content": content, **more}


def _calls(*calls: tuple[str, str, str], content: Any = None, **more: Any) -> Json:
    made = [
        {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
        for id_, name, arguments in calls
    ]
    return {"role": "assistant", "content": content, "tool_calls": made, **more}


def _result(id_: str, content: Any, **more: Any) -> Json:
    return {"role": "tool", "tool_call_id": id_, "content": content, **more}


HI = _says("user", "Hi! What is 2 + 2?")
FOUR = _says("assistant", "It is 4.")
MORE = _says("user", "And 3 + 3?")
SYSTEM = _says("system", "You are brief.")
DEVELOPER = _says("developer", "Answer in English.")
UNICODE = "Zürich 東京 🏳️‍🌈 é مرحبا <|im_end|> \\n “x”"
CALL = ("call0000a", "get_weather", '{"city": "Paris"}')
CALL_2 = ("call0000b", "get_time", "{}")
CALL_3 = ("call0000c", "get_weather", '{"city": "Zürich", "days": 3}')

_OPENINGS: dict[str, list[Json]] = {
    "plain": [],
    "system": [SYSTEM],
    "developer": [DEVELOPER],
    "system-developer": [SYSTEM, DEVELOPER],
    "developer-system": [DEVELOPER, SYSTEM],
    "two-systems": [SYSTEM, _says("system", "You are kind.")],
    "system-parts": [
        _says("system", [{"type": "text", "text": "You are"}, {"type": "text", "text": "brief."}])
    ],
    "empty-system": [_says("system", "")],
}
_REST: dict[str, list[Json]] = {
    "one": [HI],
    "three": [HI, FOUR, MORE],
    "late-system": [HI, FOUR, _says("system", "Now be verbose."), MORE],
    "late-developer": [HI, FOUR, _says("developer", "Now be verbose."), MORE],
}
_ALONE: dict[str, list[Json]] = {
    "unicode": [_says("user", UNICODE)],
    "parts": [_says("user", [{"type": "text", "text": "Look:"}, {"type": "text", "text": "2 + 2?"}])],
    "one-part": [_says("user", [{"type": "text", "text": "2 + 2?"}])],
    "empty-user": [_says("user", "")],
    "blank-lines": [_says("user", "\n\n  Hi \n\n"), _says("assistant", "\n\nYes.\n"), HI],
    "two-users": [HI, MORE],
    "two-assistants": [HI, FOUR, _says("assistant", "Four."), MORE],
    "name": [_says("user", "Hi.", name="alice")],
    "empty-assistant": [HI, _says("assistant", ""), MORE],
    "null-assistant": [HI, _says("assistant", None), MORE],
    "absent-content": [HI, {"role": "assistant"}, MORE],
    "assistant-parts": [
        HI,
        _says("assistant", [{"type": "text", "text": "It is"}, {"type": "text", "text": "4."}]),
        MORE,
    ],
    "reasoning": [HI, _says("assistant", "It is 4.", reasoning="Two and two."), MORE],
    "reasoning-content": [HI, _says("assistant", "It is 4.", reasoning_content="Two and two."), MORE],
    "thought-in-text": [HI, _says("assistant", "<think>\nTwo.\n</think>\n\nIt is 4."), MORE],
}
_WITH_TOOLS: dict[str, list[Json]] = {
    "ask": [HI],
    "system": [SYSTEM, HI],
    "developer": [DEVELOPER, HI],
    "result": [HI, _calls(CALL), _result("call0000a", "Sunny."), FOUR, MORE],
    "result-last": [HI, _calls(CALL), _result("call0000a", "Sunny.")],
    "result-json": [HI, _calls(CALL), _result("call0000a", '{"sky": "clear", "t": 24}')],
    "result-parts": [HI, _calls(CALL), _result("call0000a", [{"type": "text", "text": "Sunny."}])],
    "result-empty": [HI, _calls(CALL), _result("call0000a", "")],
    "result-unicode": [HI, _calls(CALL_3), _result("call0000c", UNICODE)],
    "result-name": [HI, _calls(CALL), _result("call0000a", "Sunny.", name="get_weather")],
    "call-text": [HI, _calls(CALL, content="Let me look."), _result("call0000a", "Sunny."), MORE],
    "call-empty-text": [HI, _calls(CALL, content=""), _result("call0000a", "Sunny."), MORE],
    "call-reasoning": [HI, _calls(CALL, reasoning="I need it."), _result("call0000a", "Sunny.")],
    "parallel": [HI, _calls(CALL, CALL_2), _result("call0000a", "Sunny."), _result("call0000b", "10:00")],
    "two-rounds": [
        *(HI, _calls(CALL), _result("call0000a", "Sunny.")),
        *(_calls(CALL_2), _result("call0000b", "10:00"), FOUR, MORE),
    ],
    "no-arguments": [HI, _calls(("call0000b", "get_time", "")), _result("call0000b", "10:00")],
    "late-system": [HI, _calls(CALL), _result("call0000a", "Sunny."), _says("system", "Hurry."), MORE],
}


def conversations() -> dict[str, Json]:
    """Return the requests by name."""
    found: dict[str, Json] = {
        f"{opening}-{rest}": {"messages": _OPENINGS[opening] + _REST[rest]}
        for opening, rest in product(_OPENINGS, _REST)
    }
    found |= {name: {"messages": messages} for name, messages in _ALONE.items()}
    found |= {
        f"tools-{name}": {"messages": messages, "tools": TOOL_DICTS} for name, messages in _WITH_TOOLS.items()
    }
    return found | _OPTIONS


_OPTIONS: dict[str, Json] = {
    "tools-none": {"messages": [HI], "tools": TOOL_DICTS, "tool_choice": "none"},
    "tools-required": {"messages": [HI], "tools": TOOL_DICTS, "tool_choice": "required"},
    "tools-empty-list": {"messages": [HI], "tools": []},
    "tools-strict": {
        "messages": [HI],
        "tools": [{"type": "function", "function": {**TOOLS[0], "strict": True}}],
    },
    "no-generation-prompt": {"messages": [HI, FOUR], "add_generation_prompt": False},
    "continued": {
        "messages": [HI, _says("assistant", "It is")],
        "add_generation_prompt": False,
        "continue_final_message": True,
    },
    "special-tokens": {"messages": [HI], "add_special_tokens": True},
    "no-thinking": {"messages": [SYSTEM, HI], "chat_template_kwargs": {"enable_thinking": False}},
    "thinking": {"messages": [SYSTEM, HI], "chat_template_kwargs": {"enable_thinking": True}},
    "thinking-deepseek": {"messages": [SYSTEM, HI], "chat_template_kwargs": {"thinking": True}},
    "effort-low": {"messages": [SYSTEM, HI], "reasoning_effort": "low"},
    "effort-high": {"messages": [HI], "reasoning_effort": "high"},
    "documents": {"messages": [HI], "documents": [{"title": "Sums", "text": "2 + 2 = 4"}]},
    "only-system": {"messages": [SYSTEM]},
    "only-assistant": {"messages": [FOUR]},
}
