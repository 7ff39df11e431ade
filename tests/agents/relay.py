"""A relay between a program and the server, which records requests and ignored parameters."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import httpx

BETWEEN_TWO = ("host", "connection", "transfer-encoding", "keep-alive")
"""Headers that are of one connection."""


class Relay:
    """Forwards requests to a server, and its answers as they arrive."""

    def __init__(self, server: str) -> None:
        self.bodies: list[bytes] = []
        """The requests' bodies."""
        self.ignored: set[str] = set()
        """What the server named in `x-ignored-parameters`."""
        self._client = httpx.Client(base_url=server, timeout=120)
        self._listening = ThreadingHTTPServer(("127.0.0.1", 0), type("Passing", (_Passing,), {"relay": self}))
        self._thread = threading.Thread(target=self._listening.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Its address for programs."""
        return f"http://127.0.0.1:{self._listening.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown()
        self._listening.server_close()
        self._client.close()

    def passed(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        """Return the server's answer, which streams."""
        self.bodies.append(body)
        return self._client.stream(method, path, headers=headers, content=body)


class _Passing(BaseHTTPRequestHandler):
    relay: Relay

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        own = {name: value for name, value in self.headers.items() if name.lower() not in BETWEEN_TWO}
        with self.relay.passed(self.command, self.path, own, body) as answer:
            named = answer.headers.get("x-ignored-parameters", "")
            self.relay.ignored.update(name for name in named.split(", ") if name)
            self.send_response_only(answer.status_code)
            for name, value in answer.headers.items():
                if name not in BETWEEN_TWO:
                    self.send_header(name, value)
            self.end_headers()
            for part in answer.iter_raw():
                self.wfile.write(part)
                self.wfile.flush()

    do_GET = do_HEAD = do_POST = _pass  # noqa: N815  the names of http.server

    def log_message(self, *_: Any) -> None: ...
