"""Editing of a conversation before the model reads it, with Anthropic's client."""

import json
from typing import Any

import anthropic
import pytest

from accord.dialects.messages.editing import CLEARED
from accord.engine import Conversation, RenderedPrompt, Sampling
from accord.handlers.call import Services
from accord.store import Address

TOOLS: Any = [{"name": "read", "input_schema": {"type": "object"}}]
CLEAR_ALL: Any = {
    "type": "clear_tool_uses_20250919",
    "trigger": {"type": "tool_uses", "value": 0},
    "keep": {"type": "tool_uses", "value": 0},
}


@pytest.fixture
def address(sqlite_address: Address) -> Address:
    return sqlite_address


class Read:
    """What the model was given to read last. A token is four characters."""

    def __init__(self) -> None:
        self.counted = 0
        self.messages: list[dict[str, Any]] = []

    def roles(self, role: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["role"] == role]

    def results(self) -> list[str]:
        return [message["content"] for message in self.roles("tool")]

    def inputs(self) -> list[dict[str, Any]]:
        calls = [call for message in self.messages for call in message.get("tool_calls", ())]
        return [json.loads(call["function"]["arguments"]) for call in calls]

    def thoughts(self) -> list[str | None]:
        return [message.get("reasoning") for message in self.roles("assistant")]


@pytest.fixture
def read(services: Services, monkeypatch: pytest.MonkeyPatch) -> Read:
    seen = Read()
    answer = services.engine.chat

    async def chat(conversation: Conversation, sampling: Sampling, **asked: Any) -> Any:
        seen.messages = conversation.messages
        return await answer(conversation, sampling, **asked)

    async def render_chat(conversation: Conversation, sampling: Sampling) -> RenderedPrompt:
        seen.counted += 1
        return RenderedPrompt([1] * (len(json.dumps(conversation.messages)) // 4))

    monkeypatch.setattr(services.engine, "chat", chat)
    monkeypatch.setattr(services.engine, "render_chat", render_chat)
    return seen


def call(number: int, *, tool: str = "read", thought: str | None = None, result: Any = None) -> list[Any]:
    """Return a call of a tool, perhaps after a thought, and what it gave."""
    id_ = f"toolu_{number}"
    thinking = [{"type": "thinking", "thinking": thought, "signature": "s"}] if thought else []
    return [
        {
            "role": "assistant",
            "content": [
                *thinking,
                {"type": "tool_use", "id": id_, "name": tool, "input": {"path": f"/{number}"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": id_, "content": result or f"text {number} " * 20}
            ],
        },
    ]


def history(*parts: list[Any]) -> list[Any]:
    return [{"role": "user", "content": "Begin"}, *(message for part in parts for message in part)]


async def ask(anthropic_client: anthropic.AsyncAnthropic, messages: list[Any], *edits: Any) -> list[Any]:
    """Return the edits that were made, each as a pair of numbers: of calls or turns, and of tokens."""
    answer = await anthropic_client.beta.messages.create(
        model="tiny", max_tokens=50, messages=messages, tools=TOOLS, context_management={"edits": edits}
    )
    assert answer.context_management is not None
    return answer.context_management.applied_edits


async def test_the_oldest_results_are_cleared(anthropic_client: anthropic.AsyncAnthropic, read: Read) -> None:
    turns = history(*(call(n) for n in range(1, 6)))
    [edit] = await ask(anthropic_client, turns, CLEAR_ALL | {"keep": {"type": "tool_uses", "value": 2}})
    assert read.results() == [CLEARED] * 3 + ["text 4 " * 20, "text 5 " * 20]
    assert read.inputs() == [{"path": f"/{n}"} for n in range(1, 6)]
    assert (edit.type, edit.cleared_tool_uses) == ("clear_tool_uses_20250919", 3)
    less = 3 * (len("text 1 " * 20) - len(CLEARED)) / 4
    assert edit.cleared_input_tokens == pytest.approx(less, abs=1)


async def test_three_results_stay_and_a_short_conversation_is_not_touched(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    turns = history(*(call(n) for n in range(1, 6)))
    plain = {"type": "clear_tool_uses_20250919"}
    assert await ask(anthropic_client, turns, plain) == []
    assert CLEARED not in read.results()
    [edit] = await ask(anthropic_client, turns, plain | {"trigger": {"type": "input_tokens", "value": 100}})
    assert edit.cleared_tool_uses == 2
    assert await ask(anthropic_client, turns, plain | {"trigger": {"type": "tool_uses", "value": 5}}) == []
    [edit] = await ask(anthropic_client, turns, plain | {"trigger": {"type": "tool_uses", "value": 4}})
    assert edit.cleared_tool_uses == 2


async def test_nothing_is_counted_where_nothing_can_be_cleared(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    turns = history(*(call(n, thought="Hm") for n in range(1, 4)))
    edits: list[Any] = [
        {"type": "clear_thinking_20251015", "keep": "all"},
        {"type": "clear_tool_uses_20250919", "trigger": {"type": "input_tokens", "value": 1}},
    ]
    assert await ask(anthropic_client, turns, *edits) == []
    assert read.counted == 0


async def test_too_little_is_not_worth_it(anthropic_client: anthropic.AsyncAnthropic, read: Read) -> None:
    turns = history(call(1), call(2))
    for least, made in ((1000, 0), (10, 1)):
        bound = {"clear_at_least": {"type": "input_tokens", "value": least}}
        assert len(await ask(anthropic_client, turns, CLEAR_ALL | bound)) == made
        assert (CLEARED in read.results()) == bool(made)


async def test_some_tools_results_and_some_tools_inputs(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    turns = history(call(1, tool="read"), call(2, tool="search"), call(3, tool="write"))
    excluded = CLEAR_ALL | {"exclude_tools": ["search"]}
    await ask(anthropic_client, turns, excluded | {"clear_tool_inputs": True})
    assert read.results() == [CLEARED, "text 2 " * 20, CLEARED]
    assert read.inputs() == [{}, {"path": "/2"}, {}]
    await ask(anthropic_client, turns, CLEAR_ALL | {"clear_tool_inputs": ["write"]})
    assert read.results() == [CLEARED] * 3
    assert read.inputs() == [{"path": "/1"}, {"path": "/2"}, {}]


async def test_a_result_that_brings_tools_stays(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    found = [{"type": "tool_reference", "tool_name": "read"}]
    [edit] = await ask(anthropic_client, history(call(1, result=found), call(2)), CLEAR_ALL)
    assert edit.cleared_tool_uses == 1
    assert read.results() == ["[The tool 'read' can be called.]", CLEARED]


async def test_thinking_of_earlier_turns_is_left_out(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    """A turn goes on over the results of its tools."""
    said = [{"role": "user", "content": "More"}]
    turns = history(call(1, thought="A"), call(2, thought="B"), said, call(3, thought="C"), said)
    turns += call(4, thought="D")
    edit: dict[str, Any] = {"type": "clear_thinking_20251015"}
    [made] = await ask(anthropic_client, turns, edit)
    assert (made.type, made.cleared_thinking_turns) == ("clear_thinking_20251015", 2)
    assert made.cleared_input_tokens > 0
    assert read.thoughts() == [None, None, None, "D"]
    [made] = await ask(anthropic_client, turns, edit | {"keep": {"type": "thinking_turns", "value": 2}})
    assert read.thoughts() == [None, None, "C", "D"]
    for keep in ("all", {"type": "all"}, {"type": "thinking_turns", "value": 3}):
        assert await ask(anthropic_client, turns, edit | {"keep": keep}) == []
        assert read.thoughts() == ["A", "B", "C", "D"]


async def test_edits_are_made_one_after_the_other_and_reported_in_a_stream(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    turns = history(call(1, thought="A"), [{"role": "user", "content": "More"}], call(2, thought="B"))
    edits: Any = {"edits": [{"type": "clear_thinking_20251015"}, CLEAR_ALL]}
    async with anthropic_client.beta.messages.stream(
        model="tiny", max_tokens=50, messages=turns, tools=TOOLS, context_management=edits
    ) as events:
        answer = await events.get_final_message()
    assert answer.context_management is not None
    assert [edit.type for edit in answer.context_management.applied_edits] == [
        "clear_thinking_20251015",
        "clear_tool_uses_20250919",
    ]
    assert read.results() == [CLEARED] * 2


async def test_tokens_are_counted_of_what_is_left(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    turns = history(call(1), call(2))
    counted = await anthropic_client.beta.messages.count_tokens(
        model="tiny", messages=turns, tools=TOOLS, context_management={"edits": [CLEAR_ALL]}
    )
    whole = await anthropic_client.messages.count_tokens(model="tiny", messages=turns, tools=TOOLS)
    assert counted.context_management is not None
    assert counted.context_management.original_input_tokens == whole.input_tokens
    assert counted.input_tokens < whole.input_tokens - 40


async def test_edits_that_are_not_known_are_named(
    anthropic_client: anthropic.AsyncAnthropic, read: Read
) -> None:
    newer = {"type": "clear_images_20990101", "keep": 3}
    odd = CLEAR_ALL | {"trigger": {"type": "minutes", "value": 3}}
    raw = await anthropic_client.beta.messages.with_raw_response.create(
        model="tiny",
        max_tokens=50,
        messages=history(call(1)),
        extra_body={"context_management": {"edits": [newer, odd]}},
    )
    assert raw.headers["x-ignored-parameters"].split(", ") == [
        "context_management.edits.0.clear_images_20990101",
        "context_management.edits.1.clear_tool_uses_20250919",
    ]
    assert CLEARED not in read.results()
