"""The engine and the parsers get the same arguments from vLLM's own server and from Accord.

Each request is sent to both; see `both_servers`. Intended differences are in `argument_cases`, with reasons.
"""

import inspect
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from vllm.v1.engine.async_llm import AsyncLLM

from accord.engine.deployment.options import installed_release
from tests.tiny_model import copy_tiny_model
from tests.unit.argument_cases import (
    CASES,
    CHAT,
    CHATS,
    COMPLETION,
    GENERATE,
    GENERATED,
    HEADERS,
    INTENDED,
    LEAST,
    MESSAGE,
    MESSAGE_TOOLS,
    OPTIONS,
    RESPONSE,
    RESPONSE_TOOLS,
    THINKING,
    TOOLS,
)
from tests.unit.both_servers import ParserCalls, Server, accord_server, vllm_server

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEVER_GIVEN = {
    "arrival_time": "the prompt has it, from its rendering",
    "tokenization_kwargs": "the prompt is tokenized already",
    "prompt_text": "the prompt has it",
    "kv_hints": "no request of vLLM's server has any",
}
"""Arguments of `AsyncLLM.add_request` that neither server gives."""


def compared(server: Server) -> dict[str, Any]:
    """Return what the engine was given for the last request, with the sampling parameters one by one."""
    given = dict(server.given[-1])
    params = given.pop("params")
    given["prompt"] = {name: value for name, value in given["prompt"].items() if name != "arrival_time"}
    del given["self"], given["request_id"]
    return given | {f"params.{name}": getattr(params, name) for name in params.__struct_fields__}


class Pair(NamedTuple):
    """The two servers, of one model."""

    vllm: Server
    accord: Server

    async def post(self, path: str, body: dict[str, Any], below: str = "", **headers: str) -> tuple[Any, Any]:
        """Send a request to both, `below` its path, and return their responses."""
        for server in self:
            server.given.clear()
            server.parsers.clear()
            server.core.asked.clear()
        whole = {"model": "m"} | LEAST[path] | body
        vllm, accord = [
            await server.client.post(path + below, json=whole, headers=headers) for server in self
        ]
        return vllm, accord

    async def differences(self, path: str, body: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Return the fields in which what the engine is given differs: vLLM's value, and Accord's."""
        for response in await self.post(path, body, **HEADERS):
            assert response.status_code == 200, response.text
        assert len(self.vllm.given) == len(self.accord.given)
        theirs, ours = compared(self.vllm), compared(self.accord)
        assert theirs.keys() == ours.keys()
        return {name: (theirs[name], ours[name]) for name in theirs if theirs[name] != ours[name]}


async def pair(model: Path, cache: Path, *options: str) -> Pair:
    arguments = ["--model", str(model), *OPTIONS, *options]
    return Pair(
        await vllm_server([*arguments, "--enable-scale-out"]), await accord_server(arguments, "m", cache)
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    made = await pair(tiny_model, tmp_path_factory.mktemp("cache"))
    yield made
    for server in made:
        await server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def thinkers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    model = copy_tiny_model(tmp_path_factory.mktemp("models") / "thinking", thinks=True)
    options = ("--reasoning-parser", "qwen3", "--max-logprobs", "-1")
    made = await pair(model, tmp_path_factory.mktemp("cache"), *options)
    yield made
    for server in made:
        await server.close()


def each(cases: dict[str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, body) for path, bodies in cases.items() for body in bodies]


def unexplained(path: str, body: dict[str, Any], found: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    return {
        name: values
        for name, values in found.items()
        if not any(each.explains(name, path, body, *values) for each in INTENDED)
    }


@pytest.mark.parametrize(("path", "body"), each(CASES), ids=str)
async def test_the_engine_is_given_the_same(servers: Pair, path: str, body: dict[str, Any]) -> None:
    assert unexplained(path, body, await servers.differences(path, body)) == {}


@pytest.mark.parametrize(("path", "body"), each(THINKING), ids=str)
async def test_the_engine_is_given_the_same_for_a_model_that_thinks(
    thinkers: Pair, path: str, body: dict[str, Any]
) -> None:
    assert unexplained(path, body, await thinkers.differences(path, body)) == {}


async def test_no_argument_is_left_out(thinkers: Pair) -> None:
    for path, least in LEAST.items():
        await thinkers.post(path, least)
    with_an_adapter = {"lora_request"}
    assert thinkers.vllm.named == thinkers.accord.named | with_an_adapter
    known = {"self", "request_id", "prompt", "params"} | thinkers.vllm.named | NEVER_GIVEN.keys()
    assert inspect.signature(AsyncLLM.add_request).parameters.keys() == known


@pytest.mark.parametrize("path", CHATS)
@pytest.mark.parametrize("stream", [False, True])
async def test_parsers_are_made_and_asked_alike(thinkers: Pair, path: str, stream: bool) -> None:
    offered = {CHAT: TOOLS, RESPONSE: RESPONSE_TOOLS, MESSAGE: MESSAGE_TOOLS}
    for response in await thinkers.post(path, offered[path] | {"stream": stream}):
        assert response.status_code == 200, response.text
    theirs, ours = [reading(server.parsers) for server in thinkers]
    for made in (theirs.made, ours.made):
        assert made.pop("tokenizer").get_vocab() == thinkers.vllm.llm.renderer.tokenizer.get_vocab()
        assert [getattr(tool, "function", tool).name for tool in made.pop("tools")] == ["weather"]
        assert made.pop("model_config").hf_config.model_type == "llama"
    assert ours.made == theirs.made
    asked, expected = [[without_request(*call) for call in each.asked] for each in (ours, theirs)]
    if stream:  # the prompt comes with each delta; vLLM's responses tell it beforehand, too
        expected = [call for call in expected if call[0] == "parse_delta"]
    # A whole answer without a call is then looked through for one that was cut short.
    assert asked[: len(expected)] == expected


def reading(parsers: list[ParserCalls]) -> ParserCalls:
    """Return the one that read the answer, of those that were made for a request."""
    [read] = [parser for parser in parsers if any(name.startswith("parse") for name, _ in parser.asked)]
    return read


def without_request(method: str, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Leave out the request, which is of another API's type where the API is not chat."""
    return method, {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in arguments.items()
        if name != "request"
    }


TOLD = {"remote_block_ids": [1, 2], "remote_host": "10.0.0.1"}


@pytest.mark.parametrize("stream", [False, True])
async def test_the_prompts_text_is_returned_alike(servers: Pair, stream: bool) -> None:
    theirs, ours = [
        json.loads(response.text.partition("data: ")[2].partition("\n")[0] if stream else response.text)
        for response in await servers.post(CHAT, {"return_prompt_text": True, "stream": stream})
    ]
    assert ours["prompt_text"] == theirs["prompt_text"] != ""


async def test_a_prompt_of_token_ids_is_repeated_alike(servers: Pair) -> None:
    theirs, ours = [r.json() for r in await servers.post(GENERATE, {"return_token_ids": True})]
    assert ours["prompt_token_ids"] == theirs["prompt_token_ids"] == LEAST[GENERATE]["token_ids"]
    _, streamed = await servers.post(GENERATE, {"return_token_ids": True, "stream": True})
    assert streamed.text.count('"prompt_token_ids":[5,6,7]') == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [(CHAT, {}), (CHAT, {"messages": [{"role": "user", "content": "é 🙂"}]}), (COMPLETION, {})],
)
async def test_the_places_of_a_prompts_tokens_are_returned_alike(
    servers: Pair, path: str, body: dict[str, Any]
) -> None:
    told = [r.json() for r in await servers.post(path, body | {"return_token_offsets": True}, "/render")]
    theirs, ours = [each if path == CHAT else each[0] for each in told]
    assert ours["token_offsets"] == theirs["token_offsets"]
    assert len(ours["token_offsets"]) == len(ours["token_ids"])
    [without] = [await servers.accord.client.post(f"{path}/render", json=LEAST[path])]
    assert "token_offsets" not in without.text


@pytest.mark.parametrize("path", GENERATED)
@pytest.mark.parametrize("tells", [TOLD, None], ids=["told", "nothing"])
async def test_connector_parameters_are_in_the_answer(
    servers: Pair, path: str, tells: dict[str, Any] | None
) -> None:
    for server in servers:
        server.core.tells = tells
    theirs, ours = [response.json() for response in await servers.post(path, {})]
    for name in ("kv_transfer_params", "ec_transfer_params"):
        assert ours.get(name) == theirs.get(name) == tells
        assert (name in ours) == (tells is not None)


@pytest.mark.parametrize("path", GENERATED)
async def test_connector_parameters_are_in_the_stream_as_in_vllm(servers: Pair, path: str) -> None:
    for server in servers:
        server.core.tells = TOLD
    theirs, ours = [
        response.text.count("10.0.0.1") for response in await servers.post(path, {"stream": True})
    ]
    # A chat's or completion's last chunk says both; 0.32 says neither there, and 0.33 those of the cache.
    last_chunk = path in (CHAT, COMPLETION)
    assert ours == (2 if path == RESPONSE or last_chunk else 0)
    assert theirs == ((installed_release() != "0.32") if last_chunk else ours)


REMOTE = {"do_remote_prefill": True, "remote_request_id": "r"}
REFUSED: list[tuple[str, dict[str, Any]]] = [
    *((path, {"model": "unknown"}) for path in (CHAT, COMPLETION, RESPONSE, MESSAGE)),
    (CHAT, {"messages": [{"role": "user", "content": "a " * 5000}]}),
    (COMPLETION, {"prompt": "a " * 5000}),
    (RESPONSE, {"input": "a " * 5000}),
    (MESSAGE, {"messages": [{"role": "user", "content": "a " * 5000}]}),
    (CHAT, {"kv_transfer_params": REMOTE | {"prompt_token_ids": []}}),
    (CHAT, {"kv_transfer_params": REMOTE | {"prompt_token_ids": [True]}}),
    (CHAT, {"kv_transfer_params": REMOTE | {"prompt_token_ids": [10**6]}}),
    (COMPLETION, {"suffix": "b"}),
]


@pytest.mark.parametrize(("path", "body"), REFUSED, ids=lambda value: str(value)[:80])
async def test_a_connector_is_notified_of_a_refused_request(
    servers: Pair, path: str, body: dict[str, Any]
) -> None:
    theirs, ours = await servers.post(path, {"kv_transfer_params": REMOTE} | body)
    assert ours.status_code == theirs.status_code >= 400, (ours.text, theirs.text)
    told: list[Any] = []
    for server in servers:
        [request] = server.core.asked
        assert request.abort_immediately
        assert request.sampling_params is not None
        told.append(request.sampling_params.extra_args)
        told[-1]["kv_transfer_params"].pop("prompt_token_ids", None)  # not for the connector
    assert told[0] == told[1]


async def test_a_connector_is_not_notified_of_other_requests(servers: Pair) -> None:
    for given in ({"do_remote_decode": True}, {}, None):
        await servers.post(CHAT, {"model": "unknown", "kv_transfer_params": given})
        assert not servers.accord.core.asked
    await servers.post(CHAT, {"kv_transfer_params": REMOTE})
    assert [request.abort_immediately for request in servers.accord.core.asked] == [False]


@pytest.mark.parametrize("path", LEAST)
@pytest.mark.parametrize(
    ("header", "value", "message"),
    [
        ("x-data-parallel-rank", "one", "x-data-parallel-rank: Input should be a valid integer"),
        ("x-data-parallel-rank", "-1", "x-data-parallel-rank: Input should be greater than or equal to 0"),
        ("x-data-parallel-rank", "7", "x-data-parallel-rank: is 7; this engine's ranks are 0 to 0."),
        ("x-vllm-priority", "high", "x-vllm-priority: Input should be a valid integer"),
    ],
)
async def test_an_invalid_header_is_named(
    servers: Pair, path: str, header: str, value: str, message: str
) -> None:
    _, response = await servers.post(path, {}, **{header: value})
    assert response.status_code == 400
    assert message in response.json()["error"]["message"]
    assert not servers.accord.given


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"vllm_xargs": {"a": 10**30}}, "vllm_xargs"),
        ({"kv_transfer_params": {"a": 10**30}}, "kv_transfer_params"),
        ({"vllm_xargs": {"kv_transfer_params": "a"}}, "vllm_xargs.kv_transfer_params"),
    ],
)
async def test_parameters_that_cannot_be_serialized_are_refused(
    servers: Pair, body: dict[str, Any], param: str
) -> None:
    response = await servers.accord.client.post(CHAT, json=LEAST[CHAT] | body)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param
