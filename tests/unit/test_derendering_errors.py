"""Generated tokens that cannot be converted are refused with the field at fault."""

from pathlib import Path
from typing import Any

import pytest

from accord.dialects.chat.derendering import derendered_chat, derendered_chat_chunk
from accord.dialects.completions.derendering import derendered_completion, derendered_completion_chunk
from accord.errors import ApiError, InvalidRequest
from accord.generated import models
from tests.unit.derendering import (
    HELLO,
    MAX_MODEL_LEN,
    Derendering,
    backend_of,
    body_of,
    chat,
    completion,
    whole,
)


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Derendering:
    return Derendering(backend_of(tiny_model))


async def test_an_answer_of_more_choices_than_there_are_is_refused(engine: Derendering) -> None:
    part = {"index": 2**31 - 1, "token_ids": engine.tokens(" one"), "finish_reason": "length"}
    with pytest.raises(InvalidRequest):
        await completion(engine, generate_responses=[{"choices": [part]}])


OUT = 49152
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("DerenderChatRequest", {}, "generate_response"),
    ("DerenderChatRequest", {"stream": True}, "generate_chunk"),
    ("DerenderChatRequest", {"stream": False, "generate_chunk": {"choices": []}}, "stream"),
    ("DerenderChatRequest", {"stream": True, "generate_response": whole([5])}, "generate_chunk"),
    ("DerenderChatRequest", {"generate_response": {"choices": []}}, "generate_response.choices"),
    ("DerenderChatRequest", {"generate_response": {"text": "hi"}}, "generate_response.choices"),
    (
        "DerenderChatRequest",
        {"generate_response": {"choices": [{"index": 0, "text": "hi"}]}},
        "generate_response.choices.0.token_ids",
    ),
    (
        "DerenderChatRequest",
        {"generate_response": whole([5, OUT])},
        "generate_response.choices.0.token_ids",
    ),
    (
        "DerenderChatRequest",
        {"generate_response": whole([5] * (MAX_MODEL_LEN + 1))},
        "generate_response.choices.0.token_ids",
    ),
    (
        "DerenderChatRequest",
        {"generate_response": whole([5], logprobs={"content": [{"token_id": OUT, "logprob": 0}]})},
        "generate_response.choices.0.logprobs",
    ),
    (
        "DerenderChatRequest",
        {"generate_response": {"choices": [{"index": 0, "token_ids": [5]}] * 2}},
        "generate_response.choices.1.index",
    ),
    (
        "DerenderChatRequest",
        {
            "generate_response": {"choices": [{"index": 1, "token_ids": [5]}]},
            "chat_request": {"messages": HELLO},
        },
        "generate_response.choices.0.index",
    ),
    ("DerenderChatRequest", {"generate_response": whole([5]), "prompt_token_ids": [OUT]}, "prompt_token_ids"),
    (
        "DerenderChatRequest",
        {"generate_response": whole([5]) | {"prompt_logprobs": [None, {str(OUT): {"logprob": -1}}]}},
        "generate_response.prompt_logprobs",
    ),
    (
        "DerenderChatRequest",
        {"generate_response": whole([5]) | {"prompt_token_ids": [OUT]}},
        "generate_response.prompt_token_ids",
    ),
    (
        "DerenderChatRequest",
        {"generate_response": whole([5]), "chat_request": {"messages": []}},
        "chat_request.messages",
    ),
    (
        "DerenderChatRequest",
        {"generate_response": whole([5]), "chat_request": {"messages": HELLO, "tool_choice": "required"}},
        "chat_request.tool_choice",
    ),
    (
        "DerenderChatRequest",
        {"stream": True, "generate_chunk": {"choices": [{"index": 0, "token_ids": [5]}] * 2}},
        "generate_chunk.choices",
    ),
    (
        "DerenderChatRequest",
        {
            "stream": True,
            "generate_chunk": {"choices": []},
            "stream_state": {"output_token_ids": [5], "output_chunk_lens": [2]},
        },
        "stream_state.output_chunk_lens",
    ),
    (
        "DerenderChatRequest",
        {"stream": True, "generate_chunk": {"choices": []}, "stream_state": "x"},
        "stream_state",
    ),
    (
        "DerenderChatRequest",
        {
            "stream": True,
            "generate_chunk": {"choices": [{"index": 0, "token_ids": [5]}]},
            "stream_state": {"output_token_ids": [OUT], "output_chunk_lens": [1]},
        },
        "stream_state.output_token_ids",
    ),
    ("DerenderCompletionRequest", {"generate_responses": []}, "generate_responses"),
    (
        "DerenderCompletionRequest",
        {"generate_responses": [whole([5])], "prompt_tokens": [1, 2]},
        "prompt_tokens",
    ),
    (
        "DerenderCompletionRequest",
        {"generate_responses": [whole([5])], "completion_request": {"prompt": ["a", "b"]}},
        "generate_responses",
    ),
    (
        "DerenderCompletionRequest",
        {"generate_responses": [whole([5]), whole([OUT])]},
        "generate_responses.1.choices.0.token_ids",
    ),
    (
        "DerenderCompletionRequest",
        {"generate_responses": [whole([5])], "completion_request": {"prompt": ""}},
        "completion_request.prompt",
    ),
]


async def derendered(engine: Derendering, kind: str, fields: dict[str, Any]) -> None:
    match body_of(kind, **fields):
        case models.DerenderChatStreamRequest() as body:
            await derendered_chat_chunk(engine, body, created=1, model="tiny")
        case models.DerenderChatWholeRequest() as body:
            await derendered_chat(engine, body, created=1, model="tiny")
        case models.DerenderCompletionStreamRequest() as body:
            await derendered_completion_chunk(engine, body, created=1, model="tiny")
        case models.DerenderCompletionWholeRequest() as body:
            await derendered_completion(engine, body, created=1, model="tiny")


@pytest.mark.parametrize(("kind", "fields", "param"), BAD, ids=lambda value: str(value)[:60])
async def test_unreadable_media_are_refused_with_their_path(
    engine: Derendering, kind: str, fields: dict[str, Any], param: str
) -> None:
    with pytest.raises(ApiError) as refused:
        await derendered(engine, kind, fields)
    assert refused.value.status == 400
    assert refused.value.param == param


async def test_a_parser_that_fails_on_made_up_tokens_is_not_a_server_error(
    engine: Derendering, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise KeyError("state")

    monkeypatch.setattr("accord.engine.vllm.deltas.DeltaReader.read", fails)
    with pytest.raises(InvalidRequest) as refused:
        await chat(engine, generate_response=whole([5]))
    assert refused.value.param == "generate_response.choices.0.token_ids"
