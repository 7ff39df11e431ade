"""Reports missing Python packages that a model's architecture needs, in one line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

REGISTRY = "vllm.model_executor.models.registry"
"""The logger to which vLLM reports why an architecture cannot be inspected; its exception lacks the
reason."""
_MISSING = re.compile(r"No module named '([\w.]+)'")
_FAILED = re.compile(r"Model architectures \['(\w+)'.*failed to be inspected")


class _Reasons(logging.Filter):
    """Suppresses tracebacks that a missing package causes, and remembers the package."""

    def __init__(self) -> None:
        super().__init__()
        self.package: str | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        found = _MISSING.findall(_chain(error)) if error is not None else []
        if found:
            self.package = found[-1].partition(".")[0]
        return not found


def _chain(error: BaseException | None) -> str:
    """Return the error's message and those of its causes."""
    messages = []
    while error is not None:
        messages.append(str(error))
        error = error.__cause__ or error.__context__
    return "\n".join(messages)


@contextmanager
def naming_missing_packages() -> Iterator[None]:
    """Name the package in the error if a model cannot be inspected because a package is missing."""
    reasons = _Reasons()
    logger = logging.getLogger(REGISTRY)
    logger.addFilter(reasons)
    try:
        yield
    except ValueError as error:
        failed = _FAILED.search(str(error))
        if failed is None or reasons.package is None:
            raise
        raise ValueError(
            f"its architecture, {failed[1]}, needs the Python package {reasons.package}, "
            "which is not installed."
        ) from error
    finally:
        logger.removeFilter(reasons)
