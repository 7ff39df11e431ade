"""Adapters as their files come, change and go. The engine is simulated; the files are real."""

import asyncio
import json
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from vllm.entrypoints.serve.engine.serving import BaseServing
from vllm.lora.request import LoRARequest

from accord.engine.adapter_engine import Adapter, AdapterSource
from accord.engine.adapter_files import SAFETENSORS, AdapterIncomplete, AdapterRefused, Copies
from accord.engine.adapters import WORKERS, Adapters
from accord.errors import EngineFailure
from tests.unit.adapter_folders import tensors, write


class FakeEngine:
    """Accepts every adapter except those in `refuses`."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, int, bytes]] = []
        self.took = asyncio.Event()
        self.removed: list[int] = []
        self.running: set[int] = set()
        self.refuses: set[str] = set()
        self.dies_of: set[str] = set()
        self.errored = False
        self.static_adapters: list[AdapterSource] = []
        self.default_mm_adapters: frozenset[str] = frozenset()

    async def add_adapter(self, adapter: Adapter) -> None:
        assert not self.errored
        if adapter.name in self.dies_of:
            raise EngineFailure("The engine failed.")
        if adapter.name in self.refuses:
            raise AdapterRefused("its rank is too large")
        self.taken.append((adapter.name, adapter.id, (adapter.path / SAFETENSORS).read_bytes()[-1:]))
        self.took.set()

    async def remove_adapter(self, adapter: Adapter) -> None:
        self.removed.append(adapter.id)

    def runs_adapter(self, adapter: Adapter) -> bool:
        return adapter.id in self.running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def adapters(folder: Path, tmp_path: Path) -> Iterator[Adapters]:
    made = Adapters(folder, 60, tmp_path / "copies", ["base"])
    yield made
    made.close()
    assert list((tmp_path / "copies").glob("*")) == []


async def look_twice(adapters: Adapters) -> None:
    """As `watch` does, without its pauses."""
    await adapters._follow_folder()
    await adapters._follow_folder()
    await adapters._remove_replaced()


async def test_without_a_folder_there_are_none(engine: FakeEngine) -> None:
    adapters = Adapters(None, None)
    await adapters.begin(engine)
    assert adapters.served == {}
    assert adapters.arguments([]) == []


async def test_an_adapter_is_served_once_the_engine_has_taken_it(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    write(folder / "a")
    (folder / "not-one").mkdir()
    await adapters.begin(engine)
    assert adapters.served == {}, "it was not there at the first look"
    await look_twice(adapters)
    assert list(adapters.served) == ["a"]
    assert [name for name, *_ in engine.taken] == ["a"]


async def test_one_that_was_there_before_the_engine_is_served_with_it(
    folder: Path, tmp_path: Path, engine: FakeEngine
) -> None:
    write(folder / "a")
    adapters = Adapters(folder, None, tmp_path / "copies")
    await adapters.begin(engine)
    assert list(adapters.served) == ["a"]


async def test_files_that_still_change_are_left_alone(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    await adapters.begin(engine)
    whole = (write(folder / "a") / SAFETENSORS).read_bytes()
    for end in range(0, len(whole), 16):  # it grows between each two looks
        (folder / "a" / SAFETENSORS).write_bytes(whole[:end])
        await adapters._follow_folder()
    assert adapters.served == {}
    (folder / "a" / SAFETENSORS).write_bytes(whole)
    await look_twice(adapters)
    assert list(adapters.served) == ["a"]


async def test_an_incomplete_copy_is_logged_once(
    folder: Path, adapters: Adapters, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    await adapters.begin(engine)
    whole = tensors(b"weights")
    (folder / "a").mkdir()
    (folder / "a" / "adapter_config.json").write_text('{"r": 8}')
    with caplog.at_level(logging.WARNING):
        await look_twice(adapters)
        for end in (4, 20, len(whole) - 1):
            (folder / "a" / SAFETENSORS).write_bytes(whole[:end])
            await look_twice(adapters)
    assert engine.taken == []
    [said] = caplog.messages
    assert "it has no weights" in said
    (folder / "a" / SAFETENSORS).write_bytes(whole)
    await look_twice(adapters)
    assert list(adapters.served) == ["a"]


async def test_one_that_is_refused_is_logged_once_and_retried_when_its_files_change(
    folder: Path, adapters: Adapters, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    await adapters.begin(engine)
    write(folder / "a")
    engine.refuses = {"a"}
    with caplog.at_level(logging.WARNING):
        await look_twice(adapters)
        await look_twice(adapters)
    assert adapters.served == {}
    assert caplog.messages == [f"The adapter {folder / 'a'} is not served: its rank is too large."]
    engine.refuses = set()
    await look_twice(adapters)
    assert adapters.served == {}
    write(folder / "a", weights=b"others")
    await look_twice(adapters)
    assert list(adapters.served) == ["a"]


async def test_changed_weights_have_another_id_and_the_old_ones_go_when_nothing_runs_through_them(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    write(folder / "a", weights=b"1")
    await adapters.begin(engine)
    await look_twice(adapters)
    old = adapters.served["a"]
    engine.running = {old.id}
    write(folder / "a", weights=b"2")
    await look_twice(adapters)
    assert adapters.served["a"].id != old.id
    assert [content for *_, content in engine.taken] == [b"1", b"2"]
    assert engine.removed == []
    assert (old.path / SAFETENSORS).read_bytes().endswith(b"1"), "what runs may be read again"
    engine.running = set()
    with adapters.in_use(old):
        await look_twice(adapters)
        assert engine.removed == []
    await look_twice(adapters)
    assert engine.removed == [old.id]
    assert not old.path.exists()


async def test_the_same_files_have_the_same_id_in_every_process(
    folder: Path, tmp_path: Path, engine: FakeEngine
) -> None:
    write(folder / "a")
    write(folder / "b")
    ids = []
    for copies in ("one", "other"):
        adapters = Adapters(folder, None, tmp_path / copies)
        await adapters.begin(engine)
        ids.append([adapters.served[name].id for name in ("a", "b")])
    assert ids[0] == ids[1]
    assert len({*ids[0]}) == 2
    assert all(0 < number < 2**31 for number in ids[0])


async def test_colliding_ids_are_resolved(adapters: Adapters, folder: Path, engine: FakeEngine) -> None:
    write(folder / "a")
    await adapters.begin(engine)
    await look_twice(adapters)
    taken = adapters.served["a"]
    other = Adapter(AdapterSource("b", folder / "b"), taken.id, taken.copy)
    adapters.served["a"] = other
    assert adapters._id(taken.source, taken.copy) == taken.id + 1
    adapters.served["a"] = taken


async def test_touched_files_are_the_same_adapter(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    write(folder / "a")
    await adapters.begin(engine)
    await look_twice(adapters)
    before = adapters.served["a"].id
    os.utime(folder / "a" / SAFETENSORS, ns=(1, 1))
    await look_twice(adapters)
    assert adapters.served["a"].id == before
    assert len(engine.taken) == 1
    assert engine.removed == []


async def test_one_whose_folder_goes_is_gone(folder: Path, adapters: Adapters, engine: FakeEngine) -> None:
    write(folder / "a")
    await adapters.begin(engine)
    await look_twice(adapters)
    shutil.rmtree(folder / "a")
    await look_twice(adapters)
    assert adapters.served == {}
    assert len(engine.removed) == 1


async def test_another_engine_must_load_each_again(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    write(folder / "a")
    write(folder / "b")
    await adapters.begin(engine)
    await look_twice(adapters)
    shutil.rmtree(folder / "a")  # the engine reads a copy
    another = FakeEngine()
    another.refuses = {"b"}
    await adapters.begin(another)
    assert [name for name, *_ in another.taken] == ["a"]
    assert "b" not in adapters.served


async def test_an_adapter_that_ends_the_engine_is_not_loaded_again(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    await adapters.begin(engine)
    write(folder / "a")
    engine.dies_of = {"a"}
    with pytest.raises(EngineFailure):
        await look_twice(adapters)
    another = FakeEngine()
    await adapters.begin(another)
    await look_twice(adapters)
    assert another.taken == []
    write(folder / "a", weights=b"mended")
    await look_twice(adapters)
    assert list(adapters.served) == ["a"]


async def test_requests_during_a_restart_wait_for_the_next_engine(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    await adapters.begin(engine)
    engine.errored = True
    write(folder / "a")
    with pytest.raises(EngineFailure):
        await look_twice(adapters)
    await adapters.begin(FakeEngine())
    assert list(adapters.served) == ["a"]


async def test_an_adapter_of_an_option_must_be_taken_at_the_start(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    engine.static_adapters = [AdapterSource("a", folder / "nowhere")]
    with pytest.raises(ValueError, match=r"The adapter 'a' in .*/nowhere cannot be served: it has no"):
        await adapters.begin(engine)
    write(folder / "nowhere")
    await adapters.begin(engine)
    assert list(adapters.served) == ["a"]
    await look_twice(adapters)
    assert list(adapters.served) == ["a", "nowhere"]


async def test_no_adapter_has_the_models_name(folder: Path, adapters: Adapters, engine: FakeEngine) -> None:
    write(folder / "base")
    await adapters.begin(engine)
    await look_twice(adapters)
    assert adapters.served == {}


async def test_one_is_loaded_to_its_end_though_nobody_waits(
    tmp_path: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    await adapters.begin(engine)
    source = AdapterSource("a", write(tmp_path / "elsewhere"))
    asked = asyncio.create_task(adapters.load(source))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.wait_for(engine.took.wait(), 5)
    await adapters.load(AdapterSource("b", source.path))
    assert list(adapters.served) == ["a", "b"]


async def test_one_that_is_unloaded_stays_away_until_its_files_change(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    write(folder / "a")
    await adapters.begin(engine)
    await look_twice(adapters)
    await adapters.unload("a")
    await look_twice(adapters)
    assert adapters.served == {}
    write(folder / "a", weights=b"others")
    await look_twice(adapters)
    assert list(adapters.served) == ["a"]


async def test_the_watch_follows_the_folder(folder: Path, tmp_path: Path, engine: FakeEngine) -> None:
    adapters = Adapters(folder, 0.01, tmp_path / "copies")
    await adapters.begin(engine)
    watching = asyncio.create_task(adapters.watch())
    write(folder / "a")
    await asyncio.wait_for(engine.took.wait(), 5)
    watching.cancel()


CONVERSATIONS: list[tuple[list[dict[str, Any]], str | None]] = [
    ([{"role": "user", "content": "Hello"}], None),
    ([{"role": "user", "content": [{"type": "text"}, {"type": "audio_url"}]}], "audio"),
    ([{"role": "user", "content": [{"type": "image_url"}, {"type": "input_audio"}]}], "image"),
    ([{"role": "user", "content": [{"type": "image_url"}, {"type": "audio_url"}]}], None),
]


async def test_one_for_a_kind_of_content_answers_where_it_is_the_only_one(
    folder: Path, adapters: Adapters, engine: FakeEngine
) -> None:
    engine.static_adapters = [AdapterSource(name, write(folder / name)) for name in ("audio", "image")]
    engine.default_mm_adapters = frozenset({"audio", "image"})
    await adapters.begin(engine)
    for messages, name in CONVERSATIONS:
        adapter = adapters.default_for(messages)
        assert (adapter and adapter.name) == name
        assert default_of_vllm(messages) == name


def default_of_vllm(messages: list[dict[str, Any]]) -> str | None:
    """Which of the two vLLM's own server takes."""
    loaded = {name: LoRARequest(name, id_, "/adapter") for id_, name in enumerate(("audio", "image"), 1)}
    serving = object.__new__(BaseServing)
    serving.models = SimpleNamespace(lora_requests=loaded)
    taken = serving._get_active_default_mm_loras(SimpleNamespace(messages=messages))
    return taken.lora_name if taken is not None else None


def test_a_folder_without_weights_leaves_no_copy(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(AdapterIncomplete):
        Copies(tmp_path / "copies").copy(folder)
    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.parametrize("rank", [50, "many", None, 10**9])
def test_vllm_is_given_room_for_the_largest_that_it_can_run(folder: Path, rank: object) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "adapter_config.json").write_text(json.dumps({"r": rank}))
    wanted = "64" if rank == 50 else "32"
    adapters = Adapters(folder, None)
    assert adapters.arguments([])[:3] == ["--enable-lora", "--max-lora-rank", wanted]
    assert "--max-lora-rank" not in adapters.arguments(["--max-lora-rank=128"])


def test_vllms_workers_take_adapters_by_our_way_unless_they_are_extended_already() -> None:
    adapters = Adapters(None, None)
    assert adapters.arguments(["--enable-lora"]) == ["--worker-extension-cls", WORKERS]
    assert adapters.arguments(["--enable-lora", "--worker-extension-cls", "theirs"]) == []
