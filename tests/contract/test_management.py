import hashlib
from pathlib import Path

import httpx
import pytest
import yaml

from tests.contract.document import Contract
from tests.serving import RunningServer
from tests.tiny_model import NAME


@pytest.mark.parametrize(
    "path",
    [
        "/v1/health/live",
        "/v1/health/ready",
        "/v1/version",
        "/v1/models",
        "/v1/metadata",
        "/v1/manifest",
        "/v1/license",
        "/health",
        "/ping",
        "/load",
        "/version",
        "/kv_event_sources",
    ],
)
def test_a_ready_server_answers(client: httpx.Client, contract: Contract, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    contract.check(response)


def test_a_ping_may_be_a_post(client: httpx.Client, contract: Contract) -> None:
    for asked in (client.post("/ping"), client.post("/ping", json={"any": "thing"})):
        assert asked.status_code == 200
        contract.check(asked)


def test_a_served_model_can_be_retrieved(
    client: httpx.Client, contract: Contract, server: RunningServer
) -> None:
    response = client.get(f"/v1/models/{server.model}")
    contract.check(response)
    assert response.json()["max_model_len"] == 2048
    assert client.get("/v1/models/org/other").status_code == 404


def test_the_version_is_the_contracts(client: httpx.Client, contract: Contract) -> None:
    assert client.get("/v1/version").json()["api"] == contract.document["info"]["version"]


def test_the_metadata_names_the_model_and_its_profile(client: httpx.Client, tiny_model: Path) -> None:
    metadata = client.get("/v1/metadata").json()
    assert metadata["modelInfo"] == [{"shortName": NAME, "modelUrl": tiny_model.resolve().as_uri()}]
    assert metadata["version"] == client.get("/v1/version").json()["release"]
    manifest = yaml.safe_load(client.get("/v1/manifest").json()["manifest_file"])
    selected = {profile["id"]: profile for profile in manifest["profiles"]}[
        metadata["selectedModelProfileId"]
    ]
    assert selected["name"] == "vllm-bf16-tp1-pp1"
    assert selected["runnable"]


def test_the_manifest_says_what_the_model_needs(client: httpx.Client, tiny_model: Path) -> None:
    manifest = yaml.safe_load(client.get("/v1/manifest").json()["manifest_file"])
    assert manifest["max_model_len"] == client.get("/v1/models").json()["data"][0]["max_model_len"]
    assert manifest["devices"]
    plain = manifest["profiles"][0]["requires"]
    weights = (tiny_model / "model.safetensors").stat().st_size
    assert weights * 0.99 < plain["weights_bytes_per_device"] <= weights
    assert (
        plain["cache_bytes_per_device"] == 2048 * 2 * 2 * 4 * 32 * 2
    )  # tokens, layers, K and V, heads, size, bytes
    assert all(profile["runnable"] or profile["reason"] for profile in manifest["profiles"])


def test_the_license_is_there_with_its_text(client: httpx.Client) -> None:
    license_ = client.get("/v1/license").json()
    assert license_["name"] == "Apache-2.0"
    assert "Apache License" in license_["content"]
    assert license_["size"] == len(license_["content"])
    assert license_["sha"] == hashlib.sha1(license_["content"].encode()).hexdigest()
    assert license_.items() >= client.get("/v1/metadata").json()["licenseInfo"].items()
    assert "modelLicense" not in license_
