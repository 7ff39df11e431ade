"""Responses: against the contract and OpenAI's types, tools, formats and errors."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openai.types.responses import ResponseItemList
from pydantic import TypeAdapter

from tests.contract.document import Contract, sse_events
from tests.contract.responses import (
    AGENT_ITEMS,
    GREEDY,
    HELLO,
    LONG,
    RESPONSES,
    SEARCH,
    SEEDED,
    TEXT_TOOL,
    TOOL,
    VARIANTS,
    YES_OR_NO,
    events_of,
    post,
    read,
    rendered,
    without_ids,
)
from tests.serving import RunningServer, wait_until_logged


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_response_is_what_the_contract_and_openai_say(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    response = post(client, SEEDED | variant)
    answer = read(response)
    contract.check(response)
    kept = client.get(f"{RESPONSES}/{answer['id']}")
    contract.check(kept)
    assert kept.json() == answer
    items = client.get(f"{RESPONSES}/{answer['id']}/input_items")
    contract.check(items)
    TypeAdapter(ResponseItemList).validate_json(items.content)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_stream_and_unstreamed_response_match(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    whole = read(post(client, GREEDY | variant))
    streamed = post(client, GREEDY | variant | {"stream": True})
    contract.check(streamed)
    events = events_of(streamed)
    assert [e["type"] for e in events[:2]] == ["response.created", "response.in_progress"]
    assert events[-1]["type"] == f"response.{whole['status']}"
    last = events[-1]["response"]
    assert client.get(f"{RESPONSES}/{last['id']}").json() == last
    assert without_ids(last["output"]) == without_ids(whole["output"])
    assert [e["item"] for e in events if e["type"] == "response.output_item.done"] == last["output"]
    assert last["usage"]["output_tokens"] == whole["usage"]["output_tokens"]
    assert last["usage"]["input_tokens"] == whole["usage"]["input_tokens"]


def test_the_deltas_add_up(client: httpx.Client) -> None:
    forced = VARIANTS["a forced call"]
    for variant, kind in (({}, "output_text"), (forced, "function_call_arguments")):
        events = events_of(post(client, GREEDY | variant | {"stream": True}))
        text = "".join(e["delta"] for e in events if e["type"] == f"response.{kind}.delta")
        [done] = [e for e in events if e["type"] == f"response.{kind}.done"]
        assert done.get("text", done.get("arguments")) == text != ""


def test_a_forced_call_matches_the_tool(client: httpx.Client) -> None:
    [call] = read(post(client, SEEDED | VARIANTS["a forced call"]))["output"]
    assert call["name"] == "answer"
    assert isinstance(json.loads(call["arguments"])["yes"], bool)


@pytest.mark.parametrize("variant", ["a forced text", "a forced text of a namespace"])
def test_a_text_keeps_to_its_grammar(client: httpx.Client, variant: str) -> None:
    [call] = read(post(client, SEEDED | VARIANTS[variant]))["output"]
    assert call["type"] == "custom_tool_call"
    assert re.fullmatch("yes|no!*", call["input"])
    events = events_of(post(client, SEEDED | VARIANTS[variant] | {"stream": True}))
    deltas = [e["delta"] for e in events if e["type"] == "response.custom_tool_call_input.delta"]
    assert "".join(deltas) == call["input"]
    [done] = [e for e in events if e["type"] == "response.output_item.done"]
    assert done["item"]["input"] == call["input"]
    assert done["item"].get("namespace") == ("agents" if "namespace" in variant else None)


def test_ignored_parts_are_listed(client: httpx.Client) -> None:
    response = post(client, HELLO | VARIANTS["what a server would run"])
    assert response.headers["x-ignored-parameters"] == "tools.1.web_search, tools.2.code_interpreter"
    response = post(client, HELLO | VARIANTS["what an agent gives back"] | {"stream": True})
    assert set(response.headers["x-ignored-parameters"].split(", ")) == {
        "input.14.encrypted_content",
        "input.15.web_search_call",
        "input.0.tools.1.web_search",
    }


def test_a_grammar_that_cannot_be_applied_is_listed(client: httpx.Client) -> None:
    nested = TEXT_TOOL | {"format": YES_OR_NO | {"definition": 'start: "(" start ")" | /.*x/'}}
    response = post(client, HELLO | {"tools": [nested]})
    assert response.status_code == 200
    assert response.headers["x-ignored-parameters"] == "tools.0.format"


def test_tools_that_come_later_leave_the_prompts_beginning(client: httpx.Client, contract: Contract) -> None:
    body = {"tools": [SEARCH, TEXT_TOOL]}
    before = rendered(client, contract, body | {"input": AGENT_ITEMS[:12]})
    after = rendered(client, contract, body | {"input": AGENT_ITEMS})
    shared = before[: before.rindex("<|im_start|>")]
    assert after.startswith(shared)
    assert '"name": "found"' not in shared
    assert '"name": "found"' in after


def test_json_matches_the_schema(client: httpx.Client) -> None:
    answer = read(post(client, SEEDED | VARIANTS["JSON schema"]))
    assert isinstance(json.loads(answer["output"][0]["content"][0]["text"])["yes"], bool)


def test_the_limit_of_tokens_makes_a_response_incomplete(client: httpx.Client) -> None:
    answer = read(post(client, HELLO | VARIANTS["cut off"]))
    assert answer["status"] == answer["output"][0]["status"] == "incomplete"
    assert answer["incomplete_details"] == {"reason": "max_output_tokens"}
    assert answer["usage"]["output_tokens"] == 2


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": None}, "input"),
        ({"input": 5}, "input"),
        ({"input": []}, "input"),
        ({"input": [{"role": "king", "content": "hi"}]}, "input.0.role"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
            "input.0.content.0",
        ),
        ({"input": [{"type": "function_call_output", "call_id": "x", "output": "y"}]}, "input"),
        ({"temperature": 3}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"conversation": "conv_1", "previous_response_id": "resp_1"}, "previous_response_id"),
        ({"tools": [{"type": "web_search"}], "tool_choice": {"type": "web_search"}}, "tool_choice"),
        ({"tools": [{"type": "mcp", "server_label": "x"}], "tool_choice": "required"}, "tool_choice"),
        (
            {"tools": [TOOL, TEXT_TOOL | {"format": YES_OR_NO | {"definition": "start: x"}}]},
            "tools.1.format",
        ),
        ({"tools": [TEXT_TOOL | {"format": YES_OR_NO | {"syntax": "peg"}}]}, "tools.0.format.syntax"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"background": True, "store": False}, "background"),
        ({"stream_options": {"include_obfuscation": False}}, "stream_options"),
        ({"previous_response_id": "resp_x"}, "previous_response_id"),
        ({"text": {"format": {"type": "poem"}}}, "text.format.type"),
    ],
)
@pytest.mark.parametrize("path", ["", "/render"])
def test_an_invalid_field_is_named_by_its_path(
    client: httpx.Client, contract: Contract, body: dict[str, Any], param: str, path: str
) -> None:
    response = post(client, HELLO | body, path)
    contract.check_refused(response, param)


def test_a_schema_that_is_none_is_refused(client: httpx.Client, contract: Contract) -> None:
    form = {"type": "json_schema", "name": "n", "schema": {"type": 5}}
    response = post(client, HELLO | {"text": {"format": form}})
    assert response.status_code == 400
    contract.check(response)


def test_an_unknown_item_and_an_unknown_model(client: httpx.Client, contract: Contract) -> None:
    for body in ({"input": [{"type": "item_reference", "id": "msg_x"}]}, {"model": "gpt-5"}):
        response = post(client, HELLO | body)
        assert response.status_code == 404
        contract.check(response)


def created_id(chunks: Iterator[bytes]) -> str:
    """Return the id of the response whose events begin with `chunks`."""
    text = next(chunks).decode()
    id_: str = json.loads(sse_events(text[: text.index("\n\n") + 2])[0].data)["response"]["id"]
    return id_


def test_a_client_that_disconnects_ends_its_response(client: httpx.Client, server: RunningServer) -> None:
    with client.stream("POST", RESPONSES, json=LONG | {"stream": True}) as response:
        id_ = created_id(response.iter_bytes())
    wait_until_logged(server, f"Aborted request(s) {id_}")
    assert client.get(f"{RESPONSES}/{id_}").status_code == 404


def test_cancelling_or_deleting_frees_the_engine(client: httpx.Client, server: RunningServer) -> None:
    cancelled, deleted = (read(post(client, LONG | {"background": True}))["id"] for _ in range(2))
    client.post(f"{RESPONSES}/{cancelled}/cancel").raise_for_status()
    client.delete(f"{RESPONSES}/{deleted}").raise_for_status()
    for id_ in (cancelled, deleted):
        wait_until_logged(server, f"Aborted request(s) {id_}")
    assert client.get(f"{RESPONSES}/{deleted}").status_code == 404


def test_structured_outputs_constrain_a_response(client: httpx.Client, contract: Contract) -> None:
    body = {"input": "Hello", "store": False, "structured_outputs": {"choice": ["yes", "no"]}}
    response = client.post("/v1/responses", json=body | {"request_id": "one", "max_output_tokens": 20})
    contract.check(response)
    assert response.json()["output"][-1]["content"][0]["text"] in ("yes", "no")
    assert response.json()["id"].startswith("resp_")
