"""Items of MCP servers' tools (lists, calls and approvals): stored, and as chat messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from accord.dialects.responses.mcp_tools import Json
from accord.dialects.responses.tools import model_name
from accord.errors import InvalidRequest
from accord.generated import models
from accord.mcp_servers.outcomes import BROKEN, error_text

MCP_ITEMS = frozenset(("mcp_list_tools", "mcp_call", "mcp_approval_request", "mcp_approval_response"))

_ERROR: TypeAdapter[Any] = TypeAdapter(models.ResponseMcpCallError)

McpItemParam = (
    models.ResponseMcpListToolsParam
    | models.ResponseMcpCallParam
    | models.ResponseMcpApprovalRequestParam
    | models.ResponseMcpApprovalResponseParam
)


def stored_mcp_item(item: McpItemParam) -> Json:
    """Return the item to store, without id and status."""
    match item:
        case models.ResponseMcpListToolsParam():
            tools = [_stored_listed(tool) for tool in item.tools]
            kept: Json = {"type": item.type, "server_label": item.server_label, "tools": tools}
            return kept | ({"error": item.error} if item.error is not None else {})
        case models.ResponseMcpCallParam():
            return {
                "type": item.type,
                "server_label": item.server_label or "",
                "name": item.name,
                "arguments": item.arguments or "",
                "output": item.output,
                "error": _stored_error(item.error),
                "approval_request_id": item.approval_request_id,
            }
        case models.ResponseMcpApprovalRequestParam():
            return {
                "type": item.type,
                "server_label": item.server_label,
                "name": item.name,
                "arguments": item.arguments,
            }
    return {
        "type": item.type,
        "approval_request_id": item.approval_request_id,
        "approve": item.approve,
        "reason": item.reason,
    }


def _stored_listed(tool: models.ResponseMcpListedToolParam) -> Json:
    return {
        "name": tool.name,
        "description": tool.description,
        "input_schema": {"type": "object"} if tool.input_schema is None else tool.input_schema,
        "annotations": tool.annotations,
    }


def _stored_error(error: Any) -> Json | None:
    """Return an error for storage; one of an unknown form is reduced to its message."""
    if error is None:
        return None
    try:
        _ERROR.validate_python(error)
    except ValidationError:
        message = error if isinstance(error, str) else str(error.get("message") or "The call failed.")
        return {"type": "mcp_protocol_error", "code": BROKEN, "message": message}
    return dict(error)


def approval_requests(items: Iterable[Json]) -> dict[str, Json]:
    """Return the approval requests by id."""
    return {item["id"]: item for item in items if item["type"] == "mcp_approval_request"}


def check_approvals(items: list[Json]) -> None:
    """Raise InvalidRequest for an approval without a request."""
    requests = approval_requests(items)
    for item in items:
        if item["type"] == "mcp_approval_response" and item["approval_request_id"] not in requests:
            raise InvalidRequest(
                f"input: no mcp_approval_request with the id '{item['approval_request_id']}' precedes "
                "the answer to it.",
                param="input",
            )


def to_call(items: list[Json]) -> list[Json]:
    """Return the approved requests whose calls have not been run since."""
    made = {item["approval_request_id"] for item in items if item["type"] == "mcp_call"}
    requests = approval_requests(items)
    approved: dict[str, Json] = {}
    for item in items:
        if item["type"] == "mcp_approval_response" and (id_ := item["approval_request_id"]) not in made:
            if item["approve"] and id_ in requests:
                approved[id_] = requests[id_]
            else:
                approved.pop(id_, None)
    return list(approved.values())


def given(arguments: str) -> Json | None:
    """Return a call's arguments; None if they are not a JSON object, which templates cannot render."""
    try:
        found = from_json(arguments or "{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def messages(item: Json, requests: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the messages of an item: a call and its result; none if it is not a call.

    A call that waits for approval, or was truncated, has not been made.
    """
    if item["type"] == "mcp_call":
        if item["error"] is not None or item["output"] is not None:
            yield from _called(item, item["output"] if item["error"] is None else error_text(item["error"]))
    elif item["type"] == "mcp_approval_response" and not item["approve"]:
        request = requests[item["approval_request_id"]]
        yield from _called(request, f"The user did not allow this call. {item['reason'] or ''}".rstrip())


def _called(call: Json, result: str) -> Iterator[Json]:
    function = {
        "name": model_name(call["name"], call["server_label"]),
        "arguments": call["arguments"] if given(call["arguments"]) else "{}",
    }
    tool_call = {"id": call["id"], "type": "function", "function": function}
    yield {"role": "assistant", "tool_calls": [tool_call]}
    yield {"role": "tool", "tool_call_id": call["id"], "content": result}
