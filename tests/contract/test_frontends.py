"""Two processes that answer requests over one engine: what one knows, the other does, too."""

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.test_adapters import REFRESH_SECONDS, write_adapter
from tests.contract.test_processes import descendants, wait_until_gone
from tests.serving import READY_SECONDS, RunningServer, http, started
from tests.tiny_model import NAME

KEYS = ("sk-one", "sk-two", "sk-three")
OF_A_KEY = 3
OF_ALL = 6
LONG: dict[str, Any] = {"prompt": "Hello", "max_tokens": 1500, "ignore_eos": True, "stream": True}
SHORT: dict[str, Any] = {"prompt": "Hello", "max_tokens": 4, "ignore_eos": True}


def headers(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def wait_until_ready(server: RunningServer) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not ready(server):
        assert server.process.poll() is None, server.log.read_text()[-6000:]
        assert time.monotonic() < deadline, server.log.read_text()[-6000:]
        time.sleep(0.2)


def ready(server: RunningServer) -> bool:
    return http.get(f"{server.url}/v1/health/ready", headers=headers(KEYS[0]), timeout=5).status_code == 200


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder whose adapters are served."""
    return tmp_path_factory.mktemp("adapters")


@pytest.fixture(scope="module")
def frontends(
    tiny_model: Path, adapters: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    log = tmp_path_factory.mktemp("frontends") / "server.log"
    arguments = ["--model", str(tiny_model), "--served-model-name", NAME, "--max-model-len", "2048"]
    arguments += ["--api-server-count", "2", "--max-concurrent-requests", str(OF_ALL)]
    arguments += ["--key-concurrent-requests", str(OF_A_KEY), "--engine-restarts", "2"]
    environment = {"ACCORD_API_KEYS": ",".join(KEYS), "NIM_PEFT_SOURCE": str(adapters)}
    environment |= {"NIM_PEFT_REFRESH_INTERVAL": str(REFRESH_SECONDS), "NIM_CACHE_PATH": str(log.parent)}
    environment["ACCORD_ALLOW_RUNTIME_LORA_UPDATING"] = "1"
    with started(arguments, log, NAME, environment=environment) as server:
        began = time.monotonic()
        while True:
            try:
                assert http.get(f"{server.url}/v1/health/live", timeout=5).status_code == 200
                break
            except httpx.TransportError:
                assert time.monotonic() - began < 60
                time.sleep(0.05)
        wait_until_ready(server)
        yield server


def pids(server: RunningServer) -> list[int]:
    """The processes that answer requests."""
    found = re.findall(r'^process_start_time_seconds\{process="(.+?)"\}', scraped(server), re.MULTILINE)
    assert sorted(found) == ["frontend-0", "frontend-1", "parent"]
    holders = [pid for pid in descendants(server.process.pid) if listens(pid, port(server))]
    assert len(holders) == 2
    return holders


def port(server: RunningServer) -> int:
    return int(server.url.rpartition(":")[2])


def sockets(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    links = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(descriptor.readlink().name)
        except OSError:
            continue  # it is closed by now
    return {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:[")}


def table() -> list[tuple[int, int, str]]:
    """Of each TCP connection that a process has its own port, the other's, and its inode.

    The kernel writes the table in parts while it changes, so that a line may come twice. A connection that is
    closed and waits for its time has no inode.
    """
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    found = [(int(x[1].rpartition(":")[2], 16), int(x[2].rpartition(":")[2], 16), x[9]) for x in lines]
    return [(own, other, inode) for own, other, inode in dict.fromkeys(found) if inode != "0"]


def listens(pid: int, at: int) -> bool:
    return any(inode in sockets(pid) for own, other, inode in table() if (own, other) == (at, 0))


def answered_by(server: RunningServer, response: httpx.Response) -> int:
    """The process that has the connection which `response` comes on."""
    mine = response.extensions["network_stream"].get_extra_info("client_addr")[1]
    [inode] = [inode for own, other, inode in table() if (own, other) == (port(server), mine)]
    [pid] = [pid for pid in descendants(server.process.pid) if inode in sockets(pid)]
    return pid


@contextmanager
def each(server: RunningServer) -> Iterator[list[httpx.Client]]:
    """A client for each process, which keeps its connection to it."""
    with ExitStack() as stack:
        found: dict[int, httpx.Client] = {}
        while len(found) < 2:
            client = stack.enter_context(
                httpx.Client(base_url=server.url, headers=headers(KEYS[0]), timeout=60)
            )
            found.setdefault(answered_by(server, client.get("/v1/version")), client)
        yield list(found.values())


@contextmanager
def stream(server: RunningServer, key: str, asked: dict[str, Any] = LONG) -> Iterator[httpx.Response]:
    """A stream of which the first event is there."""
    url = f"{server.url}/v1/completions"
    with http.stream("POST", url, json=asked, headers=headers(key), timeout=60) as response:
        yield response


def scraped(server: RunningServer) -> str:
    return http.get(f"{server.url}/metrics", timeout=60).text


def counted(text: str, series: str) -> float:
    """The sum of all series whose line begins so."""
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(series))


def test_streams_are_spread_over_both_processes(frontends: RunningServer) -> None:
    with ExitStack() as stack:
        streams = [stack.enter_context(stream(frontends, KEYS[i % 2])) for i in range(4)]
        assert [response.status_code for response in streams] == [200] * 4
        # Two each, but for a process that was too busy to take its own within 5 ms.
        assert len({answered_by(frontends, response) for response in streams}) == 2


def load(server: RunningServer) -> int:
    answer = http.get(f"{server.url}/load", headers=headers(KEYS[2]), timeout=60)
    return int(answer.json()["server_load"])


def wait_until_idle(server: RunningServer) -> None:
    """A stream whose client has gone counts until the server has noticed."""
    deadline = time.monotonic() + 60
    while load(server):
        assert time.monotonic() < deadline


def test_limits_are_the_servers(frontends: RunningServer) -> None:
    wait_until_idle(frontends)
    url = f"{frontends.url}/v1/completions"
    with ExitStack() as stack:
        for _ in range(OF_A_KEY):
            assert stack.enter_context(stream(frontends, KEYS[0])).status_code == 200
        for _ in range(3):  # whichever process it is
            refused = http.post(url, json=SHORT, headers=headers(KEYS[0]), timeout=60)
            assert refused.status_code == 429
            assert f"{OF_A_KEY} requests running" in refused.json()["error"]["message"]
        for _ in range(OF_ALL - OF_A_KEY):
            assert stack.enter_context(stream(frontends, KEYS[1])).status_code == 200
        for _ in range(3):
            refused = http.post(url, json=SHORT, headers=headers(KEYS[2]), timeout=60)
            assert refused.status_code == 503
            assert f"The server is handling {OF_ALL} requests" in refused.json()["error"]["message"]
    deadline = time.monotonic() + 60
    while http.post(url, json=SHORT, headers=headers(KEYS[0]), timeout=60).status_code != 200:
        assert time.monotonic() < deadline


def test_the_load_is_the_servers(frontends: RunningServer) -> None:
    with each(frontends) as clients, ExitStack() as stack:
        for client in clients:
            stack.enter_context(client.stream("POST", "/v1/completions", json=LONG))
        stack.enter_context(stream(frontends, KEYS[1]))
        assert [load(frontends) for _ in range(4)] == [3] * 4


def test_a_background_response_is_followed_and_cancelled_from_the_other_process(
    frontends: RunningServer,
) -> None:
    asked = {"input": "Hello", "background": True, "stream": True, "max_output_tokens": 1900}
    with each(frontends) as [one, other], one.stream("POST", "/v1/responses", json=asked) as made:
        lines = made.iter_lines()
        begun = json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))
        path = f"/v1/responses/{begun['response']['id']}"
        with other.stream("GET", path, params={"stream": True}) as followed:
            assert answered_by(frontends, followed) != answered_by(frontends, made)
            events = (line for line in followed.iter_lines() if line.startswith("data: "))
            first = [json.loads(line.removeprefix("data: ")) for line in islice(events, 20)]
            numbers = [event["sequence_number"] for event in first]
            assert numbers == list(range(20))
            with httpx.Client(base_url=frontends.url, headers=headers(KEYS[0]), timeout=60) as third:
                assert third.get(path).json()["status"] == "in_progress"
            with each(frontends) as clients:
                for client in clients:
                    assert client.post(f"{path}/cancel").json()["status"] == "cancelled"
            last = [json.loads(line.removeprefix("data: ")) for line in events][-1]
        assert "cancelled" in json.dumps(last)
        assert other.get(path).json()["status"] == "cancelled"


def test_metrics_are_of_both_processes(frontends: RunningServer) -> None:
    requests = 'accord_requests_total{model="' + NAME + '",operation="create_completion"'
    before = scraped(frontends)
    with each(frontends) as clients:
        for client in clients:
            for _ in range(3):
                assert client.post("/v1/completions", json=SHORT).status_code == 200
        texts = [client.get("/metrics").text for client in clients]
    for text in texts:
        assert counted(text, requests) == counted(before, requests) + 6
        tokens = "vllm:generation_tokens_total"
        assert counted(text, tokens) >= counted(before, tokens) + 6 * SHORT["max_tokens"]
        assert counted(text, "accord_ready ") == 1
        assert counted(text, 'accord_engine_state{accord_engine_state="ready"}') == 1
        assert counted(text, "accord_engine_restarts_total ") == 0
        assert counted(text, 'process_resident_memory_bytes{process="frontend-1"}') > 2**20
        assert "pid=" not in text


def test_an_adapter_that_comes_and_goes_is_served_by_both(
    frontends: RunningServer, adapters: Path, tiny_model: Path
) -> None:
    adapter = write_adapter(adapters / "late", tiny_model, 1)
    asked = SHORT | {"temperature": 0}

    def serving(client: httpx.Client) -> bool:
        return "late" in [model["id"] for model in client.get("/v1/models").json()["data"]]

    def said(client: httpx.Client, model: str) -> str:
        answer = client.post("/v1/completions", json=asked | {"model": model}).json()
        return str(answer["choices"][0]["text"])

    with each(frontends) as clients:
        deadline = time.monotonic() + 60
        while not all(map(serving, clients)):
            assert time.monotonic() < deadline
        [by_the_adapter] = {said(client, "late") for client in clients}
        [by_the_model] = {said(client, NAME) for client in clients}
        assert by_the_adapter != by_the_model
        shutil.rmtree(adapter)
        while any(map(serving, clients)):
            assert time.monotonic() < deadline
        gone = [client.post("/v1/completions", json=asked | {"model": "late"}) for client in clients]
        assert [answer.status_code for answer in gone] == [404, 404]


def served(client: httpx.Client, model: str) -> bool:
    return client.post("/v1/completions", json=SHORT | {"model": model}).status_code == 200


def test_an_adapter_that_a_client_loads_is_loaded_in_both_and_stays_in_who_replaces_one(
    frontends: RunningServer, adapters: Path, tiny_model: Path
) -> None:
    (adapters / "of-clients").mkdir()  # one level below what the folder is looked through for
    path = write_adapter(adapters / "of-clients" / "mine", tiny_model, 2)
    with each(frontends) as [one, other]:
        for name in ("mine", "another"):
            loaded = one.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": str(path)})
            assert loaded.status_code == 200, loaded.text
            assert served(one, name)
            assert served(other, name)
        again = other.post("/v1/load_lora_adapter", json={"lora_name": "mine", "lora_path": str(path)})
        assert again.json()["error"]["code"] == "lora_adapter_loaded"
        assert other.post("/v1/unload_lora_adapter", json={"lora_name": "another"}).status_code == 200
        assert not served(one, "another")
        assert not served(other, "another")


def test_a_process_that_is_killed_is_replaced(frontends: RunningServer) -> None:
    before = counted(scraped(frontends), "accord_requests_total")
    known = pids(frontends)
    began = time.monotonic()
    with stream(frontends, KEYS[0]) as running:
        [killed] = [pid for pid in known if pid == answered_by(frontends, running)]
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(httpx.RemoteProtocolError):
            for _ in running.iter_lines():
                pass
    while ready(frontends):  # noticed
        assert time.monotonic() - began < 30
        time.sleep(0.05)
    assert http.get(f"{frontends.url}/v1/health/live", timeout=5).status_code == 200
    wait_until_ready(frontends)
    assert killed not in pids(frontends)
    text = scraped(frontends)
    assert counted(text, "accord_requests_total") >= before
    assert counted(text, "accord_engine_restarts_total ") == 1
    with each(frontends) as clients:
        for client in clients:
            assert client.post("/v1/completions", json=SHORT).status_code == 200
            assert served(client, "mine"), "a client had it loaded before"
            assert not served(client, "another")


def test_a_signal_lets_the_streams_of_both_end(frontends: RunningServer) -> None:
    """The last test of the module: it ends the server, and the fixture looks at its exit code."""
    everyone = descendants(frontends.process.pid)
    asked = LONG | {"max_tokens": 300}
    with ExitStack() as stack:
        clients = stack.enter_context(each(frontends))
        streams = [stack.enter_context(c.stream("POST", "/v1/completions", json=asked)) for c in clients]
        frontends.process.send_signal(signal.SIGTERM)
        assert [list(response.iter_lines())[-2] for response in streams] == ["data: [DONE]"] * 2
    assert frontends.process.wait(30) == 0
    wait_until_gone(everyone, 15)
    log = frontends.log.read_text()
    assert "Traceback" not in log
    assert "[frontend-0]" in log
    assert "[frontend-1]" in log
