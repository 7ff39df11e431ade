"""Made-up requests over the whole path: an answer of the contract, no traceback, no line too many."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.wire import Answer, check, exchanged

EXAMPLES = int(os.environ.get("ACCORD_FUZZ_EXAMPLES", "40"))
"""For each test."""
tried = 0

FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="ACCORD_FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)

PATHS = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "hi"}]},
    "/v1/completions": {"prompt": "hi"},
    "/v1/responses": {"input": "hi"},
    "/v1/messages": {"model": "tiny", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]},
    "/v1/messages/count_tokens": {"model": "tiny", "messages": [{"role": "user", "content": "hi"}]},
    "/tokenize": {"prompt": "hi"},
    "/detokenize": {"tokens": [1]},
    "/inference/v1/generate": {"token_ids": [1], "sampling_params": {"max_tokens": 1}},
}
BREAKS = ["\n", "\r", "\r\n", "\n\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x00"]
HOSTILE = st.lists(
    st.sampled_from(
        [*BREAKS, "data: {}", "event: x", "data: [DONE]", ": ", "id: 1", "</", '"', "\\", "\ud800"]
    )
    | st.text(max_size=8),
    max_size=12,
).map("".join)
PLAIN = HOSTILE.map(lambda text: text.encode("utf-8", "replace").decode())
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | PLAIN
    | st.sampled_from([10**400, -(10**19), 1e308]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module", autouse=True)
def count(record_testsuite_property: Any) -> Iterator[None]:
    """How many requests were tried, for the report."""
    yield
    record_testsuite_property("fuzz_requests", tried)
    print(f"\n{tried} requests tried")  # noqa: T201  for the README's figure


def ask(port: int, path: str, body: bytes, method: str = "POST", headers: bytes = b"") -> list[Answer]:
    global tried
    tried += 1
    head = f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n".encode("latin-1")
    head += b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
    return exchanged(port, head + headers + b"\r\n" + body)


def one(answers: list[Answer]) -> Answer:
    assert len(answers) == 1, answers
    return answers[0]


@FUZZ
@given(st.sampled_from(sorted(PATHS)), st.data())
def test_invalid_values_anywhere(port: int, path: str, data: st.DataObject) -> None:
    body: dict[str, Any] = json.loads(json.dumps(PATHS[path]))
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.sampled_from([*body, *FIELDS]))] = data.draw(VALUES)
    answer = one(ask(port, path, json.dumps(body).encode()))
    check("POST", path, answer)


FIELDS = [
    "n",
    "stop",
    "stream",
    "tools",
    "tool_choice",
    "metadata",
    "user",
    "seed",
    "logit_bias",
    "temperature",
]
FIELDS += [
    "response_format",
    "structured_outputs",
    "request_id",
    "system",
    "instructions",
    "previous_response_id",
]
PIECES = [
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"1e999",
    b"-0",
    b"00",
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b"\xff",
]
PIECES += [
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xef\xbb\xbf",
    b"9" * 5000,
    b"[" * 500,
    b'{"a":' * 500,
    b'"a":1,"a":2',
]
PIECES += [
    b"\x00",
    b"//",
    b"/**/",
    b"'",
    b",,",
    b"]",
    b"}",
    b'"\n"',
    b"true",
    b"null",
    b"1.0",
    b"1E400",
    b"\\u0000",
]


@FUZZ
@given(st.sampled_from(sorted(PATHS)), st.data())
def test_bodies_that_are_almost_json(port: int, path: str, data: st.DataObject) -> None:
    body = json.dumps(PATHS[path]).encode()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 6)))
        body = body[:start] + data.draw(st.sampled_from(PIECES) | st.binary(max_size=4)) + body[end:]
    check("POST", path, one(ask(port, path, body)))


@FUZZ
@given(
    st.sampled_from(sorted(PATHS)), st.integers(1, 3000), st.sampled_from([(b"[", b"]"), (b'{"a":', b"}")])
)
def test_nesting(port: int, path: str, depth: int, brackets: tuple[bytes, bytes]) -> None:
    body = (
        b'{"x":'
        + brackets[0] * depth
        + b"1"
        + brackets[1] * depth
        + b","
        + json.dumps(PATHS[path]).encode()[1:]
    )
    answer = one(ask(port, path, body))
    check("POST", path, answer)


@FUZZ
@given(HOSTILE, st.booleans())
def test_no_text_makes_an_event(port: int, text: str, tools: bool) -> None:
    """What the model says comes back as it is, and nothing in it begins a line, in any dialect."""
    body = json.dumps({"messages": [{"role": "user", "content": text}], "stream": True}).encode()
    answer = one(ask(port, "/v1/chat/completions", body))
    check("POST", "/v1/chat/completions", answer)
    if answer.status == 200:
        events = [json.loads(data) for data in answer.events()[:-1]]
        assert "".join(e["choices"][0]["delta"].get("content") or "" for e in events if e["choices"]) == text
        assert len(events) <= len(text) // 5 + 4


@FUZZ
@given(PLAIN, st.sampled_from(["/v1/completions", "/v1/responses", "/v1/messages", "/v1/chat/completions"]))
def test_no_name_makes_an_event(port: int, text: str, path: str) -> None:
    """The same of what a client gives that comes back: its texts, ids, metadata and tools' names."""
    body: dict[str, Any] = json.loads(json.dumps(PATHS[path])) | {"stream": True, "user": text}
    if path == "/v1/responses":
        body |= {"input": text or "x", "metadata": {"a": text[:500]}, "instructions": text}
        body["tools"] = [{"type": "function", "name": text or "f", "parameters": {}, "strict": False}]
    elif path == "/v1/completions":
        body |= {"prompt": text or "x", "request_id": text, "echo": True, "stop": [text or "x"]}
    else:
        body["messages"][0]["content"] = text or "x"
        body |= {"model": "tiny", "request_id": text, "metadata": {"user_id": text}}
        function = {"name": text or "f", "description": text, "parameters": {}}
        body["tools"] = (
            [{"name": text or "f", "input_schema": {"type": "object"}}]
            if path == "/v1/messages"
            else [{"type": "function", "function": function}]
        )
    answer = one(ask(port, path, json.dumps(body).encode()))
    check("POST", path, answer)
    if answer.headers[b"content-type"].startswith(b"text/event-stream"):
        lines = answer.body.split(b"\n")
        assert all(not line or line.startswith((b"data: {", b"data: [DONE]", b"event: ")) for line in lines)
        assert answer.body.isascii(), "clients split lines at more than line feeds"


SEGMENTS = [
    "..",
    "%2e%2e%2f",
    "%2e%2e/",
    "%00",
    "%0d%0aset-cookie:%20a",
    "resp_1",
    "tiny",
    "%ff",
    "//",
    "\\",
    "%25",
    ";",
]
STEMS = ["/v1/responses/", "/v1/models/", "/v1/", "/docs/", "/", "/v1/responses/resp_1/"]


@FUZZ
@given(
    st.sampled_from(["GET", "DELETE", "POST", "HEAD", "OPTIONS", "PUT"]),
    st.sampled_from(STEMS),
    st.lists(
        st.sampled_from([*SEGMENTS, "/", "cancel", "input_items", "etc", "passwd", "?after=%0a", "a" * 300]),
        max_size=6,
    ),
)
def test_paths(port: int, method: str, stem: str, segments: list[str]) -> None:
    """No path reaches a file, a line of a header, or anything but an operation and what it names."""
    path = stem + "".join(segments)
    answer = one(ask_without_body(port, method, path))
    assert b"root:" not in answer.body
    assert b"set-cookie" not in answer.headers
    assert answer.status < 500 or answer.status == 503
    assert (
        answer.status != 200
        or segments in ([], ["tiny"])
        or method in ("OPTIONS", "HEAD")
        or b"{" in answer.body[:1]
        or stem == "/docs/"
        or b"<" in answer.body[:1]
    )


def ask_without_body(port: int, method: str, path: str) -> list[Answer]:
    global tried
    tried += 1
    head = f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    return exchanged(port, head.encode("latin-1", "replace"), bodiless=method == "HEAD")


NAMES = [
    b"x-request-id",
    b"traceparent",
    b"authorization",
    b"content-type",
    b"accept",
    b"anthropic-version",
    b"x-a",
]


@FUZZ
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=30)), max_size=5))
def test_headers(port: int, given_headers: list[tuple[bytes, bytes]]) -> None:
    """Whatever stands in a header comes back in none, unless it is an id that is safe to repeat."""
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in given_headers)
    answers = ask(port, "/v1/completions", b'{"prompt": "a"}', headers=headers)
    for answer in answers:
        check("POST", "/v1/completions", answer)
        assert answer.headers[b"x-request-id"].isascii()
        assert answer.headers.keys() <= RESPONSE_HEADERS


RESPONSE_HEADERS = {
    b"content-type",
    b"content-length",
    b"x-request-id",
    b"connection",
    b"x-ignored-parameters",
}
RESPONSE_HEADERS |= {b"allow", b"retry-after", b"www-authenticate", b"date"}
LINES = [
    b"Content-Length: 5",
    b"Content-Length: 0",
    b"Content-Length: +5",
    b"Content-Length: 5 5",
    b"content-length:5",
]
LINES += [
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding:\tchunked",
    b"Transfer-Encoding: chunked, chunked",
]
LINES += [
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding : chunked",
    b"X: a\x00b",
    b" folded",
    b"Host: b",
    b":",
]
LINES += [
    b"Connection: upgrade\r\nUpgrade: h2c",
    b"Expect: 100-continue",
    b"Connection: keep-alive",
    b"X\x0b: a",
]
SMUGGLED = b"GET /v1/version HTTP/1.1\r\nHost: smuggled\r\n\r\n"


@FUZZ
@given(
    st.lists(st.sampled_from(LINES), max_size=4),
    st.lists(st.sampled_from([b"\r\n", b"\n", b"\r"]), min_size=6, max_size=6),
    st.sampled_from(
        [
            b"",
            b"hello",
            b"5\r\nhello\r\n0\r\n\r\n",
            b"0\r\n\r\n",
            b"0\n\n",
            b"5;a=b\r\nhello\r\n0\r\nx: y\r\n\r\n",
        ]
    ),
)
def test_framing(port: int, lines: list[bytes], ends: list[bytes], body: bytes) -> None:
    """Each request is answered once, or the connection ends: none is read out of another one's body."""
    global tried
    tried += 1
    head = b"POST /v1/completions HTTP/1.1" + ends[0]
    for line, end in zip([b"Host: a", *lines], ends[1:], strict=False):
        head += line + end
    answers = exchanged(port, head + ends[-1] + body)
    for answer in answers:
        check("POST", "/v1/completions", answer)
    framed = sum(line.lower().startswith((b"content-length", b"transfer-encoding")) for line in lines)
    if framed > 1:
        assert all(answer.status >= 400 for answer in answers)
    assert len(answers) <= 2


@FUZZ
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"GET / HTTP/1.1\r\n", b"POST /v1/completions HTTP/1.1\r\nHost: a\r\n"]),
)
def test_any_bytes(port: int, sent: bytes, start: bytes) -> None:
    global tried
    tried += 1
    for answer in exchanged(port, start + sent):
        assert answer.status < 500


def test_the_server_still_answers(port: int) -> None:
    answer = one(ask_without_body(port, "GET", "/v1/health/live"))
    assert answer.status == 200
