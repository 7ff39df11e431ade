"""Renders the chart with Helm and checks what comes of it, where Helm and the schemas are installed.

`python charts.py CHART` takes a JSON list of `{"values", "name", "valid_for": [versions of Kubernetes]}` on
stdin, and prints as many: `manifests`, by the templates' names, or `refused`; `invalid`, a line an error.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import helm_python
import kubernetes_validate
import yaml

CUSTOM = ("monitoring.coreos.com/", "keda.sh/", "leaderworkerset.x-k8s.io/")


def checked(chart: Any, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        chart.validate_schema(chart.merge_values(asked["values"]))
        manifests = chart.render(asked["values"], name=asked["name"], namespace="serving")
    except helm_python.HelmError as error:
        return {"refused": str(error)}
    invalid = [
        f"{name} in Kubernetes {version}: {wrong}"
        for name, text in manifests.items()
        if not name.endswith(".txt")
        for manifest in filter(None, yaml.safe_load_all(text))
        for version in asked.get("valid_for", [])
        for wrong in wrongs(manifest, version)
    ]
    return {"manifests": manifests, "invalid": invalid}


def wrongs(manifest: dict[str, Any], version: str) -> list[str]:
    """What Kubernetes' own schemas, with no unknown fields allowed, say of a manifest."""
    if manifest["apiVersion"].startswith("leaderworkerset.x-k8s.io/"):
        template = manifest["spec"]["leaderWorkerTemplate"]
        pods = [template["leaderTemplate"], template["workerTemplate"]]
        return [
            wrong
            for pod in pods
            for wrong in wrongs({"apiVersion": "v1", "kind": "PodTemplate", "template": pod}, version)
        ]
    if manifest["apiVersion"].startswith(CUSTOM):
        return []
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{'.'.join(map(str, error.path))}: {error.message}"]
    return []


def main() -> None:
    path = sys.argv[1]
    with helm_python.Chart.load(path) as chart:
        done = [checked(chart, asked) for asked in json.load(sys.stdin)]
    lint = helm_python.lint(path, strict=True)
    json.dump({"charts": done, "lint": lint["messages"] + lint["errors"]}, sys.stdout)


if __name__ == "__main__":
    main()
