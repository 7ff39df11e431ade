"""Checks of a request's line and headers before it is dispatched."""

from __future__ import annotations

import re
from collections.abc import Iterable

import httptools

from accord.errors import ApiError, InvalidRequest

_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")


def head_problem(method: bytes, version: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Return the error for a head that two servers could parse differently, or that is meant for a proxy."""
    headers = list(headers)
    hosts = [value for name, value in headers if name == b"host"]
    if method == b"CONNECT":
        return "CONNECT is for proxies; this server is none."
    if version == "1.0":
        if all(name != b"transfer-encoding" for name, _ in headers):
            return None
        return "A request in HTTP/1.0 has `Transfer-Encoding`, which is HTTP/1.1."
    if not hosts:
        return "The `Host` header is missing, which HTTP/1.1 requires."
    if len(hosts) > 1:
        return "There is more than one `Host` header."
    if not _HOST.fullmatch(hosts[0]):
        return "The `Host` header is not a host name, with or without a port."
    return None


def malformed(problem: str) -> InvalidRequest:
    """Return the error for invalid HTTP."""
    return InvalidRequest(problem, code="malformed_request")


def unparsed(error: httptools.HttpParserError) -> InvalidRequest:
    """Return the error for a head that the parser rejects."""
    if isinstance(error, httptools.HttpParserCallbackError):
        return malformed("The request's target is not a URL.")
    return malformed(f"This is not HTTP/1.1: {error}.")


def headers_too_large(most: int) -> ApiError:
    """Return the error for a head of more than `most` bytes."""
    return ApiError(
        f"The request line and the headers are larger than {most} bytes.",
        status=431,
        code="headers_too_large",
    )


def headers_timeout(seconds: float) -> ApiError:
    """Return the error for a head that takes longer than `seconds`."""
    return ApiError(f"The headers did not arrive in {seconds:g} seconds.", status=408, code="headers_timeout")
