"""Compaction of messages, with Anthropic's client and no model."""

from typing import Any

import anthropic
import pytest

from accord.dialects.summary import INTRODUCTION, PROMPT_FOR_ALL
from accord.handlers.call import Services
from accord.store import Address
from tests.fuzz.echo_engine import EchoEngine
from tests.unit.summarizing import SUMMARY, Summarizing

LONG = "word " * 1000
LONG_HISTORY: Any = [
    {"role": "user", "content": LONG},
    {"role": "assistant", "content": "Yes?"},
    {"role": "user", "content": "Go on"},
]
COMPACT: Any = {"type": "compact_20260112", "trigger": {"type": "input_tokens", "value": 500}}
SUMMARIZED = {"role": "user", "content": INTRODUCTION + SUMMARY}


@pytest.fixture
def address(sqlite_address: Address) -> Address:
    return sqlite_address


@pytest.fixture
def model(services: Services, monkeypatch: pytest.MonkeyPatch) -> Summarizing:
    assert isinstance(services.engine, EchoEngine)
    return Summarizing(services.engine, monkeypatch)


async def ask(client: anthropic.AsyncAnthropic, messages: Any, *, stream: bool = False, **fields: Any) -> Any:
    """Return the message, which Anthropic's client puts together where it is streamed."""
    asked = {"model": "tiny", "max_tokens": 500, "messages": messages} | fields
    if not stream:
        return await client.beta.messages.create(**asked)
    async with client.beta.messages.stream(**asked) as events:
        return await events.get_final_message()


def managed(**fields: Any) -> Any:
    return {"edits": [COMPACT | fields]}


def answered(message: Any) -> dict[str, Any]:
    """Return a message as Anthropic's client gives it back."""
    return {"role": "assistant", "content": [block.to_dict() for block in message.content]}


@pytest.mark.parametrize("stream", [False, True])
async def test_a_long_conversation_is_compacted_and_answered(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing, stream: bool
) -> None:
    answer = await ask(anthropic_client, LONG_HISTORY, stream=stream, context_management=managed())
    assert [block.type for block in answer.content] == ["compaction", "text"]
    assert answer.content[0].content == SUMMARY
    assert answer.content[1].text == SUMMARIZED["content"]  # the echo of what the model has read last
    assert answer.stop_reason == "end_turn"
    assert answer.context_management.applied_edits == []
    [asked] = model.asked
    assert [message["role"] for message in asked.messages] == ["user", "assistant", "user", "user"]
    first, second = answer.usage.iterations
    assert (first.type, first.input_tokens, first.output_tokens) == ("compaction", 7, 3)
    assert (second.type, second.input_tokens) == ("message", answer.usage.input_tokens)
    assert second.output_tokens == answer.usage.output_tokens


async def test_items_before_a_compaction_are_not_read(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing
) -> None:
    answer = await ask(anthropic_client, LONG_HISTORY, context_management=managed())
    now = {"role": "user", "content": "And now?"}
    said = [*LONG_HISTORY, answered(answer), now]
    again = await ask(anthropic_client, said, system="Be kind.", context_management=managed())
    assert len(model.asked) == 1  # it is short now
    assert model.read == [
        {"role": "system", "content": "Be kind."},
        SUMMARIZED,
        {"role": "assistant", "content": answer.content[1].text},
        now,
    ]
    assert again.usage.iterations is None
    counted = await anthropic_client.beta.messages.count_tokens(
        model="tiny", messages=said, context_management=managed()
    )
    assert counted.input_tokens < 200


async def test_a_short_conversation_is_not_compacted(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing
) -> None:
    short = [{"role": "user", "content": "Hello"}]
    for edit in (COMPACT, {"type": "compact_20260112"}):
        answer = await ask(anthropic_client, short, context_management={"edits": [edit]})
        assert [block.type for block in answer.content] == ["text"]
    assert not model.asked


async def test_without_a_trigger_three_quarters_of_a_short_context_are_the_bound(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing
) -> None:
    edits = {"edits": [{"type": "compact_20260112"}]}
    for letters, compacted in ((4 * 1500, False), (4 * 1600, True)):
        await ask(anthropic_client, [{"role": "user", "content": "a" * letters}], context_management=edits)
        assert bool(model.asked) == compacted


@pytest.mark.parametrize("stream", [False, True])
async def test_a_message_pauses_after_the_compaction(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing, stream: bool
) -> None:
    management = managed(pause_after_compaction=True, instructions="Keep the names.")
    paused = await ask(anthropic_client, LONG_HISTORY, stream=stream, context_management=management)
    assert paused.stop_reason == "compaction"
    [block] = paused.content
    assert block.to_dict() == {
        "type": "compaction", "content": SUMMARY, "encrypted_content": None, "tool_changes": [],
    }  # fmt: skip
    assert [entry.type for entry in paused.usage.iterations] == ["compaction"]
    assert model.asked[0].messages[-1]["content"] == f"{PROMPT_FOR_ALL}\n\nKeep the names."
    tiny = managed(pause_after_compaction=True, trigger={"type": "input_tokens", "value": 1})
    on = await ask(anthropic_client, [*LONG_HISTORY, answered(paused)], context_management=tiny)
    assert model.read == [SUMMARIZED]
    assert on.stop_reason == "end_turn"


@pytest.mark.parametrize("stream", [False, True])
async def test_the_whole_conversation_is_compacted_where_that_is_all_that_is_asked_for(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing, stream: bool
) -> None:
    said = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi!"}]
    made = await ask(anthropic_client, said, stream=stream, compaction={"type": "summarize"})
    assert (made.stop_reason, made.content[0].content) == ("compaction", SUMMARY)
    assert [message["role"] for message in model.asked[0].messages] == ["user", "assistant", "user"]
    assert not model.asked[0].continue_final_message
    await ask(anthropic_client, [answered(made), {"role": "user", "content": "And now?"}])
    assert model.read == [{"role": "user", "content": [
        {"type": "text", "text": SUMMARIZED["content"]}, {"type": "text", "text": "And now?"},
    ]}]  # fmt: skip
    model.prompts = ("Say it in one word.",)
    asked = {"type": "summarize", "instructions": "Say it in one word."}
    await ask(anthropic_client, said, compaction=asked)
    assert model.asked[-1].messages[-1]["content"] == "Say it in one word."
    with pytest.raises(
        anthropic.BadRequestError, match="context_management: cannot be given together with compaction"
    ):
        await ask(anthropic_client, said, compaction=asked, context_management=managed())


async def test_without_a_summary_the_whole_is_read(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing
) -> None:
    model.summary = ""
    answer = await ask(anthropic_client, LONG_HISTORY, context_management=managed())
    assert [block.type for block in answer.content] == ["text"]
    assert model.read == LONG_HISTORY
    for stream in (False, True):
        made = await ask(anthropic_client, LONG_HISTORY, stream=stream, compaction={"type": "summarize"})
        assert made.content[0].content is None
        await ask(anthropic_client, [*LONG_HISTORY, answered(made)])
        assert model.read == LONG_HISTORY  # a block without a summary changes nothing


TOOLS: Any = [
    {"name": "search", "input_schema": {"type": "object"}},
    {"name": "read", "description": "Reads.", "input_schema": {"type": "object"}, "defer_loading": True},
    {"name": "write", "input_schema": {"type": "object"}, "defer_loading": True},
]


async def test_tools_that_were_found_before_a_compaction_can_be_called_after_it(
    anthropic_client: anthropic.AsyncAnthropic, model: Summarizing
) -> None:
    fetch = {"name": "fetch", "input_schema": {"type": "object"}}
    history: Any = [
        {"role": "user", "content": "Find tools"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "search", "input": {}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t", "content": [
                {"type": "tool_reference", "tool_name": "read"},
            ]},
        ]},
        {"role": "system", "content": [
            {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "search"}},
            {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": fetch}},
        ]},
    ]  # fmt: skip
    made = await ask(anthropic_client, history, tools=TOOLS, compaction={"type": "summarize"})
    [block] = made.content
    assert [change.to_dict() for change in block.tool_changes] == [
        {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "read"}},
        {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": fetch}},
        {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "search"}},
    ]
    newer = {"type": "tool_renaming", "tool": {}}
    given: Any = answered(made)
    given["content"][0]["tool_changes"].append(newer)
    raw = await anthropic_client.beta.messages.with_raw_response.create(
        model="tiny", max_tokens=500, messages=[given], tools=TOOLS
    )
    name = "messages.0.content.0.tool_changes.3.tool_renaming"
    assert raw.headers["x-ignored-parameters"] == name
    [message] = model.read
    assert message["content"].startswith(SUMMARIZED["content"])
    assert all(part in message["content"] for part in ("Reads.", '"fetch"', "'search' cannot be called"))
    assert model.callable_tools == ["read", "fetch"]
