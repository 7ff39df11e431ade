"""The engine as the other packages see it; `engine.vllm` is the only one that imports vLLM.

`engine.py` is the door: it knows nothing of vLLM but its state (loading, ready, restarting, failed). vLLM
is imported and the model loaded in a thread, so probes are answered from the first moment; vLLM's processes
are spawned, never forked from a serving process, and import the command line again, which is why
`server/cli.py` imports the server only when it serves. `engine/vllm/backend.py` uses AsyncLLM,
OnlineRenderer and Parser; vLLM's serving classes, which write its responses, are not used.
`engine/vllm/requests.py` translates requests, `engine/vllm/deltas.py` outputs.

`engine/deployment/deployment.py` says what a deployment runs, before and after it is loaded, and knows
nothing of torch: `model_files.py` reads the model's configuration and the headers of its tensors,
`hardware.py` finds the GPUs (NVML) or the CPU's memory nodes, and `profiles.py` computes from both what
each profile needs and whether it fits. The estimate is the least: weights, and the cache of one longest
prompt. A profile's id is the hash of its content, which has nothing of the machine, so it names the same
profile anywhere.

LoRA adapters (`engine/adapters.py`; what they are as files, in `adapter_files.py`): vLLM reads an adapter's
files again whenever it has put the adapter out of memory, within a step, and what is wrong with them then
ends EngineCore. So vLLM only ever reads copies, named by the hash of their content, which no one changes; a
lock on each says that some server needs it. An adapter's id is the hash of its name and content, in 31 bits
(vLLM keeps ids in 32 in places), the same in every process. `engine/vllm/adapters.py` checks what vLLM's
workers would refuse; `worker_extension.py` runs in the workers and returns what they raise: vLLM's executor
reads the first of several workers' errors and takes the others for the answers of later calls. The hash of
what the engine was being given when it ended is kept, so that the next one is not given it again.

`engine/supervisor.py` keeps an engine loaded. It looks every half second at vLLM's processes in /proc
(ended, or stopped by a signal) and at what vLLM's client knows, and asks EngineCore and its workers for an
answer every 5 s; time without one is counted in looks, so that a machine that was paused has no failed
engine. While the engine's processes work it has as long as a step of vLLM's may take (330 s); while they use
no CPU it is stalled after 60. Workers on other nodes are no children, so `nodes.py` looks whether EngineCore
and the workers here still have a connection with each node. A node that only has workers
(`server/headless.py`) ends when its connections with the head are closed. Whatever ends an engine, the rest
is the same: every running request is given the error through vLLM's own queues (so the hot path has no part
in it), calls that vLLM leaves waiting are ended, all that is left of its processes is killed and their
shared memory removed, and `VllmBackend.load` runs again in a thread. Handlers ask the engine for its backend
each time, and nobody else keeps it; a new engine is ready once it has taken the LoRA adapters.

`handlers/draining.py` counts the requests that are being answered and refuses work once the server stops;
`server/serve.py` waits for the count, and for background responses, before uvicorn closes the listener.
What is left after the grace time is interrupted in the same way as by a failed engine, with another error;
who follows a response of another replica is told the same. Ctrl+C reaches every process of a terminal, so
vLLM's ignore it (`orphans.py`).

`tests/faults` does the harm: `harms.py` what is done, `load.py` clients that write down what they were
told, `invariants.py` what must hold afterwards, `server.py` the server seen from outside. Chance has a
seed, which is printed. Durations are measured by monotonic clocks everywhere; a test lets the wall clock
jump a day.
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
from accord.engine.supervisor import EngineState, LoadRefused, Patience

__all__ = [
    "AdapterSource",
    "Adapters",
    "Conversation",
    "Delta",
    "Derendering",
    "Engine",
    "EngineState",
    "GeneratedAnswer",
    "GeneratedTokens",
    "Generation",
    "GivenDeltas",
    "LoadRefused",
    "Media",
    "Patience",
    "Prompt",
    "RenderedPrompt",
    "Rendering",
    "Sampling",
    "TokenLogprob",
    "ToolCallDelta",
    "ToolGrammar",
    "Usage",
]
