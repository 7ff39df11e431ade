import subprocess
import sys

import pytest

from accord.engine.device import telemetry_arguments
from accord.telemetry.traces import endpoint, protocol


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


def test_the_protocol_is_http_unless_told_otherwise() -> None:
    assert protocol({}) == "http/protobuf"
    assert protocol({"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}) == "grpc"


def test_the_engine_traces_to_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raising=False)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")
    assert telemetry_arguments([]) == ["--otlp-traces-endpoint", "http://c:4318/v1/traces"]
    assert telemetry_arguments(["--otlp-traces-endpoint=http://d"]) == []
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT")
    assert telemetry_arguments([]) == []


def test_nothing_is_imported_where_no_endpoint_is_set() -> None:
    program = (
        "import sys, accord.server.serve\n"
        "from accord.telemetry.traces import configure_traces\n"
        "configure_traces({})\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
