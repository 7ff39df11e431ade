"""What Helm makes of the chart is what Kubernetes and the operators take, and what is wrong is refused."""

import json
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from accord import __version__
from codegen.chart_values import PAGE, described, value_at, written
from tests.helm.conftest import Cases
from tests.helm.rendering import CASES, CHART, KUBERNETES, PYTHON, ROOT, Json, rendered, rendered_one

HERE = Path(__file__).parent
OPERATORS = ("ServiceMonitor", "PrometheusRule", "ScaledObject")
NAMES = [path.name.removesuffix("-values.yaml") for path in CASES]


def test_helm_finds_nothing_to_warn_of(everything_rendered: tuple[Cases, list[Json]]) -> None:
    _, messages = everything_rendered
    information = 1
    assert [each for each in messages if each["severity"] > information] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_manifests_are_kubernetes_own(cases: Cases, name: str) -> None:
    chart = cases[name]
    assert chart.refused is None
    assert chart.invalid == []


def test_custom_resources_are_what_their_operators_take(cases: Cases) -> None:
    found = [each for case in cases.values() for each in case.objects if each["kind"] in OPERATORS]
    assert {each["kind"] for each in found} == set(OPERATORS)
    run = subprocess.run(
        ["node", HERE / "custom.mjs"], input=json.dumps(found), capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""


def test_a_leaderworkerset_is_one(cases: Cases) -> None:
    schema = json.loads((HERE / "leaderworkerset.schema.json").read_text())
    jsonschema.validate(cases["multi-node"].only("LeaderWorkerSet"), schema)


REFUSED: list[tuple[Json, str]] = [
    ({"replicaCount": 2}, "2 replicas need database.existingSecret: a Secret with the URL of a Postgre"),
    ({"autoscaling": {"enabled": True}}, "4 replicas need database.existingSecret"),
    ({"keda": {"enabled": True, "maxReplicas": 9}}, "9 replicas need database.existingSecret"),
    (
        {"replicaCount": 2, "database": {"existingSecret": "db"}},
        "cache.accessModes: several pods on one claim need ReadWriteMany",
    ),
    ({"multiNode": {"enabled": True}}, "several pods on one claim need ReadWriteMany"),
    (
        {"multiNode": {"enabled": True}, "cache": {"type": "perPod"}, "model": {"tensorParallelSize": 4}},
        "is 4, but 2 pods with gpu.count 1 have 2 GPUs.",
    ),
    (
        {
            "database": {"existingSecret": "db"},
            "autoscaling": {"enabled": True},
            "keda": {"enabled": True},
        },
        "one of them can scale the pods, not both",
    ),
    ({"model": {"tensorParallelSize": 2}}, "is 2, but 1 pods with gpu.count 1 have 1 GPUs."),
    ({"tls": {"mode": "TLS"}}, "tls.mode: got 'TLS', which needs tls.existingSecret."),
    ({"cache": {"type": "emptyDir", "existingClaim": "x"}}, "needs cache.type: claim, not emptyDir."),
    ({"service": {"healthPort": 8000}}, "service.healthPort: got 8000, which is service.port, too"),
    ({"settings": {"ACCORD_GRACE_SECONDS": 5}}, "the chart sets it, from graceSeconds."),
    ({"settings": {"a b": "c"}}, "does not match pattern"),
    ({"replicas": 2}, "additional properties 'replicas' not allowed"),
    ({"model": {"name": "x"}}, "additional properties 'name' not allowed"),
    ({"model": {"maxLength": "long"}}, "maxLength"),
    ({"gpu": {"count": -1}}, "gpu/count"),
    ({"service": {"port": 70000}}, "service/port"),
]


@pytest.fixture(scope="module")
def refusals() -> list[str | None]:
    charts, _ = rendered(*(values for values, _ in REFUSED))
    return [chart.refused for chart in charts]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_values_that_cannot_work_are_refused(refusals: list[str | None], case: int) -> None:
    refused = refusals[case]
    assert refused is not None
    assert REFUSED[case][1] in refused


GUIDE = (ROOT / "docs" / "kubernetes.md").read_text()


def test_the_guides_values_are_taken() -> None:
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)]
    values = [block for block in blocks if "rules" not in block]  # which is the adapter's
    assert len(values) >= 4
    charts, _ = rendered(*values, valid_for=KUBERNETES)
    for chart in charts:
        assert chart.refused is None
        assert chart.invalid == []


def test_the_guides_options_are_values_of_the_chart() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    known = set(leaves(schema))
    given = set(re.findall(r"--set ([\w.]+)=", GUIDE)) | set(
        re.findall(r"`([a-z]\w*\.[\w.]+)(?:=\w+)?`", GUIDE)
    )
    sections = {path.partition(".")[0] for path in known}
    assert len(given) > 10
    assert {each for each in given if each not in known} <= {"probes.startup"}
    assert {each.partition(".")[0] for each in given} <= sections


def test_the_adapters_rule_makes_the_autoscalers_metric(cases: Cases) -> None:
    [block] = [each for each in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "rules:" in each]
    [rule] = yaml.safe_load(block)["rules"]
    metric = cases["everything"].only("HorizontalPodAutoscaler")["spec"]["metrics"][0]["pods"]["metric"]
    assert rule["name"]["as"] == metric["name"]
    assert rule["seriesQuery"].startswith("vllm:num_requests_waiting{")


def test_the_package_holds_what_a_user_needs(tmp_path: Path) -> None:
    program = "import sys, helm_python; print(helm_python.package(sys.argv[1], destination=sys.argv[2]))"
    run = subprocess.run([PYTHON, "-c", program, CHART, tmp_path], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    with tarfile.open(run.stdout.strip()) as archive:
        names = {name.removeprefix("accord/") for name in archive.getnames()}
    assert {"Chart.yaml", "README.md", "values.yaml", "values.schema.json", "files/alerts.yml"} <= names
    assert not any(name.startswith("ci/") for name in names)


def test_no_replicas_need_no_database() -> None:
    assert rendered_one(replicaCount=0).workload["spec"]["replicas"] == 0


def test_every_value_is_in_the_schema_and_described() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    known = set(leaves(schema))
    listed = {path for path, _ in described((CHART / "values.yaml").read_text())}
    assert listed == known
    jsonschema.validate(values, schema)
    for path in known:
        value_at(values, path)


def leaves(schema: Json, path: str = "") -> list[str]:
    """The paths of the values that have no values of their own with names that the chart knows."""
    found: list[str] = []
    for name, each in schema.get("properties", {}).items():
        if name == "global":  # Helm's own
            continue
        place = f"{path}{name}"
        found += leaves(each, f"{place}.") if each.get("properties") else [place]
    return found


def test_the_readme_lists_todays_values() -> None:
    assert PAGE.read_text() == written(PAGE.read_text()), "python -m codegen.chart_values"


def test_the_chart_is_of_this_release() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == chart["appVersion"] == __version__
    assert rendered_one().container["image"] == f"accord:{__version__}"


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ({"registry": "r.example", "repository": "team/accord", "tag": "7"}, "r.example/team/accord:7"),
        ({"tag": "7", "digest": f"sha256:{64 * 'a'}"}, f"accord@sha256:{64 * 'a'}"),
    ],
)
def test_the_images_name(image: Json, name: str) -> None:
    assert rendered_one(image=image).container["image"] == name


def test_the_alerts_are_those_of_deploy_prometheus() -> None:
    theirs = (ROOT / "deploy/prometheus/alerts.yml").read_text()
    assert (CHART / "files/alerts.yml").read_text() == theirs
    rule = rendered_one(prometheusRule={"enabled": True}).only("PrometheusRule")
    groups: Any = yaml.safe_load(theirs.replace('job="accord"', 'job="demo-accord"'))["groups"]
    assert rule["spec"]["groups"] == groups
