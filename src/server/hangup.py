"""SIGHUP: reloads the files of keys and certificates, or stops the server if its terminal was closed."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Protocol

logger = logging.getLogger("accord")


class Reloadable(Protocol):
    """A setting that is read from files."""

    def refresh(self) -> None:
        """Reload the files if they have changed."""
        ...


def handle_hangup(files: Sequence[Reloadable], stop: Callable[[], None]) -> None:
    """Handle SIGHUP from now on; to be called in the event loop.

    A server that was started on a terminal gets the signal when that closes, and calls `stop`.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return
    loop = asyncio.get_running_loop()
    if sys.stderr.isatty():
        loop.add_signal_handler(signal.SIGHUP, _stop, stop)
    else:
        loop.add_signal_handler(signal.SIGHUP, _reload, files)


def _stop(stop: Callable[[], None]) -> None:
    logger.info("SIGHUP: the terminal has closed; the server stops.")
    stop()


def _reload(files: Sequence[Reloadable]) -> None:
    if not files:
        logger.info("SIGHUP: there is no file of keys and no certificate to reload.")
        return
    logger.info("SIGHUP: reloading the files of keys and certificates that have changed.")
    loop = asyncio.get_running_loop()
    for each in files:
        loop.run_in_executor(None, each.refresh)
