"""Tool calls as vLLM's parsers find them, part by part, made into what clients can put together again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vllm.renderers.chat_utils import make_tool_call_id

from accord.engine.deltas import ToolCallDelta


class StreamedCalls:
    """The calls of one choice, whatever their parser makes of them.

    Clients keep calls in a list, so these are counted from 0 without gaps; and they parse the arguments,
    so a call that takes none has an empty object.
    """

    def __init__(self, parallel: bool) -> None:
        self.parallel = parallel
        self._places: dict[int, int] = {}
        self._bare: int | None = None
        """The place of the last call while it has no arguments."""

    def take(self, parts: Iterable[Any]) -> list[ToolCallDelta]:
        """Return what `parts`, in vLLM's form, add."""
        taken: list[ToolCallDelta] = []
        for part in parts:
            name = part.function.name if part.function else None
            arguments = (part.function.arguments if part.function else None) or ""
            place = self._places.get(part.index)
            call_id = part.id
            if place is None:
                if name is None or (self._places and not self.parallel):
                    continue  # blank text behind a call's end, or a call that the client does not take
                taken += self.end()
                place = self._bare = self._places[part.index] = len(self._places)
                call_id = part.id or make_tool_call_id()
            if arguments and place == self._bare:
                self._bare = None
            taken.append(ToolCallDelta(place, call_id, name, arguments))
        return taken

    def end(self) -> list[ToolCallDelta]:
        """Return what is left to say of the last call once the model has come to its end."""
        if self._bare is None:
            return []
        place, self._bare = self._bare, None
        return [ToolCallDelta(place, arguments="{}")]


def whole_calls(calls: Iterable[Any]) -> list[ToolCallDelta]:
    """Return calls that vLLM has found in a whole answer."""
    return [
        ToolCallDelta(place, call.id or make_tool_call_id(), call.name, call.arguments or "{}")
        for place, call in enumerate(calls)
    ]
