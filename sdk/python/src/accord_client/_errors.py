"""Errors of the client."""

from typing import Any


class AccordError(Exception):
    """An error response of the server, or an error in a stream (then `status` is None)."""

    def __init__(self, status: int | None, body: Any, request_id: str | None) -> None:
        error = body.get("error", body) if isinstance(body, dict) else body
        fields: dict[str, Any] = error if isinstance(error, dict) else {"message": str(error)}
        self.status = status
        self.body = body
        self.request_id = request_id
        self.message = str(fields.get("message") or body)
        self.type: str | None = fields.get("type")
        self.code: str | None = fields.get("code")
        self.param: str | None = fields.get("param")
        super().__init__(self.message if status is None else f"{status}: {self.message}")
