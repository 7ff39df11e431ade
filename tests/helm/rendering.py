"""The chart as Helm renders it, for the tests: asks tests/helm/charts.py, and finds what a test is about."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "accord"
PYTHON = ROOT / ".venv-helm" / "bin" / "python"
RELEASE = "demo"
KUBERNETES = ("1.27", "1.37")
"""The first and the last release that the manifests are valid for."""
CASES = sorted((CHART / "ci").glob("*-values.yaml"))

Json = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """What came of the chart with some values."""

    manifests: dict[str, str]
    invalid: list[str]
    refused: str | None

    @property
    def objects(self) -> list[Json]:
        texts = (text for name, text in self.manifests.items() if not name.endswith(".txt"))
        return [each for text in texts for each in yaml.safe_load_all(text) if each]

    def only(self, kind: str) -> Json:
        found = [each for each in self.objects if each["kind"] == kind]
        assert len(found) == 1, f"{len(found)} of kind {kind}"
        return found[0]

    @property
    def workload(self) -> Json:
        kinds = ("Deployment", "StatefulSet", "LeaderWorkerSet")
        return next(each for each in self.objects if each["kind"] in kinds)

    @property
    def pods(self) -> list[Json]:
        """The templates of the pods: one that serves, and with several nodes one that only computes."""
        spec = self.workload["spec"]
        if "leaderWorkerTemplate" in spec:
            return [spec["leaderWorkerTemplate"][name] for name in ("leaderTemplate", "workerTemplate")]
        return [spec["template"]]

    @property
    def pod(self) -> Json:
        spec: Json = self.pods[0]["spec"]
        return spec

    @property
    def container(self) -> Json:
        container: Json = next(each for each in self.pod["containers"] if each["name"] == "accord")
        return container


def rendered(*values: Json, valid_for: tuple[str, ...] = ()) -> tuple[list[Rendered], list[Json]]:
    """Return what comes of the chart with each of `values`, and what `helm lint` says of it."""
    asked = [{"values": each, "name": RELEASE, "valid_for": valid_for} for each in values]
    run = subprocess.run(
        [PYTHON, ROOT / "tests/helm/charts.py", CHART],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    charts = [
        Rendered(each.get("manifests", {}), each.get("invalid", []), each.get("refused"))
        for each in answer["charts"]
    ]
    return charts, answer["lint"]


def rendered_one(**values: Any) -> Rendered:
    """Return what comes of the chart with `values`, which it takes."""
    [chart], _ = rendered(values)
    assert chart.refused is None, chart.refused
    return chart


def variables(container: Json) -> dict[str, str]:
    """The container's variables; of a secret, its name and key."""
    return {
        each["name"]: each["value"] if "value" in each else secret(each["valueFrom"])
        for each in container["env"]
    }


def secret(source: Json) -> str:
    reference = source.get("secretKeyRef")
    return f"{reference['name']}/{reference['key']}" if reference else str(source["fieldRef"]["fieldPath"])
