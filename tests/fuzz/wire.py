"""Bytes to a server and back, read as strictly as HTTP/1.1 is written."""

import contextlib
import json
import re
import socket
import time
from dataclasses import dataclass
from typing import Any

from tests.contract.document import Contract, sse_events

CONTRACT = Contract.published()
HEADER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t\x20-\x7e\x80-\xff]*")
SECONDS = 10
PROMPT_SECONDS = 0.1
"""For a client to send: the tests' server closes a connection on which nothing comes within 0.3 s."""


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    def events(self) -> list[str]:
        return [event.data for event in sse_events(self.body.decode())]


def exchanged(port: int, sent: bytes, *, bodiless: bool = False) -> list[Answer]:
    """Send bytes, and return every answer until the server closes. Anything that is not HTTP/1.1 fails.

    `bodiless` says that HEAD is asked, to which answers have no body.
    """
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        received = b""
        with contextlib.suppress(ConnectionError):
            connection.sendall(sent)
        prompt = time.monotonic() - began < PROMPT_SECONDS
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(2**20):
                received += piece
    if not (received or prompt):  # this process was paused, and the server was right
        return exchanged(port, sent, bodiless=bodiless)
    answers = []
    while received:
        answer, received = _first(received, bodiless)
        if answer.status != 100:
            answers.append(answer)
    return answers


def _first(received: bytes, bodiless: bool) -> tuple[Answer, bytes]:
    head, separator, rest = received.partition(b"\r\n\r\n")
    assert separator, received[:200]
    status_line, *lines = head.split(b"\r\n")
    matched = re.fullmatch(rb"HTTP/1\.1 (\d{3}) [A-Za-z' -]*", status_line)
    assert matched, status_line
    assert all(HEADER.fullmatch(line) for line in lines), lines
    pairs = [line.partition(b": ")[::2] for line in lines]
    headers = dict(pairs)
    assert len(headers) == len(pairs), "a header twice"
    status = int(matched[1])
    if status == 100 or bodiless:
        return Answer(status, headers, b""), rest
    if headers.get(b"transfer-encoding") == b"chunked":
        body, rest = _chunked(rest)
    else:
        size = int(headers[b"content-length"])
        assert len(rest) >= size, "the body is cut"
        body, rest = rest[:size], rest[size:]
    return Answer(status, headers, body), rest


def _chunked(rest: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        size, separator, rest = rest.partition(b"\r\n")
        assert separator, "the stream is cut"
        length = int(size, 16)
        body, end, rest = body + rest[:length], rest[length : length + 2], rest[length + 2 :]
        assert end == b"\r\n"
        if length == 0:
            return body, rest


def check(method: str, path: str, answer: Answer) -> None:
    """Hold an answer to the contract's operation at `path`; what has none is an error in its shape."""
    media_type = answer.headers[b"content-type"].split(b";")[0].decode()
    try:
        spec = CONTRACT.operation(method, path)
    except AssertionError:
        assert answer.status in (400, 404, 405, 408, 413, 431), answer.status
        error = json.loads(answer.body)
        assert isinstance(error["error"]["message"], str)
        return
    assert answer.status != 500, answer.body
    assert str(answer.status) in spec["responses"] or answer.status == 431, answer.status
    described = CONTRACT.follow(spec["responses"].get(str(answer.status), spec["responses"]["400"]))
    schema: dict[str, Any] = described["content"][media_type].get("schema")
    if media_type == "text/event-stream":
        for data in answer.events():
            if data != "[DONE]":
                CONTRACT.validate(schema, json.loads(data))
    elif media_type == "application/json":
        CONTRACT.validate(schema, json.loads(answer.body))
