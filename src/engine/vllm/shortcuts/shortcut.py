"""The interface of a shortcut: it checks whether it fits the loaded model, installs and uninstalls itself."""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

T = TypeVar("T")

EXAMPLE_SECONDS = 30
"""For examples that are awaited. They take milliseconds; one that hangs must not hold up the start."""


class Patches:
    """Attributes that were replaced or removed, with their original values."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, bool, Any]] = []

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute of `owner` itself, be it an object, a class or a module."""
        self._keep(owner, name)
        setattr(owner, name, value)

    def remove(self, owner: Any, name: str) -> None:
        """Take `name` from `owner` itself."""
        self._keep(owner, name)
        delattr(owner, name)

    def _keep(self, owner: Any, name: str) -> None:
        own = vars(owner)
        self._before.append((owner, name, name in own, own.get(name)))

    def undo(self) -> None:
        """Restore all of them."""
        while self._before:
            owner, name, was_its_own, before = self._before.pop()
            if was_its_own:
                setattr(owner, name, before)
            elif name in vars(owner):
                delattr(owner, name)


class Shortcut(ABC):
    """A cheaper equivalent of vLLM's own code, for one loaded model."""

    name: ClassVar[str]
    """Its name in settings, metrics and the log: that of its file."""
    what: ClassVar[str]
    """What it does, in one sentence."""

    def __init__(self, backend: VllmBackend) -> None:
        self.backend = backend
        self.patches = Patches()

    @abstractmethod
    def fits(self) -> str | None:
        """Return why it cannot be used with the loaded model; None if it can.

        It can if the parts of vLLM that it replaces are the known ones, and both give the same results for
        some examples.
        """

    @abstractmethod
    def install(self) -> None:
        """Replace vLLM's own code."""

    def uninstall(self) -> None:
        """Restore vLLM's own code. Also while requests run, and from any thread."""
        self.patches.undo()


def other_parameters(owner: Any, name: str, known: str) -> str | None:
    """Return what is wrong if the parameters of `owner`'s function `name` are not the `known` ones."""
    function = getattr(owner, name, None)
    of = getattr(owner, "__name__", type(owner).__name__)
    if function is None:
        return f"vLLM's {of} has no {name}"
    found = " ".join(inspect.signature(function).parameters)
    return None if found == known else f"vLLM's {of}.{name} takes {found!r} where {known!r} is known"


def unknown_fields(kind: type, found: Collection[str], known: Collection[str]) -> str | None:
    """Return which of `found`, the fields of vLLM's `kind`, are not `known`: they may matter."""
    new = sorted(set(found) - set(known))
    return f"vLLM's {kind.__name__} has fields that are not known: {', '.join(new)}" if new else None


def missing(owner: Any, *names: str) -> str | None:
    """Return which attributes `owner` lacks."""
    lacking = [name for name in names if not hasattr(owner, name)]
    of = getattr(owner, "__name__", type(owner).__name__)
    return f"vLLM's {of} has no {', '.join(lacking)}" if lacking else None


def result_of(example: Awaitable[T]) -> T:
    """Await `example` in an event loop of its own, in a thread, as this one may have a running event loop.

    Raises TimeoutError if it takes longer than `EXAMPLE_SECONDS`.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _in_time(example)).result()


async def _in_time(example: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(example, EXAMPLE_SECONDS)
    except TimeoutError:
        raise TimeoutError(f"its examples take longer than {EXAMPLE_SECONDS} s") from None
