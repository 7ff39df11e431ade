"""vLLM's engines, run for several frontend processes: the counterpart of `launch.start_engine`.

`run_multi_api_server` in vLLM's cli/serve.py does the same. Here the frontends start before the engines, so
that probes are answered while the model loads, and get the engines' addresses once these run.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from vllm.config import VllmConfig
from vllm.v1.engine.utils import (
    CoreEngineLaunch,
    CoreEngineProcManager,
    EngineZmqListeners,
    bind_engine_zmq_listeners,
    launch_core_engines,
)
from vllm.v1.executor import Executor

from accord.engine.sharing import Client
from accord.engine.vllm import launch

PARENT = -1
"""vLLM's `_api_process_rank` for the process that starts the others."""


class EngineSet:
    """Running engines, and their addresses for each frontend."""

    def __init__(self, launched: CoreEngineLaunch, listeners: EngineZmqListeners, config: VllmConfig) -> None:
        self._manager = launched.engine_manager
        self._coordinator = launched.coordinator
        self._listeners: Any = listeners
        self._shutdown_timeout = config.shutdown_timeout
        self.spans_nodes = launch.spans_nodes(config)

    @classmethod
    def started(cls, arguments: list[str], frontends: int) -> EngineSet:
        """Start the engines of vLLM's command line `arguments`. Blocks until they are ready."""
        args = launch.parsed(arguments)
        launch.prepare_parsers(args)
        engine_args, config = launch.engine_config(args, Client(frontends, PARENT))
        listeners = bind_engine_zmq_listeners(config, frontends)
        executor, log_stats = Executor.get_class(config), not engine_args.disable_log_stats
        engines: EngineSet | None = None
        try:
            with launch_core_engines(config, executor, log_stats, listeners.addresses) as launched:
                engines = cls(launched, listeners, config)
        except BaseException:
            listeners.cleanup()
            if engines is not None:
                engines.shutdown()
            raise
        return engines

    @property
    def ended(self) -> bool:
        """Return whether one of its processes has ended."""
        return isinstance(self._manager, CoreEngineProcManager) and bool(self._manager.finished_procs())

    def addresses(self, index: int) -> dict[str, Any]:
        """Return the engines' addresses for one frontend, as vLLM's APIServerProcessManager passes them."""
        into, out = self._listeners.inputs[index], self._listeners.outputs[index]
        found: dict[str, Any] = {
            "input_address": into.address,
            "output_address": out.address,
            "input_listener": into.socket,
            "output_listener": out.socket,
        }
        if self._coordinator is not None:
            found["stats_update_address"] = self._coordinator.get_stats_publish_address()
        return found

    def shutdown(self) -> None:
        """End the engines' processes. Blocks."""
        self._listeners.cleanup()
        self._listeners = None  # its finalizer needs modules that are gone when the process ends
        for each in (self._manager, self._coordinator):
            if each is not None:
                with suppress(ProcessLookupError):
                    each.shutdown(timeout=self._shutdown_timeout or None)
