"""The database connections, and the classification of failures."""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import asyncpg
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy import exc as errors
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from accord.errors import NotReady
from accord.store.address import Address, reason
from accord.telemetry.metrics import STORE_ERRORS

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5

_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 30
_CONNECTIONS = 8
_BUSY_MILLISECONDS = 15_000

_PROGRAMMING_ERRORS = (
    errors.ProgrammingError,
    errors.IntegrityError,
    errors.DataError,
    errors.NotSupportedError,
)
_UNREACHABLE = (
    errors.DBAPIError,
    errors.TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    sqlite3.Error,
    OSError,
    TimeoutError,
)

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """A SQLite file or a PostgreSQL database. Connections are opened when needed, also after a failure."""

    def __init__(self, address: Address) -> None:
        self.file = address.file
        self.engine = _engine(address)
        self.failing = False
        self.failed_at = -math.inf
        # SQLite has one writer: waiting here costs less than retrying on the file.
        self._turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def connection(self, *, writing: bool = False) -> AsyncGenerator[AsyncConnection, None]:
        """Provide a connection in a transaction, which is committed at the end."""
        turn = self._turn if writing and self.file else nullcontext()
        async with turn, self.engine.connect() as connection:
            await connection.execution_options(writing=writing)
            async with connection.begin():
                yield connection

    async def run(self, operation: str, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` to its end, even if the client leaves. Raises NotReady without a database."""
        task = asyncio.create_task(self._classified(operation, work))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # the caller may be gone; the error is logged and counted already

    async def _classified(self, operation: str, work: Coroutine[Any, Any, T]) -> T:
        try:
            result = await work
        except _PROGRAMMING_ERRORS:
            STORE_ERRORS.labels(operation).inc()
            raise
        except _UNREACHABLE as error:
            STORE_ERRORS.labels(operation).inc()
            if _is_full(error):
                logger.error("A response could not be stored (%s): %s", operation, reason(error))
                raise _full() from error
            if not self.failing:
                logger.error("Responses cannot be stored or read (%s): %s", operation, reason(error))
            self.failing = True
            self.failed_at = time.monotonic()
            raise unreachable() from error
        if self.failing:
            self.failing = False
            logger.info("Responses can be stored and read again.")
        return result

    async def close(self) -> None:
        """Wait for running operations, and close the connections."""
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=_CONNECT_SECONDS)
        await self.engine.dispose()


class Stored(Protocol):
    """Base class of stores."""

    database: Database


S = TypeVar("S", bound=Stored)

Method = Callable[Concatenate[S, P], Coroutine[Any, Any, T]]


def operation(method: Method[S, P, T]) -> Method[S, P, T]:
    """Classify the failures of `method`; once started it runs to its end."""

    async def classified(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.run(method.__name__.lstrip("_"), method(self, *args, **kwargs))

    classified.__doc__ = method.__doc__
    return classified


def unreachable() -> NotReady:
    """Return the error for a client while the database does not answer."""
    return NotReady(
        "The database of stored responses does not answer. Try again later, or set store to false.",
        code="store_unavailable",
        retry_after=RETRY_SECONDS,
    )


def _full() -> NotReady:
    return NotReady(
        "There is no space to store the response. Try again later, or set store to false.",
        code="store_full",
        retry_after=RETRY_SECONDS,
    )


def _is_full(error: BaseException) -> bool:
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or (
        getattr(cause, "sqlstate", None) == "53100"
    )


def _engine(address: Address) -> AsyncEngine:
    if address.file is None:
        return create_async_engine(
            make_url(address.url),
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=_CONNECT_SECONDS,
            pool_pre_ping=True,
            pool_recycle=1800,
            pool_reset_on_return=None,  # every transaction is ended here
            hide_parameters=True,
            connect_args={
                "timeout": _CONNECT_SECONDS,
                "command_timeout": _STATEMENT_SECONDS,
                "server_settings": {"application_name": "accord"},
            },
        )
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(address.file)),
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_reset_on_return=None,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    try:
        _set_pragmas(connection)
    except BaseException:
        connection.close()  # SQLAlchemy drops it without closing it
        raise


def _set_pragmas(connection: Any) -> None:
    connection.isolation_level = None  # only _begin_sqlite begins transactions
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    # For a new file, before anything is in it: free pages can be returned to the disk step by step.
    cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
    cursor.execute("PRAGMA journal_mode = WAL")
    # What is committed survives a crash of this process in any case. FULL would let it survive a power cut,
    # too, but on a busy disk each response would wait for a sync: for seconds, at times.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_size_limit = 67108864")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer from the first statement, because a reader cannot become one while another writes."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
