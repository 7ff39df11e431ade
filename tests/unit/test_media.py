"""Media in requests: passed to the model, replaced by a text, or refused."""

import base64
from typing import Any

import pytest

from accord.dialects.chat.request import conversation
from accord.dialects.media import Shown
from accord.engine import Conversation
from accord.errors import InvalidRequest
from accord.generated import models

TEXT = {"type": "text", "text": "Look:"}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}}
SOUND = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "flac"}}
SOUND_URL = {"type": "audio_url", "audio_url": {"url": "https://example.com/a.wav"}}
VIDEO = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


def file(data: bytes | str, name: str | None = None) -> dict[str, Any]:
    given = data if isinstance(data, str) else base64.b64encode(data).decode()
    return {"type": "file", "file": {"file_data": given, "filename": name}}


def chat(*messages: dict[str, Any], takes: set[str] | None = None) -> tuple[Conversation, Shown]:
    shown = Shown(frozenset(takes or ()))
    body = models.ChatCompletionRequest.model_validate({"messages": list(messages)})
    return conversation(body, shown), shown


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(parts)}


def result(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    called = {"role": "assistant", "tool_calls": [CALL]}
    return [user(TEXT), called, {"role": "tool", "tool_call_id": "c1", "content": list(parts)}]


@pytest.mark.parametrize(
    ("part", "what"),
    [(IMAGE, "an image"), (SOUND, "audio"), (SOUND_URL, "audio"), (VIDEO, "a video")],
)
def test_a_text_model_refuses_media_of_a_user(part: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        chat(user(TEXT, part))
    assert refused.value.param == "messages.0.content.1"
    assert refused.value.message == f"messages.0.content.1: the model takes text only, and this is {what}."


def test_a_model_that_takes_images_refuses_audio() -> None:
    with pytest.raises(InvalidRequest, match="the model takes text and images, and this is audio"):
        chat(user(SOUND), takes={"image"})


def test_accepted_media_are_passed_on_with_their_path() -> None:
    asked, shown = chat(user(TEXT, IMAGE, SOUND), user(VIDEO), takes={"image", "audio", "video"})

    assert asked.messages == [user(TEXT, IMAGE, SOUND), user(VIDEO)]
    assert shown.left_out == []
    media = asked.media
    assert media is not None
    assert media.field_of("data:image/png;base64,AAAA") == "messages.0.content.1"
    assert media.field_of("https://example.com/a.mp4") == "messages.1.content.0"
    assert media.field_of("https://example.com/other.mp4") is None


def test_a_conversation_of_text_has_no_media() -> None:
    assert chat(user(TEXT), takes={"image"})[0].media is None


def test_no_uuid_is_passed_on_under_which_another_client_finds_what_was_sent() -> None:
    asked, _ = chat(user(IMAGE | {"uuid": "logo"}), takes={"image"})
    assert asked.messages[0]["content"] == [IMAGE]


def test_a_text_model_gets_a_line_about_media_in_a_tool_result() -> None:
    asked, shown = chat(*result(TEXT, IMAGE, SOUND, VIDEO))

    assert [part["text"] for part in asked.messages[2]["content"]] == [
        "Look:",
        "[an image that this model cannot see]",
        "[audio that this model cannot hear]",
        "[a video that this model cannot see]",
    ]
    assert shown.left_out == [f"messages.2.content.{place}" for place in (1, 2, 3)]


def test_an_image_model_gets_the_image_in_a_tool_result() -> None:
    asked, shown = chat(*result(IMAGE), takes={"image"})
    assert asked.messages[2]["content"] == [IMAGE]
    assert shown.left_out == []


@pytest.mark.parametrize(
    "data",
    [b"Ahoy", "data:text/plain;charset=utf-8;base64,QWhveQ==", "data:application/json;base64,QWhveQ=="],
)
def test_the_text_of_a_file_is_read(data: bytes | str) -> None:
    asked, shown = chat(user(file(data, "a.txt")))
    assert asked.messages[0]["content"] == [{"type": "text", "text": "a.txt:\nAhoy"}]
    assert shown.left_out == []


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (
            file("data:application/pdf;base64,QWhveQ==", "a.pdf"),
            "[a PDF, a.pdf, that this model cannot read]",
        ),
        (file(b"\x00\xff"), "[a file that this model cannot read]"),
        (file(b"a\x00b"), "[a file that this model cannot read]"),
        (file("data:text/plain,Ahoy"), "[a file of type text/plain that this model cannot read]"),
        (file("\u00e9"), "[a file that this model cannot read]"),
        ({"type": "file", "file": {"file_id": "file-1"}}, "[a file that this model cannot read]"),
    ],
)
def test_any_other_file_becomes_a_line_of_text(part: dict[str, Any], line: str) -> None:
    asked, shown = chat(user(part))
    assert asked.messages[0]["content"] == [{"type": "text", "text": line}]
    assert shown.left_out == ["messages.0.content.0"]
