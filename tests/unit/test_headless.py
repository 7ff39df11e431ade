"""Which node serves and which only computes, and the errors of a node without a server."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from accord.server.headless import check_node, is_headless, run_node
from accord.server.sources import ConfigurationError, configuration
from accord.server.start import keep_kernels


@pytest.mark.parametrize(
    ("arguments", "headless"),
    [
        ([], False),
        (["--nnodes", "2", "--node-rank", "0"], False),
        (["--nnodes", "2", "--node-rank", "1"], True),
        (["--nnodes=2", "-r", "1"], True),
        (["--headless"], True),
        (["--nnodes", "2", "--node-rank", "1", "--data-parallel-size", "2"], False),
        (["--nnodes", "2", "--node-rank", "1", "-dp", "2", "--headless"], True),
    ],
)
def test_which_node_only_computes(arguments: list[str], headless: bool) -> None:
    assert is_headless(arguments) is headless


@pytest.mark.parametrize("rank", ["2", "5", "-1"])
def test_a_rank_that_no_node_has_is_refused_at_once(rank: str) -> None:
    arguments = ["--nnodes", "2", f"--node-rank={rank}", "--master-addr", "head"]
    with pytest.raises(ConfigurationError, match=f"--node-rank: got {rank}; with --nnodes 2 expected 0 to 1"):
        check_node(arguments)
    check_node(["--nnodes", "2", "-r", "1"])
    check_node([])


@pytest.mark.parametrize(
    ("port", "arguments"),
    [
        ("--master-port", ["--nnodes", "2", "-tp", "2"]),
        ("--data-parallel-rpc-port", ["-dp", "4", "-dpl", "2", "-dpa", "127.0.0.1"]),
    ],
)
def test_a_busy_port_for_the_other_nodes_is_refused_at_once(port: str, arguments: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        number = str(busy.getsockname()[1])
        with pytest.raises(ConfigurationError, match=f"{port}: got {number}, .* another process uses it"):
            check_node([*arguments, port, number])
        check_node([*arguments, port, number, "--headless"])


def test_a_missing_head_ends_a_node_within_the_timeout(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    command = [sys.executable, "-m", "accord.server", "serve", "--model", str(tmp_path)]
    command += ["-tp", "2", "--nnodes", "2", "--node-rank", "1", "--master-addr", "127.0.0.13"]
    environment = os.environ | {"VLLM_ENGINE_READY_TIMEOUT_S": "1", "HF_HUB_OFFLINE": "1"}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert run.returncode == 2
    *_, last = run.stderr.splitlines()
    assert "--master-addr: got 127.0.0.13; this node was not connected with that one within 1 s" in last
    assert "Traceback" not in run.stderr


def test_kernels_are_kept_in_a_cache_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {}
    keep_kernels(configuration([]), environment)
    assert environment == {}
    monkeypatch.setenv("NIM_CACHE_PATH", str(tmp_path))
    keep_kernels(configuration([]), environment)
    assert environment == {"VLLM_CACHE_ROOT": f"{tmp_path}/vllm"}
    environment["VLLM_CACHE_ROOT"] = "/elsewhere"
    keep_kernels(configuration([]), environment)
    assert environment == {"VLLM_CACHE_ROOT": "/elsewhere"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--nnodes", "2", "--node-rank", "1"], "--master-addr: got nothing"),
        (["--headless", "--master-addr", "head", "--api-server-count", "2"], "--api-server-count: got 2"),
    ],
)
def test_a_headless_node_refuses_invalid_options(arguments: list[str], said: str) -> None:
    configured = configuration(arguments)
    with pytest.raises(ConfigurationError, match=said):
        run_node(configured)
