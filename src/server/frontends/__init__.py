"""Several HTTP processes that share one engine.

With `--api-server-count N` a parent starts N frontends and the engine, and answers no requests itself. A
frontend is a complete server in one process, without an engine of its own: its `Engine` has a `Membership`,
and connects to the engine that the parent offers (`engine/joining.py`), as one of vLLM's clients. The parent
loads the engine with the `Supervisor` of a single server, and vLLM's `launch_core_engines`
(`engine/vllm/engine_set.py`). With one process none of this is imported.

* Start: the parent binds the port and starts the frontends before it imports vLLM, so that probes are
  answered while the model loads. It sends them settings, never vLLM's objects, and they make vLLM's
  configuration from the same command line. The engine is offered when it runs.
* Connections: all frontends listen on one inherited socket, and the one with the fewest connections accepts
  the next (`accepting.py`, as in vLLM's own server); otherwise the kernel gives whole bursts to one of them.
* Counters: `counters.py` has a row of numbers in shared memory for each frontend, which writes its own row
  and reads all. Running requests, waiting prompt tokens and vLLM's own count of requests are sums over the
  rows. A request is counted before it is compared with the limit, so two concurrent ones may both be refused,
  but never both exceed it. The usage of API keys is in a mapped file with a lock (`key_table.py`), because
  buckets are read and written; tokens of running requests are published four times a second. The memory for
  incoming bodies is divided.
* Background responses run in the frontend that got the request. Each frontend serves the others on a unix
  socket (`peers.py`): one that is asked to follow or stop a response of another asks them in turn. A response
  that runs nowhere, or whose process ends meanwhile, is read from the store, as with several servers.
* Metrics: prometheus-client's files, added up by the frontend that is scraped (`telemetry/multiprocess.py`).
  It reports the engine's state and the GPUs; the figures of processes are labelled with their names.
* Readiness: each is ready only if all are. Keys, certificates and the adapters' folder are watched by each;
  an adapter has the same id in all, and its copy is kept while one of them serves it. An adapter that a
  client loads or unloads is written to a file, and the client has its answer when all others have applied the
  change (`adapter_changes.py`); vLLM's own server refuses this with several processes. Elastic expert
  parallelism, vLLM's fault tolerance and tensors in shared memory need one process: a start that asks for
  both is refused.
* An engine's failure is detected as in a server of one process; the parent makes the frontends ping the
  engine in turn. A frontend reports failures to the parent, which starts another engine and offers it.
* A frontend that ends by itself, is stopped by a signal, or hangs for `ACCORD_ENGINE_HANG_SECONDS`, is
  replaced at once. vLLM's engine greets each client once, at its start, so a new process cannot connect to a
  running engine. The engine is restarted, too, and running requests end as after a failure. A frontend that
  ends with exit code 2 (a setting is wrong) ends the server.
* The first SIGTERM or Ctrl+C makes the parent stop all frontends, each as a single server stops; the engine
  ends after the last of them. The second signal kills. The frontends themselves handle no signals, and end
  with the parent.
"""
