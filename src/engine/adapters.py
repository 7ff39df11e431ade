"""LoRA adapters: those of a folder, as it changes, of vLLM's options, and those that clients load.

An adapter is served once its files are whole, a copy of them is made (`adapter_files.py`) and the engine has
taken that copy. One that is refused is logged with the reason, and tried again when its files change. Where
several processes serve, what a client has one of them do the others do, too (`adapter_changes.py`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
import weakref
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from accord.engine.adapter_changes import Change, Changes, NoOthers
from accord.engine.adapter_engine import Adapter, AdapterEngine, AdapterSource
from accord.engine.adapter_files import (
    CONFIG,
    AdapterIncomplete,
    AdapterRefused,
    Copies,
    Copy,
    Fingerprint,
    fingerprint,
)
from accord.errors import ApiError, EngineFailure

logger = logging.getLogger(__name__)

RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM takes for --max-lora-rank."""

DEFAULT_RANK = 32
"""Room for adapters that come later, where none that is there needs more."""

SETTLING_SECONDS = 1.0
"""Files that two looks so far apart find alike hold still."""

WORKERS = "accord.engine.vllm.worker_extension.AdapterWorker"


class Adapters:
    """The adapters that are served: `served`, by their names.

    Those in `folder` are looked for every `interval` seconds, None for once. Copies are kept in `copies`.
    `models` are names that no adapter may have; `updatable` lets clients load and unload some.
    """

    def __init__(
        self,
        folder: Path | None,
        interval: float | None,
        copies: Path = Path("adapters"),
        models: Collection[str] = (),
        updatable: bool = False,
    ) -> None:
        self.folder = folder
        self.interval = interval
        self.models = models
        self.updatable = updatable
        self.served: dict[str, Adapter] = {}
        self.default_mm: frozenset[str] = frozenset()
        self.changes: Changes = NoOthers()
        self._copies = Copies(copies)
        self._engine_alive: Callable[[], AdapterEngine | None] = lambda: None
        """The engine that is loaded; a weak reference, so that one which has failed can go."""
        self._begun = False
        self._changing = asyncio.Lock()
        self._seen: dict[str, Fingerprint] = self._look()
        self._decided: dict[str, Fingerprint] = {}
        """What was served or refused in the folder, as it was then."""
        self._loaded: set[str] = set()
        """Names that options or clients have given: the folder has no say in them."""
        self._followed: dict[str, Change] = {}
        """The changes that were made here, too."""
        self._lent: list[int] = []
        self._replaced: list[Adapter] = []
        self._incomplete: set[str] = set()
        self._taking: str | None = None
        self._harmful: set[str] = set()
        """Hashes of adapters during whose taking an engine has ended."""

    def arguments(self, given: list[str]) -> list[str]:
        """Return what vLLM has to be told, beside the options that are `given`."""
        options = {argument.partition("=")[0].replace("_", "-") for argument in given}
        wanted: dict[str, list[str]] = {}
        if self.folder is not None:
            wanted = {"--enable-lora": [], "--max-lora-rank": [str(self._largest_rank())]}
        if {*options, *wanted} & {"--enable-lora"}:
            wanted["--worker-extension-cls"] = [WORKERS]
        return [part for name, value in wanted.items() if name not in options for part in (name, *value)]

    def _largest_rank(self) -> int:
        assert self.folder is not None
        largest = DEFAULT_RANK
        for name in self._look():
            with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                rank = int(json.loads((self.folder / name / CONFIG).read_bytes())["r"])
                largest = max(largest, rank if rank <= RANKS[-1] else 0)
        return next(rank for rank in RANKS if rank >= largest)

    def _look(self) -> dict[str, Fingerprint]:
        """Return what is in the folder. What cannot be read is not there."""
        found: dict[str, Fingerprint] = {}
        if self.folder is not None:
            for config in sorted(self.folder.glob(f"*/{CONFIG}")):
                with suppress(OSError):
                    found[config.parent.name] = fingerprint(config.parent)
        return found

    @property
    def _engine(self) -> AdapterEngine:
        """The engine that is loaded. Raises EngineFailure where there is none."""
        engine = self._engine_alive()
        if engine is None:
            raise EngineFailure("The engine has failed.")
        return engine

    # What the engine's life brings.

    async def begin(self, engine: AdapterEngine) -> None:
        """Serve by an engine that has just been loaded: have it take what is to be served.

        Raises ValueError where it does not take an adapter that an option names, at the first time.
        """
        async with self._changing:
            self._engine_alive = weakref.ref(engine)
            if self._taking is not None:
                self._harmful.add(self._taking)
            self._replaced, replaced = [], self._replaced
            for adapter in replaced:
                self._copies.drop(adapter.copy)
            await asyncio.to_thread(self._copies.sweep)
            for adapter in list(self.served.values()):
                await self._take_again(adapter)
            if not self._begun:
                await self._begin_static(engine)
                self._begun = True
            await self._follow_changes()
            await self._follow_folder()

    async def _begin_static(self, engine: AdapterEngine) -> None:
        self.default_mm = engine.default_mm_adapters
        for source in engine.static_adapters:
            try:
                self._serve(await self._taken(source))
            except AdapterRefused as refused:
                raise ValueError(
                    f"The adapter '{source.name}' in {source.path} cannot be served: {refused}."
                ) from refused
            self._loaded.add(source.name)

    async def _take_again(self, adapter: Adapter) -> None:
        try:
            await self._added(adapter)
        except AdapterRefused as refused:
            logger.error("The adapter %s is not served any more: %s.", adapter.name, refused)
            del self.served[adapter.name]
            self._copies.drop(adapter.copy)

    async def watch(self) -> None:
        """Follow the folder, and remove what is not used any more, until cancelled."""
        pause = min(self.interval or SETTLING_SECONDS, SETTLING_SECONDS)
        next_look = time.monotonic() + (self.interval or 0)
        while True:
            await asyncio.sleep(pause)
            if self._engine_alive() is None:
                continue
            due = self.interval is not None and time.monotonic() >= next_look
            with suppress(ApiError):  # the engine has failed; another will be loaded
                async with self._changing:
                    if due or self._unsettled:
                        await self._follow_folder()
                    await self._remove_replaced()
            if due:
                next_look = time.monotonic() + (self.interval or 0)

    @property
    def _unsettled(self) -> bool:
        """Whether something in the folder changes, or is not whole."""
        return bool(self._incomplete) or any(self._decided.get(n) != f for n, f in self._seen.items())

    async def _follow_folder(self) -> None:
        """Serve what has come or changed since the last look but one, and not since the last one."""
        seen, before = await asyncio.to_thread(self._look), self._seen
        self._seen = seen
        for name in [*self._decided]:
            if name not in seen:
                self._gone(name)
        for name, files in seen.items():
            if name in self._loaded or self._decided.get(name) == files or before.get(name) != files:
                continue
            assert self.folder is not None
            source = AdapterSource(name, self.folder / name)
            try:
                self._serve(await self._taken(source))
            except AdapterIncomplete as refused:
                self._wait_for(source, refused)
            except AdapterRefused as refused:
                logger.error("The adapter %s is not served: %s.", source.path, refused)
                self._incomplete.discard(name)
                self._replace(name)
            self._decided[name] = files

    def _wait_for(self, source: AdapterSource, refused: AdapterIncomplete) -> None:
        """Say once that an adapter is waited for, not with each part that comes. The one before it stays."""
        if source.name not in self._incomplete:
            logger.warning(
                "The adapter %s is not served until its files are complete: %s.", source.path, refused
            )
        self._incomplete.add(source.name)

    def _gone(self, name: str) -> None:
        del self._decided[name]
        self._incomplete.discard(name)
        if name not in self._loaded and self._replace(name):
            logger.info("The adapter %s is gone.", name)

    # What clients ask for.

    async def load(self, source: AdapterSource, in_place: bool = False) -> bool:
        """Serve an adapter. False where one of the name is served, and is not to be replaced.

        Raises AdapterRefused. It goes on where whoever asks goes away meanwhile.
        """
        return await asyncio.shield(asyncio.ensure_future(self._load(source, in_place)))

    async def _load(self, source: AdapterSource, in_place: bool) -> bool:
        async with self.changes.alone():
            async with self._changing:
                if source.name in self.served and not in_place:
                    return False
                adapter = await self._taken(source)
                self._serve(adapter)
                self._loaded.add(source.name)
            await self._tell(source.name, Change(source, adapter.copy.digest))
            return True

    async def unload(self, name: str) -> bool:
        """Serve an adapter no more. One of the folder comes back when its files change. False for none."""
        return await asyncio.shield(asyncio.ensure_future(self._unload(name)))

    async def _unload(self, name: str) -> bool:
        async with self.changes.alone():
            async with self._changing:
                if not self._replace(name):
                    return False
                files = self._seen.get(name, ())
                self._stay_away(name, files)
                logger.info("The adapter %s is unloaded.", name)
            static = any(source.name == name for source in self._engine.static_adapters)
            await self._tell(name, Change(None, files=files) if files or static else None)
            return True

    def _stay_away(self, name: str, files: Fingerprint) -> None:
        self._loaded.discard(name)
        if files:
            self._decided[name] = files

    async def _tell(self, name: str, change: Change | None) -> None:
        if change is not None:
            self._followed[name] = change
        else:
            self._followed.pop(name, None)
        await self.changes.tell(name, change)

    async def follow(self) -> None:
        """Do what clients have had other processes do."""
        async with self._changing:
            if self._engine_alive() is not None:  # else it is done when there is an engine
                await self._follow_changes()

    async def _follow_changes(self) -> None:
        changes = self.changes.all()
        for name in [*self._followed]:
            if name not in changes:
                del self._followed[name]
                self._replace(name)
                self._stay_away(name, ())
        for name, change in changes.items():
            if self._followed.get(name) != change:
                await self._follow_change(name, change)
                self._followed[name] = change

    async def _follow_change(self, name: str, change: Change) -> None:
        if change.source is None:
            self._replace(name)
            self._stay_away(name, change.files)
            return
        try:
            self._serve(await self._taken(change.source, change.digest))
            self._loaded.add(name)
        except AdapterRefused as refused:
            logger.error("The adapter %s is not served: %s.", change.source.path, refused)

    # Taking and removing.

    async def _taken(self, source: AdapterSource, digest: str | None = None) -> Adapter:
        """Have the engine take a copy of what is in `source`, or one there is. Raises AdapterRefused."""
        if source.name in self.models:
            raise AdapterRefused("the served model itself has that name")
        copy = await asyncio.to_thread(self._copies.taken, source.path, digest)
        try:
            adapter = Adapter(source, self._id(source, copy), copy)
            known = self.served.get(source.name)
            if known is None or known.id != adapter.id:
                await self._added(adapter)
        except BaseException:
            self._copies.drop(copy)
            raise
        return adapter

    async def _added(self, adapter: Adapter) -> None:
        if adapter.copy.digest in self._harmful:
            raise AdapterRefused("the engine crashed while loading these files")
        if self._engine.errored:
            raise EngineFailure("The engine has failed.")
        self._taking = adapter.copy.digest
        try:
            await self._engine.add_adapter(adapter)
        except AdapterRefused:
            self._taking = None
            raise
        self._taking = None  # it stays where the engine, and the wait for it, ended

    def _id(self, source: AdapterSource, copy: Copy) -> int:
        """Return a number for vLLM that every process finds for the same name and files: 31 bits, above 0.

        vLLM keeps ids in 32 bits in places. Where two adapters meet, the second one moves on.
        """
        identity = (source, copy.digest)
        taken = {a.id: (a.source, a.copy.digest) for a in (*self.served.values(), *self._replaced)}
        text = f"{source.name}\0{copy.digest}\0{source.is_3d}"
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
        while not number or taken.get(number, identity) != identity:
            number = (number + 1) % (1 << 31)
        return number

    def _serve(self, adapter: Adapter) -> None:
        before = self.served.get(adapter.name)
        self.served[adapter.name] = adapter
        self._incomplete.discard(adapter.name)
        if before is not None and before.id == adapter.id:
            self._copies.drop(before.copy)
            return
        if before is not None:
            self._replaced.append(before)
        logger.info("The adapter %s is served from %s.", adapter.name, adapter.source.path)

    def _replace(self, name: str) -> bool:
        """Serve it no more; return whether it was served."""
        before = self.served.pop(name, None)
        if before is not None:
            self._replaced.append(before)
        return before is not None

    def default_for(self, messages: list[dict[str, Any]]) -> Adapter | None:
        """Return the one adapter of `--default-mm-loras` that is for a kind of content in the messages."""
        kinds: set[str] = set()
        for message in messages:
            if isinstance(content := message.get("content"), list):
                kinds.update(str(part.get("type")).split("_")[0] for part in content)
        fitting = [self.served[name] for name in self.default_mm & kinds if name in self.served]
        return fitting[0] if len(fitting) == 1 else None

    @contextmanager
    def lent(self, adapter: Adapter) -> Iterator[Adapter]:
        """Keep an adapter while a request that names it has not reached the engine yet."""
        self._lent.append(adapter.id)
        try:
            yield adapter
        finally:
            self._lent.remove(adapter.id)

    async def _remove_replaced(self) -> None:
        for adapter in [*self._replaced]:
            if adapter.id in self._lent or self._engine.runs_adapter(adapter):
                continue
            if all(served.id != adapter.id for served in self.served.values()):
                await self._engine.remove_adapter(adapter)
            self._replaced.remove(adapter)
            await asyncio.to_thread(self._copies.drop, adapter.copy)

    def close(self) -> None:
        """Remove the copies: the engine has ended."""
        for adapter in (*self.served.values(), *self._replaced):
            self._copies.drop(adapter.copy)
        self.served, self._replaced = {}, []
