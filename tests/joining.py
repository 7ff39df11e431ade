"""Texts that must be joined in one step, because adding one by one copies the earlier ones each time."""

from typing import NoReturn


class JoinedOnce(str):
    """A text that can be joined with others, but not added to one."""

    __slots__ = ()

    def __add__(self, _: object) -> NoReturn:
        raise AssertionError

    __radd__ = __add__
