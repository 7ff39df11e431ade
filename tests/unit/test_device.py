"""Options and variables for the CPU build of vLLM."""

import os

import pytest

from accord.engine.deployment.device import BIND, bind_cpu_workers, device_arguments


def test_the_cpu_runs_eagerly_unless_configured_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.engine.deployment.device.is_cpu_build", lambda: True)
    assert device_arguments([]) == ["--enforce-eager"]
    assert device_arguments(["--no-enforce-eager"]) == ["--no-enforce-eager"]
    stages = ["--pipeline-parallel-size", "2"]
    assert device_arguments(stages)[2:] == ["--compilation-config", '{"mode":1,"backend":"eager"}']
    monkeypatch.setattr("accord.engine.deployment.device.is_cpu_build", lambda: False)
    assert device_arguments([]) == []


@pytest.mark.parametrize(
    ("arguments", "memory_nodes", "binding"),
    [
        ([], 1, None),
        (["--tensor-parallel-size", "2"], 2, None),
        (["--tensor-parallel-size", "2"], 1, "0,1|2,3"),
        (["-tp", "2", "-pp", "2"], 1, "0|1|2|3"),
        (["-dp=3"], 1, "0|1|2,3"),
        (["-tp", "4", "--nnodes", "2"], 1, "0,1|2,3"),
    ],
)
def test_workers_on_the_cpu_share_its_cores(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], memory_nodes: int, binding: str | None
) -> None:
    monkeypatch.setenv(BIND, "")
    monkeypatch.delenv(BIND)
    bind_cpu_workers(arguments, [0, 1, 2, 3], memory_nodes)
    assert os.environ.get(BIND) == binding


def test_more_workers_than_cores_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BIND, raising=False)
    with pytest.raises(ValueError, match="4 workers need as many CPU cores; there are 2"):
        bind_cpu_workers(["-tp", "4"], [0, 1], 1)
