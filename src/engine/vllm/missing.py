"""Packages that a model's architecture needs and that are not installed, said in one line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

REGISTRY = "vllm.model_executor.models.registry"
"""Where vLLM logs why an architecture cannot be looked at; what it raises does not say it."""
_MISSING = re.compile(r"No module named '([\w.]+)'")
_FAILED = re.compile(r"Model architectures \['(\w+)'.*failed to be inspected")


class _Reasons(logging.Filter):
    """Keeps back tracebacks that come of a missing package, and remembers which one it is."""

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
    """Return what the error says, and what those say that it came of."""
    said = []
    while error is not None:
        said.append(str(error))
        error = error.__cause__ or error.__context__
    return "\n".join(said)


@contextmanager
def missing_packages_named() -> Iterator[None]:
    """Have a model that cannot be looked at for want of a package refused with the package's name."""
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
