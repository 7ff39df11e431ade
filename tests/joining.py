"""Texts that may not be put together one by one, which copies what is there with each that comes."""

from typing import NoReturn


class JoinedOnce(str):
    """Can be joined with all others at once, and not added to one."""

    __slots__ = ()

    def __add__(self, _: object) -> NoReturn:
        raise AssertionError

    __radd__ = __add__
