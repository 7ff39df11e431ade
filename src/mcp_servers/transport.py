"""The HTTP transport to MCP servers, with limits on addresses and on received bytes."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import cache
from urllib.request import getproxies, proxy_bypass

import httpx2

from accord.engine.fetching import NotFetchedError, PublicAddresses, checked
from accord.mcp_servers.allowed import Endpoint


class TooLargeError(httpx2.StreamError):
    """The answer is larger than the limit."""


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Counts received bytes, and connects to servers named by clients only at public addresses.

    A name is resolved here, and the connection is made to the address that was checked. If the environment
    sets a proxy for the URL, the proxy resolves its names, as for all downloads.
    """

    def __init__(self, endpoint: Endpoint, most: int) -> None:
        proxy = _proxy(endpoint.url)
        self.most = most
        self.received = 0
        self.status: int | None = None
        """The status of the last answer, if it was an error."""
        self.too_large = False
        self._public_only = endpoint.server is None and proxy is None
        self._checked = endpoint.server is None
        self._inner = httpx2.AsyncHTTPTransport(verify=authorities(), proxy=proxy)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._answer(request)
        self.status = response.status_code if response.status_code >= 400 else None
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Counted(response.stream, self)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise NotFetchedError("its answer is compressed, which was not asked for")
        return response

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if not self._checked:
            return await self._inner.handle_async_request(request)
        url = checked(str(request.url), ())
        if not self._public_only or url.host is None:
            return await self._inner.handle_async_request(request)
        *others, last = await _public_addresses(url.host, url.port or 0)
        for address in others:
            with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                return await self._inner.handle_async_request(_at(request, address, url.host))
        return await self._inner.handle_async_request(_at(request, last, url.host))

    async def aclose(self) -> None:
        await self._inner.aclose()

    def begin(self) -> None:
        """Reset the count for the next request."""
        self.received, self.too_large = 0, False

    def count(self, size: int) -> None:
        """Count received bytes."""
        self.received += size
        if self.received > self.most:
            self.too_large = True
            raise TooLargeError(f"its answer is larger than {self.most} bytes")


async def _public_addresses(host: str, port: int) -> list[str]:
    resolver = PublicAddresses()
    try:
        return [found["host"] for found in await resolver.resolve(host, port, socket.AF_UNSPEC)]
    except OSError as error:
        raise NotFetchedError(f"there is no host '{host}'") from error
    finally:
        await resolver.close()


def _at(request: httpx2.Request, address: str, host: str) -> httpx2.Request:
    """Return the request with its host replaced by a checked address; the certificate must match the host."""
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions | {"sni_hostname": host},
    )


class _Counted(httpx2.AsyncByteStream):
    """The body of an answer, counted while it is received."""

    def __init__(self, stream: httpx2.AsyncByteStream, transport: BoundedTransport) -> None:
        self._stream = stream
        self._transport = transport

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._transport.count(len(chunk))
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


@cache
def authorities() -> ssl.SSLContext:
    """Return the trusted certificates, which are loaded once."""
    return httpx2.create_ssl_context()


def _proxy(url: str) -> str | None:
    parsed = httpx2.URL(url)
    return None if proxy_bypass(parsed.host) else getproxies().get(parsed.scheme)
