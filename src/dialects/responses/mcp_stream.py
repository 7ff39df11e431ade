"""Encodes a response that uses MCP servers: the results of calls between the model's turns."""

from __future__ import annotations

from typing import Any

from accord.dialects.responses.calls import McpApprovalItem, McpCallItem
from accord.dialects.responses.stream import ResponseStream
from accord.dialects.responses.tool_items import CALLS
from accord.engine import Delta
from accord.generated import models
from accord.mcp_servers import Outcome


class Approved(Delta, kw_only=True):
    """The client has approved a call, which runs before the model continues."""

    request: dict[str, Any]


class TurnEnded(Delta):
    """The model has written its calls or its answer."""


class Answered(Delta, kw_only=True):
    """A call was run."""

    call: McpCallItem
    outcome: Outcome


class McpStream(ResponseStream):
    """Encodes the deltas of all turns, and the results of the calls between them.

    `waiting` are the calls to make. The model `continues` after them if this server makes all of them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[McpCallItem, int] = {}
        """And their places in the output."""
        self.continues = True
        self._turn = len(self.output)
        """Where the turn begins in the output."""

    def step(self, deltas: list[Delta]) -> bytes:
        match deltas:
            case [Approved() as approved]:
                return self._in_progress() + self._approved(approved.request)
            case [TurnEnded()]:
                return self._in_progress() + self._turn_ended()
            case [Answered() as answered]:
                return self._answered(answered.call, answered.outcome)
        return super().step(deltas)

    def _approved(self, request: dict[str, Any]) -> bytes:
        call = McpCallItem.approved(self.writer, len(self.output), request)
        return self._opened(call) + call.add(request["arguments"]) + self._closed("completed")

    def _turn_ended(self) -> bytes:
        """Close open items; a turn that was truncated, or that waits for the client, is the last one."""
        cut_off = self.finish_reason == "length"
        events = self._closed("incomplete" if cut_off else "completed")
        if cut_off:
            events += b"".join(call.done(self._left(call)) for call in self.waiting)
            self.waiting.clear()
        made = {item.type for item in self.output[self._turn :]}
        self.continues = bool(self.waiting) and made.isdisjoint(CALLS | {"mcp_approval_request"})
        self._turn = len(self.output)
        return events

    def _answered(self, call: McpCallItem, outcome: Outcome) -> bytes:
        events = call.answered(outcome)
        self.output[self.waiting.pop(call)] = call.item("completed")
        return events

    def _left(self, call: McpCallItem) -> models.ResponseMcpCall:
        """Return a call that has not run, in its final form in the output."""
        item = call.item("incomplete")
        self.output[self.waiting[call]] = item
        return item

    def _keep(self, status: models.ResponseItemStatus) -> None:
        if status != "completed" and isinstance(self.open_item, McpApprovalItem):
            self.open_item = None
            return
        if status == "completed" and isinstance(self.open_item, McpCallItem):
            self.waiting[self.open_item] = len(self.output)
        super()._keep(status)

    def _conclude(self, status: models.ResponseStatus, **changes: Any) -> None:
        for call in self.waiting:
            self._left(call)
        super()._conclude(status, **changes)
