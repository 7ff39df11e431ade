import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openai.types.responses import Response, ResponseItemList, ResponseStreamEvent
from pydantic import TypeAdapter

from tests.contract.document import Contract, sse_events
from tests.serving import RunningServer, wait_until_logged

RESPONSES = "/v1/responses"
HELLO: dict[str, Any] = {"input": "Hello", "max_output_tokens": 8}
GREEDY = HELLO | {"temperature": 0}
SEEDED = HELLO | {"temperature": 0.8, "seed": 7}
LONG = {"input": "Hello", "max_output_tokens": 1500, "ignore_eos": True}
YES: dict[str, Any] = {
    "type": "object",
    "properties": {"yes": {"type": "boolean"}},
    "required": ["yes"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "name": "answer", "parameters": YES, "strict": True}
CALL = {"type": "function_call", "call_id": "call_1", "name": "answer", "arguments": '{"yes": true}'}
CALL_OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "18"}

YES_OR_NO = {"type": "grammar", "syntax": "lark", "definition": 'start: "yes" | "no" "!"*'}
TEXT_TOOL = {"type": "custom", "name": "say", "description": "Says it.", "format": YES_OR_NO}
AGENTS = {
    "type": "namespace",
    "name": "agents",
    "description": "Sub-agents.",
    "tools": [TOOL | {"name": "spawn"}, TEXT_TOOL | {"name": "tell"}],
}
SEARCH = {"type": "tool_search", "execution": "client", "description": "Finds tools."}
AGENT_ITEMS: list[dict[str, Any]] = [
    {"type": "additional_tools", "role": "developer", "tools": [AGENTS, {"type": "web_search"}]},
    {"role": "user", "content": "Well?"},
    {"type": "function_call", "call_id": "c1", "name": "spawn", "namespace": "agents", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": "noted"},
    {"type": "custom_tool_call", "call_id": "c2", "name": "say", "input": "yes", "status": "completed"},
    {"type": "custom_tool_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "ok"}]},
    {"type": "local_shell_call", "call_id": "c3", "action": {"type": "exec", "command": ["ls"], "env": {}}},
    {"type": "local_shell_call_output", "id": "c3", "output": "a.txt"},
    {"type": "shell_call", "call_id": "c4", "action": {"commands": ["ls"]}, "status": "completed"},
    {
        "type": "shell_call_output",
        "call_id": "c4",
        "output": [{"stdout": "a.txt", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}],
    },
    {
        "type": "apply_patch_call",
        "call_id": "c5",
        "operation": {"type": "create_file", "path": "a", "diff": "+a"},
    },
    {"type": "apply_patch_call_output", "call_id": "c5", "status": "completed"},
    {"type": "tool_search_call", "call_id": "c6", "execution": "client", "arguments": {"query": "x"}},
    {
        "type": "tool_search_output",
        "call_id": "c6",
        "execution": "client",
        "tools": [TOOL | {"name": "found"}],
    },
    {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAA"},
    {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"query": "x"}},
    {"role": "user", "content": "So?"},
]

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "more of vLLM's": {"logit_bias": {"17": 5}, "stop_token_ids": [17], "skip_special_tokens": False},
    "what a router adds": {
        "kv_transfer_params": {"do_remote_decode": False},
        "ec_transfer_params": {"a": {"b": 1}},
        "vllm_xargs": {"session_id": "s-1", "script": [1, 2]},
        "session_id": "s-2",
    },
    "items": {
        "input": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
            {"type": "message", "role": "assistant", "content": "Hi"},
            {
                "type": "message",
                "id": "msg_1",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "there", "annotations": [], "logprobs": []}],
            },
            {"role": "user", "content": "What?"},
            {"role": "developer", "content": "The user is away."},
            {"role": "system", "content": [{"type": "input_text", "text": "The date has changed."}]},
        ]
    },
    "a cut call": {"input": [CALL | {"status": "incomplete"}, CALL_OUTPUT]},
    "instructions": {"instructions": "Be brief.", "metadata": {"topic": "demo"}, "user": "me"},
    "log probabilities": {"include": ["message.output_text.logprobs"], "top_logprobs": 2},
    "cut off": {"max_output_tokens": 2, "ignore_eos": True},
    "JSON schema": {
        "text": {"format": {"type": "json_schema", "name": "n", "schema": YES}, "verbosity": "low"},
        "max_output_tokens": 64,
    },
    "JSON object": {"text": {"format": {"type": "json_object"}}, "max_output_tokens": 64},
    "a forced call": {
        "tools": [TOOL],
        "tool_choice": {"type": "function", "name": "answer"},
        "max_output_tokens": 64,
    },
    "a required call": {
        "tools": [TOOL, TOOL | {"name": "doubt", "description": "Says no."}],
        "tool_choice": "required",
        "parallel_tool_calls": False,
        "max_output_tokens": 200,
    },
    "allowed tools": {
        "tools": [TOOL, TOOL | {"name": "doubt"}],
        "tool_choice": {
            "type": "allowed_tools",
            "mode": "auto",
            "tools": [{"type": "function", "name": "doubt"}],
        },
    },
    "a forced text": {
        "tools": [TOOL, TEXT_TOOL],
        "tool_choice": {"type": "custom", "name": "say"},
        "max_output_tokens": 64,
    },
    "a forced text of a namespace": {
        "tools": [AGENTS],
        "tool_choice": {"type": "custom", "name": "tell"},
        "max_output_tokens": 64,
    },
    "a forced call of a namespace": {
        "tools": [AGENTS],
        "tool_choice": {"type": "function", "name": "spawn", "namespace": "agents"},
        "max_output_tokens": 64,
    },
    "a forced shell call": {
        "tools": [{"type": "shell", "environment": {"type": "local"}}],
        "tool_choice": {"type": "shell"},
        "max_output_tokens": 48,
    },
    "a forced patch": {
        "tools": [{"type": "apply_patch"}],
        "tool_choice": {"type": "apply_patch"},
        "max_output_tokens": 48,
    },
    "what an agent gives back": {"tools": [SEARCH, TEXT_TOOL, {"type": "shell"}], "input": AGENT_ITEMS},
    "what a server would run": {"tools": [TOOL, {"type": "web_search"}, {"type": "code_interpreter"}]},
    "the output of a call": {
        "tools": [TOOL],
        "input": [
            {"role": "user", "content": "Well?"},
            CALL,
            {"type": "function_call_output", "call_id": "call_1", "output": "noted"},
        ],
    },
    "reasoning given back": {
        "reasoning": {"effort": "low", "summary": "auto"},
        "input": [
            {"role": "user", "content": "Well?"},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm"}]},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": "Why?"},
        ],
    },
}

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)


def post(client: httpx.Client, body: dict[str, Any], path: str = "") -> httpx.Response:
    return client.post(RESPONSES + path, json=body)


def events_of(response: httpx.Response) -> list[Any]:
    """The events, each as OpenAI's types have it, named as their type and numbered without a gap."""
    events = sse_events(response.text)
    found = [EVENT.validate_json(event.data) and json.loads(event.data) for event in events]
    assert [event.name for event in events] == [data["type"] for data in found]
    assert [data["sequence_number"] for data in found] == list(range(len(found)))
    return found


def read(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    TypeAdapter(Response).validate_json(response.content)
    answer: dict[str, Any] = response.json()
    return answer


def without_ids(output: list[Any]) -> list[Any]:
    return [{k: v for k, v in item.items() if k not in ("id", "call_id")} for item in output]


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
def test_stream_and_whole_response_say_the_same(
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


def test_what_is_left_out_is_named(client: httpx.Client) -> None:
    response = post(client, HELLO | VARIANTS["what a server would run"])
    assert response.headers["x-ignored-parameters"] == "tools.1.web_search, tools.2.code_interpreter"
    response = post(client, HELLO | VARIANTS["what an agent gives back"] | {"stream": True})
    assert set(response.headers["x-ignored-parameters"].split(", ")) == {
        "input.14.encrypted_content",
        "input.15.web_search_call",
        "input.0.tools.1.web_search",
    }


def test_a_grammar_that_cannot_be_held_is_named(client: httpx.Client) -> None:
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


# --- one response after another


def rendered(client: httpx.Client, contract: Contract, body: dict[str, Any]) -> str:
    response = post(client, body, "/render")
    assert response.status_code == 200, response.text
    contract.check(response)
    prompt: str = response.json()["prompt"]
    return prompt


def test_a_response_follows_another(client: httpx.Client, contract: Contract) -> None:
    first = read(post(client, HELLO | {"input": "One", "instructions": "Be brief."}))
    second = read(post(client, HELLO | {"input": "Two", "previous_response_id": first["id"]}))
    assert second["previous_response_id"] == first["id"]
    assert second["instructions"] is None
    prompt = rendered(client, contract, {"input": "Three", "previous_response_id": second["id"]})
    said = [answer["output"][0]["content"][0]["text"] for answer in (first, second)]
    places = [prompt.index(text) for text in ("user\nOne", said[0], "user\nTwo", said[1], "user\nThree")]
    assert places == sorted(places)
    assert "Be brief." not in prompt


def test_the_output_of_a_call_follows_the_call(client: httpx.Client, contract: Contract) -> None:
    first = read(post(client, SEEDED | VARIANTS["a forced call"]))
    [call] = first["output"]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "It is noted."}
    body = {"input": [output], "previous_response_id": first["id"], "tools": [TOOL]}
    assert "It is noted." in rendered(client, contract, body)
    read(post(client, HELLO | body))


def test_an_item_is_named_rather_than_repeated(client: httpx.Client, contract: Contract) -> None:
    first = read(post(client, HELLO))
    [message] = first["output"]
    user = {"role": "user", "content": "Go on."}
    named = {"input": [{"type": "item_reference", "id": message["id"]}, user]}
    assert rendered(client, contract, named) == rendered(client, contract, {"input": [message, user]})


def test_the_prompt_is_what_the_usage_counts(client: httpx.Client) -> None:
    body = {"input": "Hello", "instructions": "Be brief.", "tools": [TOOL]}
    tokens = post(client, body, "/render").json()["token_ids"]
    answer = read(post(client, body | {"max_output_tokens": 1}))
    assert answer["usage"]["input_tokens"] == len(tokens)


def test_truncation_drops_the_oldest_turns(client: httpx.Client, contract: Contract) -> None:
    turns = [{"role": "user", "content": f"turn{n} " + "word " * 300} for n in range(10)]
    body: dict[str, Any] = {"input": [{"role": "system", "content": "Be brief."}, *turns]}
    refused = post(client, body)
    contract.check(refused)
    assert refused.json()["error"]["code"] == "context_length_exceeded"
    assert refused.json()["error"]["param"] == "input"
    prompt = rendered(client, contract, body | {"truncation": "auto"})
    assert "Be brief." in prompt
    assert "turn9" in prompt
    assert "turn0" not in prompt
    answer = read(post(client, HELLO | body | {"truncation": "auto"}))
    assert 2048 - 2 * 310 < answer["usage"]["input_tokens"] < 2048


# --- kept, listed, forgotten


def test_input_items_come_in_pages(client: httpx.Client, contract: Contract) -> None:
    items = [{"role": "user", "content": str(number)} for number in range(5)]
    url = f"{RESPONSES}/{read(post(client, HELLO | {'input': items}))['id']}/input_items"

    def page(**query: Any) -> Any:
        response = client.get(url, params=query)
        assert response.status_code == 200, response.text
        contract.check(response)
        return response.json()

    everything = page()
    assert [item["content"][0]["text"] for item in everything["data"]] == list("43210")
    assert not everything["has_more"]
    first = page(limit=2, order="asc", include="message.input_image.image_url")
    assert [item["content"][0]["text"] for item in first["data"]] == list("01")
    assert first["has_more"]
    second = page(limit=10, order="asc", after=first["last_id"], **{"include[]": ["a", "b"]})
    assert [item["content"][0]["text"] for item in second["data"]] == list("234")
    for query in ({"after": "msg_x"}, {"limit": 0}, {"limit": 101}, {"limit": "x"}, {"order": "up"}):
        refused = client.get(url, params=query)
        assert refused.status_code == 400
        contract.check(refused)
        assert refused.json()["error"]["param"] == next(iter(query))


def test_a_deleted_response_is_gone(client: httpx.Client, contract: Contract) -> None:
    answer = read(post(client, HELLO))
    url = f"{RESPONSES}/{answer['id']}"
    deleted = client.delete(url)
    contract.check(deleted)
    assert deleted.json() == {"id": answer["id"], "object": "response", "deleted": True}
    for response in (
        client.get(url),
        client.get(f"{url}/input_items"),
        client.delete(url),
        client.post(f"{url}/cancel"),
    ):
        assert response.status_code == 404
        contract.check(response)
        assert answer["id"] in response.json()["error"]["message"]
    following = post(client, HELLO | {"previous_response_id": answer["id"]})
    assert following.status_code == 400
    assert following.json()["error"]["code"] == "previous_response_not_found"


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_that_is_not_stored_cannot_be_retrieved(client: httpx.Client, stream: bool) -> None:
    response = post(client, HELLO | {"store": False, "stream": stream})
    answer = events_of(response)[-1]["response"] if stream else read(response)
    assert answer["store"] is False
    assert client.get(f"{RESPONSES}/{answer['id']}").status_code == 404


# --- in the background


def test_a_background_response_is_made_while_nobody_waits(client: httpx.Client, contract: Contract) -> None:
    response = post(client, GREEDY | {"background": True})
    contract.check(response)
    begun = read(response)
    assert (begun["status"], begun["output"]) == ("queued", [])
    while (answer := read(client.get(f"{RESPONSES}/{begun['id']}")))["status"] in ("queued", "in_progress"):
        pass
    assert without_ids(answer["output"]) == without_ids(read(post(client, GREEDY))["output"])
    assert answer["background"] is True
    again = client.post(f"{RESPONSES}/{begun['id']}/cancel")
    contract.check(again)
    assert again.json() == answer


def test_a_background_stream_is_replayed_byte_by_byte(client: httpx.Client, contract: Contract) -> None:
    created = post(client, GREEDY | {"background": True, "stream": True})
    contract.check(created)
    events = events_of(created)
    kinds = [event["type"] for event in events[:3]]
    assert kinds == ["response.created", "response.queued", "response.in_progress"]
    url = f"{RESPONSES}/{events[0]['response']['id']}"
    replayed = client.get(url, params={"stream": True})
    contract.check(replayed)
    assert replayed.content == created.content
    later = client.get(url, params={"stream": True, "starting_after": 3})
    assert created.text.endswith(later.text)
    assert json.loads(sse_events(later.text)[0].data)["sequence_number"] == 4
    assert client.get(url, params={"stream": True, "starting_after": len(events)}).content == b""


def test_a_background_stream_goes_on_without_its_client(client: httpx.Client, contract: Contract) -> None:
    body = GREEDY | LONG | {"max_output_tokens": 300, "background": True, "stream": True}
    with client.stream("POST", RESPONSES, json=body) as created:
        head = next(created.iter_bytes()).decode()
    id_ = json.loads(sse_events(head[: head.index("\n\n") + 2])[0].data)["response"]["id"]
    followed = client.get(f"{RESPONSES}/{id_}", params={"stream": True})
    contract.check(followed)
    assert followed.text.startswith(head)
    assert events_of(followed)[-1]["response"]["usage"]["output_tokens"] == 300


def test_a_background_response_is_cancelled(client: httpx.Client, contract: Contract) -> None:
    with client.stream("POST", RESPONSES, json=LONG | {"background": True, "stream": True}) as created:
        chunks = created.iter_bytes()
        text = next(chunks).decode()
        id_ = json.loads(sse_events(text[: text.index("\n\n") + 2])[0].data)["response"]["id"]
        unfinished = post(client, HELLO | {"previous_response_id": id_})
        cancelled = client.post(f"{RESPONSES}/{id_}/cancel")
        text += b"".join(chunks).decode()
    contract.check(unfinished)
    assert unfinished.json()["error"]["param"] == "previous_response_id"
    contract.check(cancelled)
    assert read(cancelled)["status"] == "cancelled"
    last = json.loads(sse_events(text)[-1].data)
    contract.validate({"$ref": "#/components/schemas/ResponseErrorEvent"}, last)
    assert last["code"] == "response_cancelled"
    assert read(client.get(f"{RESPONSES}/{id_}"))["status"] == "cancelled"


def test_only_background_responses_are_cancelled_or_replayed(
    client: httpx.Client, contract: Contract
) -> None:
    url = f"{RESPONSES}/{read(post(client, HELLO))['id']}"
    for refused in (client.post(f"{url}/cancel"), client.get(url, params={"stream": True})):
        assert refused.status_code == 400
        contract.check(refused)
        assert "background" in refused.json()["error"]["message"]


# --- refused


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
def test_a_bad_field_is_named_by_its_path(
    client: httpx.Client, contract: Contract, body: dict[str, Any], param: str, path: str
) -> None:
    response = post(client, HELLO | body, path)
    assert response.status_code == 400, response.text
    contract.check(response)
    assert response.json()["error"]["param"] == param


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
    """The id of the response whose events `chunks` begins."""
    text = next(chunks).decode()
    id_: str = json.loads(sse_events(text[: text.index("\n\n") + 2])[0].data)["response"]["id"]
    return id_


def test_a_client_that_leaves_ends_its_response(client: httpx.Client, server: RunningServer) -> None:
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


def test_structured_outputs_hold_a_response(client: httpx.Client, contract: Contract) -> None:
    body = {"input": "Hello", "store": False, "structured_outputs": {"choice": ["yes", "no"]}}
    response = client.post("/v1/responses", json=body | {"request_id": "one", "max_output_tokens": 20})
    contract.check(response)
    assert response.json()["output"][-1]["content"][0]["text"] in ("yes", "no")
    assert response.json()["id"].startswith("resp_")
