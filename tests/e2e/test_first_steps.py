"""What a new user tries first, with curl: each endpoint in the plain form that a reference shows."""

from typing import Any

import pytest

from tests.contract.document import Contract, sse_events
from tests.serving import RunningServer, http

CONTRACT = Contract.published()
ASK = [{"role": "user", "content": "What does a GPU do?"}]

POSTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a chat": ("/v1/chat/completions", {"messages": ASK, "max_tokens": 64}),
    "a streamed chat": ("/v1/chat/completions", {"messages": ASK, "max_tokens": 64, "stream": True}),
    "a completion": ("/v1/completions", {"prompt": "Long ago", "max_tokens": 64}),
    "a response": ("/v1/responses", {"input": "Explain gravity in one sentence."}),
    "a message": ("/v1/messages", {"messages": ASK, "max_tokens": 64}),
    "a streamed message": ("/v1/messages", {"messages": ASK, "max_tokens": 64, "stream": True}),
    "a message with a system text": (
        "/v1/messages",
        {"max_tokens": 64, "system": "You help with code.", "messages": ASK},
    ),
    "a count of tokens": ("/v1/messages/count_tokens", {"messages": ASK}),
    "a text to tokens": ("/tokenize", {"prompt": "Hello world"}),
    "tokens to a text": ("/detokenize", {"tokens": [9906, 1917]}),
    "a chat as the model reads it": ("/v1/chat/completions/render", {"messages": ASK}),
    "a text as the model reads it": ("/v1/completions/render", {"prompt": "Long ago"}),
    "an input as the model reads it": ("/v1/responses/render", {"input": "Explain gravity."}),
    "a message as the model reads it": ("/v1/messages/render", {"messages": ASK, "max_tokens": 64}),
    "generated tokens to a chat": (
        "/v1/chat/completions/derender",
        {"generate_response": {"choices": [{"index": 0, "token_ids": [9906, 1917]}]}},
    ),
    "generated tokens to a completion": (
        "/v1/completions/derender",
        {"generate_responses": [{"choices": [{"index": 0, "token_ids": [9906, 1917]}]}]},
    ),
    "scores of labels": (
        "/generative_scoring",
        {"prompt": "Is the sky blue?", "label_token_ids": [9891, 2360]},
    ),
}

GETS = [
    "/v1/models",
    "/v1/health/live",
    "/v1/health/ready",
    "/v1/metadata",
    "/v1/version",
    "/v1/manifest",
    "/v1/license",
    "/v1/metrics",
    "/health",
    "/ping",
    "/load",
    "/version",
]


@pytest.mark.parametrize(("path", "body"), POSTS.values(), ids=POSTS.keys())
def test_a_post_is_answered(default_server: RunningServer, path: str, body: dict[str, Any]) -> None:
    asked = {"model": default_server.model} | body
    answer = http.post(f"{default_server.url}{path}", json=asked, timeout=240)
    assert answer.status_code == 200, answer.text
    CONTRACT.check(answer)
    assert len(sse_events(answer.text)) > 3 if body.get("stream") else answer.json()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/load_lora_adapter", {"lora_name": "mine", "lora_path": "/adapters/mine"}),
        ("/v1/unload_lora_adapter", {"lora_name": "mine"}),
    ],
)
def test_clients_may_not_change_adapters_by_default(
    default_server: RunningServer, path: str, body: dict[str, Any]
) -> None:
    answer = http.post(f"{default_server.url}{path}", json=body, timeout=60)
    assert answer.status_code == 403
    assert "ACCORD_ALLOW_RUNTIME_LORA_UPDATING=1" in answer.json()["error"]["message"]
    CONTRACT.check(answer)


@pytest.mark.parametrize("path", GETS)
def test_a_get_is_answered(default_server: RunningServer, path: str) -> None:
    answer = http.get(f"{default_server.url}{path}", timeout=60)
    assert answer.status_code == 200, answer.text
    CONTRACT.check(answer)


def test_tokens_go_in_and_come_out(default_server: RunningServer) -> None:
    url, model = default_server.url, default_server.model
    asked = {"model": model, "prompt": "Hello"}
    tokens = http.post(f"{url}/tokenize", json=asked, timeout=60).json()["tokens"]
    sampling = {"max_tokens": 16, "temperature": 0.0, "detokenize": False}
    body = {"model": model, "token_ids": tokens, "sampling_params": sampling, "stream": False}
    answer = http.post(f"{url}/inference/v1/generate", json=body, timeout=120)
    CONTRACT.check(answer)
    [choice] = answer.json()["choices"]
    assert 1 <= len(choice["token_ids"]) <= 16
    assert "text" not in choice
    body["sampling_params"] = sampling | {"detokenize": True}
    with_text = http.post(f"{url}/inference/v1/generate", json=body, timeout=120).json()["choices"][0]
    assert with_text["token_ids"] == choice["token_ids"]
    assert with_text["text"]
