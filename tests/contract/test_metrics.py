import json
import re
from pathlib import Path

import httpx
import pytest

from accord.engine.vllm.shortcuts import NAMES
from accord.telemetry.gpu import FAMILIES
from tests.contract.document import Contract
from tests.scrape import Scrape, scrape_until
from tests.serving import RunningServer, http

DEPLOY = Path(__file__).parents[2] / "deploy"
GPU_NAMES = {f.name + ("_total" if "Counter" in f.kind.__name__ else "") for f in FAMILIES}
ENDLESS = {"prompt": "a", "max_tokens": 2000, "ignore_eos": True}


@pytest.mark.parametrize("path", ["/metrics", "/v1/metrics"])
def test_metrics_are_as_the_contract_says(client: httpx.Client, contract: Contract, path: str) -> None:
    response = client.get(path)
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    contract.check(response)


def test_a_chat_moves_the_engines_metrics_and_ours(client: httpx.Client, server: RunningServer) -> None:
    before = Scrape.of(server.url)
    messages = [{"role": "user", "content": "Hello"}]
    body = {"messages": messages, "max_tokens": 5, "ignore_eos": True}
    assert client.post("/v1/chat/completions", json=body).status_code == 200
    after = Scrape.of(server.url)

    def moved(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    chat = {"operation": "create_chat_completion"}
    assert moved("accord_requests_total", **chat, model=server.model, status="200") == 1
    assert moved("accord_request_duration_seconds_count", **chat) == 1
    assert moved("accord_request_size_bytes_sum", **chat) > 50
    assert moved("accord_response_size_bytes_sum", **chat) > 200
    assert moved("vllm:generation_tokens_total", model_name=server.model) == 5
    assert moved("vllm:time_to_first_token_seconds_count") == 1
    assert moved("vllm:inter_token_latency_seconds_count") == 4
    assert {
        "vllm:num_requests_running",
        "vllm:num_requests_waiting",
        "vllm:kv_cache_usage_perc",
    } <= after.names


def test_every_shortcut_fits_the_tests_model_and_does_as_vllm_does(
    client: httpx.Client, server: RunningServer
) -> None:
    """Its comparison is that of the server's first request."""
    messages = [{"role": "user", "content": "Hello"}]
    assert client.post("/v1/chat/completions", json={"messages": messages, "max_tokens": 1}).is_success
    for name in NAMES:
        assert Scrape.of(server.url).value("accord_shortcut_active", name=name) == 1, name
    for name in ("tokenizing", "templates"):

        def compared(scrape: Scrape, name: str = name) -> bool:
            return scrape.value("accord_shortcut_comparisons_total", name=name, result="same") >= 1

        scrape = scrape_until(server.url, compared)
        assert scrape.value("accord_shortcut_comparisons_total", name=name) == 1, "all are the same"


def test_a_stream_is_counted_while_it_is_open(client: httpx.Client, server: RunningServer) -> None:
    with client.stream("POST", "/v1/completions", json=ENDLESS | {"stream": True}) as stream:
        lines = stream.iter_lines()  # stored as the stream closes
        next(lines)
        assert Scrape.of(server.url).value("accord_streams_open") >= 1


def _idle(scrape: Scrape) -> bool:
    return scrape.value("vllm:num_requests_running") + scrape.value("vllm:num_requests_waiting") == 0


def test_a_client_that_disconnects_from_a_stream_leaves_nothing_running(server: RunningServer) -> None:
    before = scrape_until(server.url, _idle)
    with http.stream(
        "POST", f"{server.url}/v1/completions", json=ENDLESS | {"stream": True}, timeout=60
    ) as stream:
        lines = stream.iter_lines()
        next(lines)
        scrape_until(server.url, lambda scrape: scrape.value("vllm:num_requests_running") == 1)
    ended = {"operation": "create_completion", "outcome": "disconnected"}

    def aborted(scrape: Scrape) -> bool:
        return _idle(scrape) and scrape.value("accord_streams_open") == 0

    after = scrape_until(server.url, aborted)
    name = "accord_streams_total"
    assert after.value(name, **ended) == before.value(name, **ended) + 1
    generated = "vllm:generation_tokens_total"
    assert after.value(generated) - before.value(generated) < 2000
    assert after.value("vllm:request_success_total") == before.value("vllm:request_success_total")


def test_a_client_that_gives_up_waiting_leaves_nothing_running(server: RunningServer) -> None:
    before = scrape_until(server.url, _idle)
    with pytest.raises(httpx.ReadTimeout):
        http.post(f"{server.url}/v1/completions", json=ENDLESS, timeout=httpx.Timeout(30, read=0.2))
    left = {"operation": "create_completion", "status": "499"}
    name = "accord_requests_total"
    scrape_until(server.url, lambda scrape: scrape.value(name, **left) == before.value(name, **left) + 1)
    after = scrape_until(server.url, _idle)
    assert after.value("vllm:request_success_total") == before.value("vllm:request_success_total")


def _used_names(text: str) -> set[str]:
    return set(re.findall(r"\b(?:vllm:|accord_|process_)[a-z0-9_]+", text))


@pytest.mark.parametrize("file", ["grafana/accord.json", "prometheus/alerts.yml"])
def test_the_dashboard_and_the_alerts_ask_for_what_exists(server: RunningServer, file: str) -> None:
    text = (DEPLOY / file).read_text()
    if file.endswith(".json"):
        dashboard = json.loads(text)
        expressions = [t["expr"] for panel in dashboard["panels"] for t in panel.get("targets", ())]
        queries = [v["query"]["query"] for v in dashboard["templating"]["list"] if v["type"] == "query"]
        text = "\n".join(expressions + queries)
    used = _used_names(text)
    assert used
    assert used <= Scrape.of(server.url).names | GPU_NAMES
