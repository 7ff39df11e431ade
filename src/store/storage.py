"""The storage: opened in the background, with retries, and then available or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from accord.errors import NotReady
from accord.store.address import Address, StorageUnusable, reason
from accord.store.responses import Retention

if TYPE_CHECKING:
    from accord.store.completions import CompletionStore
    from accord.store.conversations import ConversationStore
    from accord.store.lock import FileLock
    from accord.store.sql import ResponseStore

logger = logging.getLogger(__name__)

_LONGEST_WAIT = 15.0


class Storage:
    """Opens the database, and retries until it responds, while the server answers probes.

    For the same reason its libraries are imported in a thread.
    """

    def __init__(self, address: Address, retention: Retention | None = None) -> None:
        self.address = address
        self.retention = retention or Retention()
        self._store: ResponseStore | None = None
        self._conversations: ConversationStore | None = None
        self._completions: CompletionStore | None = None
        self._lock: FileLock | None = None
        self._life: asyncio.Task[None] | None = None
        self.failing = False
        """Whether it cannot be opened so far. The log has the reason."""

    @property
    def is_open(self) -> bool:
        """Whether the database answers with this release's schema."""
        return self._store is not None

    @property
    def responses(self) -> ResponseStore:
        """The stored responses. Raises NotReady until the storage is open."""
        if self._store is None:
            raise _closed()
        return self._store

    @property
    def conversations(self) -> ConversationStore:
        """The stored conversations. Raises NotReady until the storage is open."""
        if self._conversations is None:
            raise _closed()
        return self._conversations

    @property
    def completions(self) -> CompletionStore:
        """The stored chat completions. Raises NotReady until the storage is open."""
        if self._completions is None:
            raise _closed()
        return self._completions

    def start(self, on_failure: Callable[[StorageUnusable], None]) -> None:
        """Start to open the database; `on_failure` is called if that can never succeed."""
        self._life = asyncio.create_task(self._run(on_failure))

    async def _run(self, on_failure: Callable[[StorageUnusable], None]) -> None:
        wait, logged = 0.5, ""
        while True:
            try:
                await self.open()
                break
            except StorageUnusable as error:
                on_failure(error)
                return
            except Exception as error:
                self.failing = True
                if (cause := reason(error)) != logged:  # and not again for each of the many that follow
                    logger.error(
                        "Not ready: the database %s cannot be opened: %s. Retrying until it can be.",
                        self.address,
                        cause,
                    )
                    logged = cause
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
        if self.failing:
            self.failing = False
            logger.info("The database %s is open.", self.address)
        from accord.store.maintenance import maintain

        await maintain(self.responses, self.retention, self.conversations, self.completions)

    async def open(self) -> None:
        """Open the database, migrate its schema, and mark the responses of ended servers as failed."""
        if self._lock is None:
            self._lock = await asyncio.to_thread(self._prepare)
        from accord.store.completions import CompletionStore
        from accord.store.conversations import ConversationStore
        from accord.store.database import Database
        from accord.store.maintenance import fail_lost
        from accord.store.sql import ResponseStore

        store = ResponseStore(Database(self.address))
        try:
            if self._lock is not None:
                if await asyncio.to_thread(self._lock.is_alone):
                    await fail_lost(store, alone=True)
                await asyncio.to_thread(self._lock.share)
        except BaseException:
            await store.database.close()
            self._release()
            raise
        self._conversations = ConversationStore(store.database)
        self._completions = CompletionStore(store.database)
        self._store = store

    def _prepare(self) -> FileLock | None:
        """Import and migrate, in a thread, because both take time."""
        from accord.store.opening import prepare

        return prepare(self.address)

    async def close(self) -> None:
        """Wait for running operations, and close the database."""
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait([self._life])
        if self._store is not None:
            await self._store.database.close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _closed() -> NotReady:
    return NotReady(
        "The database of stored responses is not open yet. Try again in a few seconds.",
        code="store_unavailable",
        retry_after=5,
    )
