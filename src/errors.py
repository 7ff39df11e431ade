"""Errors that leave the server, before any API's shape is put on them."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """An error that a client is told of.

    `message` is a sentence for the client, `param` the path of the field at fault, `code` what a program
    can branch on, `headers` what goes along. The API's shape is put on in `server/errors.py`.
    """

    status = 500

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
        self.headers = dict(headers or {})
        if status is not None:
            self.status = status


class InvalidRequest(ApiError):
    """The request is malformed, or asks for what cannot be done."""

    status = 400


class PromptTooLong(InvalidRequest):
    """The prompt leaves no room for an answer."""

    def __init__(self, tokens: int, maximum: int, *, param: str) -> None:
        super().__init__(
            f"This model's maximum context length is {maximum} tokens, for the prompt and the answer; "
            f"the prompt has {tokens}.",
            param=param,
            code="context_length_exceeded",
        )
        self.tokens = tokens
        self.maximum = maximum


class Forbidden(ApiError):
    """The server is not configured to do what the request asks for."""

    status = 403


class NotFound(ApiError):
    """What the request names does not exist."""

    status = 404


class Retryable(ApiError):
    """The request was not begun; the client may try again after so many seconds."""

    def __init__(self, message: str, *, code: str, retry_after: int = 1) -> None:
        super().__init__(message, code=code, headers={"retry-after": str(retry_after)})


class NotReady(Retryable):
    """The engine cannot answer now; it may later."""

    status = 503


class Overloaded(Retryable):
    """There is more to do than the server takes on; the request was not begun.

    As OpenAI and vLLM have it: the official clients try again at 429 and 503, and Codex at 503 only.
    """

    status = 503


class RateLimited(Retryable):
    """One API key asks for more than one may; the request was not begun."""

    status = 429


class TimedOut(ApiError):
    """The request took longer than a request may."""

    status = 504

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The answer took longer than {seconds:g} seconds, which is as long as a request may take.",
            code="request_timeout",
        )


class EngineFailure(ApiError):
    """The engine failed while running the request."""

    status = 500


def rename(error: ApiError, names: Mapping[str, str]) -> None:
    """Name the field at fault as the client's API does: by the first of `names` that it is, or is within."""
    field = error.param
    if field is None:
        return
    for name, other in names.items():
        if field == name or field.startswith(f"{name}."):
            error.param = other + field[len(name) :]
            if error.message.startswith(f"{field}:"):
                error.message = error.param + error.message[len(field) :]
            return
