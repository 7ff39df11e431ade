"""Requests for messages, converted to conversations and sampling parameters."""

import json
from typing import Any

import pytest

from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown, text_only
from accord.dialects.messages.history import _History
from accord.dialects.messages.request import conversation, sampling
from accord.dialects.messages.tools import Tools
from accord.dialects.summary import INTRODUCTION
from accord.errors import InvalidRequest
from accord.generated import models
from tests.agent_request import TOOL_NAMES, agent_request
from tests.joining import JoinedOnce
from tests.unit.message_requests import WEATHER, left_out, message_request, names, read

SEARCH = {"type": "web_search_20250305", "name": "web_search", "max_uses": 5}


def test_an_agents_request() -> None:
    body = models.MessageRequest.model_validate(agent_request())
    result = conversation(body, text_only())
    system, user, assistant, first, second, then, reminder = result.messages
    assert system["role"] == "system"
    assert system["content"].startswith("You are an agent.# Tone")
    reminder_text, asked = (part["text"] for part in user["content"])
    assert (reminder_text[-18:], asked) == ("</system-reminder>", "Fix the bug.")
    assert assistant["content"] == "I will look."
    assert assistant["reasoning"] == "I read both files."
    assert [call["id"] for call in assistant["tool_calls"]] == ["toolu_1", "toolu_2"]
    assert json.loads(assistant["tool_calls"][0]["function"]["arguments"]) == {"mode": "fast", "limit": 1}
    assert first == {
        "role": "tool",
        "tool_call_id": "toolu_1",
        "name": "Read",
        "content": "1\tdef f():\n2\tpass",
    }
    assert second["content"] == "Error: exit code 1"
    assert then == {"role": "user", "content": "Go on."}
    assert reminder == {"role": "system", "content": "The user is away."}
    assert result.tools is not None
    assert [tool["function"]["name"] for tool in result.tools] == TOOL_NAMES
    assert result.tool_choice == "auto"
    assert result.reasoning_effort == "high"
    assert result.chat_template_kwargs == {"enable_thinking": True, "thinking": True}


def test_system_messages_stay_where_they_are() -> None:
    late = {"role": "system", "content": [{"type": "text", "text": "B"}, {"type": "text", "text": "C"}]}
    assert read(late, "Hi", late, late, "Ho", system="A").messages == [
        {"role": "system", "content": "A"},
        {"role": "system", "content": "BC"},
        {"role": "user", "content": "Hi"},
        {"role": "system", "content": "BC"},
        {"role": "system", "content": "BC"},
        {"role": "user", "content": "Ho"},
    ]


def test_an_empty_system_message_is_dropped() -> None:
    billing = {"role": "system", "content": "x-anthropic-billing-header: cch=1;"}
    said = read(billing, "Hi", {"role": "system", "content": []}, "Ho", system="").messages
    assert said == [{"role": "user", "content": parts("Hi", "Ho")}]


def test_a_billing_line_is_left_out_and_nothing_else() -> None:
    """It is another in each request, which no cached prefix would survive."""
    lines = "x-anthropic-billing-header: cch=1;\nBe brief.\n"
    for system in (lines, [{"type": "text", "text": lines}]):
        assert read("Hi", system=system).messages[0] == {"role": "system", "content": "Be brief.\n"}


def test_texts_are_parts_as_vllms_server_has_them() -> None:
    """Some templates trim each, or put nothing between them; one text alone is no list, as all take it."""
    turn = {"role": "user", "content": parts("\n\nA", "B ")}
    answer = {"role": "assistant", "content": parts("\n\nC")}
    said = read(turn, answer, "D").messages
    assert [message["content"] for message in said] == [parts("\n\nA", "B "), "\n\nC", "D"]


def test_turns_of_one_speaker_are_put_together_once() -> None:
    thought = {"type": "thinking", "thinking": "Hm", "signature": "s"}
    used = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
    body = message_request(*[{"role": "assistant", "content": [thought, thought, used]}] * 3)
    for block in (block for turn in body.messages for block in turn.content):
        if isinstance(block, models.MessageThinkingBlockParam):
            block.thinking = JoinedOnce("Hm")
    [message] = conversation(body, text_only()).messages
    assert message["reasoning"] == "Hm" * 6
    assert len(message["tool_calls"]) == 3


def test_messages_are_joined_in_place() -> None:
    history = _History(Tools(message_request(), Ignored()), text_only())
    said = [{"type": "text", "text": "a"}]
    for _ in range(3):
        history.add({"role": "user", "content": said if not history.messages else said[:1]})
    assert [message["content"] for message in history.messages] == [said]
    assert history.messages[0]["content"] is said
    assert len(said) == 3


def test_results_come_before_what_else_the_user_says() -> None:
    answer = {"type": "tool_result", "tool_use_id": "toolu_1"}
    result = read({"role": "user", "content": [{"type": "text", "text": "So?"}, answer]})
    assert [m["role"] for m in result.messages] == ["tool", "user"]
    assert result.messages[0]["content"] == ""


def test_the_model_continues_from_the_assistants_last_text() -> None:
    prefill = read("Hi", {"role": "assistant", "content": "{"})
    assert (prefill.continue_final_message, prefill.add_generation_prompt) == (True, False)
    called = [{"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}]
    calls = read("Hi", {"role": "assistant", "content": called})
    assert (calls.continue_final_message, calls.add_generation_prompt) == (False, True)


def test_images_go_to_a_model_that_sees() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "aGk="}
    image = {"type": "image", "source": source}
    answer = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [image]}
    result = read({"role": "user", "content": [answer, image]}, takes=frozenset(["image"]))
    seen = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    assert result.messages[1] == {"role": "user", "content": [seen, seen]}


def test_a_text_model_gets_a_line_about_an_image_in_a_tool_result() -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
    uploaded = {"type": "image", "source": {"type": "file", "file_id": "f"}}
    blocks = [{"type": "text", "text": "Here:"}, image, uploaded]
    answer = {"type": "tool_result", "tool_use_id": "toolu_1", "content": blocks}
    shown = text_only()
    result = conversation(message_request({"role": "user", "content": [answer]}), shown)
    line = "[an image that this model cannot see]"
    assert result.messages[0]["content"] == f"Here:\n{line}\n{line}"
    assert shown.left_out == ["messages.0.content.0.content.1", "messages.0.content.0.content.2"]


def parts(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text} for text in texts]


def test_features_of_anthropics_servers_are_ignored_and_listed() -> None:
    used = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    found = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
    uploaded = {"type": "container_upload", "file_id": "file_1"}
    messages = [
        {"role": "assistant", "content": [used, found]},
        {"role": "assistant", "content": [used, found, {"type": "text", "text": "Sunny."}]},
        {"role": "user", "content": [uploaded, {"type": "text", "text": "Thanks."}]},
    ]
    result = read("Weather?", *messages, tools=[SEARCH, WEATHER])
    assert result.messages == [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": "Sunny."},
        {"role": "user", "content": "Thanks."},
    ]
    assert names(result.tools) == ["weather"]
    assert left_out("Weather?", *messages, tools=[SEARCH, WEATHER]) == [
        "tools.0.web_search_20250305",
        *("messages.1.content.0.server_tool_use", "messages.1.content.1.web_search_tool_result"),
        *("messages.2.content.0.server_tool_use", "messages.2.content.1.web_search_tool_result"),
        "messages.3.content.0.container_upload",
    ]


def test_ignored_parts_are_listed_once() -> None:
    """Not once more for each of its fields that are not known."""
    named = ["speed", "tools.0.max_uses"]
    conversation(message_request(tools=[SEARCH]), Shown(frozenset(), named))
    assert named == ["speed", "tools.0.web_search_20250305"]


def test_a_computer_tool_is_left_out() -> None:
    screen = {"type": "computer_20250124", "name": "computer", "display_width_px": 1, "display_height_px": 1}
    assert left_out(tools=[screen]) == ["tools.0.computer_20250124"]


def test_values_that_are_newer_than_the_contract_are_left_out_and_named() -> None:
    newer: dict[str, Any] = {
        "thinking": {"type": "dreaming"},
        "tool_choice": {"type": "best"},
        "output_config": {"effort": "heroic", "format": {"type": "grammar"}},
    }
    result = read(tools=[WEATHER], **newer)
    assert (result.tool_choice, result.reasoning_effort) == ("auto", None)
    assert result.chat_template_kwargs is None
    assert sampling(message_request(**newer), limits_thinking=True).response_format is None
    named = ["tool_choice.best", "output_config.format.grammar", "output_config.effort", "thinking.dreaming"]
    assert left_out(tools=[WEATHER], **newer) == named


@pytest.mark.parametrize("display", ["summarized", "omitted", "updates", "next_year"])
def test_however_thinking_is_to_be_shown(display: str) -> None:
    result = read(thinking={"type": "adaptive", "display": display})
    assert result.chat_template_kwargs == {"enable_thinking": True, "thinking": True}


def test_a_system_message_that_is_only_for_the_users_turn_before_it() -> None:
    note = {"role": "system", "content": "Soon.", "clear_at": "next_user_message"}
    assert [m["content"] for m in read("Hi", note).messages] == ["Hi", "Soon."]
    assert [m["content"] for m in read("Hi", note, "Ho").messages] == [parts("Hi", "Ho")]


def test_search_results_are_text() -> None:
    said = {"type": "search_result", "title": "T", "source": "x", "content": [{"type": "text", "text": "B"}]}
    assert read({"role": "user", "content": [said]}).messages == [{"role": "user", "content": "T\nx\nB"}]


def test_a_conversation_begins_with_its_last_summary() -> None:
    """Whoever said it, and in the middle of a message."""
    first, last = ({"type": "compaction", "content": text} for text in ("We met.", "We spoke."))
    none = {"type": "compaction", "content": None}
    said = [{"type": "text", "text": text} for text in ("Before.", "After.")]
    assistants = {"role": "assistant", "content": [first, said[0], last, said[1], none]}
    told = {"role": "user", "content": f"{INTRODUCTION}We spoke."}
    result = read("Hello", assistants, "Go on.")
    assert result.messages == [
        told,
        {"role": "assistant", "content": "After."},
        {"role": "user", "content": "Go on."},
    ]
    assert read("Hello", {"role": "user", "content": [said[0], last]}).messages == [told]
    assert not read("Hello", {"role": "assistant", "content": [last]}).continue_final_message


def test_a_document_that_cannot_be_read_is_a_line_of_text() -> None:
    pdf = {"type": "document", "title": "T", "source": {"type": "url", "url": "https://a/b.pdf"}}
    turn = {"role": "user", "content": [pdf]}
    assert read(turn).messages[0]["content"] == parts("T", "[a PDF that this model cannot read]")
    assert left_out(turn) == ["messages.0.content.0.source"]
    text = {"type": "content", "content": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]}
    read_text = read({"role": "user", "content": [pdf | {"source": text}]})
    assert read_text.messages[0]["content"] == parts("T", "A", "B")
    coded = {"type": "base64", "media_type": "text/plain", "data": "Qm9keQ=="}
    read_code = read({"role": "user", "content": [pdf | {"source": coded}]})
    assert read_code.messages[0]["content"] == parts("T", "Body")


def test_documents_of_text_are_read() -> None:
    document = {"type": "document", "title": "T", "source": {"type": "text", "data": "Body"}}
    assert read({"role": "user", "content": [document]}).messages[0]["content"] == parts("T", "Body")


def user(*blocks: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(blocks)}]}


@pytest.mark.parametrize(
    ("fields", "param", "named"),
    [
        (user({"type": "image", "source": {"type": "url", "url": "x"}}), "messages.0.content.0", "image"),
        (user({"type": "tool_use", "id": "t", "name": "n", "input": {}}), "messages.0.content.0", "tool_use"),
        ({"tool_choice": {"type": "any"}}, "tool_choice", "tools"),
        ({"tools": [SEARCH], "tool_choice": {"type": "any"}}, "tool_choice", "tools"),
        (
            {"tools": [SEARCH], "tool_choice": {"type": "tool", "name": "web_search"}},
            "tool_choice.name",
            "web",
        ),
        ({"tools": [WEATHER], "tool_choice": {"type": "tool", "name": "x"}}, "tool_choice.name", "'x'"),
    ],
)
def test_an_unsupported_value_is_refused_with_its_path(fields: Any, param: str, named: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        read(**fields)
    assert error.value.param == param
    assert named in error.value.message


def test_sampling() -> None:
    answer_format = {"type": "json_schema", "schema": {"type": "object"}}
    body = message_request(
        stop_sequences=["\n"],
        top_k=5,
        thinking={"type": "enabled", "budget_tokens": 1024},
        output_config={"format": answer_format},
    )
    result = sampling(body, limits_thinking=True)
    assert (result.max_tokens, result.stop, result.top_k) == (2000, ["\n"], 5)
    assert result.thinking_token_budget == 1024
    assert result.response_format is not None
    assert result.response_format["json_schema"]["schema"] == {"type": "object"}
    assert sampling(body, limits_thinking=False).thinking_token_budget is None


def test_thinking_must_leave_room_for_an_answer() -> None:
    body = message_request(thinking={"type": "enabled", "budget_tokens": 2000})
    with pytest.raises(InvalidRequest, match="less than max_tokens"):
        sampling(body, limits_thinking=True)
