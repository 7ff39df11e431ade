"""Adapters that clients load if several processes serve; here they are in one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from accord.engine.adapter_engine import AdapterSource
from accord.engine.adapter_files import AdapterRefused
from accord.engine.adapters import Adapters
from accord.handlers.background import RunningResponses
from accord.server.frontends.adapter_changes import AdapterChanges
from accord.server.frontends.peers import Peers, PeerServer
from tests.unit.adapter_folders import write
from tests.unit.test_adapters import FakeEngine, look_twice

FRONTENDS = 3
"""The third is not there: it is being started."""


class Server:
    """A server of several processes, each with its part of what is in `tmp_path`."""

    def __init__(self, tmp_path: Path) -> None:
        self.path = tmp_path
        self.engine = FakeEngine()
        self.source = tmp_path / "source"
        self.source.mkdir()
        self._stack = AsyncExitStack()

    async def frontend(self, index: int) -> Adapters:
        """Start a process, or another in its place."""
        adapters = Adapters(self.source, 60, self.path / "copies", ["base"], updatable=True)
        adapters.changes = AdapterChanges(self.path, Peers(self.path, FRONTENDS, index))
        peer_server = PeerServer(self.path, index, RunningResponses(), adapters.follow)
        await peer_server.start()
        self._stack.callback(peer_server.close)
        self._stack.callback(adapters.close)
        await adapters.begin(self.engine)
        return adapters


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    yield server
    await server._stack.aclose()
    assert list((tmp_path / "copies").glob("*")) == []


def files_of(*frontends: Adapters) -> set[tuple[int, Path]]:
    return {(each.served["mine"].id, each.served["mine"].path) for each in frontends}


async def test_one_that_a_client_loads_is_served_by_all_before_the_response(
    server: Server, tmp_path: Path
) -> None:
    one, other = [await server.frontend(index) for index in range(2)]
    assert await one.load(AdapterSource("mine", write(tmp_path / "mine")))
    assert len(files_of(one, other)) == 1
    assert not await other.load(AdapterSource("mine", tmp_path / "mine")), "it is loaded already"
    assert await other.unload("mine")
    assert one.served == other.served == {}
    assert not await one.unload("mine")


async def test_all_serve_the_files_that_were_loaded_though_they_have_changed_since(
    server: Server, tmp_path: Path
) -> None:
    one, other = [await server.frontend(index) for index in range(2)]
    source = AdapterSource("mine", write(tmp_path / "mine", weights=b"1"))
    await one.load(source)
    before = files_of(one, other)
    write(tmp_path / "mine", weights=b"2")
    late = await server.frontend(2)
    assert files_of(one, other, late) == before
    await other.load(source, in_place=True)
    assert len(files_of(one, other, late)) == 1
    assert files_of(late) != before


async def test_a_replacement_process_serves_loaded_adapters_only(server: Server, tmp_path: Path) -> None:
    write(server.source / "folders")
    server.engine.static_adapters = [AdapterSource("options", write(tmp_path / "options"))]
    one = await server.frontend(0)
    assert list(one.served) == ["options", "folders"]
    await one.load(AdapterSource("mine", write(tmp_path / "mine")))
    for name in ("options", "folders"):
        await one.unload(name)
    new = await server.frontend(1)
    assert list(new.served) == ["mine"]
    write(server.source / "folders", weights=b"others")
    for each in (one, new):
        await look_twice(each)
        assert sorted(each.served) == ["folders", "mine"]


async def test_one_that_cannot_be_served_changes_nothing_in_the_others(
    server: Server, tmp_path: Path
) -> None:
    one, other = [await server.frontend(index) for index in range(2)]
    server.engine.refuses = {"mine"}
    with pytest.raises(AdapterRefused):
        await one.load(AdapterSource("mine", write(tmp_path / "mine")))
    assert one.served == other.served == {}
    assert not one.changes.all()


async def test_clients_of_two_processes_change_one_after_the_other(server: Server, tmp_path: Path) -> None:
    one, other = [await server.frontend(index) for index in range(2)]
    source = AdapterSource("mine", write(tmp_path / "mine"))
    loaded = await asyncio.gather(one.load(source), other.load(source))
    assert sorted(loaded) == [False, True]
    assert len(files_of(one, other)) == 1


async def test_a_process_whose_engine_has_failed_follows_with_the_next_one(
    server: Server, tmp_path: Path
) -> None:
    one, other = [await server.frontend(index) for index in range(2)]
    source = AdapterSource("mine", write(tmp_path / "mine"))
    dead = FakeEngine()
    await other.begin(dead)
    dead.errored = True
    await one.load(source)
    assert "mine" not in other.served
    await other.begin(server.engine)
    assert len(files_of(one, other)) == 1
