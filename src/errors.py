"""Errors for clients, before an API's format is applied."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """An error for a client.

    `message` is a sentence for the client, `param` the path of the field at fault, `code` a constant for
    programs, `headers` additional response headers. `server/errors.py` applies the format of the API.
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
    """The request is malformed or asks for something impossible."""

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
    """The server's configuration does not allow the request."""

    status = 403


class NotFound(ApiError):
    """Something that the request names does not exist."""

    status = 404


class Retryable(ApiError):
    """The request was not started; the client may retry after so many seconds."""

    def __init__(self, message: str, *, code: str, retry_after: int = 1) -> None:
        super().__init__(message, code=code, headers={"retry-after": str(retry_after)})


class NotReady(Retryable):
    """The engine is not ready; it may be later."""

    status = 503


class Overloaded(Retryable):
    """The server is at its limit; the request was not started.

    The status is that of OpenAI and vLLM: the official clients retry 429 and 503, and Codex only 503.
    """

    status = 503


class RateLimited(Retryable):
    """An API key is over its limit; the request was not started."""

    status = 429


class TimedOut(ApiError):
    """The request exceeded the time limit."""

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
    """Rename the field at fault by the first of `names` that equals or contains it."""
    field = error.param
    if field is None:
        return
    for name, other in names.items():
        if field == name or field.startswith(f"{name}."):
            error.param = other + field[len(name) :]
            if error.message.startswith(f"{field}:"):
                error.message = error.param + error.message[len(field) :]
            return
