"""The tools of MCP servers: as requests have them, and which of a server's tools are callable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from accord.dialects.ignored import Ignored
from accord.errors import InvalidRequest
from accord.generated import models
from accord.mcp_servers import Endpoint, McpServers

Json = dict[str, Any]


HOSTED = ("web_search", "code_interpreter")
"""OpenAI's hosted tools that an MCP server of that name can replace."""


def hosted(tool: object) -> str | None:
    """Return the hosted tool of a type, which may have a date or `preview` as its suffix."""
    if not isinstance(tool, models.ResponseHostedToolParam | models.ResponseToolChoiceTypeParam):
        return None
    return next((name for name in HOSTED if tool.type == name or tool.type.startswith(f"{name}_")), None)


def as_mcp(tool: models.ResponseToolParam, servers: McpServers) -> models.ResponseMcpToolParam | None:
    """Return the tool as an MCP server's, if it is one or is replaced by one."""
    if isinstance(tool, models.ResponseMcpToolParam):
        return tool
    name = hosted(tool)
    if name is None or all(server.name != name for server in servers.allowed):
        return None
    return models.ResponseMcpToolParam(type="mcp", server_label=name, require_approval="never")


def choice_as_mcp(
    choice: models.ResponseToolChoiceParam | None, kept: Iterable[Json]
) -> models.ResponseToolChoiceParam | None:
    """Return the choice of a hosted tool as that of the MCP server that replaces it."""
    name = hosted(choice)
    if name is None or all(tool.get("server_label") != name for tool in kept):
        return choice
    return models.ResponseToolChoiceMcpParam(type="mcp", server_label=name)


def endpoint_of(tool: models.ResponseMcpToolParam, servers: McpServers) -> Endpoint | None:
    """Return how to connect to an MCP server; None if it is not allowed."""
    if tool.server_label is None:
        return None
    return servers.endpoint(
        label=tool.server_label,
        url=tool.server_url,
        connector_id=tool.connector_id,
        headers=tool.headers or {},
        authorization=tool.authorization,
    )


def endpoints(given: Sequence[models.ResponseToolParam], servers: McpServers) -> dict[str, Endpoint]:
    """Return how to connect to each MCP server of a request, by its label."""
    found: dict[str, Endpoint] = {}
    for tool in given:
        of_mcp = as_mcp(tool, servers)
        if of_mcp is not None and (endpoint := endpoint_of(of_mcp, servers)):
            assert of_mcp.server_label is not None
            found[of_mcp.server_label] = endpoint
    return found


def stored_mcp_tool(
    tool: models.ResponseMcpToolParam, place: str, ignored: Ignored, servers: McpServers
) -> Json | None:
    """Return the tool in the form of a response; None if its server is not allowed.

    It is without the client's authorization.
    """
    endpoint = endpoint_of(tool, servers)
    if endpoint is None:
        return None
    if endpoint.server is not None and endpoint.server.authorizes:
        for name in ("authorization", "headers"):
            if getattr(tool, name):
                ignored.add(f"{place}.{name}")
    return {
        "type": tool.type,
        "server_label": tool.server_label,
        "server_url": tool.server_url,
        "connector_id": tool.connector_id,
        "server_description": tool.server_description,
        "allowed_tools": _stored_filter(tool.allowed_tools),
        "require_approval": _stored_approval(tool.require_approval),
    }


def _stored_filter(given: list[str] | models.ResponseMcpToolFilterParam | None) -> Any:
    if given is None or isinstance(given, list):
        return given
    fields = {"tool_names": given.tool_names, "read_only": given.read_only}
    return {name: value for name, value in fields.items() if value is not None}


def _stored_approval(given: str | models.ResponseMcpApprovalFilterParam | None) -> Any:
    if given is None or isinstance(given, str):
        return given or "always"
    filters = {"always": given.always, "never": given.never}
    return {name: _stored_filter(each) for name, each in filters.items() if each is not None}


def check_labels(kept: Iterable[Json]) -> None:
    """Raise InvalidRequest if two MCP servers have the same label."""
    labels: set[str] = set()
    for tool in kept:
        if tool["type"] == "mcp":
            if (label := tool["server_label"]) in labels:
                raise InvalidRequest(
                    f"tools: two MCP servers have the server_label '{label}'; labels must be unique.",
                    param="tools",
                )
            labels.add(label)


def listings(items: Iterable[Json]) -> dict[str, Json]:
    """Return the lists of tools among `items`, the last one of each MCP server, by its label."""
    lists = (item for item in items if item["type"] == "mcp_list_tools" and "error" not in item)
    return {item["server_label"]: item for item in lists}


def callable_tools(kept: Json, lists: Mapping[str, Json]) -> Iterator[tuple[Json, bool]]:
    """Yield each callable tool of an MCP server, and whether its calls need approval."""
    for tool in lists.get(kept["server_label"], {}).get("tools", ()):
        if _fits(kept["allowed_tools"], tool):
            yield tool, _needs_approval(kept["require_approval"], tool)


def is_allowed(kept: Json, tool: Json) -> bool:
    """Whether the request allows a tool of the MCP server's."""
    return _fits(kept["allowed_tools"], tool)


def _fits(wanted: Any, tool: Json) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, list):
        return tool["name"] in wanted
    if "tool_names" in wanted and tool["name"] not in wanted["tool_names"]:
        return False
    is_prefill_only = bool((tool["annotations"] or {}).get("readOnlyHint"))
    return bool(wanted.get("read_only", is_prefill_only) == is_prefill_only)


def _needs_approval(required: Any, tool: Json) -> bool:
    if isinstance(required, str):
        return required != "never"
    if "never" in required and _fits(required["never"], tool):
        return False
    return "never" in required or not required or _fits(required["always"], tool)
