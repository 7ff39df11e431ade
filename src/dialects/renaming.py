"""Errors of the engine's, which name a field as the engine does, say what the API calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from accord.errors import InvalidRequest, rename


@contextmanager
def renamed(names: Mapping[str, str]) -> Iterator[None]:
    """Name the field at fault as `names` does, which maps the engine's names to the API's."""
    try:
        yield
    except InvalidRequest as error:
        rename(error, names)
        raise
