"""The allowed MCP servers, how they are reached, and their limits."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yarl import URL

_FIELDS = {"url", "authorization_file", "authorization_variable"}
_OF_THE_CONNECTION = {
    *(
        "accept",
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
    ),
    *("keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"),
}
"""Headers that clients cannot set, nor any that begins with `mcp-`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the MCP servers for one response."""

    calls: int = 32
    """Calls of all MCP servers together."""
    seconds: float = 60
    """Seconds for each call, and for a list of tools, including the connection."""
    size: int = 2**20
    """Bytes received for each call, and for a list of tools."""


@dataclass(frozen=True, slots=True)
class McpServer:
    """An MCP server that the operator allows."""

    name: str
    url: str
    authorization_file: Path | None = None
    authorization_variable: str | None = None
    secret: str | None = field(default=None, repr=False, compare=False)
    """The value of the variable."""

    def __str__(self) -> str:
        return f"{self.name}={self.url}"

    @property
    def authorizes(self) -> bool:
        """Whether the operator has set the authorization."""
        return self.authorization_file is not None or self.secret is not None

    @property
    def authorization(self) -> str | None:
        """The header `authorization`; a file is read each time, so that it can be changed. Raises OSError."""
        if self.authorization_file is not None:
            return self.authorization_file.read_text().strip()
        return self.secret


def parsed_servers(value: Any) -> list[McpServer]:
    """Return the servers of `name=url`, separated by commas or in a list, or of a JSON object.

    Raises ValueError if it is neither. Variables with secrets are read here, and removed by `forget_secrets`.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = json.loads(value)
    if isinstance(value, str):
        value = [part for part in value.split(",") if part.strip()]
    if isinstance(value, McpServer):
        servers = [value]
    elif isinstance(value, Mapping):
        servers = [_server(str(name), given) for name, given in value.items()]
    elif isinstance(value, list):
        servers = [each if isinstance(each, McpServer) else _listed(str(each)) for each in value]
    else:
        raise ValueError("no servers")
    if len({server.name for server in servers}) < len(servers):
        raise ValueError("two servers of one name")
    return servers


def _listed(text: str) -> McpServer:
    name, separator, url = text.partition("=")
    if not separator:
        raise ValueError("no server")
    return _server(name, url)


def _server(name: str, about: Any) -> McpServer:
    if isinstance(about, str):
        about = {"url": about}
    if not isinstance(about, Mapping) or not about.keys() <= _FIELDS or not name.strip():
        raise ValueError("no server")
    file, variable = about.get("authorization_file"), about.get("authorization_variable")
    if file is not None and variable is not None:
        raise ValueError("two authorizations")
    secret = os.environ.get(variable) if variable is not None else None
    server = McpServer(
        name.strip(), _checked(str(about.get("url", ""))), Path(file) if file else None, variable, secret
    )
    given = server.authorization
    if (variable or file) and not (given and given.isascii() and given.isprintable()):
        raise ValueError("no authorization")
    return server


def _checked(url: str) -> str:
    parsed = URL(url.strip())
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.user or parsed.password:
        raise ValueError("no URL")
    return str(parsed)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How to reach an MCP server for one request."""

    url: str
    server: McpServer | None
    """None if a client has named the server: only public addresses are allowed."""
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The client's headers."""

    @property
    def name(self) -> str:
        """Its name in metrics and the log."""
        return "client" if self.server is None else self.server.name

    def headers(self) -> dict[str, str]:
        """Return the headers to send. Raises OSError if the operator's file cannot be read."""
        own = self.server.authorization if self.server is not None else None
        return {"authorization": own} if own else dict(self.given)


@dataclass(frozen=True, slots=True)
class McpServers:
    """The MCP servers that the operator allows, by name and URL."""

    allowed: Sequence[McpServer] = ()
    of_clients: bool = False
    """Whether clients may name other servers by URL."""
    limits: Limits = Limits()

    def __bool__(self) -> bool:
        return bool(self.allowed) or self.of_clients

    def endpoint(
        self,
        *,
        label: str,
        url: str | None,
        connector_id: str | None,
        headers: Mapping[str, str],
        authorization: str | None,
    ) -> Endpoint | None:
        """Return how to reach the server that a client names; None if it is not allowed."""
        given = dict(_sendable(headers))
        if authorization:
            given["authorization"] = f"Bearer {authorization}"
        if (server := self._server(label, url, connector_id)) is not None:
            return Endpoint(server.url, server, given)
        return Endpoint(url, None, given) if url is not None and self.of_clients else None

    def _server(self, label: str, url: str | None, connector_id: str | None) -> McpServer | None:
        if url is None:
            name = label if connector_id is None else connector_id
            return next((server for server in self.allowed if server.name == name), None)
        try:
            wanted = _identity(url)
        except ValueError:
            return None
        return next((server for server in self.allowed if _identity(server.url) == wanted), None)


def _identity(url: str) -> tuple[Any, ...]:
    """The normalized part of a URL that identifies the server."""
    parsed = URL(url)
    return parsed.scheme, parsed.host, parsed.port, parsed.raw_path_qs, parsed.raw_user, parsed.raw_password


def _sendable(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        lower = name.lower()
        if lower not in _OF_THE_CONNECTION and not lower.startswith("mcp-"):
            yield lower, value


def forget_secrets(servers: Sequence[McpServer]) -> None:
    """Remove secrets from the environment, which later processes inherit."""
    for server in servers:
        if server.authorization_variable is not None:
            os.environ.pop(server.authorization_variable, None)
