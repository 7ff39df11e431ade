"""Converts errors that vLLM raises about a request to errors for the client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def client_errors(place: str | None = None) -> Iterator[None]:
    """Convert errors that vLLM raises about a request to errors for the client.

    `place` is the field at fault if vLLM does not name one.
    """
    try:
        yield
    except ApiError:
        raise
    except EngineDeadError as error:
        raise EngineFailure("The engine failed while running the request.", code="engine_failed") from error
    except EngineGenerateError as error:
        raise EngineFailure("The engine failed while running the request.") from error
    except QueueOverflowError as error:
        raise Overloaded("The queue of the engine is full.", code="queue_full") from error
    except MaxQueuedTokensError as error:
        raise Overloaded(
            "Too many prompt tokens are waiting for the engine.", code="token_queue_full"
        ) from error
    except GracefulHTTPError as error:
        raise ApiError(str(error), status=int(error.http_status), headers={"retry-after": "1"}) from error
    except VLLMClientError as error:
        raise invalid_request(error, place) from error
    except VLLMError as error:
        raise EngineFailure("The engine failed while running the request.") from error


@contextmanager
def request_errors(place: str | None = None) -> Iterator[None]:
    """Do the same while a request is prepared, when vLLM reports a wrong request with a ValueError."""
    try:
        with client_errors(place):
            yield
    except ValueError as error:
        raise invalid_request(error, place) from error
    except RecursionError as error:
        raise InvalidRequest("A schema or template in the request is nested too deeply.") from error
