"""What an operator sees: metrics, logs and traces. The other packages report to it; it knows none of them.

Each request has one `RequestRecord` (`telemetry/request.py`), a small object in the `Exchange` and in a
context variable. Whoever knows something notes it there: the dispatcher the status, the bytes and how a
stream ended, `Call.model` the model's served name, the engine, in the one place where every prompt is
handed to vLLM, its running `Usage` and the moment of the first token. `ErrorMiddleware`, through which
every request comes and leaves, opens and closes the record (`telemetry/accounting.py`); closing it moves
the metrics, writes the line of the log and ends the span, once, and nothing of it runs a token. A new
handler has nothing to do for it.

vLLM's metrics are in the default registry of this process, as AsyncLLM runs here; ours are beside them, so
a scrape reads memory and never asks the engine. It is written in a thread, and NVML is read in another one,
for which a scrape waits 10 ms at most.

Our OpenTelemetry provider is not the global one, which vLLM sets; vLLM gets our span as the parent in
`trace_headers`. In JSON lines, `engine/vllm_jsonl.json` is what vLLM configures its logging with, in each
of its processes.
"""
