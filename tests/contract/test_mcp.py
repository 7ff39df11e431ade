"""Responses that call the tools of a real MCP server, with a real engine that is forced to call them."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract, sse_events
from tests.mcp_server import Tools, serving_tools
from tests.serving import RunningServer

LIGHT: dict[str, Any] = {
    "type": "mcp",
    "server_label": "test",
    "require_approval": "never",
    "allowed_tools": ["light"],
}
ASKED: dict[str, Any] = {
    "input": "Light, please.",
    "tools": [LIGHT],
    "tool_choice": {"type": "mcp", "server_label": "test", "name": "light"},
    "max_output_tokens": 60,
    "temperature": 0,
}


@pytest.fixture
async def tools(server: RunningServer, mcp_port: int) -> AsyncIterator[Tools]:
    async with serving_tools(port=mcp_port) as seen:
        yield seen


@pytest.fixture
async def asking(server: RunningServer, tools: Tools) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=120) as client:
        yield client


async def made(client: httpx.AsyncClient, contract: Contract, **fields: Any) -> dict[str, Any]:
    response = await client.post("/v1/responses", json=ASKED | fields)
    assert response.status_code == 200, response.text
    contract.check(response)
    body: dict[str, Any]
    if fields.get("stream"):
        body = json.loads(sse_events(response.text)[-1].data)["response"]
    else:
        body = response.json()
    return body


def comparable(response: dict[str, Any]) -> Any:
    return [{k: v for k, v in item.items() if k != "id"} for item in response["output"]], response["usage"]


async def test_a_call_is_made_and_the_model_continues(
    asking: httpx.AsyncClient, tools: Tools, contract: Contract
) -> None:
    response = await made(asking, contract)
    listed, call, *rest = response["output"]
    assert [tool["name"] for tool in listed["tools"]] == ["light"]
    assert (call["status"], call["error"]) == ("completed", None)
    assert call["output"] in ("The light is on.", "The light is off.")
    assert [item["type"] for item in rest] == ["message"]
    assert len(tools.calls) == 1
    assert response["usage"]["output_tokens"] <= 60
    streamed = await made(asking, contract, stream=True)
    assert [item["type"] for item in streamed["output"]] == ["mcp_list_tools", "mcp_call", "message"]
    assert comparable(streamed)[0] == comparable(response)[0]


async def test_lists_are_known_in_the_next_response(
    asking: httpx.AsyncClient, tools: Tools, contract: Contract
) -> None:
    first = await made(asking, contract)
    asked = len(tools.headers)
    second = await made(
        asking, contract, previous_response_id=first["id"], input="And now?", tool_choice="none"
    )
    assert [item["type"] for item in second["output"]] == ["message"]
    assert len(tools.headers) == asked
    page = await asking.get(f"/v1/responses/{second['id']}/input_items")
    contract.check(page)


async def test_a_call_is_made_once_it_is_approved(
    asking: httpx.AsyncClient, tools: Tools, contract: Contract
) -> None:
    waits = [LIGHT | {"require_approval": "always"}]
    first = await made(asking, contract, tools=waits)
    assert first["status"] == "completed"
    request = first["output"][-1]
    assert (request["type"], tools.calls) == ("mcp_approval_request", [])
    answer = {"type": "mcp_approval_response", "approval_request_id": request["id"], "approve": True}
    second = await made(
        asking,
        contract,
        tools=waits,
        tool_choice="none",
        previous_response_id=first["id"],
        input=[answer],
        stream=True,
    )
    assert [item["type"] for item in second["output"]] == ["mcp_call", "message"]
    assert second["output"][0]["approval_request_id"] == request["id"]
    assert len(tools.calls) == 1


async def test_its_tokens_are_counted_with_the_tools(asking: httpx.AsyncClient, contract: Contract) -> None:
    counted = await asking.post("/v1/responses/input_tokens", json=ASKED)
    contract.check(counted)
    first = await made(asking, contract, tool_choice="none")
    assert first["usage"]["input_tokens"] == counted.json()["input_tokens"]


async def test_a_server_that_is_unavailable_is_reported(server: RunningServer, contract: Contract) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=120) as client:
        response = await made(client, contract, tool_choice="auto")
    listed, message = response["output"]
    assert listed["error"] == "The tools could not be listed: it cannot be reached, or closed the connection."
    assert message["type"] == "message"
