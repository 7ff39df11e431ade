"""Tool calls as vLLM's parsers stream them, normalized so that clients can assemble them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import from_json
from vllm.renderers.chat_utils import make_tool_call_id

from accord.engine.deltas import ToolCallDelta


class StreamedCalls:
    """The tool calls of one choice, normalized over all parsers.

    Clients keep calls in a list, so indexes count from 0 without gaps. Clients parse the arguments, so a call
    without arguments gets an empty object.
    """

    def __init__(self, parallel: bool) -> None:
        self.parallel = parallel
        self._indexes: dict[int, int] = {}
        self._sent: list[tuple[str, list[str]]] = []
        """Each call's name, and its arguments so far."""

    @property
    def found(self) -> bool:
        """Return whether there are any calls."""
        return bool(self._sent)

    def take(self, parts: Iterable[Any]) -> list[ToolCallDelta]:
        """Return the deltas for `parts`, which are vLLM's."""
        deltas: list[ToolCallDelta] = []
        for part in parts:
            name = part.function.name if part.function else None
            arguments = (part.function.arguments if part.function else None) or ""
            number = self._indexes.get(part.index)
            call_id = part.id
            if number is None:
                if name is None or (self._indexes and not self.parallel):
                    continue  # blank text after a call's end, or a call that the client does not accept
                deltas += self.end()
                number = self._indexes[part.index] = len(self._sent)
                self._sent.append((name, []))
                call_id = part.id or make_tool_call_id()
            if arguments:
                self._sent[number][1].append(arguments)
            deltas.append(ToolCallDelta(number, call_id, name, arguments))
        return deltas

    def go_on(self, index: int, arguments: str) -> list[ToolCallDelta]:
        """Return the delta for more arguments of the call with vLLM's `index`."""
        number = self._indexes.get(index)
        if number is None:
            return []
        self._sent[number][1].append(arguments)
        return [ToolCallDelta(number, arguments=arguments)]

    def end(self) -> list[ToolCallDelta]:
        """Return the deltas that complete the last call, once the model has ended."""
        if not self._sent or self._sent[-1][1]:
            return []
        self._sent[-1][1].append("{}")
        return [ToolCallDelta(len(self._sent) - 1, arguments="{}")]

    def complete(self, calls: Sequence[Any]) -> list[ToolCallDelta]:
        """Return the part of the whole answer's calls that has not been sent."""
        if any(name != call.name for (name, _), call in zip(self._sent, calls, strict=False)):
            return []
        rest: list[ToolCallDelta] = []
        for call in whole_calls(calls if self.parallel else calls[:1]):
            if call.index == len(self._sent):
                self._sent.append((call.name or "", [call.arguments]))
                rest.append(call)
                continue
            parts = self._sent[call.index][1]
            sent = "".join(parts)
            if not is_json(sent) and call.arguments.startswith(sent):
                parts.append(call.arguments[len(sent) :])
                rest.append(ToolCallDelta(call.index, arguments=parts[-1]))
        return rest


def is_json(text: str) -> bool:
    """Return whether a call's arguments are complete JSON."""
    try:
        from_json(text)
    except ValueError:
        return False
    return True


def whole_calls(calls: Sequence[Any], *, cut: bool = False) -> list[ToolCallDelta]:
    """Return the calls that vLLM found in a whole answer, of which the last may be truncated (`cut`)."""
    unfinished = len(calls) - 1 if cut else None
    return [
        ToolCallDelta(
            index,
            call.id or make_tool_call_id(),
            call.name,
            call.arguments or ("" if index == unfinished else "{}"),
        )
        for index, call in enumerate(calls)
    ]
