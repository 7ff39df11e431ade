"""The engine as the other packages see it; only `engine.vllm` imports vLLM.

`engine.py` is the interface for the other packages. Of vLLM it knows only the state: loading, ready,
restarting, failed. A thread imports vLLM and loads the model, so that probes are answered from the start.
vLLM's processes are spawned, never forked from a serving process, and import the command line again, which
is why `server/cli.py` imports the server only to serve. `engine/vllm/backend.py` uses AsyncLLM,
OnlineRenderer and Parser, but not vLLM's serving classes, which build its responses.
`engine/vllm/requests.py` converts requests, `engine/vllm/deltas.py` outputs.

`engine/deployment/deployment.py` describes what a deployment runs, before and after it is loaded, without
torch: `model_files.py` reads the model's configuration and the headers of its tensors, `hardware.py` finds
the GPUs (NVML) or the CPU's memory nodes, and `profiles.py` computes from both the memory that each
profile needs and whether it fits. The estimate is a lower bound: the weights, and the KV cache of one
longest prompt. A profile's id is the hash of its content, which does not depend on the machine.

LoRA adapters (`engine/adapters.py`, their files in `adapter_files.py`): vLLM reads an adapter's files
again whenever it has evicted the adapter, inside a step, and an error in them then ends EngineCore. So
vLLM only reads copies, which never change and are named by the hash of their content; a lock on each shows
that a server uses it. An adapter's id is the hash of its name and content, in 31 bits (vLLM keeps ids in
32 bits in places), so it is the same in every process. `engine/vllm/adapters.py` refuses what vLLM's
workers would refuse; `worker_extension.py` runs in the workers and returns their exceptions, because
vLLM's executor raises the first of several workers' errors and takes the others for results of later
calls. If an engine ends while it loads an adapter, the adapter's hash is kept, and the next engine does
not load it.

`engine/supervisor.py` keeps an engine loaded. Every half second it checks vLLM's processes in /proc
(ended, or stopped by a signal) and the state of vLLM's client; every 5 s it asks EngineCore and its
workers for an answer. The time without an answer is counted in checks, so that a paused machine does not
look like a failed engine. An engine whose processes use CPU may take as long as a step of vLLM (330 s);
one whose processes are idle has stalled after 60 s. Workers on other nodes are not child processes, so
`nodes.py` checks whether EngineCore and the local workers still have a connection with each node. A node
with only workers (`server/headless.py`) ends when its connections with the head are closed. After any
failure the steps are the same: every running request gets the error through vLLM's own queues (so the hot
path has no check for it), calls that vLLM leaves waiting are ended, the remaining processes are killed and
their shared memory is removed, and `VllmBackend.load` runs again in a thread. Handlers ask the engine for
its backend each time, and nothing else keeps a reference to it. A new engine is ready once it has loaded
the LoRA adapters.

`handlers/draining.py` counts running requests and refuses new ones once the server stops.
`server/serve.py` waits for them, and for background responses, before uvicorn closes the listener.
Requests that still run after the grace period are aborted as by a failed engine, with another error;
clients that follow a response of another replica get it, too. Ctrl+C reaches every process of a terminal,
so vLLM's processes ignore it (`orphans.py`).

`tests/faults` injects faults: `harms.py` has the faults, `load.py` clients that record their answers,
`invariants.py` the conditions that must hold afterwards, `server.py` the server seen from outside. Random
choices have a seed, which is printed. Durations are measured by monotonic clocks everywhere; a test lets
the wall clock jump by a day.
"""

from accord.engine.adapter_engine import AdapterSource
from accord.engine.adapters import Adapters
from accord.engine.deltas import Delta, TokenLogprob, ToolCallDelta, Usage
from accord.engine.engine import Engine
from accord.engine.generation import (
    Derendering,
    GeneratedAnswer,
    GeneratedTokens,
    Generation,
    GivenDeltas,
    RenderedPrompt,
    Rendering,
)
from accord.engine.requests import Conversation, Media, Prompt, Sampling, ToolGrammar
from accord.engine.supervisor import EngineState, FailurePolicy, LoadRefused

__all__ = [
    "AdapterSource",
    "Adapters",
    "Conversation",
    "Delta",
    "Derendering",
    "Engine",
    "EngineState",
    "FailurePolicy",
    "GeneratedAnswer",
    "GeneratedTokens",
    "Generation",
    "GivenDeltas",
    "LoadRefused",
    "Media",
    "Prompt",
    "RenderedPrompt",
    "Rendering",
    "Sampling",
    "TokenLogprob",
    "ToolCallDelta",
    "ToolGrammar",
    "Usage",
]
