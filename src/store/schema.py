"""Checks the schema's version at each start, and migrates the schema if it is out of date."""

from __future__ import annotations

import logging
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

    from accord.store.database import Database

VERSION = "0002"
VERSION_TABLE = "accord_schema_version"

_LOCK = 4_017_203_121  # an arbitrary number that all of Accord's servers use


class UnknownSchema(Exception):
    """The schema is of a later release."""


async def migrate(database: Database) -> None:
    """Migrate the schema. If several servers start, one migrates and the others wait."""
    async with database.connection() as connection:
        if await connection.run_sync(stored_version) == VERSION:
            return
    async with database.connection(writing=True) as connection:
        if not database.file:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade)


def stored_version(connection: Connection) -> str | None:
    """Return the version of the database's schema; None if it has none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    return version


def _upgrade(connection: Connection) -> None:
    """Run missing migrations, with the lock held; another server may have run them meanwhile."""
    from alembic import command

    version = stored_version(connection)
    if version == VERSION:
        return
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = alembic_config()
    if version is not None and version not in known_versions():
        raise UnknownSchema(f"its schema has version {version}; this release knows {VERSION} and older")
    config.attributes["connection"] = connection
    command.upgrade(config, VERSION)


def known_versions() -> set[str]:
    """Return this release's version and the older ones, from which it can migrate."""
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}


def alembic_config() -> Config:
    """Return Alembic's configuration to find the migrations."""
    from alembic.config import Config

    config = Config(attributes={"version_table": VERSION_TABLE})
    config.set_main_option("script_location", str(files("accord.store") / "migrations").replace("%", "%%"))
    return config
