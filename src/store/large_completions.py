"""Large stored chat completions. Their log probabilities stay JSON: as objects they hold the event loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from accord.store.encoding import LARGE, loaded
from accord.store.responses import Json

LOGPROBS, PROMPT_LOGPROBS = "logprobs", "prompt_logprobs"

_BEGIN = '"logprobs":'
_CONTENT = '{"content":['
_END = '],"refusal":null}'
"""Around the log probabilities of a choice. These are in no string, as quotes are escaped there."""
_OF_CHOICE = '"finish_reason":'
_PROMPT_BEGIN = ',"prompt_logprobs":'
_AT_ONCE = 65_536
"""Characters that are encoded at once."""

Slices = list[bytes]
"""JSON in UTF-8, in slices."""


@dataclass(frozen=True, slots=True)
class StoredCompletion:
    """A stored chat completion with its metadata."""

    completion: Json
    """Of a large one without the log probabilities."""
    metadata: dict[str, str]
    logprobs: dict[int, Slices] = field(default_factory=dict)
    """Those of the choices of a large one, by their places."""
    prompt_logprobs: Slices | None = None
    """Those of the prompt of a large one."""

    @property
    def is_large(self) -> bool:
        """Whether log probabilities are apart."""
        return bool(self.logprobs) or self.prompt_logprobs is not None


async def stored_completion(text: str, metadata: dict[str, str]) -> StoredCompletion:
    """Parse a completion; other requests run meanwhile if it is large."""
    if len(text) > LARGE and (apart := await _taken_apart(text, metadata)) is not None:
        return apart
    return StoredCompletion(loaded(text), metadata)


async def _taken_apart(text: str, metadata: dict[str, str]) -> StoredCompletion | None:
    """Take the log probabilities out of a completion as this server writes it; None of another.

    A number replaces them. Its position shows whether they were those of a choice or of the prompt.
    """
    rest: list[str] = []
    logprobs: dict[int, Slices] = {}
    at = 0
    while (place := text.find(_BEGIN + _CONTENT, at)) >= 0:
        begin = place + len(_BEGIN)
        end = text.find(_END, begin)
        if end < 0 or text.find(_OF_CHOICE, begin, end) >= 0:
            return None
        end += len(_END)
        rest += [text[at:begin], str(len(logprobs))]
        logprobs[len(logprobs)] = await _encoded(text, begin, end)
        at = end
    prompt: Slices | None = None
    if (place := text.rfind(_PROMPT_BEGIN + "[", at)) >= 0:
        begin = place + len(_PROMPT_BEGIN)
        prompt = await _encoded(text, begin, len(text) - 1)
        rest += [text[at:begin], "0}"]
    else:
        rest.append(text[at:])
    try:
        completion = loaded("".join(rest))
    except ValueError:
        return None
    choices = completion.get("choices", [])
    numbers = {i: choice[LOGPROBS] for i, choice in enumerate(choices) if type(choice.get(LOGPROBS)) is int}
    if [*numbers.values()] != [*logprobs]:
        return None
    if prompt is not None and completion.pop(PROMPT_LOGPROBS, None) != 0:
        return None
    for i in numbers:
        choices[i][LOGPROBS] = None
    return StoredCompletion(completion, metadata, {i: logprobs[n] for i, n in numbers.items()}, prompt)


async def _encoded(text: str, begin: int, end: int) -> Slices:
    slices: Slices = []
    for at in range(begin, end, _AT_ONCE):
        slices.append(text[at : min(at + _AT_ONCE, end)].encode())
        await asyncio.sleep(0)
    return slices
