"""Two nodes, one of them a network namespace: tensor parallelism over both, and the loss of one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contract.test_processes import descendants, wait_until_gone
from tests.serving import free_port, http, started, wait_until_ready

HEAD, OTHER = "10.213.77.1", "10.213.77.2"


def ip(arguments: str) -> None:
    subprocess.run(["ip", *arguments.split()], check=True)


@pytest.fixture
def namespace() -> Iterator[str]:
    """A network namespace with the address OTHER, connected with this one, which has HEAD."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: two nodes are two network namespaces, which only root can make")
    name, here, there = f"accord-{os.getpid()}", f"acc{os.getpid()}a"[:15], f"acc{os.getpid()}b"[:15]
    ip(f"netns add {name}")
    try:
        ip(f"link add {here} type veth peer name {there} netns {name}")
        ip(f"addr add {HEAD}/30 dev {here}")
        ip(f"link set {here} up")
        ip(f"-n {name} addr add {OTHER}/30 dev {there}")
        ip(f"-n {name} link set {there} up")
        ip(f"-n {name} link set lo up")
        yield name
    finally:
        ip(f"netns del {name}")  # the pair of devices goes with it


def device(address: str, namespace: str | None = None) -> str:
    """Return the name of the device that has `address`."""
    command = ["ip", *(["-n", namespace] if namespace else []), "-o", "-4", "addr", "show", "to", address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return said.split()[1].partition("@")[0]


@contextmanager
def other_node(namespace: str, arguments: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = ["ip", "netns", "exec", namespace, sys.executable, "-m", "accord.server", "serve"]
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_HOST_IP": OTHER,
        "GLOO_SOCKET_IFNAME": device(OTHER, namespace),
        "VLLM_CPU_OMP_THREADS_BIND": str(max(os.sched_getaffinity(0))),
    }
    with log.open("wb") as output:
        node = subprocess.Popen(
            [*command, *arguments, "--node-rank", "1"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    try:
        yield node
    finally:
        kill(node)


def kill(node: subprocess.Popen[bytes]) -> None:
    """Kill all of a node's processes at once, as a power failure does."""
    if node.poll() is None:
        for pid in [*descendants(node.pid), node.pid]:
            os.kill(pid, signal.SIGKILL)
    node.wait()


def test_a_lost_node_ends_the_server_with_a_clear_line(
    tiny_model: Path, tmp_path: Path, namespace: str
) -> None:
    shared = ["--model", str(tiny_model), "--max-model-len", "512", "--tensor-parallel-size", "2"]
    shared += ["--nnodes", "2", "--master-addr", HEAD, "--master-port", str(free_port())]
    environment = {
        "VLLM_HOST_IP": HEAD,
        "GLOO_SOCKET_IFNAME": device(HEAD),
        "VLLM_CPU_OMP_THREADS_BIND": str(min(os.sched_getaffinity(0))),
    }
    head = started(
        [*shared, "--node-rank", "0"],
        tmp_path / "head.log",
        "tiny",
        True,
        environment,
        worker=True,
        forked=False,
    )
    with other_node(namespace, shared, tmp_path / "other.log") as other, head as server:
        try:
            wait_until_ready(server)
        finally:
            print((tmp_path / "other.log").read_text()[-4000:])  # noqa: T201  shown where it failed
        asked = {"prompt": "Hello", "max_tokens": 5, "ignore_eos": True}
        http.post(f"{server.url}/v1/completions", json=asked, timeout=60).raise_for_status()
        local = descendants(server.process.pid)
        began = time.monotonic()
        kill(other)
        assert server.process.wait(30) == 1
        print(f"A lost node: the server has ended after {time.monotonic() - began:.1f} s.")  # noqa: T201  for a person
        wait_until_gone(local, 15)
    log = server.log.read_text()
    assert f"the connections with its workers on {OTHER} are closed" in log
    assert "restart the servers of all nodes" in log
