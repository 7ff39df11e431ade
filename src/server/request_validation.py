"""Connexion's middleware for validation, which creates an operation's validators once."""

from __future__ import annotations

from typing import Any

from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.request_validation import (
    RequestValidationAPI,
    RequestValidationMiddleware,
    RequestValidationOperation,
)
from connexion.operations import AbstractOperation
from starlette.types import ASGIApp, Receive, Scope, Send

_JSON = (b"content-type", b"application/json")


class ValidatedOperation(RequestValidationOperation):  # type: ignore[misc]  # connexion is not typed
    """One operation. Every body is JSON, so it has one body validator for all spellings of the media type."""

    def __init__(self, next_app: Any, *, operation: AbstractOperation, **kwargs: Any) -> None:
        super().__init__(next_app, operation=operation, **kwargs)
        self._parameters = self._validator_map["parameter"](operation.parameters)
        schema = operation.body_schema("application/json")
        self._body = self._validator_map["body"]["application/json"](schema=schema) if schema else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._body is None:
            await super().__call__(scope, receive, send)
            return
        self._parameters.validate(scope)
        if _JSON not in scope["headers"]:
            self.validate_mime_type(self.extract_content_type(scope["headers"])[0])
        receive, scope = await self._body.wrap_receive(receive, scope=scope)
        await self.next_app(scope, receive, send)


class _Api(RequestValidationAPI):  # type: ignore[misc]
    def make_operation(self, operation: AbstractOperation) -> ValidatedOperation:
        return ValidatedOperation(
            self.next_app,
            operation=operation,
            strict_validation=self.strict_validation,
            validator_map=self.validator_map,
        )


class RequestValidation(RequestValidationMiddleware):  # type: ignore[misc]
    """Validates requests against the contract."""

    api_cls = _Api

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self.operations: dict[str, ValidatedOperation] = {}

    def add_api(self, *args: Any, **kwargs: Any) -> _Api:
        api: _Api = super().add_api(*args, **kwargs)
        self.operations |= api.operations
        return api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the operation directly; Connexion's own method looks up the one document first."""
        operation = self.operations.get(scope["extensions"][ROUTING_CONTEXT]["operation_id"])
        await (self.app if operation is None else operation)(scope, receive, send)
