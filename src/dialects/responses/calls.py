"""Tool calls as output items while they are generated: see `output.py`.

The model calls functions; the item of a call depends on its tool.
"""

from __future__ import annotations

from typing import Any, Protocol

from pydantic_core import from_json

from accord.dialects.responses import new_id
from accord.dialects.responses.output import EventWriter, Item, OpenItem, frame_head
from accord.dialects.responses.tool_items import PREFIXES
from accord.dialects.responses.tools import Json, Tool
from accord.dialects.sse import escaped
from accord.dialects.text_argument import TextArgument
from accord.engine import ToolCallDelta
from accord.generated import models
from accord.mcp_servers import Outcome


class CallItem(OpenItem, Protocol):
    """A call that is being generated."""

    index: int
    """The index of the call in the answer."""

    def add(self, arguments: str) -> bytes:
        """Return the events that add to the function's arguments."""
        ...


def call_item(writer: EventWriter, output_index: int, call: ToolCallDelta, tool: Tool | None) -> CallItem:
    """Return the item for a call of `tool`; None is an unknown tool, which clients see as a function."""
    if tool is None or tool.kind == "function":
        return FunctionCallItem(writer, output_index, call, tool)
    if tool.kind == "custom":
        return CustomCallItem(writer, output_index, call, tool)
    if tool.kind == "mcp":
        kind = McpApprovalItem if tool.needs_approval else McpCallItem
        return kind(writer, output_index, call, tool)
    return WholeCallItem(writer, output_index, call, tool)


class _Call(Item):
    """The base class of all calls."""

    def __init__(
        self, writer: EventWriter, output_index: int, call: ToolCallDelta, tool: Tool | None
    ) -> None:
        super().__init__(writer, output_index)
        self.index = call.index
        self.call_id = call.id or new_id("call")
        self.name = tool.name if tool else call.name or ""
        self.namespace: Json = {"namespace": tool.namespace} if tool and tool.namespace else {}
        self.arguments: list[str] = []


class FunctionCallItem(_Call):
    """A call of a function."""

    prefix = "fc"

    def __init__(
        self, writer: EventWriter, output_index: int, call: ToolCallDelta, tool: Tool | None
    ) -> None:
        super().__init__(writer, output_index, call, tool)
        self.head = frame_head(b"response.function_call_arguments.delta")
        self.middle = b',%b,"delta":' % self.place

    def open(self) -> bytes:
        return self.added(self.item("in_progress"))

    def add(self, arguments: str) -> bytes:
        """Return the event that adds `arguments`."""
        self.arguments.append(arguments)
        return self.writer.fill(self.head, self.middle + escaped(arguments) + b"}\n\n")

    def close(self, status: models.ResponseItemStatus) -> bytes:
        fields = b'%b,"name":%b,"arguments":%b' % (
            self.place,
            escaped(self.name),
            escaped("".join(self.arguments)),
        )
        return self.writer.write(b"response.function_call_arguments.done", fields) + self.done(
            self.item(status)
        )

    def item(self, status: models.ResponseItemStatus) -> models.ResponseFunctionCall:
        return models.ResponseFunctionCall(
            id=self.id,
            type="function_call",
            status=status,
            call_id=self.call_id,
            name=self.name,
            arguments="".join(self.arguments),
            **self.namespace,
        )


class CustomCallItem(_Call):
    """A call of a custom tool: its input is an argument of the function that the model calls."""

    prefix = "ctc"

    def __init__(
        self, writer: EventWriter, output_index: int, call: ToolCallDelta, tool: Tool | None
    ) -> None:
        super().__init__(writer, output_index, call, tool)
        self.text = TextArgument()
        self.head = frame_head(b"response.custom_tool_call_input.delta")
        self.middle = b',%b,"delta":' % self.place

    def open(self) -> bytes:
        return self.added(self.item("in_progress"))

    def add(self, arguments: str) -> bytes:
        return self._input_delta(self.text.add(arguments))

    def close(self, status: models.ResponseItemStatus) -> bytes:
        events = self._input_delta(self.text.end())
        fields = b'%b,"input":%b' % (self.place, escaped(self.text.text))
        events += self.writer.write(b"response.custom_tool_call_input.done", fields)
        return events + self.done(self.item(status))

    def item(self, status: models.ResponseItemStatus) -> models.ResponseCustomToolCall:
        return models.ResponseCustomToolCall(
            id=self.id,
            type="custom_tool_call",
            status=status,
            call_id=self.call_id,
            name=self.name,
            input=self.text.text,
            **self.namespace,
        )

    def _input_delta(self, text: str) -> bytes:
        return self.writer.fill(self.head, self.middle + escaped(text) + b"}\n\n") if text else b""


class McpCallItem(_Call):
    """A call of an MCP server's tool: the model writes it, the server runs it, and it gets an outcome."""

    prefix = "mcp"

    def __init__(
        self, writer: EventWriter, output_index: int, call: ToolCallDelta, tool: Tool | None
    ) -> None:
        super().__init__(writer, output_index, call, tool)
        self.label = tool.namespace or "" if tool else ""
        self.approval_request_id: str | None = None
        self.outcome: Outcome | None = None
        self.head = frame_head(b"response.mcp_call_arguments.delta")
        self.middle = b',%b,"delta":' % self.place

    @classmethod
    def approved(cls, writer: EventWriter, output_index: int, request: Json) -> McpCallItem:
        """Return the call that a client has approved."""
        item = cls(writer, output_index, ToolCallDelta(0, name=request["name"]), None)
        item.label = request["server_label"]
        item.approval_request_id = request["id"]
        return item

    def open(self) -> bytes:
        return self.added(self.item("in_progress")) + self.writer.write(
            b"response.mcp_call.in_progress", self.place
        )

    def add(self, arguments: str) -> bytes:
        self.arguments.append(arguments)
        return self.writer.fill(self.head, self.middle + escaped(arguments) + b"}\n\n")

    def close(self, status: models.ResponseItemStatus) -> bytes:
        """Return the events once the arguments are complete; an incomplete call is not run."""
        fields = b'%b,"arguments":%b' % (self.place, escaped("".join(self.arguments)))
        events = self.writer.write(b"response.mcp_call_arguments.done", fields)
        return events if status == "completed" else events + self.done(self.item(status))

    def answered(self, outcome: Outcome) -> bytes:
        """Return the events once the call was run."""
        self.outcome = outcome
        name = b"response.mcp_call." + (b"failed" if outcome.error is not None else b"completed")
        return self.writer.write(name, self.place) + self.done(self.item("completed"))

    def item(self, status: models.ResponseItemStatus) -> models.ResponseMcpCall:
        """Return the item; it is in progress until it has an outcome."""
        outcome = self.outcome or Outcome()
        known: Any = "in_progress" if status == "completed" and self.outcome is None else status
        return models.ResponseMcpCall.model_validate(
            {
                "id": self.id,
                "type": "mcp_call",
                "status": "failed" if outcome.error is not None else known,
                "server_label": self.label,
                "name": self.name,
                "arguments": "".join(self.arguments),
                "output": outcome.output,
                "error": outcome.error,
                "approval_request_id": self.approval_request_id,
            }
        )


class McpApprovalItem(_Call):
    """A call of an MCP server's tool that needs the client's approval: sent once it is complete."""

    prefix = "mcpr"

    def __init__(
        self, writer: EventWriter, output_index: int, call: ToolCallDelta, tool: Tool | None
    ) -> None:
        super().__init__(writer, output_index, call, tool)
        self.label = tool.namespace or "" if tool else ""

    def open(self) -> bytes:
        return b""

    def add(self, arguments: str) -> bytes:
        self.arguments.append(arguments)
        return b""

    def close(self, status: models.ResponseItemStatus) -> bytes:
        """Return its events; none for an incomplete call, which nobody can approve."""
        if status != "completed":
            return b""
        return self.added(self.item(status)) + self.done(self.item(status))

    def item(self, status: models.ResponseItemStatus) -> models.ResponseMcpApprovalRequest:
        return models.ResponseMcpApprovalRequest(
            id=self.id,
            type="mcp_approval_request",
            server_label=self.label,
            name=self.name,
            arguments="".join(self.arguments),
        )


class WholeCallItem(_Call):
    """A call of a tool whose item has the arguments as fields: sent once it is complete."""

    def __init__(self, writer: EventWriter, output_index: int, call: ToolCallDelta, tool: Tool) -> None:
        self.type = f"{tool.kind}_call"
        self.prefix = PREFIXES[self.type]
        self.tool = tool
        super().__init__(writer, output_index, call, tool)

    def open(self) -> bytes:
        return self.added(self.item("in_progress"))

    def add(self, arguments: str) -> bytes:
        self.arguments.append(arguments)
        return b""

    def close(self, status: models.ResponseItemStatus) -> bytes:
        item = self.item(status)
        events = b""
        if isinstance(item, models.ResponseShellCall):
            for index, command in enumerate(item.action.commands):
                place = b'%b,"command_index":%d' % (self.output, index)
                for name, field, text in (
                    (b"added", b"command", ""),
                    (b"delta", b"delta", command),
                    (b"done", b"command", command),
                ):
                    fields = b'%b,"%b":%b' % (place, field, escaped(text))
                    events += self.writer.write(b"response.shell_call_command." + name, fields)
        return events + self.done(item)

    def item(self, status: models.ResponseItemStatus) -> models.ResponseOutputItem:
        common: Json = {"id": self.id, "type": self.type, "status": status, "call_id": self.call_id}
        given = _parsed("".join(self.arguments))
        match self.tool.kind:
            case "shell":
                environment = self.tool.given["environment"]
                return models.ResponseShellCall(**common, action=_commands(given), environment=environment)
            case "local_shell":
                return models.ResponseLocalShellCall(**common, action=_command(given))
            case "apply_patch":
                # OpenAI has no incomplete patch: one that is cut off is in progress.
                common["status"] = "completed" if status == "completed" else "in_progress"
                return models.ResponseApplyPatchCall(**common, operation=_operation(given))
        return models.ResponseToolSearchCall(**common, execution="client", arguments=given)


def _parsed(arguments: str) -> Json:
    """Return the arguments; of a truncated call the complete part."""
    try:
        given = from_json(arguments or "{}", allow_partial="trailing-strings")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _commands(given: Json) -> models.ResponseShellAction:
    return models.ResponseShellAction(
        commands=_texts(given.get("commands")),
        timeout_ms=_integer(given.get("timeout_ms")),
        max_output_length=_integer(given.get("max_output_length")),
    )


def _command(given: Json) -> models.ResponseLocalShellAction:
    command = given.get("command")
    action = models.ResponseLocalShellAction(
        type="exec",
        command=["bash", "-lc", command] if isinstance(command, str) else _texts(command),
        env={},
    )
    if (limit := _integer(given.get("timeout_ms"))) is not None:
        action.timeout_ms = limit
    if isinstance(where := given.get("working_directory"), str):
        action.working_directory = where
    return action


_PATCHES = ("create_file", "update_file", "delete_file")


def _operation(given: Json) -> models.ResponsePatchOperation:
    type_, path, diff = (given.get(name) for name in ("type", "path", "diff"))
    operation = models.ResponsePatchOperation(
        type=type_ if type_ in _PATCHES else "update_file", path=path if isinstance(path, str) else ""
    )
    if operation.type != "delete_file":
        operation.diff = diff if isinstance(diff, str) else ""
    return operation
