"""MCP servers whose tools this server calls: the allowed ones, and the connections to them.

`handlers/mcp_turns.py` has the loop: a turn of the model, its calls, their results, the next turn. The
loop is the `Deltas` of one generation, so that streamed, background and other responses are generated as
usual; between the model's deltas it passes on the calls, which `dialects/responses/mcp_stream.py` encodes.
Tools are listed before the first turn, unless the conversation has the list (`mcp_list_tools`), so that an
invalid request still gets an error status. The prompt of each turn is rendered from all items and begins
with the previous prompt, which is in the prefix cache. The request counts as one in `server/admission.py`;
a later turn waits if the engine is full. A `Session` (`mcp_servers/session.py`) has its own task, because
the official client cancels the task that it runs in if a connection breaks.
"""

from accord.mcp_servers.allowed import Endpoint, Limits, McpServer, McpServers
from accord.mcp_servers.outcomes import McpError, Outcome
from accord.mcp_servers.session import Session

__all__ = ["Endpoint", "Limits", "McpError", "McpServer", "McpServers", "Outcome", "Session"]
