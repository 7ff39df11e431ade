"""What runs in the pods agrees with Accord: its settings, options, ports, paths, metrics and times."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from accord.server.frontends.parent import STOPPING_SECONDS
from accord.server.health_port import PATHS
from accord.server.serve import ENDING_SECONDS
from accord.server.settings import Settings
from tests.helm.conftest import Cases
from tests.helm.rendering import CHART, Json, Rendered, rendered, rendered_one, variables
from tests.helm.test_manifests import NAMES
from tests.hub import serving_hub

NOT_ACCORDS = {"HF_HOME", "HF_TOKEN", "HOME", "VLLM_CACHE_ROOT", "VLLM_HOST_IP", "NODE_RANK"}
SETTINGS = {str(info.validation_alias) for info in Settings.model_fields.values()}
GROUP = {"LWS_LEADER_ADDRESS": "leader.example", "NODE_RANK": "0"}
"""What the operator, and Kubernetes, give the pods of a group."""


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_a_setting(cases: Cases, name: str) -> None:
    for pod in cases[name].pods:
        for container in pod["spec"].get("initContainers", []) + pod["spec"]["containers"]:
            if "env" in container:
                assert set(variables(container)) - given_names(name) <= SETTINGS | NOT_ACCORDS


def test_no_variable_is_set_twice(cases: Cases) -> None:
    """What the chart sets is refused in `settings`, with the value that it comes from."""
    ours = {
        name for case, chart in cases.items() for name in set(variables(chart.container)) - given_names(case)
    }
    charts, _ = rendered(*({"settings": {name: "x"}} for name in sorted(ours)))
    for name, chart in zip(sorted(ours), charts, strict=True):
        assert chart.refused is not None, name
        assert f"settings.{name}: the chart sets it, from " in chart.refused


def given_names(case: str) -> set[str]:
    """The variables that the values of a case name themselves."""
    given = yaml.safe_load((CHART / "ci" / f"{case}-values.yaml").read_text()) or {}
    return set(given.get("settings", {})) | {each["name"] for each in given.get("extraEnv", [])}


@pytest.mark.parametrize("name", NAMES)
def test_accord_takes_the_containers_variables_and_options(cases: Cases, name: str, tmp_path: Path) -> None:
    """The command is run as a process, with `config` in the place of `serve`: it checks and prints them."""
    container = cases[name].container
    shown = configured(container, tmp_path)
    assert shown.returncode == 0, shown.stderr
    lines = {line.split()[0]: line.split()[1] for line in shown.stdout.splitlines() if len(line.split()) > 1}
    given = {each: value for each, value in variables(container).items() if each in SETTINGS}
    alike = {"1": ("True",), "true": ("True",), "16k": ("16000",)}
    for variable, value in given.items():
        if variable != "ACCORD_DATABASE_URL":
            assert lines[variable] in (value, f"{value}.0", f"{tmp_path}{value}", *alike.get(value, ()))


def configured(container: Json, root: Path) -> subprocess.CompletedProcess[str]:
    """Run `accord config` as the container runs `accord serve`, with the model in the hub's cache."""
    if source := variables(container).get("NIM_MODEL_PATH", "").removeprefix("hf://"):
        (root / f"cache/huggingface/hub/models--{source.replace('/', '--')}").mkdir(parents=True)
    return ran(["config", *map(expanded, container.get("args", []))], container, root)


def ran(arguments: list[str], container: Json, root: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `accord ARGUMENTS` with the container's variables, and the pod's paths below `root`."""
    for mount in container["volumeMounts"]:
        (root / mount["mountPath"].lstrip("/")).mkdir(parents=True, exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    for name, value in variables(container).items():
        environment[name] = f"{root}{value}" if value.startswith("/") else value
        if value.startswith("/etc/accord/"):
            Path(environment[name]).write_text("sk-one example\n")
    if "ACCORD_DATABASE_URL" in environment:
        environment["ACCORD_DATABASE_URL"] = "postgresql://user:password@host/responses"
    return subprocess.run(
        [sys.executable, "-m", "accord.server", *arguments],
        env=environment | GROUP | more,
        capture_output=True,
        text=True,
        timeout=60,
    )


def expanded(argument: str) -> str:
    """Return the argument as Kubernetes gives it, with the variables in it."""
    return re.sub(r"\$\((\w+)\)", lambda found: GROUP[found[1]], argument)


@pytest.mark.parametrize("seconds", [0, 20, 600])
def test_kubernetes_waits_longer_than_the_server_takes(seconds: int) -> None:
    pod = rendered_one(graceSeconds=seconds, preStopSeconds=7).pod
    [container] = pod["containers"]
    assert variables(container)["ACCORD_GRACE_SECONDS"] == str(seconds)
    assert container["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "7"]
    beyond = pod["terminationGracePeriodSeconds"] - 7 - seconds
    assert beyond > STOPPING_SECONDS  # after which several processes are killed
    assert beyond > 3 * ENDING_SECONDS  # clients are told, connections and the database closed


def test_workers_of_a_group_outlive_the_servers_drain(cases: Cases) -> None:
    leader, worker = (pod["spec"] for pod in cases["multi-node"].pods)
    grace = int(variables(leader["containers"][0])["ACCORD_GRACE_SECONDS"])
    [_, before] = leader["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    [_, waits] = worker["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    assert int(before) + grace + 2 * ENDING_SECONDS < int(waits) < worker["terminationGracePeriodSeconds"]


def test_kubernetes_default_is_long_enough_for_accords_own() -> None:
    """As where its image runs in another chart, which sets neither."""
    default = Settings.model_fields["grace_seconds"].default
    assert default + 2 * ENDING_SECONDS <= 30


@pytest.mark.parametrize("name", NAMES)
def test_probes_ask_the_health_port(cases: Cases, name: str) -> None:
    container = cases[name].container
    ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    assert ports["health"] == variables(container)["NIM_HEALTH_PORT"]
    assert ports["http"] == variables(container)["NIM_SERVER_PORT"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["port"] == "health"
        assert asked["path"] in PATHS
        assert "scheme" not in asked  # there is no TLS on it


def test_liveness_waits_for_the_start() -> None:
    container = rendered_one().container
    assert container["livenessProbe"]["httpGet"]["path"] == "/v1/health/live"
    assert container["startupProbe"]["httpGet"]["path"] == "/v1/health/ready"


@pytest.mark.parametrize("name", NAMES)
def test_every_written_folder_has_a_volume(cases: Cases, name: str) -> None:
    """The root file system is read-only."""
    for pod in cases[name].pods:
        for container in pod["spec"].get("initContainers", []) + pod["spec"]["containers"]:
            if "env" not in container:
                continue
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
            assert {"/cache", "/tmp", "/dev/shm"} <= mounts.keys()
            for variable in ("HOME", "HF_HOME", "VLLM_CACHE_ROOT", "NIM_CACHE_PATH"):
                assert variables(container)[variable].startswith("/cache")
            claims = [
                each["metadata"] for each in cases[name].workload["spec"].get("volumeClaimTemplates", [])
            ]
            there = {volume["name"] for volume in pod["spec"]["volumes"] + claims}
            assert {mount["name"] for mount in mounts.values()} <= there


def test_pods_run_as_nims_do() -> None:
    context = rendered_one().pod["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (1000, 2000, 2000)
    assert context["runAsNonRoot"] is True


def test_the_service_reaches_only_what_serves(cases: Cases) -> None:
    chart = cases["multi-node"]
    selector = chart.only("Service")["spec"]["selector"]
    leader, worker = (pod["metadata"]["labels"] for pod in chart.pods)
    assert selector.items() <= leader.items()
    assert not selector.items() <= worker.items()


def test_all_nodes_of_a_group_run_the_same_command(cases: Cases) -> None:
    leader, worker = (pod["spec"]["containers"][0] for pod in cases["multi-node"].pods)
    assert leader["args"] == worker["args"]
    assert leader["env"] == worker["env"]
    assert "--node-rank=$(NODE_RANK)" in leader["args"]
    assert cases["multi-node"].workload["spec"]["leaderWorkerTemplate"]["size"] == 2


@pytest.mark.parametrize(
    ("cache", "strategy"),
    [
        ({}, "Recreate"),
        ({"accessModes": ["ReadWriteMany"]}, "RollingUpdate"),
        ({"type": "emptyDir"}, "RollingUpdate"),
    ],
)
def test_a_claim_of_one_pod_is_given_up_before_the_next(cache: Json, strategy: str) -> None:
    assert rendered_one(cache=cache).workload["spec"]["strategy"]["type"] == strategy


def test_a_claim_for_each_pod_needs_a_statefulset(cases: Cases) -> None:
    workload = cases["keda"].workload
    assert workload["kind"] == "StatefulSet"
    assert [each["metadata"]["name"] for each in workload["spec"]["volumeClaimTemplates"]] == ["cache"]
    assert cases["keda"].only("ScaledObject")["spec"]["scaleTargetRef"]["kind"] == "StatefulSet"


def test_gpus_are_asked_for_and_added_to_other_resources(cases: Cases) -> None:
    resources = cases["everything"].container["resources"]
    assert resources["limits"]["nvidia.com/gpu"] == resources["requests"]["nvidia.com/gpu"] == 2
    assert resources["requests"]["memory"] == "64Gi"
    assert "nvidia.com/gpu" not in cases["cpu"].container["resources"]["limits"]


def test_whole_numbers_stay_whole(cases: Cases) -> None:
    assert variables(cases["cpu"].container)["ACCORD_RESPONSES_MAX_COUNT"] == "1000000"


def test_after_a_download_the_server_fetches_nothing(cases: Cases) -> None:
    [_, download] = cases["everything"].pod["initContainers"]
    assert download["command"] == ["accord", "download"]
    assert "NIM_DISABLE_MODEL_DOWNLOAD" not in variables(download)
    assert variables(cases["everything"].container)["NIM_DISABLE_MODEL_DOWNLOAD"] == "1"


def test_the_init_container_downloads_what_the_server_then_finds(tmp_path: Path) -> None:
    """Its command is run as a process, and then the server's with `config` in the place of `serve`."""
    chart = rendered_one(model={"source": "hf://org/tiny", "downloadFirst": True})
    [download] = chart.pod["initContainers"]
    program, *arguments = download["command"]
    assert program == "accord"
    with serving_hub() as hub:
        run = ran(arguments, download, tmp_path, HF_ENDPOINT=hub)
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip()).is_relative_to(tmp_path / "cache/huggingface")
    shown = ran(["config"], chart.container, tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"(?m)^NIM_DISABLE_MODEL_DOWNLOAD +True", shown.stdout)


def scaling_metrics(cases: Cases) -> list[str]:
    query = cases["keda"].only("ScaledObject")["spec"]["triggers"][0]["metadata"]["query"]
    pods = cases["everything"].only("HorizontalPodAutoscaler")["spec"]["metrics"][0]["pods"]
    return [re.findall(r"[\w:]+", query)[1], pods["metric"]["name"].replace("_", ":", 1)]


def test_autoscaling_uses_a_metric_of_the_engine(cases: Cases) -> None:
    package = find_spec("vllm")
    assert package is not None
    assert package.origin is not None
    source = (Path(package.origin).parent / "v1/metrics/loggers.py").read_text()
    for name in scaling_metrics(cases):
        assert f'name="{name}"' in source


def test_the_chart_does_not_override_the_autoscaler(cases: Cases) -> None:
    for name in ("everything", "keda"):
        assert "replicas" not in cases[name].workload["spec"]


def test_a_scrape_takes_the_health_port(cases: Cases) -> None:
    chart: Rendered = cases["everything"]
    [endpoint] = chart.only("ServiceMonitor")["spec"]["endpoints"]
    assert endpoint["path"] in PATHS
    ports = {each["name"] for each in chart.only("Service")["spec"]["ports"]}
    assert endpoint["port"] == "health"
    assert endpoint["port"] in ports
