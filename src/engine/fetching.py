"""Downloads for clients, with limits on schemes, addresses, redirects, size and time.

Names are resolved here, and the connection is made to the address that was checked, which prevents DNS
rebinding. Each redirect is checked like the first URL.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

MAX_REDIRECTS = 5
MAX_CONCURRENT = 32
MAX_CONCURRENT_BYTES = 2**30
"""The most concurrent downloads, and bytes of all together."""
CHUNK = 64 * 1024
PAUSE_SECONDS = 0.25
"""Seconds before the one retry of a temporary failure."""

_RETRIED = {408, 429, *range(500, 600)}
_REDIRECTS = {301, 302, 303, 307, 308}
_IPV4_WITHIN_IPV6 = IPv6Network("64:ff9b::/96")  # as translators to IPv4 have it

OnReceived = Callable[[int], None]


class NotFetchedError(Exception):
    """The download failed. The message continues a sentence that names the URL."""


class TooManyDownloadsError(Exception):
    """A limit of concurrent downloads is reached."""


class _TemporaryError(Exception):
    """A temporary failure."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one download."""

    seconds: float
    """Seconds in total, including redirects and retries."""
    max_bytes: int | None
    tries: int = 1
    redirects: int = MAX_REDIRECTS
    domains: Collection[str] = ()
    """Allowed hosts, at any address; if empty, any host with a public address."""


def is_public(address: str) -> bool:
    """Whether the address is public, and not of a private network."""
    try:
        found = ip_address(address)
    except ValueError:  # an IPv6 address with a zone
        return False
    return _is_public(found)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if within is None and address in _IPV4_WITHIN_IPV6:
            within = IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return _is_public(within)
    return address.is_global and not address.is_multicast


class PublicAddresses(AbstractResolver):
    """Resolves names to their public addresses."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if public := [each for each in found if is_public(each["host"])]:
            return public
        raise NotFetchedError(f"the address of '{host}' is not public")

    async def close(self) -> None:
        await self._resolver.close()


class Fetcher:
    """Downloads for all clients of this process."""

    def __init__(self, resolver: Callable[[], AbstractResolver] = PublicAddresses) -> None:
        self._resolver = resolver
        self._turns = asyncio.Semaphore(MAX_CONCURRENT)
        self._bytes = 0

    async def fetch(self, url: str, bounds: Bounds, on_received: OnReceived = lambda _: None) -> bytes:
        """Return the content of `url`. Raises NotFetchedError.

        `on_received` is called with the number of bytes of each chunk, and may raise.
        """
        try:
            async with asyncio.timeout(bounds.seconds), self._turns:
                return await self._fetched(url, bounds, on_received)
        except TimeoutError:
            raise NotFetchedError(f"it took longer than {bounds.seconds:g} seconds") from None
        except _TemporaryError as error:
            raise NotFetchedError(str(error)) from error.__cause__

    async def _fetched(self, url: str, bounds: Bounds, on_received: OnReceived) -> bytes:
        for _ in range(bounds.tries - 1):
            try:
                return await self._followed(url, bounds, on_received)
            except _TemporaryError:
                await asyncio.sleep(PAUSE_SECONDS)
        return await self._followed(url, bounds, on_received)

    async def _followed(self, url: str, bounds: Bounds, on_received: OnReceived) -> bytes:
        """Return the content after the redirects of `url`."""
        at = checked(url, bounds.domains)
        for _ in range(bounds.redirects + 1):
            given = await self._request(at, bounds, on_received)
            if isinstance(given, bytes):
                return given
            at = checked(str(given), bounds.domains)
        if not bounds.redirects:
            raise NotFetchedError("it redirects, and redirects are not followed")
        raise NotFetchedError(f"it redirects more than {bounds.redirects} times")

    async def _request(self, url: URL, bounds: Bounds, on_received: OnReceived) -> bytes | URL:
        """Return the content, or the target of a redirect."""
        proxy = _proxy(url)
        resolver = None if bounds.domains or proxy else self._resolver()
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
        session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
        asked: dict[str, Any] = {"allow_redirects": False, "headers": {"accept-encoding": "identity"}}
        try:
            async with session, session.get(url, proxy=proxy, **asked) as response:
                if response.status in _REDIRECTS and (to := response.headers.get("location")):
                    return url.join(URL(to))
                if response.status in _RETRIED:
                    raise _TemporaryError(f"its server answered with the status {response.status}")
                if response.status != 200:
                    raise NotFetchedError(f"its server answered with the status {response.status}")
                return await self._read(response, bounds, on_received)
        except (aiohttp.ClientConnectorDNSError, UnicodeError) as error:
            raise NotFetchedError(f"there is no host '{url.host}'") from error
        except (aiohttp.InvalidURL, ValueError) as error:
            raise NotFetchedError("it is not a URL, or redirects to what is not one") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _TemporaryError("its server cannot be reached, or broke off") from error

    async def _read(self, response: aiohttp.ClientResponse, bounds: Bounds, on_received: OnReceived) -> bytes:
        chunks: list[bytes] = []
        size = response.content_length or 0
        _check_size(size, bounds)
        received = 0
        try:
            async for chunk in response.content.iter_chunked(CHUNK):
                received += len(chunk)
                self._bytes += len(chunk)
                _check_size(received, bounds)
                if self._bytes > MAX_CONCURRENT_BYTES:
                    raise TooManyDownloadsError
                on_received(len(chunk))
                chunks.append(chunk)
        finally:
            self._bytes -= received
        return b"".join(chunks)


def _check_size(size: int, bounds: Bounds) -> None:
    if bounds.max_bytes is not None and size > bounds.max_bytes:
        raise NotFetchedError(f"it is larger than {bounds.max_bytes} bytes")


def checked(url: str, domains: Collection[str]) -> URL:
    """Return the URL if its host's name is allowed. Raises NotFetchedError."""
    try:
        parsed = URL(url)
        host = (parsed.host or "").rstrip(".").lower()
    except ValueError as error:
        raise NotFetchedError("it is not a URL") from error
    if parsed.scheme not in ("http", "https"):
        raise NotFetchedError(f"only http and https are fetched, not '{parsed.scheme}'")
    if not host:
        raise NotFetchedError("it has no host")
    if domains:
        if host not in {domain.lower() for domain in domains}:
            raise NotFetchedError(f"'{host}' is not among the hosts that this server fetches from")
    elif _is_address(host) and not is_public(host):
        raise NotFetchedError(f"the address of '{host}' is not public")
    return parsed


def _is_address(host: str) -> bool:
    """Whether the host is an address, which needs no resolver."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _proxy(url: URL) -> str | None:
    """Return the environment's proxy for the URL; the proxy resolves its names."""
    host = url.host or ""
    return None if proxy_bypass(host) else getproxies().get(url.scheme)
