"""MCP servers, whose tools this server calls: which may be asked, and the connection with one of them."""

from accord.mcp_servers.allowed import Endpoint, Limits, McpServer, McpServers
from accord.mcp_servers.outcomes import McpError, Outcome
from accord.mcp_servers.session import Session

__all__ = ["Endpoint", "Limits", "McpError", "McpServer", "McpServers", "Outcome", "Session"]
