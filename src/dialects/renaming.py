"""Renames the field in an engine's error to the API's name for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from accord.errors import InvalidRequest, rename


@contextmanager
def renamed(names: Mapping[str, str]) -> Iterator[None]:
    """Rename the field at fault by `names`, which maps the engine's names to the API's."""
    try:
        yield
    except InvalidRequest as error:
        rename(error, names)
        raise
