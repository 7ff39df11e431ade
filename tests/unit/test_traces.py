import os
import subprocess
import sys

import pytest

from accord.engine.deployment.device import trace_arguments
from accord.telemetry import traces
from accord.telemetry.request import RequestRecord
from accord.telemetry.traces import configure_traces, endpoint, flush_traces, protocol
from tests.otlp import trace_receiver


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"}, "http://c:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/here"}, "http://c/here"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "http://c:4317",
        ),
    ],
)
def test_the_standard_variables_say_where_traces_go(
    environment: dict[str, str], expected: str | None
) -> None:
    assert endpoint(environment) == expected


def test_the_protocol_is_http_unless_configured_otherwise() -> None:
    assert protocol({}) == "http/protobuf"
    assert protocol({"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}) == "grpc"


def test_the_engine_traces_to_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raising=False)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")
    assert trace_arguments([]) == ["--otlp-traces-endpoint", "http://c:4318/v1/traces"]
    assert trace_arguments(["--otlp-traces-endpoint=http://d"]) == []
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT")
    assert trace_arguments([]) == []


def test_nothing_is_imported_where_no_endpoint_is_set() -> None:
    program = (
        "import sys, accord.server.serve\n"
        "from accord.telemetry.traces import configure_traces\n"
        "configure_traces({})\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_a_span_that_waits_is_sent_before_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_tracer", None)
    with trace_receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        configure_traces(os.environ)
        record = RequestRecord("request-1", "GET", "/v1/models", operation="list_models", status=200)
        traces.begin(record, [(b"traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01")], "https")
        assert record.trace_headers is not None
        traces.end(record)
        flush_traces()
        span = receiver.wait_for(seconds=1, accord__request_id="request-1")
    assert (span.name, span.trace_id, span.parent_id) == ("GET /v1/models", "a" * 32, "b" * 16)
    assert record.trace_headers["traceparent"] == f"00-{span.trace_id}-{span.span_id}-01"
    assert span.attributes["url.scheme"] == "https"


def test_probes_have_no_span(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_tracer", None)
    configure_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    record = RequestRecord("request-2", "GET", "/v1/health/live")
    traces.begin(record, [], "http")
    assert record.span is None
    assert record.trace_headers is None
