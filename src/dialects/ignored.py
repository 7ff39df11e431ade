"""Fields of a request that have no effect. The response header `x-ignored-parameters` lists them."""

from __future__ import annotations

from msgspec import Struct, field


class Ignored(Struct):
    """The paths of ignored parts of the body. The list is the caller's and is extended in place."""

    names: list[str] = field(default_factory=list)

    def add(self, field: str) -> None:
        """Add the path of a field that has no effect."""
        self.names.append(field)

    def leave_out(self, field: str, kind: str) -> None:
        """Add the path and type of a part that is ignored as a whole, instead of fields inside it."""
        inside = f"{field}."
        self.names[:] = [name for name in self.names if not name.startswith(inside)]
        self.names.append(f"{inside}{kind}")
