"""The served certificate follows its files, over real connections."""

import asyncio
import logging
import shutil
import ssl
from pathlib import Path
from typing import Any

import pytest
import uvloop
from starlette.types import Receive, Scope, Send

from accord.server.certificates import Certificates
from accord.telemetry.metrics import CERTIFICATE_LOADS
from tests.certificates import Pair, self_signed
from tests.loopback import Connection, Loopback, serving

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """The loop that Accord runs on."""
    policy: asyncio.AbstractEventLoopPolicy = uvloop.EventLoopPolicy()
    return policy


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    folder = tmp_path_factory.mktemp("tls")
    return [self_signed(folder / name) for name in ("first", "second", "client")]


class Mounted:
    """A folder as Kubernetes mounts a secret: what it holds is swapped by one rename of a symbolic link."""

    def __init__(self, folder: Path, pair: Pair) -> None:
        self.folder = folder
        self.version = 0
        self.swap(pair.certificate, pair.key)
        for name in ("tls.crt", "tls.key"):
            (folder / name).symlink_to(Path("..data") / name)

    def swap(self, certificate: Path, key: Path) -> None:
        self.version += 1
        data = self.folder / f"..2026_{self.version}"
        data.mkdir(parents=True)
        shutil.copyfile(certificate, data / "tls.crt")
        shutil.copyfile(key, data / "tls.key")
        (self.folder / "..data_tmp").symlink_to(data.name)
        (self.folder / "..data_tmp").rename(self.folder / "..data")

    def certificates(self, authorities: Path | None = None) -> Certificates:
        return Certificates(self.folder / "tls.crt", self.folder / "tls.key", authorities)


@pytest.fixture
def mounted(tmp_path: Path, pairs: list[Pair]) -> Mounted:
    return Mounted(tmp_path / "mounted", pairs[0])


def trusting(*pairs: Pair, client: Pair | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    for pair in pairs:
        context.load_verify_locations(pair.certificate)
    if client is not None:
        context.load_cert_chain(client.certificate, client.key)
    return context


def serial(connection: Connection) -> Any:
    return connection.writer.get_extra_info("peercert")["serialNumber"]


async def served(server: Loopback, tls: ssl.SSLContext) -> Any:
    """The number of the certificate that a new connection is shown; it is answered, too."""
    async with server.connected(tls=tls) as connection:
        await connection.send(GET)
        assert (await connection.answer()).body == b"ok"
        return serial(connection)


def loads(result: str) -> float:
    value: float = CERTIFICATE_LOADS.labels(result)._value.get()
    return value


async def test_new_connections_get_the_new_certificate_and_old_ones_continue(
    mounted: Mounted, pairs: list[Pair]
) -> None:
    certificates, tls = mounted.certificates(), trusting(*pairs)
    async with serving(app, certificates=certificates) as server, server.connected(tls=tls) as before:
        first = serial(before)
        assert await served(server, tls) == first
        done = loads("loaded")
        mounted.swap(pairs[1].certificate, pairs[1].key)
        certificates.refresh()
        second = await served(server, tls)
        assert second != first
        await before.send(GET)
        assert (await before.answer()).body == b"ok"
        certificates.refresh()
        assert loads("loaded") == done + 1
        assert await served(server, trusting(pairs[1])) == second


async def test_the_files_are_looked_at_while_the_server_runs(
    mounted: Mounted, pairs: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.server.certificates.CHECK_SECONDS", 0.01)
    certificates, tls = mounted.certificates(), trusting(*pairs)
    async with serving(app, certificates=certificates) as server:
        watching = asyncio.create_task(certificates.watch())
        first = await served(server, tls)
        mounted.swap(pairs[1].certificate, pairs[1].key)
        async with asyncio.timeout(10):
            while await served(server, tls) == first:
                pass
        watching.cancel()


async def test_files_that_do_not_belong_together_are_not_served_and_reported_once(
    mounted: Mounted, pairs: list[Pair], caplog: pytest.LogCaptureFixture
) -> None:
    certificates, tls = mounted.certificates(), trusting(*pairs)
    async with serving(app, certificates=certificates) as server:
        first, failed = await served(server, tls), loads("failed")
        mounted.swap(pairs[1].certificate, pairs[0].key)
        certificates.refresh()
        assert not caplog.records, "the key may come a moment later"
        for _ in range(3):
            certificates.refresh()
        [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert "tls.crt" in record.message
        assert "KEY_VALUES_MISMATCH" in record.message
        assert loads("failed") == failed + 1
        assert await served(server, tls) == first
        mounted.swap(pairs[1].certificate, pairs[1].key)
        certificates.refresh()
        assert await served(server, tls) != first


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", None]
)
async def test_an_invalid_certificate_keeps_the_old_one(
    mounted: Mounted, pairs: list[Pair], content: bytes | None
) -> None:
    certificates, tls = mounted.certificates(), trusting(*pairs)
    async with serving(app, certificates=certificates) as server:
        first = await served(server, tls)
        if content is None:
            (mounted.folder / "..data").unlink()
        else:
            (mounted.folder / "tls.crt").write_bytes(content)
        for _ in range(2):
            certificates.refresh()
        assert await served(server, tls) == first


async def test_files_that_are_written_one_after_the_other_are_taken_when_both_are_there(
    tmp_path: Path, pairs: list[Pair], caplog: pytest.LogCaptureFixture
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    shutil.copyfile(pairs[0].certificate, certificate)
    shutil.copyfile(pairs[0].key, key)
    certificates, tls = Certificates(certificate, key), trusting(*pairs)
    async with serving(app, certificates=certificates) as server:
        first = await served(server, tls)
        shutil.copyfile(pairs[1].certificate, certificate)
        certificates.refresh()
        assert await served(server, tls) == first
        shutil.copyfile(pairs[1].key, key)
        certificates.refresh()
        assert await served(server, tls) != first
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_clients_are_verified_by_the_current_authorities(
    mounted: Mounted, pairs: list[Pair], tmp_path: Path
) -> None:
    authorities = tmp_path / "authorities.pem"
    authorities.write_bytes(pairs[2].certificate.read_bytes())
    certificates = mounted.certificates(authorities)
    old, new = trusting(*pairs, client=pairs[2]), trusting(*pairs, client=pairs[1])
    async with serving(app, certificates=certificates) as server:
        assert await served(server, old)
        assert await is_refused(server, new)
        assert await is_refused(server, trusting(*pairs))
        authorities.write_bytes(pairs[1].certificate.read_bytes() + b"\n")
        certificates.refresh()
        assert await served(server, new)
        assert await is_refused(server, old), "also where a session could be taken up again"


async def is_refused(server: Loopback, tls: ssl.SSLContext) -> bool:
    """In TLS 1.3 a client learns that with the first answer."""
    try:
        async with server.connected(tls=tls) as connection:
            await connection.send(GET)
            return await connection.reader.read(1) == b""
    except OSError:
        return True


def test_a_key_that_is_locked_is_an_error_and_asks_nobody(tmp_path: Path) -> None:
    pair = self_signed(tmp_path, passphrase="secret")
    with pytest.raises(ssl.SSLError):
        Certificates(pair.certificate, pair.key)
