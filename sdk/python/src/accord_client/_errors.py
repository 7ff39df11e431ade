"""What goes wrong."""

from typing import Any


class AccordError(Exception):
    """The server's error: an answer with an error status, or an error within a stream (then `status` is None)."""

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
