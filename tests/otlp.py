"""A receiver of OpenTelemetry traces over OTLP/HTTP, like a collector."""

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """A span that has arrived."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]


@dataclass
class TraceReceiver:
    """The receiver's address, and every span that it received."""

    url: str
    spans: list[Span] = field(default_factory=list)
    arrived: Condition = field(default_factory=Condition)

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        with self.arrived:
            for group in request.resource_spans:
                service = _attributes(group.resource.attributes).get("service.name", "")
                for scope in group.scope_spans:
                    self.spans += [_span(service, span) for span in scope.spans]
            self.arrived.notify_all()

    def wait_for(self, seconds: float = 30, **attributes: Any) -> Span:
        """Return the first span with these attributes (`__` stands for a dot)."""
        wanted = {name.replace("__", "."): value for name, value in attributes.items()}
        deadline = time.monotonic() + seconds
        with self.arrived:
            while True:
                for span in self.spans:
                    if wanted.items() <= span.attributes.items():
                        return span
                if not self.arrived.wait(deadline - time.monotonic()):
                    raise AssertionError(f"no span with {wanted} among {self.spans}")


def _span(service: str, span: Any) -> Span:
    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
    return Span(service, span.name, *ids, _attributes(span.attributes))


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


@contextmanager
def trace_receiver() -> Iterator[TraceReceiver]:
    """Listen on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.take(gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = TraceReceiver(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
