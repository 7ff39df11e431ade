"""Several processes that answer requests, over one set of engines.

`--api-server-count N` (`server/frontends`): a parent starts N frontends and the engine, and answers
nothing itself. A frontend is the whole server of one process but for its engine: its `Engine` has a
`Membership`, and joins the engine that the parent offers (`engine/joining.py`), as one of vLLM's clients.
The parent loads the engine with the `Supervisor` of a single server, and vLLM's `launch_core_engines`
(`engine/vllm/engine_set.py`). With one process nothing of this is imported.

* Start: the parent binds the port and starts the frontends before it imports vLLM, so that probes are
  answered while the model loads. They are sent settings, never vLLM's objects, and make vLLM's
  configuration of the same command line as the parent. The engine is offered when it runs.
* Connections: all listen on one inherited socket, and the one with the fewest connections takes the next
  (`accepting.py`, as vLLM's own server does it); else the kernel gives whole bursts to one of them.
* Counts: `board.py` is a row of numbers a frontend in shared memory; each writes its own and reads all.
  Requests at a time, the prompts' tokens that wait and vLLM's own count of requests are sums of it. A
  request is counted before it is compared, so two at once may both be refused, and never are both taken.
  What an API key has used is in a mapped file under a lock (`ledger.py`), as buckets are read and
  written; tokens of running requests are published four times a second. The memory for
  incoming bodies is divided.
* Background responses are made where they were asked for. Each frontend answers the others on a unix
  socket (`relay.py`): one that is asked to follow or stop a response that it does not make asks them in
  turn. What nobody makes, or whose process ends on the way, is looked for in the store, as with several
  servers.
* Metrics: prometheus-client's files, added up by whichever frontend is scraped (`telemetry/together.py`).
  That one reports the engine's state and the GPUs; the figures of processes have their names.
* Ready is the answer of each only if all are. Keys, certificates and the adapters' folder are followed by
  each by itself; an adapter has the same id in all, and its copy stays for as long as one of them serves
  it. An adapter that a client loads or unloads is in a file, which the others apply before the
  client has its answer (`adapter_changes.py`); vLLM's own server refuses this with several processes.
  Elastic expert parallelism, vLLM's fault tolerance and tensors in shared memory need one process: a start
  that asks for both is refused.
* An engine that fails is noticed as in a server of one process; the parent has the frontends ask the
  engine, in turn. A frontend reports failures to the parent, which starts another engine, and
  offers it.
* A frontend that ends by itself, is stopped by a signal, or stands still for
  `ACCORD_ENGINE_HANG_SECONDS`, is replaced at once. vLLM's engine greets each client once, at its start,
  so a new process cannot reach one that runs; so the engine is started again, too, and running requests
  end as where it failed. One that ends with exit code 2 (a setting is wrong) ends the server.
* The first SIGTERM or Ctrl+C makes the parent stop all frontends, each as a single server stops; the
  engine ends after the last. The second kills. The frontends themselves take no signals, and end with the
  parent.
"""
