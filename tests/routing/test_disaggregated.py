"""Disaggregated prefill with vLLM's example proxy and vLLM's router: one server prefills, another decodes."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.document import sse_events
from tests.routing.conftest import ROOT, Pair, before, said_several_times, vllm_router
from tests.serving import free_port, http
from tests.tiny_model import NAME

PROXY = ROOT / ".vllm-next/examples/disaggregated/disaggregated_serving/disagg_proxy_demo.py"
HITS = "vllm:external_prefix_cache_hits_total"
SHORT: dict[str, Any] = {"model": NAME, "max_tokens": 12, "temperature": 0}
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def proxied(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    assert PROXY.exists(), "vLLM's example of a proxy is missing: make .vllm-next/examples/disaggregated"
    port = free_port()
    command: list[str | Path] = [sys.executable, PROXY, "--model", NAME, "--port", str(port)]
    prefill, decode = (url.removeprefix("http://") for url in pair.urls)
    command += ["--prefill", prefill, "--decode", decode]
    with before(command, port, "/status", tmp_path_factory.mktemp("proxy") / "log") as client:
        yield client


@pytest.fixture(scope="module")
def routed(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    arguments = ["--vllm-pd-disaggregation", "--prefill", pair.one.url, "--decode", pair.other.url]
    with vllm_router(tmp_path_factory.mktemp("router") / "log", *arguments) as client:
        yield client


def alone(pair: Pair, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask one server directly, without the other server's KV cache."""
    shutil.rmtree(pair.blocks)
    pair.blocks.mkdir()
    body = {name: value for name, value in body.items() if not name.startswith("stream")}
    answer = http.post(f"{pair.one.url}{path}", json=body | {"cache_salt": "alone"}, timeout=60)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def text(answer: dict[str, Any]) -> str:
    """Return the text of an answer of any API."""
    if "choices" in answer:
        [choice] = answer["choices"]
        return str(choice["text"] if "text" in choice else choice["message"]["content"])
    if "output" in answer:
        return str(answer["output"][-1]["content"][0]["text"])
    return str(answer["content"][0]["text"])


def test_vllms_proxy_has_the_second_server_continue_with_the_firsts_blocks(
    pair: Pair, proxied: httpx.Client
) -> None:
    for path, asked in (
        (CHAT, {"messages": said_several_times("red")}),
        ("/v1/completions", {"prompt": "green " * 100}),
    ):
        computed, loaded = pair.counted(HITS)
        answer = proxied.post(path, json=SHORT | asked).json()
        cached = answer["usage"]["prompt_tokens_details"]["cached_tokens"]
        assert cached >= 64
        assert pair.counted(HITS) == [computed, loaded + cached]
        assert text(answer) == text(alone(pair, path, SHORT | asked))


def test_vllms_proxy_passes_a_stream_on(pair: Pair, proxied: httpx.Client) -> None:
    body = SHORT | {"messages": said_several_times("blue"), "stream": True}
    _, loaded = pair.counted(HITS)
    events = sse_events(proxied.post(CHAT, json=body).text)
    chunks = [json.loads(event.data) for event in events if event.data != "[DONE]"]
    assert pair.counted(HITS)[1] > loaded
    streamed = "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])
    assert streamed == text(alone(pair, CHAT, body))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (CHAT, {"messages": said_several_times("white")}),
        ("/v1/completions", {"prompt": "grey " * 100}),
        ("/v1/messages", {"messages": said_several_times("brown")}),
        ("/v1/responses", {"input": "orange " * 100, "max_output_tokens": 12}),
    ],
    ids=["chat", "completions", "messages", "responses"],
)
def test_vllm_router_does_in_each_api(
    pair: Pair, routed: httpx.Client, path: str, asked: dict[str, Any]
) -> None:
    body = SHORT | asked
    computed, loaded = pair.counted(HITS)
    answer = routed.post(path, json=body)
    assert answer.status_code == 200, answer.text
    after = pair.counted(HITS)
    assert after[0] == computed
    assert after[1] >= loaded + 64
    assert text(answer.json()) == text(alone(pair, path, body))


def test_a_conversation_has_what_was_said_once(pair: Pair, routed: httpx.Client) -> None:
    conversation = http.post(f"{pair.one.url}/v1/conversations", json={}).json()["id"]
    asked = {"model": NAME, "input": "purple " * 100, "conversation": conversation, "max_output_tokens": 12}
    made = routed.post("/v1/responses", json=asked).json()
    items = http.get(f"{pair.one.url}/v1/conversations/{conversation}/items?order=asc").json()["data"]
    assert [item["role"] for item in items] == ["user", "assistant"]
    assert items[1]["content"][0]["text"] == text(made)
