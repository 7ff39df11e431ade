"""Metrics, logs and traces for operators. The other packages report to this one; it imports none of them.

Each request has one `RequestRecord` (`telemetry/request.py`), a small object in the `Exchange` and in a
context variable. Each stage adds its part: the dispatcher the status, the bytes and how a stream
ended, `Call.model` the served model's name, and the engine, where it passes prompts to vLLM, the running
`Usage` and the time of the first token. `ErrorMiddleware`, the outermost middleware, opens and
closes the record (`telemetry/accounting.py`). Closing it updates the metrics, writes the log line and ends
the span, once; none of this runs per token, and a new handler has nothing to add.

vLLM's metrics are in the default registry of this process, because AsyncLLM runs here. Accord's are in the
same registry, so a scrape reads memory and never calls the engine. A thread formats it; another reads
NVML, for which a scrape waits at most 10 ms.

Accord's OpenTelemetry provider is not the global one, which vLLM sets. vLLM gets Accord's span as the
parent in `trace_headers`. With JSON logs, each of vLLM's processes configures its logging from
`engine/deployment/vllm_jsonl.json`.
"""
