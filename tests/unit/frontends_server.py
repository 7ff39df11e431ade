"""A server of two frontends with a simulated engine, for tests of their parent.

Files in the folder FAKE control the engine: `dead`, or `mute` (it does not answer). Each of its starts
creates one, `started-N`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from accord.engine.engine import Engine
from accord.engine.sharing import Membership
from accord.errors import ApiError
from accord.server.frontends import child, parent
from accord.server.frontends.child import Sent, Start
from accord.server.listening import Listening, prepare
from accord.server.run_folder import run_folder
from accord.server.sources import configuration

FAKE = Path(os.environ.get("FAKE", "."))


class Backend:
    """As much of VllmBackend as a server needs that gets no requests."""

    static_adapters: tuple[()] = ()
    default_mm_adapters: frozenset[str] = frozenset()
    queued_tokens = 0
    spans_nodes = False
    errored = False

    async def begin(self) -> None: ...

    async def ping(self) -> None:
        if (FAKE / "mute").exists():
            await asyncio.Event().wait()

    def interrupt(self, error: ApiError) -> None: ...

    def abandon(self) -> None:
        self.errored = True

    async def shutdown(self) -> None: ...


class Engines:
    """As much of EngineSet."""

    spans_nodes = False

    @property
    def ended(self) -> bool:
        return (FAKE / "dead").exists()

    def addresses(self, index: int) -> dict[str, Any]:
        return {"input_address": f"ipc://{index}"}

    def shutdown(self) -> None: ...


def joined(_: Engine, membership: Membership) -> Any:
    offer = membership.offer()
    assert offer.arguments == ["--a", "b"]
    assert offer.client.count == 2
    assert offer.client.addresses["input_address"] == f"ipc://{offer.client.index}"
    return Backend()


def run(sent: Sent, listening: Listening, start: Start, connection: Connection) -> None:
    """A frontend's process."""
    engine: Any = Engine
    engine._import_and_join = joined
    child.run(sent, listening, start, connection)


def load(self: Any) -> Any:
    for trouble in ("dead", "mute"):
        (FAKE / trouble).unlink(missing_ok=True)
    engines: Any = Engines()
    (FAKE / f"started-{len(list(FAKE.glob('started-*'))) + 1}").touch()
    return parent._Engines(self, engines, ["--a", "b"])


def main() -> int:
    patched: Any = parent
    patched.run = run
    patched._Parent._load = load
    configured = configuration(sys.argv[1:])
    with run_folder() as folder:
        return parent.serve_together(configured, prepare(configured), 2, folder)


if __name__ == "__main__":
    from tests.unit import frontends_server

    sys.exit(frontends_server.main())
