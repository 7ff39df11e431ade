"""LoRA adapters: those of a folder and its changes, of vLLM's options, and those that clients load.

An adapter is served once its files are complete, a copy of them is made (`adapter_files.py`) and the engine
has loaded that copy. A refused one is logged with the reason, and retried when its files change. If several
processes serve, all of them apply a change that a client requests of one (`adapter_changes.py`).
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

from accord.engine.adapter_changes import Change, Changes, LocalChanges
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
"""The values that vLLM accepts for --max-lora-rank."""

DEFAULT_RANK = 32
"""The rank reserved for adapters that come later, if none of the present ones needs more."""

SETTLING_SECONDS = 1.0
"""Seconds between two checks: files that are the same in both are complete."""

WORKERS = "accord.engine.vllm.worker_extension.AdapterWorker"


class Adapters:
    """The adapters: `served` has those that are served, by name.

    `folder` is checked every `interval` seconds, or once for None. Copies are stored in `copies`. `models`
    are names that no adapter may have; `updatable` lets clients load and unload adapters.
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
        self.changes: Changes = LocalChanges()
        self._copies = Copies(copies)
        self._engine_alive: Callable[[], AdapterEngine | None] = lambda: None
        """The loaded engine; a weak reference, so that a failed one is freed."""
        self._begun = False
        self._changing = asyncio.Lock()
        self._seen: dict[str, Fingerprint] = self._scan()
        self._decided: dict[str, Fingerprint] = {}
        """The fingerprints of what was served or refused in the folder."""
        self._loaded: set[str] = set()
        """Names that options or clients have set, which take precedence over the folder."""
        self._followed: dict[str, Change] = {}
        """The changes that this process has applied, including its own."""
        self._lent: list[int] = []
        self._replaced: list[Adapter] = []
        self._incomplete: set[str] = set()
        self._loading: str | None = None
        self._harmful: set[str] = set()
        """Hashes of adapters during whose loading an engine has ended."""

    def arguments(self, given: list[str]) -> list[str]:
        """Return vLLM's arguments for the adapters, in addition to the `given` options."""
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
        for name in self._scan():
            with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                rank = int(json.loads((self.folder / name / CONFIG).read_bytes())["r"])
                largest = max(largest, rank if rank <= RANKS[-1] else 0)
        return next(rank for rank in RANKS if rank >= largest)

    def _scan(self) -> dict[str, Fingerprint]:
        """Return the fingerprints in the folder; what cannot be read counts as absent."""
        found: dict[str, Fingerprint] = {}
        if self.folder is not None:
            for config in sorted(self.folder.glob(f"*/{CONFIG}")):
                with suppress(OSError):
                    found[config.parent.name] = fingerprint(config.parent)
        return found

    @property
    def _engine(self) -> AdapterEngine:
        """Return the loaded engine. Raises EngineFailure if there is none."""
        engine = self._engine_alive()
        if engine is None:
            raise EngineFailure("The engine has failed.")
        return engine

    # The engine's lifecycle.

    async def begin(self, engine: AdapterEngine) -> None:
        """Load the adapters into an engine that has just been loaded.

        Raises ValueError if the first engine does not accept an adapter that an option names.
        """
        async with self._changing:
            self._engine_alive = weakref.ref(engine)
            if self._loading is not None:
                self._harmful.add(self._loading)
            self._replaced, replaced = [], self._replaced
            for adapter in replaced:
                self._copies.release(adapter.copy)
            await asyncio.to_thread(self._copies.remove_abandoned)
            for adapter in list(self.served.values()):
                await self._reload(adapter)
            if not self._begun:
                await self._begin_static(engine)
                self._begun = True
            await self._follow_changes()
            await self._follow_folder()

    async def _begin_static(self, engine: AdapterEngine) -> None:
        self.default_mm = engine.default_mm_adapters
        for source in engine.static_adapters:
            try:
                self._serve(await self._load_copy(source))
            except AdapterRefused as refused:
                raise ValueError(
                    f"The adapter '{source.name}' in {source.path} cannot be served: {refused}."
                ) from refused
            self._loaded.add(source.name)

    async def _reload(self, adapter: Adapter) -> None:
        try:
            await self._added(adapter)
        except AdapterRefused as refused:
            logger.error("The adapter %s is no longer served: %s.", adapter.name, refused)
            del self.served[adapter.name]
            self._copies.release(adapter.copy)

    async def watch(self) -> None:
        """Follow the folder, and remove copies that are not used any more, until cancelled."""
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
        """Return whether something in the folder is changing or incomplete."""
        return bool(self._incomplete) or any(self._decided.get(n) != f for n, f in self._seen.items())

    async def _follow_folder(self) -> None:
        """Load what is new or changed, once it is the same in two checks in a row."""
        seen, before = await asyncio.to_thread(self._scan), self._seen
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
                self._serve(await self._load_copy(source))
            except AdapterIncomplete as refused:
                self._wait_for(source, refused)
            except AdapterRefused as refused:
                logger.error("The adapter %s is not served: %s.", source.path, refused)
                self._incomplete.discard(name)
                self._replace(name)
            self._decided[name] = files

    def _wait_for(self, source: AdapterSource, refused: AdapterIncomplete) -> None:
        """Log once that an adapter is incomplete, not for each file that arrives. The previous one stays."""
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

    # Requests of clients.

    async def load(self, source: AdapterSource, in_place: bool = False) -> bool:
        """Load and serve an adapter. False if there is one of the name that must not be replaced.

        Raises AdapterRefused. Loading continues if the client disconnects.
        """
        return await asyncio.shield(asyncio.ensure_future(self._load(source, in_place)))

    async def _load(self, source: AdapterSource, in_place: bool) -> bool:
        async with self.changes.locked():
            async with self._changing:
                if source.name in self.served and not in_place:
                    return False
                adapter = await self._load_copy(source)
                self._serve(adapter)
                self._loaded.add(source.name)
            await self._publish(source.name, Change(source, adapter.copy.digest))
            return True

    async def unload(self, name: str) -> bool:
        """Stop serving an adapter.

        One of the folder comes back when its files change. False if there is none.
        """
        return await asyncio.shield(asyncio.ensure_future(self._unload(name)))

    async def _unload(self, name: str) -> bool:
        async with self.changes.locked():
            async with self._changing:
                if not self._replace(name):
                    return False
                files = self._seen.get(name, ())
                self._mark_unloaded(name, files)
                logger.info("The adapter %s is unloaded.", name)
            static = any(source.name == name for source in self._engine.static_adapters)
            await self._publish(name, Change(None, files=files) if files or static else None)
            return True

    def _mark_unloaded(self, name: str, files: Fingerprint) -> None:
        self._loaded.discard(name)
        if files:
            self._decided[name] = files

    async def _publish(self, name: str, change: Change | None) -> None:
        if change is not None:
            self._followed[name] = change
        else:
            self._followed.pop(name, None)
        await self.changes.publish(name, change)

    async def follow(self) -> None:
        """Apply the changes of other processes."""
        async with self._changing:
            if self._engine_alive() is not None:  # otherwise they are applied when there is an engine
                await self._follow_changes()

    async def _follow_changes(self) -> None:
        changes = self.changes.all()
        for name in [*self._followed]:
            if name not in changes:
                del self._followed[name]
                self._replace(name)
                self._mark_unloaded(name, ())
        for name, change in changes.items():
            if self._followed.get(name) != change:
                await self._follow_change(name, change)
                self._followed[name] = change

    async def _follow_change(self, name: str, change: Change) -> None:
        if change.source is None:
            self._replace(name)
            self._mark_unloaded(name, change.files)
            return
        try:
            self._serve(await self._load_copy(change.source, change.digest))
            self._loaded.add(name)
        except AdapterRefused as refused:
            logger.error("The adapter %s is not served: %s.", change.source.path, refused)

    # Loading and removing.

    async def _load_copy(self, source: AdapterSource, digest: str | None = None) -> Adapter:
        """Load a copy of the adapter in `source`, or an existing copy. Raises AdapterRefused."""
        if source.name in self.models:
            raise AdapterRefused("the served model itself has that name")
        copy = await asyncio.to_thread(self._copies.obtain, source.path, digest)
        try:
            adapter = Adapter(source, self._id(source, copy), copy)
            known = self.served.get(source.name)
            if known is None or known.id != adapter.id:
                await self._added(adapter)
        except BaseException:
            self._copies.release(copy)
            raise
        return adapter

    async def _added(self, adapter: Adapter) -> None:
        if adapter.copy.digest in self._harmful:
            raise AdapterRefused("the engine crashed while loading these files")
        if self._engine.errored:
            raise EngineFailure("The engine has failed.")
        self._loading = adapter.copy.digest
        try:
            await self._engine.add_adapter(adapter)
        except AdapterRefused:
            self._loading = None
            raise
        self._loading = None  # stays set if the engine, and thereby this wait, ended

    def _id(self, source: AdapterSource, copy: Copy) -> int:
        """Return an id for vLLM that is the same in every process for a name and files: 31 bits, above 0.

        vLLM stores ids in 32 bits in places. If two adapters have the same id, the second one gets the next
        free one.
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
            self._copies.release(before.copy)
            return
        if before is not None:
            self._replaced.append(before)
        logger.info("The adapter %s is served from %s.", adapter.name, adapter.source.path)

    def _replace(self, name: str) -> bool:
        """Stop serving it; return whether it was served."""
        before = self.served.pop(name, None)
        if before is not None:
            self._replaced.append(before)
        return before is not None

    def default_for(self, messages: list[dict[str, Any]]) -> Adapter | None:
        """Return the one adapter of `--default-mm-loras` for a modality in the messages."""
        kinds: set[str] = set()
        for message in messages:
            if isinstance(content := message.get("content"), list):
                kinds.update(str(part.get("type")).split("_")[0] for part in content)
        fitting = [self.served[name] for name in self.default_mm & kinds if name in self.served]
        return fitting[0] if len(fitting) == 1 else None

    @contextmanager
    def in_use(self, adapter: Adapter) -> Iterator[Adapter]:
        """Keep an adapter loaded while a request that names it has not reached the engine yet."""
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
            await asyncio.to_thread(self._copies.release, adapter.copy)

    def close(self) -> None:
        """Remove the copies: the engine has ended."""
        for adapter in (*self.served.values(), *self._replaced):
            self._copies.release(adapter.copy)
        self.served, self._replaced = {}, []
