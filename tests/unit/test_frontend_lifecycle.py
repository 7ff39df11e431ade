"""The lifecycle of frontends and their engine, which is simulated."""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.certificates import self_signed
from tests.serving import free_port

SECONDS = 60


class Server:
    """The server seen from outside."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, health_port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.health_port = health_port
        self.folder = folder

    def get(self, path: str, key: str = "sk-one") -> httpx.Response:
        context = ssl.create_default_context(cafile=str(self.folder / "tls" / "tls.crt"))
        headers = {"authorization": f"Bearer {key}"}
        url = f"https://127.0.0.1:{self.port}{path}"
        return httpx.get(url, headers=headers, verify=context, timeout=10)

    @property
    def certificates(self) -> set[str]:
        """What ten connections in turn are shown."""
        return {ssl.get_server_certificate(("127.0.0.1", self.port)) for _ in range(10)}

    @property
    def live(self) -> bool:
        try:
            return self.get("/v1/health/live").status_code == 200
        except httpx.TransportError:
            return False

    @property
    def ready(self) -> bool:
        return self.live and self.get("/v1/health/ready").status_code == 200

    @property
    def starts(self) -> int:
        """How often the engine was started."""
        return len(list(self.folder.glob("started-*")))

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def frontends(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            pid for pid in map(int, children) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    def metric(self, name: str) -> str:
        lines = self.get("/metrics").text.splitlines()
        return next(line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} "))

    def wait_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, self.log[-3000:]
            assert self.process.poll() is None, self.log[-3000:]
            time.sleep(0.05)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("frontends")
    (folder / "keys").write_text("sk-one\n")
    certificate = self_signed(folder / "tls")
    secured = {"NIM_SSL_MODE": "TLS", "NIM_SSL_CERTS_PATH": str(certificate.certificate)}
    secured["NIM_SSL_KEY_PATH"] = str(certificate.key)
    port, health_port = free_port(), free_port()
    secured["NIM_HEALTH_PORT"] = str(health_port)
    options = ["--host", "127.0.0.1", "--port", str(port), "--cache-path", str(folder / "cache")]
    options += [
        "--api-keys-file",
        str(folder / "keys"),
        "--engine-restarts",
        "9",
        "--engine-hang-seconds",
        "3",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.frontends_server", *options],
            env=os.environ | secured | {"FAKE": str(folder)},
            stdout=log,
            stderr=log,
        )
    server = Server(process, port, health_port, folder)
    try:
        server.wait_until(lambda: server.ready)
        yield server
    finally:
        process.kill()
        process.wait()


def test_both_are_ready_over_one_engine(server: Server) -> None:
    assert len(server.frontends()) == 2
    assert server.starts == 1
    assert server.metric("accord_ready") == "1.0"
    assert server.metric("accord_engine_restarts_total") == "0.0"
    assert "[frontend-0]" in server.log
    assert "[frontend-1]" in server.log


def test_an_engine_that_ends_is_restarted_for_the_same_frontends(server: Server) -> None:
    before, starts = server.frontends(), server.starts
    (server.folder / "dead").touch()
    server.wait_until(lambda: server.starts == starts + 1)
    server.wait_until(lambda: server.ready)
    assert server.frontends() == before
    assert server.metric("accord_engine_restarts_total") == "1.0"


def test_an_engine_that_answers_nobody_is_restarted(server: Server) -> None:
    before, starts = server.frontends(), server.starts
    (server.folder / "mute").touch()
    server.wait_until(lambda: server.starts == starts + 1)
    server.wait_until(lambda: server.ready)
    assert server.frontends() == before


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
def test_a_frontend_that_ends_or_stops_is_replaced_with_the_engine(
    server: Server, harm: signal.Signals
) -> None:
    [one, other], starts = server.frontends(), server.starts
    os.kill(one, harm)
    server.wait_until(lambda: one not in server.frontends() and len(server.frontends()) == 2)
    server.wait_until(lambda: server.starts == starts + 1)
    server.wait_until(lambda: server.ready)
    assert other in server.frontends()
    assert server.process.poll() is None


def test_an_engine_that_is_well_is_left_alone(server: Server) -> None:
    """It is asked every 5 s, and what the frontends answer reaches the parent."""
    starts = server.starts
    deadline = time.monotonic() + 9
    while time.monotonic() < deadline:
        assert server.ready
        time.sleep(0.5)
    assert server.starts == starts


def test_keys_are_reloaded_by_both(server: Server) -> None:
    def lets_in() -> set[int]:
        return {server.get("/v1/version", "sk-two").status_code for _ in range(10)}

    assert lets_in() == {401}
    (server.folder / "keys").write_text("sk-one\nsk-two\n")
    server.process.send_signal(signal.SIGHUP)
    server.wait_until(lambda: lets_in() == {200})


def test_certificates_are_reloaded_by_both(server: Server) -> None:
    [before] = server.certificates
    renewed = self_signed(server.folder / "renewed")
    renewed.certificate.replace(server.folder / "tls" / "tls.crt")
    renewed.key.replace(server.folder / "tls" / "tls.key")
    server.process.send_signal(signal.SIGHUP)
    server.wait_until(lambda: len(server.certificates) == 1 and before not in server.certificates)
    assert server.ready


def test_the_health_port_is_answered_without_a_certificate(server: Server) -> None:
    probe = f"http://127.0.0.1:{server.health_port}"
    for _ in range(10):
        for path in ("/v1/health/live", "/v1/health/ready", "/health"):
            assert httpx.get(f"{probe}{path}").status_code == 200
        assert 'process="frontend-1"' in httpx.get(f"{probe}/metrics").text
        assert httpx.get(f"{probe}/v1/models").status_code == 404


def test_a_signal_ends_all_of_them(server: Server) -> None:
    pids = server.frontends()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(SECONDS) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert "Traceback" not in server.log
