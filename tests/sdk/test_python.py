"""The Python SDK against a running server: every operation, whole and streamed, in both clients."""

import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import pytest
from accord_client import Accord, AccordError, AsyncAccord, models, params
from pydantic import TypeAdapter

from tests.serving import RunningServer

ROOT = Path(__file__).parents[2]
OPENAPI = json.loads((ROOT / "src/generated/openapi.json").read_text())

CHAT: params.ChatCompletionRequest = {
    "messages": [{"role": "user", "content": "Hello"}],
    "max_tokens": 4,
    "temperature": 0,
}
COMPLETION: params.CompletionRequest = {"prompt": "Hello", "max_tokens": 4, "temperature": 0}
MESSAGE: params.MessageRequest = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4}
RESPONSE: params.ResponseRequest = {"input": "Hello", "max_output_tokens": 4, "temperature": 0}
RUNNING: params.ResponseRequest = {"input": "Hello", "background": True, "ignore_eos": True}
GENERATE: params.GenerateRequest = {"token_ids": [1, 2, 3], "sampling_params": {"max_tokens": 4}}
GENERATED: params.GenerateResponseParam = {
    "request_id": "r",
    "choices": [{"index": 0, "token_ids": [1, 2, 3], "finish_reason": "stop"}],
}

ITEM = "msg_1"


class Kept(NamedTuple):
    """The ids of what the server keeps for a test."""

    response: str = ""
    conversation: str = ""
    completion: str = ""


NOTHING = Kept()

CALLS: dict[str, Callable[[Accord, Kept], object]] = {
    "create_chat_completion": lambda accord, _: accord.create_chat_completion(CHAT),
    "list_chat_completions": lambda accord, kept: accord.list_chat_completions(
        model="tiny", metadata={"a": "b"}, limit=1, order="desc"
    ),
    "retrieve_chat_completion": lambda accord, kept: accord.retrieve_chat_completion(kept.completion),
    "update_chat_completion": lambda accord, kept: accord.update_chat_completion(
        kept.completion, {"metadata": {"c": "d"}}
    ),
    "delete_chat_completion": lambda accord, kept: accord.delete_chat_completion(kept.completion),
    "list_chat_completion_messages": lambda accord, kept: accord.list_chat_completion_messages(
        kept.completion, limit=1
    ),
    "render_chat_completion": lambda accord, _: accord.render_chat_completion(CHAT),
    "create_completion": lambda accord, _: accord.create_completion(COMPLETION),
    "derender_chat_completion": lambda accord, _: accord.derender_chat_completion(
        {"generate_response": GENERATED, "chat_request": CHAT}
    ),
    "derender_completion": lambda accord, _: accord.derender_completion(
        {"generate_responses": [GENERATED], "completion_request": COMPLETION}
    ),
    "render_completion": lambda accord, _: accord.render_completion(COMPLETION),
    "create_message": lambda accord, _: accord.create_message(MESSAGE, anthropic_version="2023-06-01"),
    "count_message_tokens": lambda accord, _: accord.count_message_tokens({"messages": MESSAGE["messages"]}),
    "render_message": lambda accord, _: accord.render_message(MESSAGE),
    "create_response": lambda accord, _: accord.create_response(RESPONSE),
    "retrieve_response": lambda accord, kept: accord.retrieve_response(kept.response),
    "list_response_input_items": lambda accord, kept: accord.list_response_input_items(
        kept.response, limit=1, order="asc"
    ),
    "cancel_response": lambda accord, kept: accord.cancel_response(kept.response),
    "delete_response": lambda accord, kept: accord.delete_response(kept.response),
    "render_response": lambda accord, _: accord.render_response(RESPONSE),
    "count_response_input_tokens": lambda accord, _: accord.count_response_input_tokens(RESPONSE),
    "compact_response": lambda accord, _: accord.compact_response({"input": "Hello"}),
    "create_conversation": lambda accord, _: accord.create_conversation({"metadata": {"a": "b"}}),
    "retrieve_conversation": lambda accord, kept: accord.retrieve_conversation(kept.conversation),
    "update_conversation": lambda accord, kept: accord.update_conversation(
        kept.conversation, {"metadata": None}
    ),
    "delete_conversation": lambda accord, kept: accord.delete_conversation(kept.conversation),
    "list_conversation_items": lambda accord, kept: accord.list_conversation_items(
        kept.conversation, limit=1, order="asc"
    ),
    "create_conversation_items": lambda accord, kept: accord.create_conversation_items(
        kept.conversation, {"items": [{"role": "user", "content": "Hello"}]}
    ),
    "retrieve_conversation_item": lambda accord, kept: accord.retrieve_conversation_item(
        kept.conversation, ITEM
    ),
    "delete_conversation_item": lambda accord, kept: accord.delete_conversation_item(kept.conversation, ITEM),
    "list_models": lambda accord, _: accord.list_models(),
    "retrieve_model": lambda accord, _: accord.retrieve_model("tiny"),
    "load_lora_adapter": lambda accord, _: accord.load_lora_adapter({"lora_name": "a", "lora_path": "/a"}),
    "unload_lora_adapter": lambda accord, _: accord.unload_lora_adapter({"lora_name": "a"}),
    "tokenize": lambda accord, _: accord.tokenize({"prompt": "Hello"}),
    "detokenize": lambda accord, _: accord.detokenize({"tokens": [1, 2, 3]}),
    "generate": lambda accord, _: accord.generate(GENERATE),
    "create_generative_scoring": lambda accord, _: accord.create_generative_scoring(
        {"query": "Is it true? ", "items": ["Yes", "No"], "label_token_ids": [1, 2]}
    ),
    "get_root": lambda accord, _: accord.get_root(),
    "get_health_live": lambda accord, _: accord.get_health_live(),
    "get_health_ready": lambda accord, _: accord.get_health_ready(),
    "get_health": lambda accord, _: accord.get_health(),
    "get_ping": lambda accord, _: accord.get_ping(),
    "post_ping": lambda accord, _: accord.post_ping(),
    "get_load": lambda accord, _: accord.get_load(),
    "get_vllm_version": lambda accord, _: accord.get_vllm_version(),
    "get_server_info": lambda accord, _: accord.get_server_info(config_format="json"),
    "get_kv_event_sources": lambda accord, _: accord.get_kv_event_sources(),
    "get_version": lambda accord, _: accord.get_version(),
    "get_metrics": lambda accord, _: accord.get_metrics(),
    "get_prometheus_metrics": lambda accord, _: accord.get_prometheus_metrics(),
    "get_metadata": lambda accord, _: accord.get_metadata(),
    "get_manifest": lambda accord, _: accord.get_manifest(),
    "get_license": lambda accord, _: accord.get_license(),
}
FORBIDDEN = {
    "load_lora_adapter": (403, "ACCORD_ALLOW_RUNTIME_LORA_UPDATING"),
    "unload_lora_adapter": (403, "ACCORD_ALLOW_RUNTIME_LORA_UPDATING"),
    "get_server_info": (404, "VLLM_SERVER_DEV_MODE"),
}
"""Calls that the server does not allow, with the variable that would."""
STREAMS: dict[str, Callable[[Accord, Kept], Iterator[Any]]] = {
    "stream_chat_completion": lambda accord, _: accord.stream_chat_completion(CHAT),
    "stream_completion": lambda accord, _: accord.stream_completion(COMPLETION),
    "stream_message": lambda accord, _: accord.stream_message(MESSAGE),
    "stream_response": lambda accord, _: accord.stream_response(RESPONSE),
    "stream_generate": lambda accord, _: accord.stream_generate(GENERATE),
    "stream_retrieve_response": lambda accord, _: accord.stream_retrieve_response(
        next(e.response.id for e in accord.stream_response(FOLLOWED) if e.type == "response.created")
    ),
}
FOLLOWED: params.ResponseRequest = {**RESPONSE, "background": True}


@pytest.fixture
def accord(server: RunningServer) -> Iterator[Accord]:
    with Accord(server.url, api_key="any") as accord:
        yield accord


@pytest.fixture
async def async_accord(server: RunningServer) -> AsyncIterator[AsyncAccord]:
    async with AsyncAccord(server.url) as accord:
        yield accord


@pytest.fixture
def kept(accord: Accord) -> Iterator[Kept]:
    """A response that is still being generated, long enough for any call, and one of all else that is kept."""
    id_ = accord.create_response(RUNNING).id
    said: params.ResponseMessageParam = {"id": ITEM, "role": "user", "content": "Hello"}
    completion = accord.create_chat_completion({**CHAT, "store": True, "metadata": {"a": "b"}})
    yield Kept(id_, accord.create_conversation({"items": [said]}).id, completion.id)
    with suppress(AccordError):  # a test has cancelled or deleted it
        accord.cancel_response(id_)


def test_every_operation_is_called_here() -> None:
    spec = [operation for path in OPENAPI["paths"].values() for operation in path.values()]
    assert CALLS.keys() == {operation["operationId"] for operation in spec}
    for client in (Accord, AsyncAccord):
        methods = {name for name, _ in inspect.getmembers(client, inspect.isfunction) if name[0] != "_"}
        assert methods - {"close"} == CALLS.keys() | STREAMS.keys()


def check_answer(name: str, answer: Any) -> None:
    """Without coercion, the answer is an instance of what the method says it returns."""
    promised: Any = TypeAdapter(get_type_hints(getattr(Accord, name))["return"])
    assert promised.validate_python(answer, strict=True) == answer


@pytest.mark.parametrize("name", sorted(CALLS.keys() - FORBIDDEN.keys()))
def test_an_operation(accord: Accord, kept: Kept, name: str) -> None:
    answer = CALLS[name](accord, kept)
    check_answer(name, answer)


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
async def test_an_operation_that_is_not_allowed(
    accord: Accord, async_accord: AsyncAccord, name: str
) -> None:
    status, variable = FORBIDDEN[name]
    with pytest.raises(AccordError, match=variable) as refused:
        CALLS[name](accord, NOTHING)
    assert refused.value.status == status
    with pytest.raises(AccordError, match=variable):
        awaited: Any = CALLS[name](async_accord, NOTHING)  # type: ignore[arg-type]  # the same methods, awaited
        await awaited


@pytest.mark.parametrize("name", sorted(CALLS.keys() - FORBIDDEN.keys()))
async def test_an_operation_awaited(async_accord: AsyncAccord, kept: Kept, name: str) -> None:
    answer: Any = CALLS[name](async_accord, kept)  # type: ignore[arg-type]  # the same methods, awaited
    check_answer(name, await answer)


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_typed_and_ends(accord: Accord, name: str) -> None:
    events = list(STREAMS[name](accord, NOTHING))
    assert len(events) >= 4
    assert {type(event).__module__ for event in events} == {"accord_client.models"}


def _chat_text(event: models.ChatCompletionEvent) -> str:
    return "".join(choice.delta.content or "" for choice in event.choices)


async def test_streams_match_unstreamed_answers(async_accord: AsyncAccord) -> None:
    chat = await async_accord.create_chat_completion(CHAT)
    text = "".join([_chat_text(event) async for event in async_accord.stream_chat_completion(CHAT)])
    assert text == chat.choices[0].message.content

    completion = await async_accord.create_completion(COMPLETION)
    chunks = [event async for event in async_accord.stream_completion(COMPLETION)]
    assert "".join(c.choices[0].text for c in chunks if c.choices) == completion.choices[0].text


async def test_messages_events_are_distinguished_by_type(async_accord: AsyncAccord) -> None:
    text, kinds, reason = "", [], None
    async for event in async_accord.stream_message({**MESSAGE, "temperature": 0}):
        kinds.append(event.type)
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            text += event.delta.text
        elif event.type == "message_delta":
            reason = event.delta.stop_reason
    message = await async_accord.create_message({**MESSAGE, "temperature": 0})
    assert isinstance(message.content[0], models.MessageTextBlock)
    assert text == message.content[0].text
    assert reason == message.stop_reason == "max_tokens"
    assert kinds[0] == "message_start"
    assert kinds[-1] == "message_stop"


async def test_a_response_is_resumed_where_its_stream_was_left(async_accord: AsyncAccord) -> None:
    request: params.ResponseRequest = {**FOLLOWED, "ignore_eos": True, "max_output_tokens": 32}
    async for event in async_accord.stream_response(request):
        if event.type == "response.created":
            id_ = event.response.id
        if event.sequence_number == 3:
            break
    rest = [e async for e in async_accord.stream_retrieve_response(id_, starting_after=3)]
    assert rest[0].sequence_number == 4
    assert rest[-1].type == "response.incomplete"


def test_completions_are_found_by_their_metadata(accord: Accord, kept: Kept) -> None:
    found = accord.list_chat_completions(metadata={"a": "b"}, order="desc", limit=1)
    assert [completion.id for completion in found.data] == [kept.completion]
    assert accord.list_chat_completions(metadata={"a": "c"}).data == []


def test_an_error_is_raised_with_what_the_server_says(accord: Accord) -> None:
    with pytest.raises(AccordError, match="org/other") as missing:
        accord.retrieve_model("org/other")
    assert (missing.value.status, missing.value.code) == (404, "model_not_found")
    assert missing.value.request_id
    with pytest.raises(AccordError) as bad:
        list(accord.stream_chat_completion({**CHAT, "temperature": 7}))
    assert (bad.value.status, bad.value.param) == (400, "temperature")
    with pytest.raises(AccordError) as anthropic:
        accord.create_message({**MESSAGE, "max_tokens": -1})
    assert (anthropic.value.status, anthropic.value.type) == (400, "invalid_request_error")


def test_an_error_within_a_stream_is_raised(accord: Accord) -> None:
    events = accord.stream_response(RUNNING)
    created = next(events)
    assert created.type == "response.created"
    accord.cancel_response(created.response.id)
    with pytest.raises(AccordError) as broken:
        list(events)
    assert (broken.value.status, broken.value.code) == (None, "response_cancelled")


def test_the_quickstart(server: RunningServer) -> None:
    readme = (ROOT / "sdk/python/README.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 10
    ran = subprocess.run(
        [sys.executable, "-c", code.replace("http://localhost:8000", server.url)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "sdk/python/src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) > 1
