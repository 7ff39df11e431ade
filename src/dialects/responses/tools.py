"""The tools of a response request: how the model sees each, and which call items they have.

Chat templates support functions only, so every tool is declared as one, including those that the client runs
and those of MCP servers. Tools that OpenAI's servers run are dropped, because Accord does not have them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from accord.dialects.ignored import Ignored
from accord.dialects.responses.mcp_tools import (
    as_mcp,
    callable_tools,
    check_labels,
    listings,
    stored_mcp_tool,
)
from accord.dialects.text_argument import text_parameters
from accord.engine import ToolGrammar
from accord.generated import models
from accord.mcp_servers import McpServers

Json = dict[str, Any]
Kind = Literal["function", "custom", "tool_search", "local_shell", "shell", "apply_patch", "mcp"]

KNOWN = ("function", "custom", "namespace", "tool_search", "local_shell", "shell", "apply_patch")
_BRINGING = ("additional_tools", "mcp_list_tools")
"""The types of items that define tools."""

_SHELL_LIMIT: Json = {"type": "integer", "description": "How long it may run, in milliseconds."}
_BUILT_IN: dict[str, Json] = {
    "tool_search": {
        "description": "Searches for more tools. Those that are found can be called afterwards.",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string", "description": "What the tools are to do."}},
            "required": ["query"],
        },
    },
    "local_shell": {
        "description": "Runs a command on the user's machine and returns what it gave.",
        "parameters": {
            "type": "object",
            "properties": {
                "command": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "The program and its arguments.",
                },
                "working_directory": {"type": "string", "description": "Where to run it."},
                "timeout_ms": _SHELL_LIMIT,
            },
            "required": ["command"],
            "additionalProperties": False,
        },
        "strict": True,
    },
    "shell": {
        "description": "Runs commands in a shell on the user's machine and returns what they gave.",
        "parameters": {
            "type": "object",
            "properties": {
                "commands": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "The commands, in order.",
                },
                "timeout_ms": _SHELL_LIMIT,
                "max_output_length": {
                    "type": "integer",
                    "description": "How many characters of the output are wanted.",
                },
            },
            "required": ["commands"],
            "additionalProperties": False,
        },
        "strict": True,
    },
    "apply_patch": {
        "description": "Creates, updates or deletes one file of the user's.",
        "parameters": {
            "type": "object",
            "properties": {
                "type": {"type": "string", "enum": ["create_file", "update_file", "delete_file"]},
                "path": {"type": "string", "description": "The file, from the root of the workspace."},
                "diff": {
                    "type": "string",
                    "description": (
                        "What changes, line by line: a line begins with '+' where it is added, '-' where it "
                        "is removed, and a space where it stays. Each place begins with a line '@@', which "
                        "can name what it is in, such as a function. Of a new file, every line begins with "
                        "'+'. Empty for delete_file."
                    ),
                },
            },
            "required": ["type", "path", "diff"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the client or of an MCP server."""

    kind: Kind
    name: str
    """The client's name for it."""
    namespace: str | None
    """The namespace, or the label of the MCP server."""
    function: Json
    """The function that the model sees, in the form of chat templates."""
    deferred: bool = False
    """Whether the model sees it only after a search has found it."""
    given: Json = field(default_factory=dict)
    """The tool as the client or the MCP server defined it."""
    needs_approval: bool = False
    """Whether a call needs the client's approval."""

    @property
    def model_name(self) -> str:
        """The model's name for it."""
        name: str = self.function["name"]
        return name


def model_name(name: str, namespace: str | None) -> str:
    """Return the model's name for a tool, the same as in vLLM's Responses."""
    return f"{namespace}__{name}" if namespace else name


class Tools:
    """The offered tools, by the model's names for them, in the order in which they were added.

    The beginning of the prompt declares some of them; the others are described where the conversation adds
    them.
    """

    def __init__(self, declared: Iterable[Tool] = (), added_later: Iterable[Tool] = ()) -> None:
        self._by_name: dict[str, Tool] = {}
        for tool in declared:
            self._by_name.setdefault(tool.model_name, tool)
        self._declared = set(self._by_name)
        for tool in added_later:
            self._by_name.setdefault(tool.model_name, tool)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._by_name.values())

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def only(self, allowed: Collection[Tool]) -> Tools:
        """Return the allowed tools."""
        kept = [tool for tool in self if tool in allowed]
        declared = [tool for tool in kept if tool.model_name in self._declared]
        return Tools(declared, kept)

    @property
    def functions(self) -> list[Json]:
        """All tools in the form of chat templates."""
        return [{"type": "function", "function": tool.function} for tool in self]

    @property
    def declared(self) -> list[Json]:
        """The tools that the prompt declares. Templates explain how to call tools only if one is declared."""
        functions = self.functions
        declared = [function for function in functions if function["function"]["name"] in self._declared]
        return declared or functions[:1]

    def grammars(self, places: Mapping[str, str]) -> dict[str, ToolGrammar]:
        """The grammars of text inputs, by the model's names; `places` has the path of each tool."""
        found = {}
        for tool in self:
            form = tool.given.get("format") or {}
            if form.get("type") == "grammar":
                place = f"{places[tool.model_name]}.format" if tool.model_name in places else "tools"
                found[tool.model_name] = ToolGrammar(form["syntax"], form["definition"], place)
        return found

    def called(self, name: str) -> Tool | None:
        """Return the tool that a model means by `name`, with or without the namespace."""
        tool = self._by_name.get(name)
        if tool is not None:
            return tool
        meant = [tool for tool in self if tool.name == name]
        return meant[0] if len(meant) == 1 else None


def offered(kept: Sequence[Json], items: Sequence[Json]) -> Tools:
    """Return the tools of a request (`kept`), and those that the conversation's items add."""
    at_once = list(functions_of(kept, listings(items)))
    if any(tool.kind == "tool_search" for tool in at_once):
        at_once = [tool for tool in at_once if not tool.deferred]
    turn = first_turn(items)
    return Tools([*at_once, *_added_tools(items[:turn])], _added_tools(items[turn:]))


def _added_tools(items: Iterable[Json]) -> list[Tool]:
    """Return the tools that the client's items define; lists of MCP servers add none."""
    bringing = (item for item in items if item["type"] != "mcp_list_tools")
    return [tool for item in bringing for tool in functions_of(item.get("tools", ()))]


def first_turn(items: Sequence[Json]) -> int:
    """Return the index of the first turn after the beginning of the prompt."""
    for place, item in enumerate(items):
        if item["type"] not in ("additional_tools", "mcp_list_tools") and item.get("role") not in (
            "system",
            "developer",
        ):
            return place
    return len(items)


def functions_of(kept: Iterable[Json], lists: Mapping[str, Json] | None = None) -> Iterable[Tool]:
    """Yield each tool as a function; those of namespaces and of MCP servers one by one.

    `lists` are the tools of MCP servers, by their labels.
    """
    for tool in kept:
        if tool["type"] == "mcp":
            yield from _mcp_tools(tool, lists or {})
            continue
        if tool["type"] != "namespace":
            yield _tool(tool, None)
            continue
        about = tool["description"]
        for member in tool["tools"]:
            described = "\n\n".join(filter(None, (about, member["description"])))
            yield _tool(member | {"description": described or None}, tool["name"], member)
            about = None


def _mcp_tools(kept: Json, lists: Mapping[str, Json]) -> Iterable[Tool]:
    label, about = kept["server_label"], kept["server_description"]
    for listed, needs_approval in callable_tools(kept, lists):
        described = "\n\n".join(filter(None, (about, listed["description"])))
        function = {"name": model_name(listed["name"], label)}
        function |= {"description": described} if described else {}
        function["parameters"] = listed["input_schema"]
        yield Tool("mcp", listed["name"], label, function, given=listed, needs_approval=needs_approval)
        about = None


def _tool(tool: Json, namespace: str | None, given: Json | None = None) -> Tool:
    kind: Kind = tool["type"]
    name = tool.get("name", kind)
    said = {"name": model_name(name, namespace)}
    told = _BUILT_IN.get(kind, {}) | {key: value for key, value in tool.items() if value is not None}
    if kind == "custom":
        told["parameters"] = text_parameters(
            tool["format"].get("syntax"), tool["format"].get("definition", "")
        )
    function = said | {key: told[key] for key in ("description", "parameters", "strict") if key in told}
    return Tool(kind, name, namespace, function, bool(tool.get("defer_loading")), given or tool)


# --- in a request


def places(given: Sequence[models.ResponseToolParam], place: str) -> Iterable[tuple[str, str]]:
    """Yield the model's name for each custom tool, and its path."""
    for index, tool in enumerate(given):
        if isinstance(tool, models.ResponseCustomToolParam):
            yield tool.name, f"{place}.{index}"
        elif isinstance(tool, models.ResponseNamespaceToolParam):
            for member, named in enumerate(tool.tools):
                if isinstance(named, models.ResponseCustomToolParam):
                    yield model_name(named.name, tool.name), f"{place}.{index}.tools.{member}"


def stored_tools(
    given: Sequence[models.ResponseToolParam], place: str, ignored: Ignored, servers: McpServers | None = None
) -> list[Json]:
    """Return the supported tools, in the form of a response.

    `servers` are the allowed MCP servers.
    """
    servers = servers or McpServers()
    kept = []
    for index, tool in enumerate(given):
        at = f"{place}.{index}"
        if (of_mcp := as_mcp(tool, servers)) is not None:
            found = stored_mcp_tool(of_mcp, at, ignored, servers)
        else:
            found = _supported(tool, at, ignored)
        if found is None:
            ignored.leave_out(at, tool.type)
        else:
            kept.append(found)
    check_labels(kept)
    return kept


def _supported(tool: models.ResponseToolParam, place: str, ignored: Ignored) -> Json | None:
    match tool:
        case models.ResponseFunctionToolParam() | models.ResponseCustomToolParam():
            return _stored_named(tool, place, ignored)
        case models.ResponseNamespaceToolParam():
            members = []
            for index, member in enumerate(tool.tools):
                if isinstance(member, models.ResponseOtherNamespacedToolParam):
                    ignored.leave_out(f"{place}.tools.{index}", member.type)
                else:
                    members.append(_stored_named(member, f"{place}.tools.{index}", ignored))
            about = {"type": tool.type, "name": tool.name, "description": tool.description}
            return about | {"tools": members}
        case models.ResponseToolSearchToolParam() if tool.execution == "client":
            return {
                "type": tool.type,
                "execution": "client",
                "description": tool.description,
                "parameters": tool.parameters,
            }
        case models.ResponseShellToolParam() if (tool.environment or {}).get("type", "local") == "local":
            return {"type": tool.type, "environment": tool.environment}
        case models.ResponseLocalShellToolParam() | models.ResponseApplyPatchToolParam():
            return {"type": tool.type}
    return None


def _stored_named(
    tool: models.ResponseFunctionToolParam | models.ResponseCustomToolParam, place: str, ignored: Ignored
) -> Json:
    kept: Json = {"type": tool.type, "name": tool.name, "description": tool.description}
    if isinstance(tool, models.ResponseFunctionToolParam):
        kept |= {"parameters": tool.parameters, "strict": tool.strict}
    else:
        kept["format"] = _stored_format(tool.format, place, ignored)
    return kept if tool.defer_loading is None else kept | {"defer_loading": tool.defer_loading}


def _stored_format(form: models.ResponseCustomToolFormatParam | None, place: str, ignored: Ignored) -> Json:
    if isinstance(form, models.ResponseGrammarFormatParam):
        return {"type": form.type, "syntax": form.syntax, "definition": form.definition}
    if form is not None and form.type != "text":
        ignored.leave_out(f"{place}.format", form.type)
    return {"type": "text"}
