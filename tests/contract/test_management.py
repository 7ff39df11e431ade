from pathlib import Path

import httpx
import pytest

from tests.contract.document import Contract
from tests.serving import RunningServer, started


@pytest.mark.parametrize("path", ["/v1/health/live", "/v1/health/ready", "/v1/version", "/v1/models"])
def test_a_ready_server_answers(client: httpx.Client, contract: Contract, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    contract.check(response)


def test_a_served_model_can_be_retrieved(
    client: httpx.Client, contract: Contract, server: RunningServer
) -> None:
    response = client.get(f"/v1/models/{server.model}")
    contract.check(response)
    assert response.json()["max_model_len"] == 2048
    assert client.get("/v1/models/org/other").status_code == 404


def test_the_version_is_the_contracts(client: httpx.Client, contract: Contract) -> None:
    assert client.get("/v1/version").json()["api"] == contract.document["info"]["version"]


def test_a_loading_server_is_live_and_says_that_it_is_not_ready(
    tiny_model: Path, tmp_path: Path, contract: Contract
) -> None:
    with (
        started(["--model", str(tiny_model)], tmp_path / "log", "tiny") as loading,
        httpx.Client(base_url=loading.url, transport=httpx.HTTPTransport(retries=20)) as client,
    ):
        live = client.get("/v1/health/live")
        assert live.status_code == 200
        ready = client.get("/v1/health/ready")
        assert ready.status_code == 503
        contract.check(ready)
        chat = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hello"}]})
        assert chat.status_code == 503
        contract.check(chat)
        assert chat.json()["error"]["code"] == "model_loading"
