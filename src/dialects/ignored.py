"""What of a request has no effect. The response names it in the header `x-ignored-parameters`."""

from __future__ import annotations

from msgspec import Struct, field


class Ignored(Struct):
    """The places in the body of what is ignored. Whoever has given the list sees what is added to it."""

    names: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """Name a field whose value has no effect."""
        self.names.append(place)

    def leave_out(self, place: str, kind: str) -> None:
        """Name what is left out whole, by its place and what it is, and nothing that is in it."""
        inside = f"{place}."
        self.names[:] = [name for name in self.names if not name.startswith(inside)]
        self.names.append(f"{inside}{kind}")
