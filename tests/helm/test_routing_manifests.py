"""The manifests in deploy/routing are what Kubernetes and the Gateway API take, and find the chart's pods."""

import json
import subprocess
from pathlib import Path

import jsonschema
import yaml

from tests.helm.rendering import KUBERNETES, PYTHON, RELEASE, ROOT, Json, rendered_one

HERE = Path(__file__).parent
FOLDER = ROOT / "deploy" / "routing"


def manifests(name: str) -> dict[str, Json]:
    """The objects of a file, by their kinds."""
    return {each["kind"]: each for each in yaml.safe_load_all((FOLDER / name).read_text())}


def test_the_routers_objects_are_kubernetes_own() -> None:
    asked = json.dumps(list(manifests("vllm-router.yaml").values()))
    command: list[str | Path] = [PYTHON, "-m", "tests.helm.manifests", *KUBERNETES]
    run = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr


def test_the_route_is_the_gateway_apis_and_leads_to_the_pool() -> None:
    objects = manifests("inference-pool.yaml")
    asked = json.dumps([objects["HTTPRoute"]])
    run = subprocess.run(
        ["node", HERE / "custom.mjs"], input=asked, capture_output=True, text=True, timeout=60
    )
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    jsonschema.validate(
        objects["InferencePool"], json.loads((HERE / "inferencepool.schema.json").read_text())
    )
    [rule] = objects["HTTPRoute"]["spec"]["rules"]
    assert rule["backendRefs"] == [
        {
            "group": "inference.networking.k8s.io",
            "kind": "InferencePool",
            "name": objects["InferencePool"]["metadata"]["name"],
        }
    ]


def test_both_find_the_charts_pods() -> None:
    [pod] = rendered_one().pods
    labels = pod["metadata"]["labels"] | {"app.kubernetes.io/instance": "accord"}
    assert pod["metadata"]["labels"]["app.kubernetes.io/instance"] == RELEASE
    pool = manifests("inference-pool.yaml")["InferencePool"]["spec"]
    assert labels.items() >= pool["selector"]["matchLabels"].items()
    [container] = manifests("vllm-router.yaml")["Deployment"]["spec"]["template"]["spec"]["containers"]
    arguments = container["args"]
    selector = arguments[arguments.index("--selector") + 1 :][:2]
    assert labels.items() >= dict(each.split("=") for each in selector).items()
    ports = [port["containerPort"] for each in pod["spec"]["containers"] for port in each["ports"]]
    assert pool["targetPorts"][0]["number"] in ports
    assert "--service-discovery-port=8000" in arguments
