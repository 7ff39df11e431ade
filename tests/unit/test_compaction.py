"""Compaction of a conversation, with OpenAI's client and without a model."""

import json
from pathlib import Path
from typing import Any

import openai
import pytest

from accord.dialects.responses.compaction import Compaction, messages_to_keep, opened, since_last_compaction
from accord.dialects.responses.reasoning import encoded_reasoning
from accord.dialects.summary import INTRODUCTION, PROMPT
from accord.handlers.call import Services
from accord.store import Address
from tests.fuzz.echo_engine import EchoEngine
from tests.unit.summarizing import SUMMARY, Summarizing

LONG = "word " * 1000
LOOK = {"type": "function", "name": "look", "description": "Looks.", "parameters": {"type": "object"}}


@pytest.fixture
def address(sqlite_address: Address) -> Address:
    return sqlite_address


@pytest.fixture
def model(services: Services, monkeypatch: pytest.MonkeyPatch) -> Summarizing:
    assert isinstance(services.engine, EchoEngine)
    return Summarizing(services.engine, monkeypatch)


async def prompt(accord: openai.AsyncOpenAI, **fields: Any) -> list[tuple[str, str]]:
    """Return what the model would read: the role and the text of each message."""
    rendered: Any = await accord.post("/responses/render", cast_to=dict[str, Any], body=fields)
    return [(message["role"], message["content"]) for message in json.loads(rendered["prompt"])]


SUMMARIZED = ("user", INTRODUCTION + SUMMARY)
MANAGED: Any = {"context_management": [{"type": "compaction", "compact_threshold": 1000}]}


async def test_a_conversation_is_compacted_and_continued(
    accord: openai.AsyncOpenAI, model: Summarizing
) -> None:
    history: Any = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi!"},
        {"role": "user", "content": "How are you?"},
    ]
    compacted = await accord.responses.compact(model="tiny", input=history, instructions="Answer.")
    assert compacted.object == "response.compaction"
    assert [item.type for item in compacted.output] == ["message", "message", "message", "compaction"]
    assert (compacted.usage.input_tokens, compacted.usage.output_tokens) == (7, 3)
    [asked] = model.asked
    assert [message["role"] for message in asked.messages] == [
        "system", "developer", "user", "assistant", "user", "user",
    ]  # fmt: skip
    kept: Any = [item.to_dict(warnings=False) for item in compacted.output]
    said = await prompt(accord, input=[*kept, {"role": "user", "content": "And now?"}])
    assert said == [
        ("developer", "Be kind."),
        ("user", "Hello"),
        ("user", "How are you?"),
        SUMMARIZED,
        ("user", "And now?"),
    ]
    again = await accord.responses.compact(
        model="tiny", input=[*kept, {"role": "assistant", "content": "Hm."}]
    )
    assert [item.type for item in again.output] == ["message", "message", "message", "compaction"]


async def test_a_stored_response_is_compacted(accord: openai.AsyncOpenAI, model: Summarizing) -> None:
    first = await accord.responses.create(input="Hello")
    compacted = await accord.responses.compact(model="tiny", previous_response_id=first.id)
    assert [item.type for item in compacted.output] == ["message", "compaction"]
    with pytest.raises(openai.BadRequestError, match="input: Field required"):
        await accord.responses.compact(model="tiny")


async def test_a_compaction_s_prompt_begins_as_the_turn_before_it(
    accord: openai.AsyncOpenAI, model: Summarizing
) -> None:
    """Instructions, tools and effort are those of the stored response, or given again."""
    patch: Any = {"type": "custom", "name": "patch", "format": {"type": "text"}}
    found: Any = {"type": "namespace", "name": "web", "description": "The web.", "tools": [LOOK]}
    turn: Any = {"instructions": "Be brief.", "tools": [LOOK, patch, found], "reasoning": {"effort": "low"}}
    items: Any = [{"role": "user", "content": "Hello"}]
    first = await accord.responses.create(input=items, **turn)
    answered = model.conversation
    assert answered is not None
    await accord.responses.compact(model="tiny", previous_response_id=first.id)
    own: Any = {"model": "tiny", "input": items, "instructions": "Be brief."}
    await accord.responses.compact(**own, extra_body={"tools": turn["tools"], "reasoning": turn["reasoning"]})
    await accord.responses.compact(model="tiny", previous_response_id=first.id, instructions="Summarize.")
    stored, given, instructed = model.asked
    for asked in (stored, given):
        assert asked.messages[: len(answered.messages)] == answered.messages
        assert asked.tools == answered.tools
        assert asked.tool_choice == "none"
        assert asked.reasoning_effort == "low"
    assert instructed.messages[0] == {"role": "system", "content": "Summarize."}


@pytest.mark.parametrize("background", [False, True])
async def test_a_long_prompt_is_compacted_before_it_is_answered(
    accord: openai.AsyncOpenAI, model: Summarizing, background: bool
) -> None:
    first = await accord.responses.create(input="Hello")
    async with accord.responses.stream(
        model="tiny",
        input=[{"role": "user", "content": LONG}, {"role": "user", "content": "Go on"}],
        previous_response_id=first.id,
        extra_body=MANAGED | {"background": background},
    ) as events:
        told = [event async for event in events]
        second = await events.get_final_response()
    types = [event.type for event in told]
    start = types.index("response.output_item.added")
    assert types[start : start + 4] == [
        "response.output_item.added",
        "response.compaction.compacting",
        "response.output_item.done",
        "response.output_item.added",
    ]
    assert types[start - 1] == "response.in_progress"
    assert [event.sequence_number for event in told if hasattr(event, "sequence_number")] == list(
        range(len([event for event in told if hasattr(event, "sequence_number")]))
    )
    assert [item.type for item in second.output] == ["compaction", "message"]
    assert second.output_text == INTRODUCTION + SUMMARY  # the echo of what the model has read last
    said = await prompt(accord, input="And now?", previous_response_id=second.id)
    assert said == [("user", "Go on"), SUMMARIZED, ("assistant", second.output_text), ("user", "And now?")]
    whole = await accord.responses.create(input="And now?", previous_response_id=second.id, **MANAGED)
    assert [item.type for item in whole.output] == ["message"]


async def test_a_conversation_is_compacted(accord: openai.AsyncOpenAI, model: Summarizing) -> None:
    conversation = await accord.conversations.create()
    text = "word " * 200
    counts = []
    for _ in range(3):
        await accord.responses.create(input=text, conversation=conversation.id, **MANAGED)
        items = [item.type async for item in accord.conversations.items.list(conversation.id)]
        counts.append(items.count("compaction"))
    assert counts == [0, 0, 1]
    said = await prompt(accord, input="x", conversation=conversation.id)
    assert said[:3] == [("user", text), ("user", text), SUMMARIZED]


async def test_a_short_conversation_is_not_compacted(accord: openai.AsyncOpenAI, model: Summarizing) -> None:
    answer = await accord.responses.create(input="Hello", **MANAGED)
    assert [item.type for item in answer.output] == ["message"]
    assert not model.asked
    raw = await accord.responses.with_raw_response.create(
        input="Hello", extra_body={"context_management": [{"type": "clearing"}]}
    )
    assert "context_management.0" in raw.headers["x-ignored-parameters"]
    with pytest.raises(openai.BadRequestError, match="compact_threshold"):
        await accord.responses.create(
            input="Hello", context_management=[{"type": "compaction", "compact_threshold": 999}]
        )


async def test_without_a_summary_the_whole_is_read(accord: openai.AsyncOpenAI, model: Summarizing) -> None:
    model.summary = ""
    answer = await accord.responses.create(input=LONG, **MANAGED)
    assert [item.type for item in answer.output] == ["message"]
    with pytest.raises(openai.InternalServerError, match="wrote no summary"):
        await accord.responses.compact(model="tiny", input="Hello")


@pytest.mark.parametrize("stream", [False, True])
async def test_a_trigger_has_what_was_said_compacted_and_nothing_answered(
    accord: openai.AsyncOpenAI, model: Summarizing, stream: bool
) -> None:
    given: Any = [{"role": "user", "content": "Hello"}, {"type": "compaction_trigger"}]
    answer: Any
    if stream:
        events = [event async for event in await accord.responses.create(input=given, stream=True)]
        assert [event.type for event in events] == [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.compaction.compacting",
            "response.output_item.done",
            "response.completed",
        ]
        last: Any = events[-1]
        answer = last.response
    else:
        answer = await accord.responses.create(input=given)
    [item] = answer.output
    assert item.type == "compaction"
    assert opened(item.encrypted_content) == Compaction(SUMMARY, 1)
    assert await prompt(accord, input="More", previous_response_id=answer.id) == [
        ("user", "Hello"), SUMMARIZED, ("user", "More"),
    ]  # fmt: skip
    *_, (role, text) = await prompt(accord, input=given)
    assert (role, text) == ("user", PROMPT)
    model.summary = ""
    assert (await accord.responses.create(input=given)).status == "failed"
    raw = await accord.conversations.with_raw_response.create(items=given)
    assert raw.headers["x-ignored-parameters"] == "items.1.compaction_trigger"
    with pytest.raises(openai.BadRequestError, match=r"input\.0: a compaction_trigger must be the last"):
        await accord.responses.create(input=given[::-1])


async def test_another_server_s_compaction_is_left_out_and_named(accord: openai.AsyncOpenAI) -> None:
    for content in (
        "gAAAAAB",
        encoded_reasoning("no JSON"),
        encoded_reasoning("[]"),
        "accord-1.%",
        "accord-1.é",
    ):
        raw = await accord.responses.with_raw_response.create(
            input=[
                {"type": "compaction", "encrypted_content": content},
                {"role": "user", "content": "Hello"},
            ]
        )
        assert raw.headers["x-ignored-parameters"] == "input.0.compaction"
        assert raw.parse().output_text == "Hello"


async def test_a_conversation_that_is_too_long_to_be_summarized_loses_its_beginning(
    accord: openai.AsyncOpenAI, model: Summarizing
) -> None:
    call: Any = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    loop: Any = [call, {"type": "function_call_output", "call_id": "c", "output": LONG}]
    history: Any = [{"role": "user", "content": "Hello"}, *loop, *loop]
    await accord.responses.compact(model="tiny", input=history)
    [asked] = model.asked
    assert [message["role"] for message in asked.messages] == ["assistant", "tool", "user"]


def message(number: int, role: str = "user") -> dict[str, Any]:
    text = {"type": "input_text", "text": str(number) * 40}
    return {"id": f"msg_{number}", "type": "message", "role": role, "content": [text]}


def compaction(kept: int) -> dict[str, Any]:
    return Compaction("x", kept).item("cmp_1").model_dump()


@pytest.mark.parametrize(("kept", "left"), [(-1, []), (0, []), (1, [2]), (2, [1, 2]), (9, [1, 2])])
def test_as_many_of_the_user_s_messages_stay_as_were_kept(kept: int, left: list[int]) -> None:
    items = [message(0, "system"), message(1), message(5, "assistant"), message(2)]
    what = since_last_compaction([*items, compaction(1), compaction(kept), message(3)])
    assert [item["id"] for item in what] == ["msg_0", *(f"msg_{n}" for n in left), "cmp_1", "msg_3"]


def test_calls_that_are_answered_later_stay() -> None:
    call = {"id": "fc_1", "type": "function_call", "call_id": "c"}
    output = {"id": "fco_1", "type": "function_call_output", "call_id": "c"}
    assert since_last_compaction([call, compaction(1), output]) == [call, compaction(1), output]
    assert since_last_compaction([call, output, compaction(1)]) == [compaction(1)]


def test_the_latest_messages_are_kept_that_fit_and_one_in_any_case() -> None:
    items = [message(number) for number in range(4)]
    assert [messages_to_keep(items, tokens) for tokens in (0, 10, 20, 29, 400)] == [1, 1, 2, 2, 4]
    assert messages_to_keep([message(1, "assistant")], 9) == 0


def test_the_manual_has_the_prompt() -> None:
    assert PROMPT in " ".join((Path(__file__).parents[2] / "docs/operations.md").read_text().split())
