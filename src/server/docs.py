"""The documentation: Swagger UI, Redoc and the document itself, served without internet access.

These paths describe the API and are not part of it, so the contract does not list them. Swagger UI and Redoc
come from a Python package; the pages load nothing from other hosts.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import yaml
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.errors import ApiError
from accord.server.exchange import Exchange

HTML = "text/html; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"
STYLE = "text/css; charset=utf-8"

# Both pages insert styles into the document; Redoc searches in a worker created from a blob.
SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)


@dataclass(frozen=True, slots=True)
class _Asset:
    """The response of one path, built at its first request."""

    content_type: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An asset's bytes as they are sent."""

    body: bytes
    gzipped: bytes
    etag: str

    @classmethod
    def of(cls, asset: _Asset) -> _Prepared:
        body = asset.read()
        digest = hashlib.sha256(body).hexdigest()[:32]
        return cls(body, gzip.compress(body, compresslevel=6, mtime=0), f'W/"{digest}"')


def document_json() -> bytes:
    """Return the published document."""
    return files("accord.generated").joinpath("openapi.json").read_bytes()


def document_yaml() -> bytes:
    """Return the published document as YAML."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    document = json.loads(document_json())
    text: str = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=110)
    return text.encode()


def _own(name: str) -> Callable[[], bytes]:
    return lambda: files("accord.server").joinpath("pages", name).read_bytes()


def _packaged(name: str) -> Callable[[], bytes]:
    """Return a reader of a file of fastapi-offline; its code, which would import FastAPI, is not used."""

    def read() -> bytes:
        spec = find_spec("fastapi_offline")
        assert spec is not None
        assert spec.origin is not None
        return (Path(spec.origin).parent / "static" / name).read_bytes()

    return read


def _redoc() -> bytes:
    """Return Redoc without the logo that it would load from its vendor's host, and whose failure it shows."""
    logo = b'"https://cdn.redoc.ly/redoc/logo-mini.svg"'
    return _packaged("redoc.standalone.js")().replace(logo, b'"data:,"')


ASSETS = {
    "/docs": _Asset(HTML, _own("docs.html")),
    "/redoc": _Asset(HTML, _own("redoc.html")),
    "/openapi.json": _Asset("application/json", document_json),
    "/openapi.yaml": _Asset("application/yaml", document_yaml),
    "/docs/explorer.js": _Asset(SCRIPT, _own("explorer.js")),
    "/docs/reference.js": _Asset(SCRIPT, _own("reference.js")),
    "/docs/pages.css": _Asset(STYLE, _own("pages.css")),
    "/docs/icon.svg": _Asset("image/svg+xml", _own("icon.svg")),
    "/docs/swagger-ui-bundle.js": _Asset(SCRIPT, _packaged("swagger-ui-bundle.js")),
    "/docs/swagger-ui.css": _Asset(STYLE, _packaged("swagger-ui.css")),
    "/docs/redoc.standalone.js": _Asset(SCRIPT, _redoc),
}


class Documentation:
    """Answers the documentation's paths, and passes every other request on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._prepared: dict[str, _Prepared] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path not in ASSETS:
            await self.app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            raise ApiError(
                f"{scope['method']} is not allowed here. Allowed: GET, HEAD.",
                status=405,
                code="method_not_allowed",
                headers={"allow": "GET, HEAD"},
            )
        if path not in self._prepared:
            self._prepared[path] = await asyncio.to_thread(_Prepared.of, ASSETS[path])
        await _answer(self._prepared[path], ASSETS[path].content_type, scope, send)


async def _answer(prepared: _Prepared, content_type: str, scope: Scope, send: Send) -> None:
    asked = Headers(scope=scope)
    headers = {
        "etag": prepared.etag,
        "cache-control": "no-cache",
        "vary": "accept-encoding",
        "x-request-id": Exchange.of(scope).request_id,
    }
    if prepared.etag in asked.get("if-none-match", ""):
        await _send(send, 304, headers, b"")
        return
    headers |= {
        "content-type": content_type,
        "content-security-policy": SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    body = prepared.body
    if "gzip" in asked.get("accept-encoding", ""):
        body = prepared.gzipped
        headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    await _send(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
