"""Custom tools of chat completions, which take text, with OpenAI's client and no model."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import openai
import pytest

from accord.engine import Conversation, Delta, Generation, RenderedPrompt, Sampling, ToolCallDelta, Usage
from accord.handlers.call import Services
from accord.store import Address
from tests.deltas import GivenDeltas

PATCH = {
    "type": "custom",
    "custom": {
        "name": "apply_patch",
        "description": "Patches.",
        "format": {"type": "grammar", "grammar": {"syntax": "lark", "definition": 'start: "+" /.*/'}},
    },
}
NOTE = {"type": "custom", "custom": {"name": "note"}}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
TOOLS: Any = [WEATHER, PATCH, NOTE]
ASKED: Any = [{"role": "user", "content": "Mend it."}]
PARTS = ['{"inp', 'ut": "+ one\\n', "two \\ud83d", '\\ude00"}']
TEXT = "+ one\ntwo 😀"


@pytest.fixture
def address(sqlite_address: Address) -> Address:
    return sqlite_address


@dataclass
class Model:
    """Calls what it is told to call, and remembers what it was asked."""

    calls: list[list[ToolCallDelta]]
    ignored: list[str] = field(default_factory=list)
    asked: Conversation | None = None

    async def chat(self, conversation: Conversation, sampling: Sampling, **_: Any) -> Generation:
        self.asked = conversation

        async def deltas() -> AsyncGenerator[list[Delta], None]:
            for calls in self.calls:
                yield [Delta(0, tool_calls=calls)]
            yield [Delta(0, finish_reason="stop")]

        prompts = [RenderedPrompt([1])]
        return Generation(prompts, GivenDeltas(deltas()), Usage(1, 1), ignored=self.ignored)

    @property
    def tools(self) -> list[dict[str, Any]]:
        assert self.asked is not None
        return self.asked.tools or []


@pytest.fixture
def model(services: Services, monkeypatch: pytest.MonkeyPatch) -> Model:
    opening = ToolCallDelta(0, "call_1", "apply_patch", "")
    parts = [[ToolCallDelta(0, arguments=part)] for part in PARTS]
    other = [ToolCallDelta(1, "call_2", "weather", "{}"), ToolCallDelta(2, "call_3", "note", '["odd"]')]
    made = Model([[opening], *parts, other])
    monkeypatch.setattr(services.engine, "chat", made.chat)
    return made


async def test_calls_are_custom(accord: openai.AsyncOpenAI, model: Model) -> None:
    answer = await accord.chat.completions.create(model="tiny", messages=ASKED, tools=TOOLS)
    calls = answer.choices[0].message.tool_calls
    assert calls
    patch, weather, note = calls
    assert patch.to_dict() == {
        "id": "call_1",
        "type": "custom",
        "custom": {"name": "apply_patch", "input": TEXT},
    }
    assert weather.to_dict() == {
        "id": "call_2",
        "type": "function",
        "function": {"name": "weather", "arguments": "{}"},
    }
    assert note.to_dict()["custom"] == {"name": "note", "input": '["odd"]'}
    assert answer.choices[0].finish_reason == "tool_calls"


async def test_calls_are_custom_in_a_stream(accord: openai.AsyncOpenAI, model: Model) -> None:
    stream = await accord.chat.completions.create(model="tiny", messages=ASKED, tools=TOOLS, stream=True)
    told = [call.to_dict() async for chunk in stream for call in chunk.choices[0].delta.tool_calls or ()]
    assert told == [
        {"index": 0, "id": "call_1", "type": "custom", "custom": {"name": "apply_patch", "input": ""}},
        {"index": 0, "custom": {"input": "+ one\n"}},
        {"index": 0, "custom": {"input": "two "}},
        {"index": 0, "custom": {"input": "😀"}},
        {"index": 1, "id": "call_2", "type": "function", "function": {"name": "weather", "arguments": "{}"}},
        {"index": 2, "id": "call_3", "type": "custom", "custom": {"name": "note", "input": ""}},
        {"index": 2, "custom": {"input": '["odd"]'}},
    ]


async def test_the_model_gets_a_function(accord: openai.AsyncOpenAI, model: Model) -> None:
    await accord.chat.completions.create(model="tiny", messages=ASKED, tools=TOOLS)
    _, patch, note = (tool["function"] for tool in model.tools)
    assert patch["description"] == "Patches."
    about = patch["parameters"]["properties"]["input"]["description"]
    assert about == 'The tool\'s input, as plain text. It keeps to this Lark grammar:\nstart: "+" /.*/'
    assert note["parameters"]["required"] == ["input"]
    assert model.asked is not None
    [grammar] = model.asked.tool_grammars.values()
    assert (grammar.syntax, grammar.field) == ("lark", "tools.1.custom.format")


async def test_a_call_that_comes_back_is_the_functions(accord: openai.AsyncOpenAI, model: Model) -> None:
    called = {"id": "call_1", "type": "custom", "custom": {"name": "apply_patch", "input": TEXT}}
    history: Any = [
        *ASKED,
        {"role": "assistant", "tool_calls": [called]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Done."},
    ]
    await accord.chat.completions.create(model="tiny", messages=history, tools=TOOLS)
    assert model.asked is not None
    [call] = model.asked.messages[1]["tool_calls"]
    assert (call["id"], call["type"], call["function"]["name"]) == ("call_1", "function", "apply_patch")
    assert json.loads(call["function"]["arguments"]) == {"input": TEXT}


@pytest.mark.parametrize(
    ("choice", "names", "asked"),
    [
        (
            {"type": "custom", "custom": {"name": "note"}},
            ["weather", "apply_patch", "note"],
            {"type": "function", "function": {"name": "note"}},
        ),
        (
            {
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "required",
                    "tools": [
                        {"type": "custom", "custom": {"name": "note"}},
                        {"type": "function", "function": {"name": "weather"}},
                    ],
                },
            },
            ["weather", "note"],
            "required",
        ),
    ],
    ids=["custom", "allowed_tools"],
)
async def test_one_can_be_chosen(
    accord: openai.AsyncOpenAI, model: Model, choice: Any, names: list[str], asked: Any
) -> None:
    await accord.chat.completions.create(model="tiny", messages=ASKED, tools=TOOLS, tool_choice=choice)
    assert model.asked is not None
    assert [tool["function"]["name"] for tool in model.tools] == names
    assert model.asked.tool_choice == asked
    missing: Any = {"type": "custom", "custom": {"name": "other"}}
    with pytest.raises(openai.BadRequestError, match="there is no tool 'other'"):
        await accord.chat.completions.create(model="tiny", messages=ASKED, tools=TOOLS, tool_choice=missing)


async def test_fields_without_effect_are_listed(accord: openai.AsyncOpenAI, model: Model) -> None:
    """A format that is not known, and a grammar that the engine cannot hold calls to."""
    model.ignored = ["tools.0.custom.format"]
    newer = {"type": "custom", "custom": {"name": "draw", "format": {"type": "svg"}}}
    raw = await accord.chat.completions.with_raw_response.create(
        model="tiny",
        messages=ASKED,
        tools=[PATCH, newer],  # type: ignore[list-item]
    )
    named = set(raw.headers["x-ignored-parameters"].split(", "))
    assert named == {"tools.0.custom.format", "tools.1.custom.format.svg"}


async def test_a_stored_completion_lists_the_calls(accord: openai.AsyncOpenAI, model: Model) -> None:
    called = {"id": "call_1", "type": "custom", "custom": {"name": "note", "input": "Hi"}}
    history: Any = [*ASKED, {"role": "assistant", "tool_calls": [called]}, *ASKED]
    answer = await accord.chat.completions.create(model="tiny", messages=history, tools=TOOLS, store=True)
    listed = await accord.chat.completions.messages.list(answer.id)
    assert listed.data[1].to_dict()["tool_calls"] == [called]
    kept = await accord.chat.completions.retrieve(answer.id)
    assert kept.choices[0].message.tool_calls == answer.choices[0].message.tool_calls


async def test_an_unknown_kind_of_tool_is_refused_with_the_known_ones(accord: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await accord.chat.completions.create(
            model="tiny",
            messages=ASKED,
            tools=[{"type": "web_search"}],  # type: ignore[list-item]
        )
    assert "'function' or 'custom'" in caught.value.message
