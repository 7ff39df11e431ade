"""The outcomes of calls of MCP servers' tools, for the model and the client."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcp_types import CallToolResult, ContentBlock

Json = dict[str, Any]

UNREACHABLE = -32000
TOO_SLOW = -32001
NOT_CALLED = -32602
BROKEN = -32603
"""Error codes of JSON-RPC that MCP uses."""


class McpError(Exception):
    """A request to an MCP server failed; with `http`, `code` is the status of an answer."""

    def __init__(self, message: str, code: int = BROKEN, *, http: bool = False, quoted: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.http = http
        self.quoted = quoted

    @property
    def error(self) -> Json:
        """The error in the form of a response item."""
        type_ = "http_error" if self.http else "mcp_protocol_error"
        return {"type": type_, "code": self.code, "message": self.message}


def too_slow(seconds: float) -> McpError:
    """Return the error for something that has exceeded its time limit."""
    return McpError(f"it took longer than {seconds:g} seconds", TOO_SLOW)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a call, or its error."""

    output: str | None = None
    error: Json | None = None


def outcome(result: CallToolResult) -> Outcome:
    """Return the outcome for an MCP server's answer to a call."""
    if result.is_error:
        content = [part.model_dump(mode="json", by_alias=True, exclude_none=True) for part in result.content]
        return Outcome(error={"type": "mcp_tool_execution_error", "content": content})
    text = "\n".join(_texts(result.content))
    if not text and result.structured_content is not None:
        text = json.dumps(result.structured_content, ensure_ascii=False)
    return Outcome(output=text)


def _texts(content: Iterable[ContentBlock]) -> Iterable[str]:
    """Return the content as lines of text; other content is only named."""
    for part in content:
        match part.type:
            case "text":
                yield part.text
            case "resource_link":
                yield f"[{part.name}]({part.uri})"
            case "resource" if (text := getattr(part.resource, "text", None)) is not None:
                yield text
            case "resource":
                yield f"[a file: {part.resource.uri}]"
            case kind:
                yield f"[an {kind} that cannot be shown]"


def error_text(error: Any) -> str:
    """Return the text for the model about an item's error."""
    if isinstance(error, dict):
        parts = error.get("content")
        if isinstance(parts, list):
            texts = [
                part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)
            ]
            return "Error: " + ("\n".join(texts) or "the tool failed.")
        error = error.get("message")
    return f"Error: {error or 'the call failed.'}"
