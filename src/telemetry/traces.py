"""OpenTelemetry traces: one server span per request, if an OTLP endpoint is set.

Without one, nothing of OpenTelemetry is imported here.

The standard variables apply: OTEL_EXPORTER_OTLP_ENDPOINT (or ..._TRACES_ENDPOINT),
OTEL_EXPORTER_OTLP_PROTOCOL (http/protobuf, or grpc), OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and others.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from importlib.resources import files
from threading import Thread
from time import time_ns
from typing import TYPE_CHECKING, Any

from accord.telemetry.request import QUIET_OPERATIONS, RequestRecord

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

logger = logging.getLogger(__name__)

SERVICE = "accord"
"""The default service name of spans; OTEL_SERVICE_NAME overrides it."""

FLUSH_SECONDS = 3
HTTP = "http/protobuf"

_OPERATION_NAMES = {
    "create_chat_completion": "chat",
    "create_response": "chat",
    "create_message": "chat",
    "create_completion": "text_completion",
    "generate": "text_completion",
}
"""`gen_ai.operation.name` of the operations that generate."""


def endpoint(environment: Mapping[str, str]) -> str | None:
    """Return the endpoint of traces; None if they are off."""
    if (named := environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")) is not None:
        return named or None
    base = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    if not base or protocol(environment) != HTTP:
        return base or None
    return f"{base.rstrip('/')}/v1/traces"


def protocol(environment: Mapping[str, str]) -> str:
    """Return the protocol of the endpoint."""
    return (
        environment.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
        or environment.get("OTEL_EXPORTER_OTLP_PROTOCOL")
        or HTTP
    )


class _Tracer:
    """The objects of OpenTelemetry for requests. The provider is not the global one, which vLLM sets."""

    def __init__(self, provider: TracerProvider) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self.provider = provider
        self.tracer = provider.get_tracer("accord")
        self.propagator = TraceContextTextMapPropagator()
        self.in_context = set_span_in_context
        self.server = SpanKind.SERVER
        self.error = Status(StatusCode.ERROR)
        document = json.loads(files("accord.generated").joinpath("openapi.json").read_text())
        self.routes = {
            operation["operationId"]: path
            for path, item in document["paths"].items()
            for operation in item.values()
            if isinstance(operation, dict) and "operationId" in operation
        }
        self.quiet_paths = {route for id_, route in self.routes.items() if id_ in QUIET_OPERATIONS}


_tracer: _Tracer | None = None


def configure_traces(environment: Mapping[str, str]) -> None:
    """Start tracing requests, if an endpoint is set."""
    global _tracer
    if not (url := endpoint(environment)):
        return
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = environment.get("OTEL_SERVICE_NAME", SERVICE)
    resource = Resource.create({SERVICE_NAME: name})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)  # flush_traces does
    provider.add_span_processor(BatchSpanProcessor(_exporter(protocol(environment))))
    _tracer = _Tracer(provider)
    logger.info("Traces are exported to %s.", url)


def flush_traces() -> None:
    """Send the spans that have not been sent; give up after FLUSH_SECONDS if no collector accepts them."""
    if _tracer is not None:
        thread = Thread(target=_tracer.provider.shutdown, name="flush-traces", daemon=True)
        thread.start()
        thread.join(FLUSH_SECONDS)


def _exporter(kind: str) -> Any:
    """The exporter of a protocol; it reads its endpoint, headers and certificates from the environment."""
    if kind == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as Grpc

        return Grpc()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as Http

    return Http()


def begin(record: RequestRecord, headers: Iterable[tuple[bytes, bytes]], scheme: str) -> None:
    """Open the span of a request, in the trace that the client's `traceparent` names."""
    if _tracer is None or record.path in _tracer.quiet_paths:
        return
    carrier = {
        name.decode(): value.decode("latin-1")
        for name, value in headers
        if name in (b"traceparent", b"tracestate")
    }
    record.span = _tracer.tracer.start_span(
        record.method,
        context=_tracer.propagator.extract(carrier),
        kind=_tracer.server,
        attributes={"http.request.method": record.method, "url.path": record.path, "url.scheme": scheme},
        start_time=time_ns(),
    )
    record.trace_headers = {}
    _tracer.propagator.inject(record.trace_headers, _tracer.in_context(record.span))


def end(record: RequestRecord) -> None:
    """Close the span of a request that has ended."""
    span = record.span
    if span is None or _tracer is None:
        return
    route = _tracer.routes.get(record.operation)
    if route is not None:
        span.update_name(f"{record.method} {route}")
        span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", record.status)
    span.set_attribute("accord.request_id", record.request_id)
    if record.refusal is not None:
        span.set_attribute("error.type", record.refusal)
    elif record.outcome != "complete" or record.status >= 500:
        span.set_attribute("error.type", str(record.status) if record.complete else record.outcome)
    if record.status >= 500 or record.failed:
        span.set_status(_tracer.error)
    if (name := _OPERATION_NAMES.get(record.operation)) is not None:
        span.set_attributes(_generation(record, name))
    span.end()


def _generation(record: RequestRecord, name: str) -> dict[str, Any]:
    """The GenAI conventions' attributes."""
    attributes: dict[str, Any] = {"gen_ai.operation.name": name, "gen_ai.provider.name": "vllm"}
    if record.model:
        attributes["gen_ai.request.model"] = attributes["gen_ai.response.model"] = record.model
    if record.tokens:
        attributes["gen_ai.usage.input_tokens"] = record.prompt_tokens
        attributes["gen_ai.usage.output_tokens"] = record.completion_tokens
    if record.first_token_at is not None:
        attributes["accord.time_to_first_token"] = record.first_token_at - record.began
    return attributes
