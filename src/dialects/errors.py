"""Formats errors as each API does."""

from __future__ import annotations

import json

from accord.errors import ApiError, PromptTooLong

_OPENAI_TYPES = {
    403: "permission_error",
    429: "rate_limit_error",
    503: "service_unavailable",
}

_ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
}


def openai_error(error: ApiError) -> bytes:
    """Return an error as JSON in OpenAI's format."""
    fallback = "invalid_request_error" if error.status < 500 else "server_error"
    content = {
        "message": error.message,
        "type": _OPENAI_TYPES.get(error.status, fallback),
        "param": error.param,
        "code": error.code,
    }
    return json.dumps({"error": content}).encode()


def anthropic_error(error: ApiError, request_id: str) -> bytes:
    """Return an error as JSON in Anthropic's format. Some clients match its wording about a long prompt."""
    fallback = "invalid_request_error" if error.status < 500 else "api_error"
    message = error.message
    if isinstance(error, PromptTooLong):
        message = f"prompt is too long: {error.tokens} tokens > {error.maximum} maximum"
    content = {"type": _ANTHROPIC_TYPES.get(error.status, fallback), "message": message}
    return json.dumps({"type": "error", "error": content, "request_id": request_id}).encode()
