"""MCP servers whose tools this server calls: which are allowed, and the connection with one.

`handlers/mcp_turns.py` has the loop: a turn of the model's, its calls, their results, the next turn. It is
the `Deltas` of one generation, so whole, streamed and background responses are made as all others are;
between the model's deltas it hands on what was called, which `dialects/responses/mcp_stream.py` tells.
Tools are listed before the first turn, unless the conversation has the list (`mcp_list_tools`), so that
errors in a request are still told by its status. Each turn's prompt is made of all items anew and begins
with the one before, which the prefix cache has. The request keeps its place in `server/admission.py`; a
later turn that the engine refuses for want of room waits for it. A `Session` (`mcp_servers/session.py`) is
a task of its own: the official client cancels the task that it is in where a connection breaks.
"""

from accord.mcp_servers.allowed import Endpoint, Limits, McpServer, McpServers
from accord.mcp_servers.outcomes import McpError, Outcome
from accord.mcp_servers.session import Session

__all__ = ["Endpoint", "Limits", "McpError", "McpServer", "McpServers", "Outcome", "Session"]
