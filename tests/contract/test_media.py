"""Images in every API, with a real engine and a vision model."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract, sse_events
from tests.open_responses import check_event, check_response
from tests.serving import started, wait_until_ready
from tests.vision_model import NAME, data_url, png, write_vision_model

CONTRACT = Contract.published()
LONG = "What is this? " * 40
"""Longer than a block of the prefix cache."""
WORDS: dict[str, Any] = {"temperature": 0, "max_tokens": 8}


@pytest.fixture(scope="module")
def sees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server with a vision model."""
    folder: Path = tmp_path_factory.mktemp("vision")
    model = write_vision_model(folder / NAME)
    arguments = ["--model", str(model), "--served-model-name", NAME, "--max-model-len", "1024"]
    arguments += ["--validate-responses", "raise", "--trust-request-mm-kwargs"]
    with started(arguments, folder / "server.log", NAME) as running:
        wait_until_ready(running)
        with httpx.Client(base_url=running.url, timeout=120) as client:
            yield client


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def chat(*urls: str, text: str = "What is this? ") -> dict[str, Any]:
    images = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return WORDS | {"messages": [{"role": "user", "content": [{"type": "text", "text": text}, *images]}]}


def said(completion: Any) -> str:
    text: str = completion["choices"][0]["message"]["content"]
    return text


def test_an_image_changes_the_answer(sees: httpx.Client) -> None:
    red, again, blue = [
        post(sees, "/v1/chat/completions", chat(data_url(png(64, 64, colour)), text=LONG))
        for colour in ("red", "red", "blue")
    ]
    assert said(red) == said(again)
    assert said(red) != said(blue)
    assert again["usage"]["prompt_tokens_details"]["cached_tokens"] > 0


def test_every_api_shows_the_same_image(sees: httpx.Client) -> None:
    url = data_url(png(64, 32, "green"))
    chatted = post(sees, "/v1/chat/completions", chat(url))
    parts = [{"type": "input_text", "text": "What is this? "}, {"type": "input_image", "image_url": url}]
    given = {"input": [{"role": "user", "content": parts}], "temperature": 0, "max_output_tokens": 8}
    responded = post(sees, "/v1/responses", given)
    source = {"type": "base64", "media_type": "image/png", "data": url.partition(",")[2]}
    blocks = [{"type": "text", "text": "What is this? "}, {"type": "image", "source": source}]
    message = {"messages": [{"role": "user", "content": blocks}]}
    messaged = post(sees, "/v1/messages", message | WORDS)

    assert responded["output"][0]["content"][0]["text"] == said(chatted)
    assert messaged["content"][0]["text"] == said(chatted)
    tokens = chatted["usage"]["prompt_tokens"]
    assert responded["usage"]["input_tokens"] == tokens
    assert post(sees, "/v1/messages/count_tokens", message) == {"input_tokens": tokens}
    followed = {"previous_response_id": responded["id"], "input": "And now?", "max_output_tokens": 4}
    assert post(sees, "/v1/responses", followed)["usage"]["input_tokens"] > tokens


def test_open_responses_acceptance_test_of_an_image_input(sees: httpx.Client) -> None:
    """`tests/contract/test_open_responses.py` has the others, with a model without vision."""
    url = data_url(png(64, 32, "green"))
    parts = [{"type": "input_text", "text": "What is this?"}, {"type": "input_image", "image_url": url}]
    body = {"input": [{"type": "message", "role": "user", "content": parts}], "max_output_tokens": 40}
    body["structured_outputs"] = {"choice": ["A picture."]}
    response = post(sees, "/v1/responses", body)
    check_response(response)
    assert response["status"] == "completed"
    [item] = response["output"]
    assert item["content"][0]["text"] == "A picture."
    streamed = sees.post("/v1/responses", json=body | {"stream": True})
    events = [json.loads(event.data) for event in sse_events(streamed.text)]
    for event in events:
        check_event(event)
    assert (events[0]["type"], events[-1]["type"]) == ("response.created", "response.completed")


def test_an_image_that_was_only_rendered_reaches_the_engine(sees: httpx.Client) -> None:
    body = chat(data_url(png(32, 32, "yellow")))
    assert post(sees, "/tokenize", body)["count"] > 20
    rendered = post(sees, "/v1/chat/completions/render", body)
    generated = post(sees, "/inference/v1/generate", rendered | {"output_mode": "text"})
    assert generated["choices"][0]["text"] == said(post(sees, "/v1/chat/completions", body))


def test_an_image_beside_token_ids_is_seen(sees: httpx.Client) -> None:
    url = data_url(png(32, 32, "white"))
    text = post(sees, "/v1/chat/completions/render", chat(url))["prompt"]
    tokens = post(sees, "/tokenize", {"prompt": text, "add_special_tokens": False})["tokens"]
    body = {
        "token_ids": tokens,
        "content_parts": [{"type": "image_url", "url": url}],
        "sampling_params": WORDS,
        "output_mode": "text",
    }
    generated = post(sees, "/inference/v1/generate", body)
    assert generated["choices"][0]["text"] == said(post(sees, "/v1/chat/completions", chat(url)))


def test_an_image_in_a_tools_result_is_seen(sees: httpx.Client) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    shown = chat(data_url(png(64, 64, "red")))["messages"][0]["content"]
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Look."},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": shown},
    ]
    without = [*messages[:2], messages[2] | {"content": shown[:1]}]
    seen, unseen = [post(sees, "/v1/chat/completions", WORDS | {"messages": m}) for m in (messages, without)]
    assert seen["usage"]["prompt_tokens"] > unseen["usage"]["prompt_tokens"] + 20


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses", "/v1/messages"])
def test_the_documents_example_of_an_image_is_answered(sees: httpx.Client, path: str) -> None:
    body = CONTRACT.document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    answer = sees.post(path, json=body["examples"]["image"]["value"])
    assert answer.status_code == 200, answer.text
    assert "x-ignored-parameters" not in answer.headers
    CONTRACT.check(answer)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (data_url(b"no image"), "it is not an image, or its format is unknown"),
        (data_url(png(64, 64)[:90]), "it is damaged, or cut off"),
        ("http://127.0.0.1:1/a.png", "the address of '127.0.0.1' is not public"),
        ("http://localhost:1/a.png", "the address of 'localhost' is not public"),
        ("file:///etc/passwd", "a URL is expected that begins with http:, https: or data:"),
    ],
)
def test_an_image_that_cannot_be_read_is_refused_with_its_path(
    sees: httpx.Client, url: str, reason: str
) -> None:
    refused = sees.post("/v1/chat/completions", json=chat(url))
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["param"] == "messages.0.content.1"
    assert error["message"] == f"messages.0.content.1: the image cannot be read: {reason}."


def test_images_of_odd_sizes_harm_nobody(sees: httpx.Client) -> None:
    for size in ((1, 1), (1, 600), (600, 1), (999, 1000)):
        answer = sees.post("/v1/chat/completions", json=chat(data_url(png(*size))))
        assert answer.status_code in (200, 400), answer.text
    assert sees.get("/v1/health/ready").status_code == 200
