"""Tool calls and results as items: stored, and as chat messages.

For the model, each is a call of a function and its result.
"""

from __future__ import annotations

import json
from typing import Any

from accord.dialects.ignored import Ignored
from accord.dialects.responses.tools import Json, functions_of, model_name, stored_tools
from accord.dialects.text_argument import INPUT
from accord.dialects.tool_definitions import definitions_text
from accord.generated import models

CALLS = frozenset(
    (
        "function_call",
        "custom_tool_call",
        "local_shell_call",
        "shell_call",
        "apply_patch_call",
        "tool_search_call",
    )
)
OUTPUTS = frozenset(
    (
        "function_call_output",
        "custom_tool_call_output",
        "local_shell_call_output",
        "shell_call_output",
        "apply_patch_call_output",
        "tool_search_output",
    )
)
PREFIXES = {
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "local_shell_call": "lsh",
    "local_shell_call_output": "lsho",
    "shell_call": "sh",
    "shell_call_output": "sho",
    "apply_patch_call": "apc",
    "apply_patch_call_output": "apco",
    "tool_search_call": "tsc",
    "tool_search_output": "tso",
    "additional_tools": "at",
    "mcp_list_tools": "mcpl",
    "mcp_call": "mcp",
    "mcp_approval_request": "mcpr",
    "mcp_approval_response": "mcpa",
}


def stored_tool_item(item: models.ResponseInputItem, place: str, ignored: Ignored) -> Json | None:
    """Return the item to store, without the common fields; None if it is left out.

    Items with parts are not handled here: `items.py` reads parts.
    """
    kept: Json
    match item:
        case models.ResponseFunctionCallParam():
            kept = {"type": item.type, "call_id": item.call_id} | _name(item)
            return kept | {"arguments": item.arguments}
        case models.ResponseCustomToolCallParam():
            kept = {"type": item.type, "call_id": item.call_id} | _name(item)
            return kept | {"input": item.input}
        case models.ResponseLocalShellCallParam():
            return _stored_local_shell(item)
        case models.ResponseLocalShellCallOutputParam():
            call_id = item.call_id or item.id or ""
            return {"type": item.type, "call_id": call_id, "output": item.output}
        case models.ResponseShellCallParam():
            action = {name: getattr(item.action, name) for name in _SHELL_ACTION}
            kept = {"type": item.type, "call_id": item.call_id, "action": action}
            return {**kept, "environment": item.environment}
        case models.ResponseShellCallOutputParam():
            return {
                "type": item.type,
                "call_id": item.call_id,
                "output": [_stored_shell_output(output) for output in item.output],
                "max_output_length": item.max_output_length,
            }
        case models.ResponseApplyPatchCallParam():
            operation = {"type": item.operation.type, "path": item.operation.path}
            if item.operation.diff is not None:
                operation["diff"] = item.operation.diff
            return {"type": item.type, "call_id": item.call_id, "operation": operation}
        case models.ResponseApplyPatchCallOutputParam():
            return {"type": item.type, "call_id": item.call_id, "output": item.output}
    return _stored_search(item, place, ignored)


_SHELL_ACTION = ("commands", "timeout_ms", "max_output_length")
_LOCAL_ACTION = ("timeout_ms", "user", "working_directory")


def _name(item: models.ResponseFunctionCallParam | models.ResponseCustomToolCallParam) -> Json:
    return {"name": item.name} | ({"namespace": item.namespace} if item.namespace else {})


def _stored_local_shell(item: models.ResponseLocalShellCallParam) -> Json:
    action: Json = {"type": "exec", "command": item.action.command, "env": item.action.env or {}}
    for name in _LOCAL_ACTION:
        if (value := getattr(item.action, name)) is not None:
            action[name] = value
    return {"type": item.type, "call_id": item.call_id or item.id or "", "action": action}


def _stored_shell_output(output: models.ResponseShellOutputParam) -> Json:
    outcome: Json = {"type": output.outcome.type}
    if output.outcome.exit_code is not None:
        outcome["exit_code"] = output.outcome.exit_code
    return {"stdout": output.stdout, "stderr": output.stderr, "outcome": outcome}


def _stored_search(item: models.ResponseInputItem, place: str, ignored: Ignored) -> Json | None:
    """Return a search to store: the client's call, or the tools that a server's search has found."""
    match item:
        case models.ResponseToolSearchCallParam() if item.call_id is not None:
            return {
                "type": item.type,
                "call_id": item.call_id,
                "execution": "client",
                "arguments": item.arguments,
            }
        case models.ResponseToolSearchOutputParam() if item.call_id is not None:
            tools = stored_tools(item.tools, f"{place}.tools", ignored)
            return {"type": item.type, "call_id": item.call_id, "execution": "client", "tools": tools}
        case models.ResponseAdditionalToolsParam() | models.ResponseToolSearchOutputParam():
            tools = stored_tools(item.tools, f"{place}.tools", ignored)
            role = getattr(item, "role", None) or "developer"
            return {"type": "additional_tools", "role": role, "tools": tools}
    ignored.leave_out(place, item.type or "item")
    return None


# --- for the model


def called(item: Json) -> tuple[str, str]:
    """Return the name of the called function, and the arguments as JSON."""
    match item["type"]:
        case "function_call":
            return model_name(item["name"], item.get("namespace")), item["arguments"]
        case "custom_tool_call":
            return model_name(item["name"], item.get("namespace")), _json({INPUT: item["input"]})
        case "local_shell_call":
            given = {
                name: item["action"].get(name) for name in ("command", "working_directory", "timeout_ms")
            }
            return "local_shell", _json(given)
        case "shell_call":
            return "shell", _json(item["action"])
        case "apply_patch_call":
            return "apply_patch", _json({"diff": ""} | item["operation"])
    return "tool_search", _json(item["arguments"])


def _json(arguments: Any) -> str:
    if isinstance(arguments, dict):
        arguments = {name: value for name, value in arguments.items() if value is not None}
    return json.dumps(arguments, ensure_ascii=False)


def result_text(item: Json) -> str:
    """Return a tool's result that is not a list of parts."""
    match item["type"]:
        case "shell_call_output":
            return "\n".join(map(_shell_text, item["output"]))
        case "apply_patch_call_output":
            return item["output"] or f"The change has {item['status']}."
        case "tool_search_output":
            return tools_text(item) or "No tools were found."
    text: str = item["output"]
    return text


def tools_text(item: Json) -> str:
    """Return the text about the tools that an item adds; "" if it has none."""
    functions = [tool.function for tool in functions_of(item["tools"])]
    return definitions_text(functions) if functions else ""


def _shell_text(output: Json) -> str:
    outcome = output["outcome"]
    ended = f"exit code {outcome['exit_code']}" if "exit_code" in outcome else outcome["type"]
    parts = [output["stdout"], f"stderr:\n{output['stderr']}" if output["stderr"] else "", f"[{ended}]"]
    return "\n".join(part.removesuffix("\n") for part in parts if part)
