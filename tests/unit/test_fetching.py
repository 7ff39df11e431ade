"""Downloads for clients stay within their limits, through URLs and redirects."""

import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.abc import AbstractResolver

from accord.engine import fetching
from accord.engine.fetching import (
    Bounds,
    Fetcher,
    NotFetchedError,
    PublicAddresses,
    TooManyDownloadsError,
    checked,
    is_public,
)
from tests.download_server import DownloadServer, serving_downloads

HERE = ["localhost"]


@pytest_asyncio.fixture(name="download_server")
async def running_download_server() -> AsyncIterator[DownloadServer]:
    async with serving_downloads() as server:
        yield server


def bounds(**given: Any) -> Bounds:
    defaults: dict[str, Any] = {"seconds": 5, "max_bytes": 500, "domains": HERE}
    return Bounds(**(defaults | given))


async def refusal(url: str, **given: Any) -> str:
    with pytest.raises(NotFetchedError) as refused:
        await Fetcher().fetch(url, bounds(**given))
    return str(refused.value)


async def test_a_url_of_an_allowed_host_is_fetched(download_server: DownloadServer) -> None:
    assert await Fetcher().fetch(download_server.url("/image"), bounds()) == b"image"
    assert await Fetcher().fetch(download_server.url("/once"), bounds()) == b"image"
    assert download_server.asked == ["/image", "/once", "/image"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "[::ffff:127.0.0.1]"]
)
async def test_without_allowed_hosts_this_machine_is_not_asked(
    download_server: DownloadServer, host: str
) -> None:
    await refusal(download_server.url("/image", host), domains=())
    assert download_server.asked == []


async def test_a_redirect_to_the_same_server_under_another_name_is_not_followed(
    download_server: DownloadServer,
) -> None:
    said = await refusal(download_server.url("/to-another-name"))
    assert said == "'127.0.0.1' is not among the hosts that this server fetches from"
    assert download_server.asked == ["/to-another-name"]


async def test_redirects_come_to_an_end(download_server: DownloadServer) -> None:
    assert await refusal(download_server.url("/to-itself")) == "it redirects more than 5 times"
    assert len(download_server.asked) == 6
    said = await refusal(download_server.url("/once"), redirects=0)
    assert said == "it redirects, and redirects are not followed"


async def test_a_redirect_leads_to_http_only(download_server: DownloadServer) -> None:
    assert await refusal(download_server.url("/to-a-file")) == "only http and https are fetched, not 'file'"
    assert (
        await refusal(download_server.url("/to-nothing"))
        == "it is not a URL, or redirects to what is not one"
    )


@pytest.mark.parametrize("path", ["/large", "/large-unsaid"])
async def test_no_more_is_read_than_is_allowed(download_server: DownloadServer, path: str) -> None:
    assert await refusal(download_server.url(path)) == "it is larger than 500 bytes"


async def test_it_takes_no_longer_than_is_allowed(download_server: DownloadServer) -> None:
    began = time.monotonic()
    assert await refusal(download_server.url("/slow"), seconds=0.2) == "it took longer than 0.2 seconds"
    assert time.monotonic() - began < 5


async def test_all_that_is_fetched_at_a_time_is_bounded(
    download_server: DownloadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_CONCURRENT_BYTES", 50)
    fetcher = Fetcher()
    with pytest.raises(TooManyDownloadsError):
        await fetcher.fetch(download_server.url("/large-unsaid"), bounds(max_bytes=None))
    assert await fetcher.fetch(download_server.url("/image"), bounds()) == b"image"


async def test_temporary_failures_are_retried(download_server: DownloadServer) -> None:
    assert await Fetcher().fetch(download_server.url("/fails-once"), bounds(tries=2)) == b"image"
    said = await refusal(download_server.url("/fails"), tries=2)
    assert said == "its server answered with the status 502"
    assert download_server.asked.count("/fails") == 2
    assert (
        await refusal(download_server.url("/nothing"), tries=2) == "its server answered with the status 404"
    )
    assert download_server.asked.count("/nothing") == 1


async def test_a_server_that_does_not_exist_is_an_error_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said = await refusal(f"http://localhost:{taken.getsockname()[1]}/")
    assert said == "its server cannot be reached, or broke off"


class Both(AbstractResolver):
    """Says of every name that it has a public address, and one of this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [
            {"host": address, "hostname": host, "port": port} for address in ("127.0.0.1", "93.184.216.34")
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def test_of_a_names_addresses_only_the_public_ones_are_connected_to() -> None:
    found = await PublicAddresses(Both()).resolve("example.com")
    assert [each["host"] for each in found] == ["93.184.216.34"]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:a00:1::",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.com/a", "only http and https are fetched, not 'ftp'"),
        ("http://", "it has no host"),
        ("http://[::1/a", "it is not a URL"),
        ("http://10.0.0.1./a", "the address of '10.0.0.1' is not public"),
        ("http://[fe80::1%25eth0]/a", "the address of 'fe80::1%eth0' is not public"),
    ],
)
def test_urls_that_are_refused_as_they_are(url: str, said: str) -> None:
    with pytest.raises(NotFetchedError) as refused:
        checked(url, ())
    assert str(refused.value) == said


def test_allowed_hosts_are_named_without_regard_to_case() -> None:
    assert checked("http://Example.COM./a", ["example.com"]).host
