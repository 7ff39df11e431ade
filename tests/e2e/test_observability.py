"""What an operator's log pipeline and trace collector get from a running server."""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.otlp import TraceReceiver
from tests.serving import RunningServer, http

SECRET = "xylophone quartet"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@dataclass(frozen=True)
class Observed:
    """A server, and where its spans go."""

    server: RunningServer
    traces: TraceReceiver

    def chat(self, request_id: str, **body: Any) -> httpx.Response:
        headers = {"x-request-id": request_id, "traceparent": f"00-{TRACE}-{PARENT}-01"}
        content = {"messages": [{"role": "user", "content": SECRET}], "max_tokens": 4, "ignore_eos": True}
        return http.post(
            f"{self.server.url}/v1/chat/completions", json=content | body, headers=headers, timeout=120
        )

    def lines(self) -> list[dict[str, Any]]:
        """What the log has in JSON."""
        text = self.server.log.read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def access(self, request_id: str) -> dict[str, Any]:
        (line,) = (
            line
            for line in self.lines()
            if line["logger"] == "accord.access" and line["request_id"] == request_id
        )
        return line


@pytest.fixture
def observed(server: RunningServer, traces: TraceReceiver) -> Observed:
    return Observed(server, traces)


@pytest.mark.parametrize("stream", [False, True])
def test_a_request_has_one_line_and_one_span(observed: Observed, stream: bool) -> None:
    request_id = f"request-{stream}"
    assert observed.chat(request_id, stream=stream).status_code == 200
    span = observed.traces.wait_for(accord__request_id=request_id)
    line = observed.access(request_id)
    assert line["operation"] == "create_chat_completion"
    assert line["model"] == "tiny"
    assert line["status"] == 200
    assert line["outcome"] == "complete"
    assert line["completion_tokens"] == 4
    assert line["prompt_tokens"] > 4
    assert 0 < line["ttft_seconds"] < line["duration_seconds"]
    assert (span.service, span.name) == ("accord", "POST /v1/chat/completions")
    assert (span.trace_id, span.parent_id) == (TRACE, PARENT)
    expected = {
        "http.request.method": "POST",
        "http.route": "/v1/chat/completions",
        "http.response.status_code": 200,
        "url.path": "/v1/chat/completions",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "tiny",
        "gen_ai.usage.input_tokens": line["prompt_tokens"],
        "gen_ai.usage.output_tokens": 4,
    }
    assert expected.items() <= span.attributes.items()


def test_the_engines_span_is_within_the_servers(observed: Observed) -> None:
    answer = observed.chat("request-engine").json()
    span = observed.traces.wait_for(accord__request_id="request-engine")
    inner = observed.traces.wait_for(gen_ai__request__id=answer["id"])
    assert (inner.trace_id, inner.parent_id) == (TRACE, span.span_id)
    assert inner.service == "accord"


def test_a_refused_request_gives_the_reason(observed: Observed) -> None:
    assert observed.chat("request-refused", model="typed-model").status_code == 404
    span = observed.traces.wait_for(accord__request_id="request-refused")
    assert span.attributes["error.type"] == "model_not_found"
    line = observed.access("request-refused")
    assert (line["status"], line["reason"]) == (404, "model_not_found")
    assert "model" not in line


def test_every_process_logs_json_lines(observed: Observed) -> None:
    processes = {line["process"] for line in observed.lines()}
    assert "MainProcess" in processes
    assert any(re.match(r"EngineCore", process) for process in processes)
    for line in observed.lines():
        assert line.keys() >= {"time", "level", "logger", "message", "process", "pid"}


def test_probes_are_neither_logged_nor_traced(observed: Observed) -> None:
    http.get(f"{observed.server.url}/v1/health/live")
    observed.chat("request-after-probe")
    observed.traces.wait_for(accord__request_id="request-after-probe")
    assert not any(line.get("operation") == "get_health_live" for line in observed.lines())
    paths = {span.attributes.get("url.path") for span in observed.traces.spans}
    assert not any(path.startswith("/v1/health") for path in paths if path)


def test_no_prompt_is_in_the_log_or_in_a_span(observed: Observed) -> None:
    observed.chat("request-wrong", temperature=SECRET)
    observed.chat("request-said")
    observed.traces.wait_for(accord__request_id="request-said")
    assert SECRET not in observed.server.log.read_text()
    assert not any(SECRET in str(span) for span in observed.traces.spans)
