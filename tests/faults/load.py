"""Clients that continuously send requests to every API, and record the answers."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from tests.tiny_model import NAME

ANSWER_SECONDS = 180
"""No request takes longer here, so one that does hangs."""

Told = Literal["complete", "error", "cut off", "hanging", "malformed"]
"""How a request ended. `error` is an error in the API's shape, `cut off` a connection that broke."""

PATHS = {
    "chat": "/v1/chat/completions",
    "completions": "/v1/completions",
    "messages": "/v1/messages",
    "responses": "/v1/responses",
    "background": "/v1/responses",
}


def question(api: str, tokens: int, stream: bool) -> dict[str, Any]:
    """Return the body of a request for this number of tokens."""
    more: dict[str, Any] = {"model": NAME, "stream": stream, "ignore_eos": True}
    turns = [{"role": "user", "content": "Hello"}]
    match api:
        case "chat":
            return more | {"messages": turns, "max_tokens": tokens}
        case "completions":
            return more | {"prompt": "Hello", "max_tokens": tokens}
        case "messages":
            return more | {"messages": turns, "max_tokens": tokens}
        case _:
            background = api == "background"
            return more | {"input": "Hello", "max_output_tokens": tokens, "background": background}


@dataclass
class Record:
    """The answers of all clients."""

    told: Counter[Told] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    completed: dict[str, Any] = field(default_factory=dict)
    """The output of every response that a client saw complete, by id."""
    background: set[str] = field(default_factory=set)
    """Responses that were begun in the background: they must come to an end."""

    @property
    def requests(self) -> int:
        return self.told.total()

    @property
    def counts(self) -> dict[str, int]:
        """Return the counts of results, after everything was checked."""
        told = {f"requests: {how}": number for how, number in self.told.items()}
        return told | {"completed responses read back": len(self.completed)}


async def ask(client: httpx.AsyncClient, record: Record, api: str, tokens: int, stream: bool) -> Told:
    """Send one request, and record how it ended."""
    told, problem = await _asked(client, record, api, question(api, tokens, stream))
    record.told[told] += 1
    if told in ("hanging", "malformed"):
        record.problems.append(f"{told}: {api}, stream={stream}: {problem}")
    return told


async def _asked(
    client: httpx.AsyncClient, record: Record, api: str, body: dict[str, Any]
) -> tuple[Told, str]:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            response = await client.post(PATHS[api], json=body)
    except TimeoutError:
        return "hanging", f"no answer in {ANSWER_SECONDS} s"
    except httpx.TransportError:
        return "cut off", ""
    try:
        if response.status_code != 200:
            return _error(api, response.status_code, response.json()), ""
        if body["stream"]:
            return _stream(record, api, response.text), ""
        return _body(record, api, response.json()), ""
    except (ValueError, KeyError, IndexError, AssertionError) as error:
        return "malformed", f"{response.status_code} {error!r}: {response.text[-500:]}"


def _error(api: str, status: int, body: dict[str, Any]) -> Told:
    assert status in (429, 500, 503), status
    assert body["error"]["message"]
    assert (body.get("type") == "error") is (api == "messages")
    return "error"


def _body(record: Record, api: str, body: dict[str, Any]) -> Told:
    if api == "background":
        record.background.add(body["id"])
    elif api == "responses":
        if body["status"] == "failed":
            return "error"
        assert body["status"] in ("completed", "incomplete"), body["status"]
        record.completed[body["id"]] = body["output"]
    elif api == "messages":
        assert body["stop_reason"]
    else:
        assert body["choices"][0]["finish_reason"]
    return "complete"


def _stream(record: Record, api: str, whole: str) -> Told:
    assert whole.endswith("\n\n"), "the last event is not whole"
    events = [json.loads(data) for data in _data(whole) if data != "[DONE]"]
    last = events[-1]
    if api in ("chat", "completions"):
        assert whole.endswith("data: [DONE]\n\n")
        if "error" in last:
            return "error"
        assert last["choices"][0]["finish_reason"]
    elif api == "messages":
        if last["type"] == "error":
            return "error"
        assert last["type"] == "message_stop", last["type"]
    else:
        if api == "background":
            record.background.add(events[0]["response"]["id"])
        if last["type"] in ("response.failed", "error"):
            return "error"
        assert last["type"] in ("response.completed", "response.incomplete"), last["type"]
        record.completed[last["response"]["id"]] = last["response"]["output"]
    return "complete"


def _data(whole: str) -> list[str]:
    return [line.removeprefix("data: ") for line in whole.split("\n") if line.startswith("data: ")]


@asynccontextmanager
async def load(
    url: str, record: Record, clients: int, dice: random.Random, longest: int = 300
) -> AsyncIterator[None]:
    """Run `clients` that send requests one after the other; at the end, each may finish its last one."""
    over = asyncio.Event()

    async def asks(client: httpx.AsyncClient, seed: int) -> None:
        own = random.Random(seed)
        while not over.is_set():
            api, stream = own.choice(list(PATHS)), own.random() < 0.7
            if await ask(client, record, api, own.randint(1, longest), stream) != "complete":
                with suppress(TimeoutError):  # clients wait before a retry
                    await asyncio.wait_for(over.wait(), own.random())

    limits = httpx.Limits(max_connections=None)
    async with (
        httpx.AsyncClient(base_url=url, timeout=None, limits=limits) as client,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(clients):
            group.create_task(asks(client, dice.randrange(2**32)))
        try:
            yield
        finally:
            over.set()
