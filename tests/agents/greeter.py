"""An MCP server with one tool, on stdin and stdout: what a user gives an agent besides its own tools."""

import json
import sys

TOOL = {
    "name": "greet",
    "description": "Greet somebody.",
    "inputSchema": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
}


def result(method: str, params: dict[str, object]) -> object:
    if method == "initialize":
        about = {"name": "greeter", "version": "1"}
        version = params["protocolVersion"]
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": about}
    if method == "tools/list":
        return {"tools": [TOOL]}
    if method == "tools/call":
        arguments = params["arguments"]
        assert isinstance(arguments, dict)
        return {"content": [{"type": "text", "text": f"Greetings, {arguments['name']}!"}]}
    return {}


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        answer = {"jsonrpc": "2.0", "id": message["id"]}
        answer["result"] = result(message["method"], message.get("params") or {})
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
