"""`--validate-responses` with handwritten answers."""

import json
import logging
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from accord.server.response_validation import ContractViolation, Document, ResponseValidation
from accord.server.sources import configuration

JSON = "application/json"
SSE = "text/event-stream; charset=utf-8"


def _example(path: str, media_type: str) -> Any:
    content = Document().document["paths"][path]["post"]["responses"]["200"]["content"][media_type]
    examples = content.get("examples", {"only": {"value": content.get("example")}})
    return [example["value"] for example in examples.values()]


async def _answer(
    mode: Any, path: str, bodies: list[bytes], content_type: str, status: int = 200, method: str = "POST"
) -> tuple[list[Message], list[tuple[str, str]]]:
    """What reaches the client, and what was counted, of an application that answers with `bodies`."""

    async def app(_: Scope, __: Receive, send: Send) -> None:
        headers = [(b"content-type", content_type.encode()), (b"x-request-id", b"req_1")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for place, body in enumerate(bodies, 1):
            await send({"type": "http.response.body", "body": body, "more_body": place < len(bodies)})

    async def receive() -> Message:
        raise AssertionError

    sent: list[Message] = []
    counted: list[tuple[str, str]] = []

    async def send(message: Message) -> None:
        sent.append(message)

    validation = ResponseValidation(app, mode, lambda operation, part: counted.append((operation, part)))
    scope = {"type": "http", "method": method, "path": path}
    try:
        await validation(scope, receive, send)
    except ContractViolation as violation:
        counted.append(("raised", str(violation)))
    return sent, counted


async def test_valid_messages_pass_unchanged() -> None:
    body = json.dumps(_example("/v1/chat/completions", JSON)[0]).encode()
    sent, counted = await _answer("raise", "/v1/chat/completions", [body], JSON)
    assert sent[1]["body"] == body
    assert counted == []


async def test_an_answer_in_pieces_is_validated_before_it_is_sent() -> None:
    body = json.dumps(answer := _example("/v1/chat/completions", JSON)[0]).encode()
    sent, counted = await _answer("raise", "/v1/chat/completions", [body[:50], body[50:]], JSON)
    assert [message.get("body") for message in sent[1:]] == [body]
    assert counted == []
    del answer["usage"]
    body = json.dumps(answer).encode()
    sent, [_, (_, violation)] = await _answer("raise", "/v1/chat/completions", [body[:50], body[50:]], JSON)
    assert len(sent) == 1
    assert "usage" in violation


async def test_a_missing_field_is_counted_and_logged_with_its_path(caplog: pytest.LogCaptureFixture) -> None:
    answer = _example("/v1/chat/completions", JSON)[0]
    del answer["choices"][0]["message"]["role"]
    with caplog.at_level(logging.ERROR):
        sent, counted = await _answer("log", "/v1/chat/completions", [json.dumps(answer).encode()], JSON)
    assert len(sent) == 2
    assert counted == [("create_chat_completion", "status 200 application/json")]
    assert "create_chat_completion" in caplog.text
    assert "$.choices[0].message: 'role' is a required property" in caplog.text


async def test_each_event_is_checked_as_it_passes() -> None:
    events = _example("/v1/responses", "text/event-stream")
    good = [b"event: x\ndata: " + json.dumps(event).encode() + b"\n\n" for event in events]
    bad = good[0].replace(b"sequence_number", b"sequence_numbr")
    assert bad != good[0]
    sent, counted = await _answer("raise", "/v1/responses", [*good, bad, *good], SSE)
    assert [message.get("body") for message in sent[1:]] == good
    assert counted[0] == ("create_response", "status 200 text/event-stream")
    assert "sequence_numbr" in counted[1][1] or "sequence_number" in counted[1][1]


async def test_several_events_in_one_send_and_the_end() -> None:
    event = (
        b"data: " + json.dumps(_example("/v1/chat/completions", "text/event-stream")[0]).encode() + b"\n\n"
    )
    _, counted = await _answer("raise", "/v1/chat/completions", [event + event, b"data: [DONE]\n\n"], SSE)
    assert counted == []


@pytest.mark.parametrize(
    ("status", "content_type", "problem"),
    [
        (418, JSON, "the status is not in the contract"),
        (200, "text/html", "the content type 'text/html' is not in the contract"),
    ],
)
async def test_fields_that_are_not_in_the_contract(status: int, content_type: str, problem: str) -> None:
    sent, counted = await _answer("raise", "/v1/version", [b"{}"], content_type, status, "GET")
    assert sent == []
    assert problem in counted[1][1]


async def test_other_paths_pass() -> None:
    sent, counted = await _answer("raise", "/docs", [b"<html>"], "text/html", method="GET")
    assert len(sent) == 2
    assert counted == []


@pytest.mark.parametrize(
    ("arguments", "mode"),
    [([], "off"), (["--validate-responses"], "log"), (["--validate-responses", "raise"], "raise")],
)
def test_the_option(arguments: list[str], mode: str) -> None:
    assert configuration(arguments).settings.validate_responses == mode
