"""Server options that add usage to streams, through the whole application."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from starlette.types import Message

from accord.engine import Delta, Generation, RenderedPrompt, Usage
from accord.handlers.call import Services
from accord.server import dispatch
from accord.server.app import connexion_app
from accord.server.response_validation import ResponseValidation
from tests.deltas import GivenDeltas
from tests.unloaded import engine_with

KEEP_ALIVE = dispatch.KEEP_ALIVE["openai"]
CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}], "stream": True}


class Backend:
    """Answers with one word, once it is told to."""

    modalities: frozenset[str] = frozenset()
    errored = False

    def __init__(self) -> None:
        self.told = asyncio.Event()

    def admit(self, _: int) -> None:
        """Take on everything."""

    async def chat(self, *_: Any) -> Generation:
        async def deltas() -> AsyncGenerator[list[Delta], None]:
            await self.told.wait()
            yield [Delta(0, text="word", token_ids=[7], finish_reason="stop")]

        return Generation([RenderedPrompt([1, 2])], GivenDeltas(deltas()), Usage(prompt_tokens=2))

    complete = chat


@pytest.fixture
def backend() -> Backend:
    return Backend()


def services(backend: Any, **options: Any) -> Services:
    engine = engine_with(backend)
    return Services(engine, "0", "0", **options)


async def streamed(backend: Backend, path: str, body: dict[str, Any], **options: Any) -> str:
    backend.told.set()
    transport = httpx.ASGITransport(ResponseValidation(connexion_app(services(backend, **options)), "raise"))
    async with httpx.AsyncClient(transport=transport, base_url="http://accord") as client:
        return (await client.post(path, json=body)).text


def chunks(events: str) -> list[Any]:
    return [json.loads(event.removeprefix("data: ")) for event in events.split("\n\n")[:-2]]


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/chat/completions", CHAT), ("/v1/completions", {"prompt": "Hi"})]
)
async def test_every_stream_can_be_made_to_report_its_usage(
    backend: Backend, path: str, body: dict[str, Any]
) -> None:
    body = body | {"stream": True}
    assert not any(chunk.get("usage") for chunk in chunks(await streamed(backend, path, body)))
    forced = chunks(await streamed(backend, path, body, force_include_usage=True))
    assert all(chunk["usage"]["prompt_tokens"] == 2 for chunk in forced)
    assert forced[-1]["choices"] == []
    refused = body | {"stream_options": {"include_usage": False}}
    assert chunks(await streamed(backend, path, refused, force_include_usage=True))[-1]["usage"]


async def test_a_stream_that_waits_is_kept_alive_by_comments(backend: Backend) -> None:
    app = ResponseValidation(connexion_app(services(backend, keep_alive_seconds=0.02)), "raise")
    written: list[bytes] = []

    async def receive() -> Message:
        if not written:
            return {"type": "http.request", "body": json.dumps(CHAT).encode(), "more_body": False}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        written.append(message.get("body", b""))
        if written.count(KEEP_ALIVE) == 2:
            backend.told.set()

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/chat/completions",
        "raw_path": b"/v1/chat/completions",
        "scheme": "http",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    async with asyncio.timeout(10):
        await app(scope, receive, send)
    last = written.index(KEEP_ALIVE, written.index(KEEP_ALIVE) + 1)
    assert b'"content":"word"' in b"".join(written[last:])
    assert written[-2].endswith(b"data: [DONE]\n\n")


async def test_a_stream_has_no_comments_unless_asked_for(backend: Backend) -> None:
    assert ": keep-alive" not in await streamed(backend, "/v1/chat/completions", CHAT)


@pytest.mark.parametrize("docs", [True, False])
async def test_the_documentation_can_be_left_out(backend: Backend, docs: bool) -> None:
    transport = httpx.ASGITransport(connexion_app(services(backend), docs=docs))
    async with httpx.AsyncClient(transport=transport, base_url="http://accord") as client:
        answers = [await client.get(path) for path in ("/docs", "/redoc", "/openapi.json")]
    assert [answer.status_code for answer in answers] == [200 if docs else 404] * 3
