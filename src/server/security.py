"""Checks API keys by the contract's security schemes, through Connexion.

Connexion creates the check of each operation at the start. It runs after routing, before the body is read;
the messages of the response do not pass through it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from connexion.middleware.security import SecurityMiddleware
from starlette.types import Scope

from accord.errors import ApiError
from accord.server.exchange import Exchange
from accord.server.keys import Keys

METRICS = ("get_metrics", "get_prometheus_metrics", "get_load", "get_kv_event_sources")

Document = dict[str, Any]
Verify = Callable[[Any], dict[str, str]]

__all__ = ["SecurityMiddleware", "requiring_keys", "security_map"]


def requiring_keys(document: Document, metrics_open: bool) -> Document:
    """Return the document for Connexion, with keys required instead of optional."""
    document = document | {"security": [way for way in document["security"] if way]}
    if not metrics_open:
        return document
    paths = {
        path: {
            method: operation | {"security": []} if operation["operationId"] in METRICS else operation
            for method, operation in item.items()
        }
        for path, item in document["paths"].items()
    }
    return document | {"paths": paths}


def security_map(keys: Keys) -> dict[str, Callable[[], _Handler]]:
    """Return the handler of each security scheme, for Connexion."""
    return {"bearer": partial(_Handler, keys, _bearer), "apiKey": partial(_Handler, keys, _api_key)}


class _Handler:
    """Replaces Connexion's own handlers, which inspect the signature of their function for each request."""

    def __init__(self, keys: Keys, given: Callable[[Scope], bytes | None]) -> None:
        self.keys = keys
        self.given = given

    def get_fn(self, _scheme: Any, _scopes: Any) -> Verify:
        def verify(request: Any) -> dict[str, str]:
            scope = request.scope
            given = self.given(scope)
            key = None if given is None else self.keys.find(given)
            if key is None:
                raise _refusal(scope)
            exchange = Exchange.of(scope)
            exchange.owner = key.owner
            exchange.record.caller = key.label
            return {"sub": key.owner}

        return verify


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == wanted), None)


def _bearer(scope: Scope) -> bytes | None:
    scheme, _, token = (_header(scope, b"authorization") or b"").partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None


def _api_key(scope: Scope) -> bytes | None:
    return _header(scope, b"x-api-key")


def _refusal(scope: Scope) -> ApiError:
    """Return the error. Connexion tries each scheme; the error of the last one is sent, so it names both."""
    how = "Send one of its keys as 'Authorization: Bearer KEY' or 'x-api-key: KEY'."
    if _bearer(scope) is None and _api_key(scope) is None:
        message, code = f"This server asks for an API key. {how}", "missing_api_key"
    else:
        message, code = f"The API key is not one of this server's. {how}", "invalid_api_key"
    headers = {"www-authenticate": 'Bearer realm="accord"'}
    return ApiError(message, status=401, code=code, headers=headers)
