"""Settings of a running server. Those that need no model are tested while it loads."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests import prefork
from tests.certificates import self_signed
from tests.contract.document import Contract
from tests.serving import RunningServer, free_port, http, started


@dataclass(frozen=True)
class Certificates:
    """A certificate authority, a server's certificate and a client's, made for the test."""

    authority: Path
    certificate: Path
    key: Path


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    folder = tmp_path / "tls"
    pair = self_signed(folder)
    made = Certificates(folder / "ca.pem", pair.certificate, pair.key)
    made.authority.write_bytes(pair.certificate.read_bytes())
    return made


@contextmanager
def loading(tiny_model: Path, log: Path, **environment: str) -> Iterator[RunningServer]:
    with started(["--model", str(tiny_model)], log, "tiny", environment=environment) as server:
        port = int(server.url.rsplit(":", 1)[1])
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield server


def test_tls(tiny_model: Path, tmp_path: Path, certificates: Certificates) -> None:
    environment = {
        "NIM_SSL_MODE": "TLS",
        "NIM_SSL_CERTS_PATH": str(certificates.certificate),
        "NIM_SSL_KEY_PATH": str(certificates.key),
    }
    trusting = ssl.create_default_context(cafile=str(certificates.authority))
    with loading(tiny_model, tmp_path / "log", **environment) as server:
        secure = server.url.replace("http:", "https:")
        assert httpx.get(f"{secure}/v1/health/live", verify=trusting).status_code == 200
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.url}/v1/health/live")
        place = ("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
        before = ssl.get_server_certificate(place)
        renewed = self_signed(tmp_path / "renewed")
        renewed.certificate.replace(certificates.certificate)
        renewed.key.replace(certificates.key)
        deadline = time.monotonic() + 60
        while ssl.get_server_certificate(place) == before:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_mutual_tls_and_a_health_port_beside_it(
    tiny_model: Path, tmp_path: Path, certificates: Certificates
) -> None:
    health_port = free_port()
    environment = {
        "NIM_SSL_MODE": "mtls",
        "NIM_SSL_CERTS_PATH": str(certificates.certificate),
        "NIM_SSL_KEY_PATH": str(certificates.key),
        "NIM_SSL_CA_CERTS_PATH": str(certificates.authority),
        "NIM_HEALTH_PORT": str(health_port),
    }
    anonymous = ssl.create_default_context(cafile=str(certificates.authority))
    known = ssl.create_default_context(cafile=str(certificates.authority))
    known.load_cert_chain(certificates.certificate, certificates.key)
    with loading(tiny_model, tmp_path / "log", **environment) as server:
        secure = server.url.replace("http:", "https:")
        assert httpx.get(f"{secure}/v1/health/live", verify=known).status_code == 200
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{secure}/v1/health/live", verify=anonymous)
        probe = f"http://127.0.0.1:{health_port}"
        assert http.get(f"{probe}/v1/health/live").status_code == 200
        assert http.get(f"{probe}/v1/health/ready").status_code == 503
        assert http.get(f"{probe}/v1/models").status_code == 404


@pytest.fixture(scope="module")
def still_loading(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests in the seconds before its model is loaded."""
    environment = {
        "NIM_CORS_ALLOW_ORIGINS": "https://app.example",
        "NIM_CORS_ALLOW_METHODS": "GET,POST",
        "NIM_CORS_ALLOW_HEADERS": "x-one",
        "NIM_CORS_EXPOSE_HEADERS": "x-two",
        "NIM_CORS_MAX_AGE": "7",
        "NIM_SERVED_MODEL_NAME": "one,org/two",
    }
    with loading(tiny_model, tmp_path_factory.mktemp("loading") / "log", **environment) as server:
        yield server


def test_a_loading_server_is_live_and_reports_that_it_is_not_ready(
    still_loading: RunningServer, contract: Contract
) -> None:
    with httpx.Client(base_url=still_loading.url) as client:
        live = client.get("/v1/health/live")
        assert live.status_code == 200
        ready = client.get("/v1/health/ready")
        assert ready.status_code == 503
        contract.check(ready)
        chat = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hello"}]})
        assert chat.status_code == 503
        contract.check(chat)
        assert chat.json()["error"]["code"] == "model_loading"


def test_cors(still_loading: RunningServer) -> None:
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    preflight = httpx.options(f"{still_loading.url}/v1/chat/completions", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "https://app.example"
    assert preflight.headers["access-control-allow-methods"] == "GET, POST"
    assert "x-one" in preflight.headers["access-control-allow-headers"].lower()
    assert preflight.headers["access-control-max-age"] == "7"
    simple = http.get(f"{still_loading.url}/v1/version", headers={"origin": "https://app.example"})
    assert simple.headers["access-control-expose-headers"] == "x-two"
    other = http.get(f"{still_loading.url}/v1/version", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


def test_served_names_are_listed(still_loading: RunningServer) -> None:
    listed = http.get(f"{still_loading.url}/v1/models").json()["data"]
    assert [model["id"] for model in listed] == ["one", "org/two"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--port", "x"], "--port"),
        (["--no-such-option"], "--no-such-option"),
        (["--api-key", "secret"], "ACCORD_API_KEYS"),
        (["/no/such/model"], "/no/such/model"),
    ],
)
def test_invalid_configuration_is_one_line_and_exit_code_2(arguments: list[str], named: str) -> None:
    command = [sys.executable, "-m", "accord.server", "serve", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert run.returncode == 2
    assert named in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--max-model-len", "99999999"], "max_model_len"),
        (["--quantization", "no-such-kind"], "no-such-kind"),
        (["--tool-call-parser", "no-such-parser"], "invalid tool call parser: no-such-parser"),
        (["--reasoning-parser", "no-such-parser"], "invalid reasoning parser: no-such-parser"),
    ],
)
def test_errors_that_only_vllm_detects_end_without_a_traceback(
    tiny_model: Path, tmp_path: Path, arguments: list[str], named: str
) -> None:
    command = ["serve", str(tiny_model), "--host", "127.0.0.1", "--port", str(free_port()), *arguments]
    with (tmp_path / "log").open("wb") as output:
        process = prefork.start(command, os.environ, output.fileno())
    assert process.wait(120) == 2
    log = (tmp_path / "log").read_text()
    assert named in log
    assert "Traceback" not in log


def test_a_busy_port_is_reported_at_once() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        command = [sys.executable, "-m", "accord.server", "serve", "--host", "127.0.0.1", "--port", port]
        run = subprocess.run(command, capture_output=True, text=True, timeout=20, env=os.environ)
    assert run.returncode == 2
    assert f"got {port}; 127.0.0.1:{port} cannot be listened on: Address already in use" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "10.255.255.1"], "--host: got '10.255.255.1'; "),
        (["--host", "no.such.host.invalid"], "--host: got 'no.such.host.invalid'; "),
        (
            ["--cache-path", f"{__file__}/cache"],
            f"--cache-path: got '{__file__}/cache', which is not a writable folder",
        ),
    ],
)
def test_a_busy_port_or_readonly_folder_is_reported_at_once(arguments: list[str], said: str) -> None:
    command = [sys.executable, "-m", "accord.server", "serve", "--port", str(free_port()), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
