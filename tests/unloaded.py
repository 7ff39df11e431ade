"""An engine that is not loaded, for tests of the server without vLLM."""

from pathlib import Path
from typing import Any

from accord.engine import Engine
from accord.engine.adapters import Adapters
from accord.engine.supervisor import EngineState


class UnloadedEngine(Engine):
    """An engine that is never started: requests that reach it get 503."""

    def __init__(self) -> None:
        super().__init__("some/model", ["tiny"], [], Path("/nowhere"), Adapters(None, None))


def engine_with(backend: Any) -> Engine:
    """Return an engine that passes requests to `backend`, as if that had been loaded."""
    engine = UnloadedEngine()
    engine._supervisor.backend, engine._supervisor.state = backend, EngineState.READY
    return engine
