import copy
from typing import Any

import pytest
from pydantic import TypeAdapter

from accord.dialects import turns
from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown, text_only
from accord.dialects.responses import items as reading
from accord.dialects.responses.items import chat_messages, input_items, referenced_ids
from accord.dialects.responses.reasoning import encoded_reasoning
from accord.dialects.responses.request import check, conversation, fields_renamed, sampling
from accord.dialects.responses.tools import offered, stored_tools
from accord.engine import Conversation
from accord.errors import InvalidRequest, NotFound
from accord.generated import models
from tests.joining import JoinedOnce

ITEMS: TypeAdapter[Any] = TypeAdapter(list[models.ResponseItem])
CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "18"}
TOOLS = [{"type": "function", "name": "f", "strict": True}, {"type": "function", "name": "g"}]


def request(**fields: Any) -> models.ResponseRequest:
    return models.ResponseRequest.model_validate({"input": "Hello"} | fields)


def kept(*items: Any, shown: Shown | None = None) -> list[dict[str, Any]]:
    found = input_items(request(input=list(items)).input, {}, shown or text_only(), Ignored())
    ITEMS.validate_python(found)
    return found


def asked(items: Any = ({"role": "user", "content": "Hi"},), **fields: Any) -> Conversation:
    body, ignored = request(**fields), Ignored()
    found = kept(*items)
    tools = offered(stored_tools(body.tools or (), "tools", ignored), found)
    return conversation(body, found, tools, ignored, text_only())


def said(*items: Any, instructions: str | None = None) -> list[dict[str, Any]]:
    return chat_messages(instructions, kept(*items), text_only())


def test_a_text_is_a_users_message() -> None:
    [item] = input_items(request().input, {}, text_only(), Ignored())
    assert item.pop("id").startswith("msg_")
    assert item == {
        "type": "message",
        "status": "completed",
        "role": "user",
        "content": [{"type": "input_text", "text": "Hello"}],
    }


def test_instructions_and_the_messages_of_each_role_stay_as_they_are() -> None:
    items = [
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": [{"type": "input_text", "text": "Be kind."}]},
        {"role": "user", "content": "Hello"},
        {
            "role": "developer",
            "content": [{"type": "input_text", "text": text} for text in ("Now", "rhyme.")],
        },
    ]
    assert said(*items, instructions="Be true.") == [
        {"role": "system", "content": "Be true."},
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hello"},
        {"role": "developer", "content": [{"type": "text", "text": text} for text in ("Now", "rhyme.")]},
    ]
    assert said({"role": "user", "content": "Hello"}, instructions="") == [
        {"role": "user", "content": "Hello"}
    ]


def test_reasoning_a_text_and_calls_are_one_message_of_the_assistant() -> None:
    thought = {
        "type": "reasoning",
        "summary": [],
        "content": [{"type": "reasoning_text", "text": "Hm", "x": 1}],
    }
    text = {"type": "message", "role": "assistant", "content": "Let me see."}
    second = CALL | {"call_id": "call_2"}
    messages = said(thought, text, CALL, second, OUTPUT, OUTPUT | {"call_id": "call_2"})
    assert [message["role"] for message in messages] == ["assistant", "tool", "tool"]
    assert messages[0]["reasoning"] == "Hm"
    assert messages[0]["content"] == "Let me see."
    assert [call["id"] for call in messages[0]["tool_calls"]] == ["call_1", "call_2"]
    assert messages[2] == {"role": "tool", "tool_call_id": "call_2", "content": "18"}


def test_consecutive_parts_of_a_turn_are_joined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    thought: Any = {"type": "reasoning", "summary": []}
    items = kept(*[thought] * 3, CALL, CALL)
    monkeypatch.setattr(reading, "_reasoning", lambda _: JoinedOnce("Hm"))
    before = copy.deepcopy(items)
    [message] = chat_messages(None, items, text_only())
    assert message["reasoning"] == "Hm\nHm\nHm"
    assert len(message["tool_calls"]) == 2
    assert items == before
    calls = message["tool_calls"]
    turns.add([message], {"role": "assistant", "tool_calls": [CALL]}, continues=True)
    assert message["tool_calls"] is calls
    assert len(calls) == 3


def test_two_texts_of_the_assistant_stay_two() -> None:
    text = {"role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]}
    assert said(text, text) == [{"role": "assistant", "content": "Hi"}] * 2


def test_reasoning_without_an_answer_is_not_sent() -> None:
    assert said({"role": "user", "content": "Hi"}, {"type": "reasoning", "summary": []}) == [
        {"role": "user", "content": "Hi"}
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": [{"type": "summary_text", "text": "Hm"}]},
        {"summary": [], "content": [{"type": "reasoning_text", "text": "Hm"}]},
        {"summary": [], "encrypted_content": encoded_reasoning("Hm")},
    ],
)
def test_reasoning_is_read_in_each_form_that_it_is_given_in(fields: dict[str, Any]) -> None:
    [message] = said({"type": "reasoning"} | fields, {"role": "assistant", "content": "Hi"})
    assert message["reasoning"] == "Hm"


def test_a_call_that_was_truncated_was_never_made() -> None:
    assert said({"role": "user", "content": "Hi"}, CALL | {"status": "incomplete"}) == [
        {"role": "user", "content": "Hi"}
    ]


def test_a_call_that_was_truncated_stays_where_it_was_answered() -> None:
    messages = said({"role": "user", "content": "Hi"}, CALL | {"status": "incomplete"}, OUTPUT)
    assert [message["role"] for message in messages] == ["user", "assistant", "tool"]
    assert messages[1]["tool_calls"][0]["id"] == messages[2]["tool_call_id"] == "call_1"


def test_the_output_of_a_call_may_be_parts() -> None:
    parts = [{"type": "input_text", "text": "18"}, {"type": "input_text", "text": "sunny"}]
    assert said(CALL, OUTPUT | {"output": parts})[-1]["content"] == "18\nsunny"


def test_an_image_reaches_a_model_that_sees() -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64,AAAA"}
    sees = Shown(frozenset(["image"]))
    items = kept({"role": "user", "content": [image]}, shown=sees)
    assert chat_messages(None, items, sees)[0]["content"] == [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "auto"}}
    ]


def test_a_text_model_gets_a_line_about_an_image_in_a_tool_result() -> None:
    shown = text_only()
    text = {"type": "input_text", "text": "Here:"}
    image = {"type": "input_image", "image_url": "data:image/png;base64,AAAA"}
    uploaded = {"type": "input_image", "file_id": "file-1"}
    items = kept(CALL, OUTPUT | {"output": [text, image, uploaded]}, shown=shown)
    line = "[an image that this model cannot see]"
    assert chat_messages(None, items, shown)[-1]["content"] == f"Here:\n{line}\n{line}"
    assert shown.left_out == ["input.1.output.1", "input.1.output.2"]


def test_an_image_of_an_earlier_model_becomes_a_line_for_a_text_model() -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64,AAAA"}
    items = kept({"role": "user", "content": [image]}, shown=Shown(frozenset(["image"])))
    shown = text_only()
    assert chat_messages(None, items, shown)[0]["content"] == "[an image that this model cannot see]"


def test_a_file_is_read_where_it_is_text() -> None:
    shown = text_only()
    text = {"type": "input_file", "file_data": "data:text/plain;base64,QWhveQ==", "filename": "a.txt"}
    uploaded = {"type": "input_file", "file_id": "x"}
    items = kept({"role": "user", "content": [text, uploaded]}, shown=shown)
    assert chat_messages(None, items, shown)[0]["content"] == [
        {"type": "text", "text": "a.txt:\nAhoy"},
        {"type": "text", "text": "[a file that this model cannot read]"},
    ]
    assert shown.left_out == ["input.0.content.1"]


@pytest.mark.parametrize(
    ("item", "param"),
    [
        ({"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}, "input.0.content.0"),
        (
            {"role": "assistant", "content": [{"type": "input_image", "image_url": "x"}]},
            "input.0.content.0.type",
        ),
    ],
)
def test_unreadable_media_are_refused_with_their_path(item: Any, param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        kept(item)
    assert caught.value.param == param
    assert caught.value.message.startswith(param)


def test_an_item_can_be_named() -> None:
    body = request(input=[{"type": "item_reference", "id": "fc_1"}, {"id": "msg_2"}, OUTPUT])
    assert referenced_ids(body.input) == ["fc_1", "msg_2"]
    call = CALL | {"id": "fc_1", "status": "completed"}
    message = {"id": "msg_2", "type": "message"}
    assert input_items(body.input, {"fc_1": call, "msg_2": message}, text_only(), Ignored())[:2] == [
        call,
        message,
    ]
    with pytest.raises(NotFound, match="'msg_2'"):
        input_items(body.input, {"fc_1": call}, text_only(), Ignored())


def test_an_output_needs_its_call() -> None:
    with pytest.raises(InvalidRequest, match="call_1"):
        asked(items=[OUTPUT])
    asked(items=[CALL, OUTPUT])


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": None}, "input"),
        ({"conversation": "conv_1", "previous_response_id": "resp_1"}, "previous_response_id"),
        ({"background": True, "store": False}, "background"),
        ({"stream_options": {"include_obfuscation": False}}, "stream_options"),
    ],
)
def test_unsupported_features_are_refused(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check(request(**fields))
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("choice", "names", "expected"),
    [
        (None, ["f", "g"], None),
        ("none", ["f", "g"], "none"),
        ("required", ["f", "g"], "required"),
        ({"type": "function", "name": "g"}, ["f", "g"], {"type": "function", "function": {"name": "g"}}),
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]},
            ["f"],
            "required",
        ),
    ],
)
def test_tools_as_chat_templates_know_them(choice: Any, names: list[str], expected: Any) -> None:
    made = asked(tools=TOOLS, tool_choice=choice)
    assert made.tools is not None
    assert [tool["function"]["name"] for tool in made.tools] == names
    assert made.tools[0] == {"type": "function", "function": {"name": "f", "strict": True}}
    assert made.tool_choice == expected


@pytest.mark.parametrize(
    "fields",
    [{"tool_choice": "required"}, {"tools": TOOLS, "tool_choice": {"type": "function", "name": "h"}}],
)
def test_a_choice_among_tools_that_do_not_exist(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match=r"^tool_choice: "):
        asked(**fields)


def test_sampling() -> None:
    form = {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": True}
    asked = sampling(
        request(
            max_output_tokens=5,
            temperature=0,
            top_logprobs=2,
            include=["message.output_text.logprobs"],
            text={"format": form},
        )
    )
    assert asked.max_tokens == 5
    assert asked.temperature == 0
    assert asked.logprobs == 2
    assert asked.response_format == {
        "type": "json_schema",
        "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": True},
    }
    assert sampling(request(top_logprobs=2)).logprobs is None


def test_the_engines_names_of_fields_are_not_the_clients() -> None:
    with pytest.raises(InvalidRequest) as caught, fields_renamed():
        raise InvalidRequest("Too long.", param="messages")
    assert caught.value.param == "input"
