"""What clients are told of a wrong request: the field at fault, and a sentence that is meant for them.

Every field of every body is given values of all kinds, and some are given what has the right kind, but no
sense. The server and all of vLLM's frontend run in this process; what they refuse never reaches an engine.
"""

import json
import re
import typing
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from vllm.v1.engine import FinishReason

from accord.generated import models
from accord.generated.base import ContractModel
from accord.generated.operations import OPERATIONS
from tests.unit.both_servers import Server, accord_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPTIONS = ["--served-model-name", "m", "--max-model-len", "2048", "--enforce-eager", "--disable-log-stats"]
OPTIONS += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes"]

CHAT, COMPLETION, RESPONSE, MESSAGE, COUNT, GENERATE, SCORING = (
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/responses",
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/inference/v1/generate",
    "/generative_scoring",
)
HELLO = [{"role": "user", "content": "Hello"}]
LEAST: dict[str, dict[str, Any]] = {
    CHAT: {"messages": HELLO},
    COMPLETION: {"prompt": "Hello"},
    RESPONSE: {"input": "Hello", "store": False},
    MESSAGE: {"messages": HELLO, "max_tokens": 20},
    COUNT: {"messages": HELLO},
    GENERATE: {"token_ids": [5, 6]},
    SCORING: {"query": "Hello", "items": [" a"], "label_token_ids": [5, 6]},
    "/tokenize": {"messages": HELLO},
    "/detokenize": {"tokens": [5]},
}
VALUES: list[Any] = [
    True,
    "x",
    "",
    -1,
    0,
    1.5,
    1e308,
    10**30,
    [],
    {},
    [[]],
    [None],
    [-1],
    [10**6],
    ["a"],
    [""],
]
VALUES += [[{}], {"x": 1}, {"type": "x"}, {"type": None}, [{"type": "x"}]]

NOT_FOR_CLIENTS = re.compile(
    r"""vLLM | pydantic | \bNone\b | \bTrue\b | \bFalse\b | object\ at
    | [{<]['"\w] | \w=\S | \w\(\w*[,)]  # values and calls
    | \b[A-Z][a-z]+[A-Z]\w+ | [a-z]Error\b | validation  # classes
    """,
    re.VERBOSE,
)
"""What Python, and libraries, say to those who write programs."""


def told(path: str, response: Any) -> tuple[str, str]:
    """Return the message and the field at fault, once both are fit to be told."""
    assert response.status_code == 400, response.text
    error = response.json()["error"]
    message: str = error["message"]
    assert not NOT_FOR_CLIENTS.search(message.replace("vllm_xargs", "")), message
    if path in (MESSAGE, COUNT):  # says no field
        return message, message.partition(":")[0]
    assert error["param"], message
    return message, error["param"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    made = await accord_server(["--model", str(tiny_model), *OPTIONS], "m", tmp_path_factory.mktemp("cache"))
    yield made
    await made.close()


async def post(server: Server, path: str, body: dict[str, Any]) -> Any:
    return await server.client.post(path, json={"model": "m"} | LEAST[path] | body)


def members(body: Any) -> Iterator[type[ContractModel]]:
    """Yield the forms that a body may have."""
    if isinstance(body, type) and issubclass(body, ContractModel):
        yield body
    for argument in typing.get_args(getattr(body, "__value__", body)):
        yield from members(argument)


def fields_of(path: str) -> list[str]:
    [body] = [o.body for o in OPERATIONS.values() if o.pattern == path and o.body is not None]
    return sorted({f.alias or name for each in members(body) for name, f in each.model_fields.items()})


@pytest.mark.parametrize("path", LEAST)
async def test_an_invalid_field_of_any_type_is_reported(server: Server, path: str) -> None:
    for field in fields_of(path):
        for value in VALUES:
            response = await post(server, path, {field: value})
            if response.status_code in (200, 404, 503):  # there is no store here
                continue
            _, param = told(path, response)
            # What contradicts another field may name that one.
            assert param.split(".")[0] == field or not isinstance(value, dict | list), (field, value, param)


async def test_an_invalid_sampling_parameter_of_any_type_is_reported(server: Server) -> None:
    for field in models.GenerateSamplingParams.model_fields:
        for value in VALUES:
            response = await post(server, GENERATE, {"sampling_params": {field: value}})
            if response.status_code != 200:
                _, param = told(GENERATE, response)
                assert param.startswith("sampling_params"), (field, value, param)


STRUCTURED: list[tuple[dict[str, Any], str, str]] = [
    (
        {},
        "",
        "takes exactly one of json, regex, choice, grammar, json_object and structural_tag, and has none.",
    ),
    ({"disable_any_whitespace": True}, "", "and has none."),
    ({"json_object": False}, "", "and has none."),
    ({"json": {}, "regex": "a"}, "", "and"),
    ({"choice": []}, ".choice", "List should have at least 1 item"),
    ({"regex": "("}, ".regex", "unclosed group"),
    ({"grammar": "x"}, ".grammar", "::= was expected in line 1."),
    ({"grammar": ""}, ".grammar", "No 'root' rule found."),
    ({"json": "{"}, ".json", "is not valid JSON"),
    ({"json": ""}, ".json", "is not valid JSON"),
    ({"json": "[]"}, ".json", "is not a JSON Schema; an object was expected."),
    ({"structural_tag": "x"}, ".structural_tag", "is not a structural tag."),
    ({"structural_tag": "{}"}, ".structural_tag", "is not a structural tag."),
]


@pytest.mark.parametrize(("outputs", "place", "sentence"), STRUCTURED, ids=str)
@pytest.mark.parametrize("path", [CHAT, COMPLETION, GENERATE])
async def test_structured_outputs_without_a_usable_constraint(
    server: Server, path: str, outputs: dict[str, Any], place: str, sentence: str
) -> None:
    body: dict[str, Any] = {"structured_outputs": outputs}
    prefix = "sampling_params." if path == GENERATE else ""
    message, param = told(path, await post(server, path, {"sampling_params": body} if prefix else body))
    assert param == f"{prefix}structured_outputs{place}"
    assert message.startswith(f"{param}: ")
    assert sentence in message


SCHEMAS: list[tuple[dict[str, Any], str]] = [
    ({"type": "x"}, "Invalid type: x."),
    ({"type": 5}, "type must be a string or array of strings."),
    ({"$ref": "#/a"}, "a $ref leads to '#/a', which is not there."),
    ({"$ref": "http://x"}, "a $ref leads to 'http://x', which is not in the schema."),
    ({"properties": 5}, "properties must be an object."),
    ({"not": {"type": "string"}}, 'grammars do not support the keyword "not".'),
    ({"oneOf": [{"type": "string"}, {"type": "string"}]}, 'grammars do not support the keyword "oneOf"'),
    ({"type": "string", "pattern": "("}, "unclosed group."),
    ({"type": "integer", "minimum": 5, "maximum": 1}, "minimum (5) is greater than maximum (1)."),
    ({"type": "string", "minLength": "a"}, "Expected positive integer for 'minLength', got \"a\"."),
]


def held_to(path: str, schema: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the fields of a request whose answer is held to `schema`, and the schema's place."""
    if path == RESPONSE:
        return {
            "text": {"format": {"type": "json_schema", "name": "a", "schema": schema}}
        }, "text.format.schema"
    if path == MESSAGE:
        return {
            "output_config": {"format": {"type": "json_schema", "schema": schema}}
        }, "output_config.format.schema"
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    return {"response_format": form}, "response_format.json_schema.schema"


@pytest.mark.parametrize(("schema", "reason"), SCHEMAS, ids=str)
@pytest.mark.parametrize("path", [CHAT, COMPLETION, RESPONSE, MESSAGE])
async def test_a_schema_that_no_answer_can_follow(
    server: Server, path: str, schema: dict[str, Any], reason: str
) -> None:
    body, place = held_to(path, schema)
    message, param = told(path, await post(server, path, body))
    assert param == place
    assert message.startswith(f"{place}: an answer cannot be constrained to it: ")
    assert reason in message


WRONG: list[tuple[str, dict[str, Any], str]] = [
    (
        CHAT,
        {"structured_outputs": {"regex": "a"}, "response_format": {"type": "json_object"}},
        "structured_outputs",
    ),
    (CHAT, {"min_tokens": 10, "max_tokens": 5}, "min_tokens"),
    (CHAT, {"min_tokens": 10**6}, "min_tokens"),
    (RESPONSE, {"min_tokens": 10, "max_output_tokens": 5}, "min_tokens"),
    (GENERATE, {"sampling_params": {"min_tokens": 5, "max_tokens": 2}}, "sampling_params.min_tokens"),
    (CHAT, {"logit_bias": {"1000000": 1}}, "logit_bias"),
    (CHAT, {"logprobs": True, "logprob_token_ids": [10**6]}, "logprob_token_ids"),
    (CHAT, {"bad_words": [" "]}, "bad_words"),
    (CHAT, {"truncate_prompt_tokens": 10**6}, "truncate_prompt_tokens"),
    (CHAT, {"truncate_prompt_tokens": 0}, "truncate_prompt_tokens"),
    (COMPLETION, {"truncate_prompt_tokens": 0}, "truncate_prompt_tokens"),
    (CHAT, {"thinking_token_budget": 5}, "thinking_token_budget"),
    (
        CHAT,
        {"repetition_detection": {"max_pattern_size": 5, "min_pattern_size": 9, "min_count": 3}},
        "repetition_detection.min_pattern_size",
    ),
    (CHAT, {"repetition_detection": {"max_pattern_size": 5}}, "repetition_detection.min_count"),
    (CHAT, {"chat_template": "{{ x }}"}, "chat_template"),
    (CHAT, {"chat_template_kwargs": {"chat_template": "x"}}, "chat_template_kwargs.chat_template"),
    (CHAT, {"chat_template_kwargs": {"tools": 5}}, "messages"),
    (CHAT, {"kv_transfer_params": {"prompt_token_ids": []}}, "kv_transfer_params.prompt_token_ids"),
    (CHAT, {"kv_transfer_params": {"prompt_token_ids": [10**6]}}, "kv_transfer_params.prompt_token_ids"),
    (COMPLETION, {"suffix": "b"}, "suffix"),
    (COMPLETION, {"prompt": [10**6]}, "prompt"),
    (GENERATE, {"sampling_params": {"logprobs": 30}}, "sampling_params.logprobs"),
    (GENERATE, {"sampling_params": {"prompt_logprobs": 30}}, "sampling_params.prompt_logprobs"),
    (GENERATE, {"sampling_params": {"extra_args": {"a": 10**30}}}, "sampling_params.extra_args"),
    (SCORING, {"query": [10**6]}, "query"),
    ("/tokenize", {"chat_template": "{{"}, "chat_template"),
]


@pytest.mark.parametrize(("path", "body", "field"), WRONG, ids=str)
async def test_an_invalid_request_gets_the_field_and_the_reason(
    server: Server, path: str, body: dict[str, Any], field: str
) -> None:
    message, param = told(path, await post(server, path, body))
    assert param == field
    assert message.startswith(f"{field}: ")


BROKEN = {"type": "object", "properties": {"a": {"$ref": "#/zz"}}}


@pytest.mark.parametrize(("forced", "field"), [(True, "tool_choice"), (False, "tools")])
async def test_a_tool_whose_calls_cannot_be_constrained(server: Server, forced: bool, field: str) -> None:
    function = {"name": "f", "strict": True, "parameters": BROKEN}
    tools = {"tools": [{"type": "function", "function": function}]}
    body = tools | ({"tool_choice": "required"} if forced else {})
    message, param = told(CHAT, await post(server, CHAT, body))
    assert param == field
    assert message.endswith("a $ref leads to '#/zz', which is not there.")


async def test_a_forced_call_is_not_blamed_for_another_field(server: Server) -> None:
    tools = {"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "required"}
    _, param = told(CHAT, await post(server, CHAT, tools | {"logit_bias": {"1000000": 1}}))
    assert param == "logit_bias"


async def test_a_format_of_json_without_a_schema_is_any_object(server: Server) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "x"}}
    assert (await post(server, CHAT, {"response_format": form})).status_code == 200
    [given] = server.given[-1:]
    held = json.loads(json.dumps(given["params"].structured_outputs.json))
    assert held["type"] == "object"


async def test_a_prompt_that_is_too_long_is_reported_in_each_apis_words(server: Server) -> None:
    long = [{"role": "user", "content": "a " * 5000}]
    message = (await post(server, MESSAGE, {"messages": long})).json()["error"]["message"]
    assert re.fullmatch(r"prompt is too long: 50\d\d tokens > 2048 maximum", message)
    error = (await post(server, CHAT, {"messages": long})).json()["error"]
    assert (error["param"], error["code"]) == ("messages", "context_length_exceeded")
    assert "maximum context length is 2048 tokens" in error["message"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("path", [CHAT, COMPLETION, RESPONSE, MESSAGE, GENERATE])
async def test_a_request_that_the_engine_aborts_is_an_error(
    server: Server, monkeypatch: pytest.MonkeyPatch, path: str, stream: bool
) -> None:
    monkeypatch.setattr(server.core, "finish", FinishReason.ERROR)
    response = await post(server, path, {"stream": stream})
    said = "The engine failed while running the request."
    if not stream:
        assert (response.status_code, response.json()["error"]["message"]) == (500, said)
        return
    events = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: {")]
    assert said in json.dumps(events[-1])
    assert "finish_reason" not in events[-1]


async def test_a_request_for_no_tokens_that_the_engine_gives_up_is_an_error(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.core, "finish", FinishReason.ERROR)
    assert (await post(server, COMPLETION, {"max_tokens": 0, "echo": True})).status_code == 500
    monkeypatch.setattr(server.core, "finish", FinishReason.STOP)
    assert (await post(server, COMPLETION, {"max_tokens": 0, "echo": True})).status_code == 200
