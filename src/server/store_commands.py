"""`accord store check` and `accord store vacuum`: check the database, and reduce its size."""

from __future__ import annotations

import asyncio
import sys

from accord.server.sources import ConfigurationError, configuration
from accord.store import StorageUnusable
from accord.store.address import reason


def store_command(command: str, arguments: list[str]) -> int:
    """Run `command`, print its report, and return the exit code: 1 for a problem, 2 for a wrong setting."""
    try:
        settings = configuration(arguments).settings
    except ConfigurationError as error:
        print(f"accord: {error}", file=sys.stderr)  # noqa: T201  the one line that says what is wrong
        return 2
    from accord.store.inspection import inspected
    from accord.store.vacuum import vacuumed

    try:
        if command == "check":
            report = asyncio.run(inspected(settings.database))
        else:
            report = asyncio.run(vacuumed(settings.database, settings.retention))
    except StorageUnusable as error:
        print(f"accord: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    except Exception as error:
        print(f"accord: {settings.database}: {reason(error)}.", file=sys.stderr)  # noqa: T201
        return 1
    width = max(len(what) for what, _ in report.lines)
    for what, value in report.lines:
        print(f"{what:<{width}}  {value}")  # noqa: T201  its whole output
    for problem in report.problems:
        print(f"accord: {problem}", file=sys.stderr)  # noqa: T201
    return 1 if report.problems else 0
