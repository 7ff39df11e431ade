"""Sends all errors, in the format of the operation's API."""

from __future__ import annotations

import logging
from uuid import uuid4

from connexion.exceptions import ProblemException, UnsupportedMediaTypeProblem
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from accord.dialects.errors import anthropic_error, openai_error
from accord.errors import ApiError, InvalidRequest, Overloaded
from accord.generated.operations import Operation
from accord.server.exchange import Exchange
from accord.server.paths import operations_at
from accord.telemetry import access, accounting, metrics
from accord.telemetry.metrics import refusal_reason
from accord.telemetry.request import RequestRecord

logger = logging.getLogger(__name__)


class ErrorMiddleware:
    """Opens and closes the exchange, and sends the errors of the inner middlewares."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = Exchange.begin(scope)
        accounting.begin(exchange.record, scope)
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            if exchange.response_started:
                exchange.record.failed = True
                raise
            await _answer(api_error(error, scope, exchange), scope, exchange, send)
        finally:
            accounting.end(exchange.record)
            # A closed connection is a reference cycle, and keeps its last request until garbage collection.
            exchange.body = exchange.parameters = None


def api_error(error: Exception, scope: AsgiScope, exchange: Exchange) -> ApiError:
    """Return the error for the client; log it if it is the server's fault."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, UnsupportedMediaTypeProblem):
        given = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"content-type"), "")
        return ApiError(
            f"The content type is '{given}'; 'application/json' was expected.",
            status=415,
            code="unsupported_media_type",
        )
    if isinstance(error, HTTPException) and error.status_code == 405:
        allowed = ", ".join(allowed_methods(scope["path"]))
        hint = ""
        if any(name == b"access-control-request-method" for name, _ in scope["headers"]):
            hint = " Pages of other origins can ask once NIM_CORS_ALLOW_ORIGINS names theirs."
        return ApiError(
            f"{scope['method']} is not allowed here. Allowed: {allowed}.{hint}",
            status=405,
            code="method_not_allowed",
            headers={"allow": allowed},
        )
    if isinstance(error, ProblemException) and error.status < 500:
        return InvalidRequest(str(error.detail or error.title), status=error.status)
    logger.error("Request %s failed.", exchange.request_id, exc_info=error)
    return ApiError(f"The server failed to answer request {exchange.request_id}. Its log says why.")


def allowed_methods(path: str) -> list[str]:
    """Return the methods at a path of the contract; HEAD is allowed if GET is."""
    methods = {operation.method for operation in operations_at(path)}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _shape(operations: list[Operation], path: str) -> str:
    if operations:
        return operations[0].error_shape
    return "anthropic" if path.startswith("/v1/messages") else "openai"


def _encoded(
    error: ApiError, operations: list[Operation], path: str, request_id: str
) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of an error response.

    Claude Code retries ten times after a 429, and may give up after three consecutive 529 or
    `overloaded_error`.
    """
    if isinstance(error, Overloaded) and _shape(operations, path) == "anthropic":
        error.status = 429
    headers = {"content-type": "application/json", "x-request-id": request_id} | error.headers
    if _shape(operations, path) == "anthropic":
        body = anthropic_error(error, request_id)
        headers["request-id"] = request_id
    else:
        body = openai_error(error)
    headers["content-length"] = str(len(body))
    return headers, body


def refused_connection(error: ApiError, path: str) -> tuple[dict[str, str], bytes]:
    """Record a request that could not be parsed, and return its error response."""
    path = path.partition("?")[0]
    request_id = f"req_{uuid4().hex}"
    headers, body = _encoded(error, operations_at(path), path, request_id)
    record = RequestRecord(request_id, "-", path[:512] or "-", status=error.status, complete=True)
    record.refusal = refusal_reason(error.status, error.code)
    record.response_bytes = len(body)
    metrics.count(record, 0)
    access.log(record, 0)
    return headers | {"connection": "close"}, body


async def _answer(error: ApiError, scope: AsgiScope, exchange: Exchange, send: Send) -> None:
    operations = operations_at(scope["path"])
    headers, body = _encoded(error, operations, scope["path"], exchange.request_id)
    headers = exchange.headers | headers
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    record = exchange.record
    record.operation = next((o.id for o in operations if o.method == scope["method"]), record.operation)
    record.refusal = refusal_reason(error.status, error.code)
    record.begin_response(error.status)
    await send({"type": "http.response.start", "status": error.status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
    record.response_bytes = len(body)
    record.complete = True
