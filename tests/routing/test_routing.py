"""Several servers with one database behind vLLM's router."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.document import Contract
from tests.routing.conftest import ROOT, ROUTER, Pair, said_several_times, vllm_router
from tests.scrape import Scrape
from tests.serving import http
from tests.tiny_model import NAME

MANIFEST = ROOT / "deploy" / "routing" / "vllm-router.yaml"
LOCAL_HITS = "vllm:prefix_cache_hits_total"
REQUESTS = "vllm:request_success_total"
SHORT: dict[str, Any] = {"model": NAME, "temperature": 0}


def grown(before: list[float], after: list[float]) -> list[float]:
    return [b - a for a, b in zip(before, after, strict=True)]


@pytest.mark.parametrize(
    ("policy", "headers"), [("cache_aware", {}), ("consistent_hash", {"x-session-id": "session-1"})]
)
def test_the_turns_of_a_conversation_land_on_the_same_server(
    pair: Pair, tmp_path: Path, policy: str, headers: dict[str, str]
) -> None:
    messages = said_several_times(policy)
    with vllm_router(tmp_path / "log", "--policy", policy, "--worker-urls", *pair.urls) as client:
        requests, hits = pair.counted(REQUESTS), pair.counted(LOCAL_HITS)
        for turn in range(3):
            body = SHORT | {"max_tokens": 8, "messages": messages}
            answer = client.post("/v1/chat/completions", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            cached = answer.json()["usage"]["prompt_tokens_details"]["cached_tokens"]
            assert (cached > 0) == (turn > 0)
            said = answer.json()["choices"][0]["message"]
            messages = [*messages, said, {"role": "user", "content": "Go on."}]
        assert sorted(grown(requests, pair.counted(REQUESTS))) == [0, 3]
        assert sorted(grown(hits, pair.counted(LOCAL_HITS)))[1] > 0


def test_a_conversation_continues_on_the_other_server(pair: Pair, tmp_path: Path, contract: Contract) -> None:
    previous: dict[str, Any] = {}
    with vllm_router(tmp_path / "log", "--policy", "round_robin", "--worker-urls", *pair.urls) as client:
        requests = pair.counted(REQUESTS)
        for turn in range(4):
            body = SHORT | {"input": "olive " * 60 if turn == 0 else "Go on.", "max_output_tokens": 8}
            if previous:
                body["previous_response_id"] = previous["id"]
            answer = client.post("/v1/responses", json=body)
            assert answer.status_code == 200, answer.text
            if previous:
                assert answer.json()["usage"]["input_tokens"] > previous["usage"]["total_tokens"]
            previous = answer.json()
        # The router may begin with either, and take either for what it asks itself; but it takes turns.
        assert all(grown(requests, pair.counted(REQUESTS)))
        for _ in range(2):
            found = client.get(f"/v1/responses/{previous['id']}")
            contract.check(found)
            assert found.json()["output"] == previous["output"]
    follow_up = SHORT | {"input": "And?", "max_output_tokens": 8, "store": False}
    follow_up["previous_response_id"] = previous["id"]
    answers = [http.post(f"{url}/v1/responses", json=follow_up, timeout=60).json() for url in pair.urls]
    assert len({answer["usage"]["input_tokens"] for answer in answers}) == 1
    assert len({answer["output"][0]["content"][0]["text"] for answer in answers}) == 1


def test_endpoints_for_routers_exist(pair: Pair, contract: Contract) -> None:
    for path in ("/health", "/ping", "/load", "/version", "/kv_event_sources", "/server_info"):
        answer = http.get(f"{pair.one.url}{path}", timeout=60)
        assert answer.status_code == 200
        contract.check(answer)
    told = http.get(f"{pair.one.url}/server_info", params={"config_format": "json"}, timeout=60)
    contract.check(told)
    assert told.json()["vllm_config"]["cache_config"]["block_size"] == 32


def test_the_metrics_that_endpoint_pickers_read_are_there(pair: Pair) -> None:
    wanted = {"vllm:num_requests_waiting", "vllm:num_requests_running", "vllm:kv_cache_usage_perc"}
    assert Scrape.of(pair.one.url).names >= wanted | {"vllm:cache_config_info"}


def test_the_manifests_router_knows_its_arguments() -> None:
    [deployment] = [each for each in yaml.safe_load_all(MANIFEST.read_text()) if each["kind"] == "Deployment"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    code = "import sys; from vllm_router.launch_router import parse_router_args as p; print(p(sys.argv[1:]))"
    command = [ROUTER.with_name("python"), "-c", code, *container["args"]]
    parsed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    selector = "{'app.kubernetes.io/instance': 'accord', 'app.kubernetes.io/component': 'server'}"
    assert f"selector={selector}" in parsed
    assert "service_discovery_port=8000" in parsed
