"""A thinking model: the tiny one, with special tokens for the end of its thinking."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract, sse_events
from tests.contract.messages import CHOICE, assembled, comparable, events, read
from tests.serving import started, wait_until_ready
from tests.tiny_model import NAME, copy_tiny_model

HELLO: dict[str, Any] = {
    "max_tokens": 1100,
    "messages": [{"role": "user", "content": "Hello"}],
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "temperature": 0,
}


PLUGIN = """
from vllm.reasoning import ReasoningParserManager
from vllm.tool_parsers import ToolParserManager

reasoning = ReasoningParserManager.get_reasoning_parser("qwen3")
ReasoningParserManager.register_module("own_reasoning", True, type("OwnReasoning", (reasoning,), {}))
tools = ToolParserManager.get_tool_parser("hermes")
ToolParserManager.register_module("own_tools", True, type("OwnTools", (tools,), {}))
"""


@pytest.fixture(scope="module", params=["own_reasoning", "deepseek_r1"])
def thinker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    model = copy_tiny_model(tmp_path_factory.mktemp("models") / "thinking", thinks=True)
    log = tmp_path_factory.mktemp("logs") / "thinking.log"
    arguments = ["--model", str(model), "--served-model-name", NAME, "--max-model-len", "2048"]
    plugin = model.parent / "own_parsers.py"
    plugin.write_text(PLUGIN)
    arguments += ["--reasoning-parser-plugin", str(plugin), "--reasoning-parser", request.param]
    arguments += ["--tool-parser-plugin", str(plugin), "--tool-call-parser", "own_tools"]
    with started([*arguments, "--return-tokens-as-token-ids"], log, NAME) as server:
        wait_until_ready(server)
        with httpx.Client(base_url=server.url, timeout=120) as client:
            yield client


@dataclass(frozen=True)
class Answers:
    """The answer to `HELLO`, of more than 1000 tokens, whole and streamed."""

    whole: httpx.Response
    streamed: httpx.Response


@pytest.fixture(scope="module")
def answers(thinker: httpx.Client) -> Answers:
    asked = (
        thinker.post("/v1/messages", json=HELLO),
        thinker.post("/v1/messages", json=HELLO | {"stream": True}),
    )
    return Answers(*asked)


def test_thinking_comes_first_and_within_its_budget(answers: Answers, contract: Contract) -> None:
    message = read(answers.whole)
    contract.check(answers.whole)
    assert [block["type"] for block in message["content"]] == ["thinking", "text"]
    assert 0 < message["usage"]["output_tokens_details"]["thinking_tokens"] <= 1024
    contract.check(answers.streamed)
    assert comparable(assembled(events(answers.streamed))) == comparable(message)


def test_a_forced_call_follows_the_thinking(thinker: httpx.Client) -> None:
    forced = {"tools": [CHOICE], "tool_choice": {"type": "tool", "name": "set_light"}, "max_tokens": 1900}
    message = read(thinker.post("/v1/messages", json=HELLO | forced))
    assert [block["type"] for block in message["content"]] == ["thinking", "tool_use"]
    streamed = assembled(events(thinker.post("/v1/messages", json=HELLO | forced | {"stream": True})))
    assert comparable(streamed) == comparable(message)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"chat_template_kwargs": {"enable_thinking": False}},
        {"include_reasoning": False},
        {"response_format": {"type": "json_object"}, "max_tokens": 60, "thinking_token_budget": 20},
    ],
    ids=str,
)
def test_thinking_is_separated_in_derendered_tokens(
    thinker: httpx.Client, contract: Contract, fields: dict[str, Any]
) -> None:
    body = {
        "messages": HELLO["messages"],
        "temperature": 0,
        "max_tokens": 40,
        "thinking_token_budget": 10,
    } | fields
    rendered = read(thinker.post("/v1/chat/completions/render", json=body))
    assert rendered["reasoning_ended"] in (True, False)
    chat = read(thinker.post("/v1/chat/completions", json=body))
    tokens = {"prompt_token_ids": rendered["token_ids"], "chat_request": body}
    generated = read(thinker.post("/inference/v1/generate", json=rendered))
    answer = thinker.post("/v1/chat/completions/derender", json=tokens | {"generate_response": generated})
    contract.check(answer)
    assert read(answer)["choices"] == chat["choices"]
    assert read(answer)["usage"]["completion_tokens_details"] == chat["usage"]["completion_tokens_details"]

    streamed = thinker.post(
        "/inference/v1/generate", json=rendered | {"stream": True, "stream_options": {"include_usage": True}}
    )
    state, said = None, {"content": "", "reasoning": ""}
    chunk: dict[str, Any] = {}
    for event in sse_events(streamed.text)[:-1]:
        asked = {"stream": True, "generate_chunk": json.loads(event.data), "stream_state": state}
        one = read(thinker.post("/v1/chat/completions/derender", json=tokens | asked))
        state, chunk = one["stream_state"], one["chunk"]
        for choice in chunk["choices"]:
            for name in said:
                said[name] += choice["delta"].get(name) or ""
    message = chat["choices"][0]["message"]
    assert said == {"content": message["content"] or "", "reasoning": message.get("reasoning", "")}
    assert chunk["usage"]["completion_tokens_details"] == chat["usage"]["completion_tokens_details"]


def test_thinking_can_be_turned_off(thinker: httpx.Client) -> None:
    message = read(
        thinker.post("/v1/messages", json=HELLO | {"thinking": {"type": "disabled"}, "max_tokens": 8})
    )
    assert [block["type"] for block in message["content"]] == ["text"]


def test_thinking_is_given_back_to_the_model(thinker: httpx.Client) -> None:
    before = [
        {"type": "thinking", "thinking": "A greeting.", "signature": "unsigned"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "Hi."},
    ]
    turns = [*HELLO["messages"], {"role": "assistant", "content": before}, *HELLO["messages"]]
    prompt = read(thinker.post("/v1/messages/render", json=HELLO | {"messages": turns}))["prompt"]
    assert "assistant\n<think>A greeting.</think>Hi.<|im_end|>" in prompt


def test_thinking_is_verified_when_it_is_sent_back(
    thinker: httpx.Client, answers: Answers, contract: Contract
) -> None:
    thinking, text = assembled(events(answers.streamed))["content"]
    assert read(answers.whole)["content"][0] == thinking

    def replayed(**changes: Any) -> tuple[str, str | None]:
        answer = {"role": "assistant", "content": [thinking | changes, text]}
        turns = [*HELLO["messages"], answer, *HELLO["messages"]]
        response = thinker.post("/v1/messages/render", json=HELLO | {"messages": turns})
        contract.check(response)
        return read(response)["prompt"], response.headers.get("x-ignored-parameters")

    prompt, ignored = replayed()
    assert thinking["thinking"] in prompt
    assert ignored is None
    assert replayed(signature="EqQBCgIYAg==") == (prompt, "messages.1.content.0.signature")
    altered, ignored = replayed(thinking="Something else.")
    assert "Something else." not in altered
    assert thinking["thinking"] not in altered
    assert ignored == "messages.1.content.0.thinking"


def test_tokens_are_returned_as_ids_if_the_server_is_configured_so(thinker: httpx.Client) -> None:
    body = {"messages": HELLO["messages"], "max_tokens": 2, "logprobs": True, "top_logprobs": 1}

    def told(**more: Any) -> list[str]:
        answer = thinker.post("/v1/chat/completions", json=body | more).json()
        return [token["token"] for token in answer["choices"][0]["logprobs"]["content"]]

    assert all(token.startswith("token_id:") for token in told())
    assert not any(token.startswith("token_id:") for token in told(return_tokens_as_token_ids=False))


def test_hidden_thinking_has_no_tokens_in_the_answer(thinker: httpx.Client, contract: Contract) -> None:
    body = {
        "messages": HELLO["messages"],
        "temperature": 0,
        "max_tokens": 40,
        "thinking_token_budget": 10,
        "include_reasoning": False,
        "return_token_ids": True,
        "logprobs": True,
    }
    answer = thinker.post("/v1/chat/completions", json=body)
    contract.check(answer)
    [choice] = read(answer)["choices"]
    said = read(thinker.post("/detokenize", json={"tokens": choice["token_ids"]}))["prompt"]
    assert said.removesuffix("<|im_end|>").strip() == choice["message"]["content"].strip() != ""
    assert 0 < len(choice["token_ids"]) < 40
    assert len(choice["logprobs"]["content"]) == len(choice["token_ids"])
    streamed = thinker.post("/v1/chat/completions", json=body | {"stream": True})
    contract.check(streamed)
    chunks = [json.loads(event.data)["choices"][0] for event in sse_events(streamed.text)[:-1]]
    assert [i for chunk in chunks for i in chunk.get("token_ids", ())] == choice["token_ids"]
