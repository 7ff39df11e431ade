"""Converts errors that vLLM raises about a request to errors for the client."""

from __future__ import annotations

from vllm.exceptions import (
    GracefulHTTPError,
    MaxQueuedTokensError,
    QueueOverflowError,
    VLLMClientError,
    VLLMError,
)
from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

from accord.engine.vllm.sentences import invalid_request
from accord.errors import ApiError, EngineFailure, InvalidRequest, Overloaded


class client_errors:  # noqa: N801  named as contextlib names its own
    """Converts errors that vLLM raises about a request to errors for the client.

    `field` is the field at fault if vLLM does not name one. It is a class because a generator costs four
    times as much, and each request enters several.
    """

    def __init__(self, field: str | None = None) -> None:
        self.field = field

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is not None and (other := self.converted(error)) is not None:
            try:
                raise other from error
            finally:
                del other  # its traceback has this frame: the circle would keep the request for a while

    def converted(self, error: BaseException) -> ApiError | None:
        """Return the error for the client; None if `error` is to be raised as it is."""
        match error:
            case ApiError():
                return None
            case EngineDeadError():
                return EngineFailure("The engine failed while running the request.", code="engine_failed")
            case EngineGenerateError():
                return EngineFailure("The engine failed while running the request.")
            case QueueOverflowError():
                return Overloaded("The queue of the engine is full.", code="queue_full")
            case MaxQueuedTokensError():
                return Overloaded(
                    "Too many prompt tokens are waiting for the engine.", code="token_queue_full"
                )
            case GracefulHTTPError():
                status = int(error.http_status)
                return ApiError(str(error), status=status, headers={"retry-after": "1"})
            case VLLMClientError():
                return invalid_request(error, self.field)
            case VLLMError():
                return EngineFailure("The engine failed while running the request.")
        return None


class request_errors(client_errors):  # noqa: N801
    """Does the same while a request is prepared, when vLLM reports a wrong request with a ValueError."""

    def converted(self, error: BaseException) -> ApiError | None:
        other = super().converted(error)
        if other is None and isinstance(error, ValueError):
            return invalid_request(error, self.field)
        if other is None and isinstance(error, RecursionError):
            return InvalidRequest("A schema or template in the request is nested too deeply.")
        return other
