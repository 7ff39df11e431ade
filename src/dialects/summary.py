"""The summary of a compaction: the prompt for it, and the text that introduces it afterwards."""

from __future__ import annotations

from accord.dialects.answers import answers
from accord.engine import Generation
from accord.errors import EngineFailure

_PROMPT = (
    "Summarize the conversation above. The summary takes its place: you will go on from it and see "
    "nothing else{}. Write down, briefly and completely: what the user "
    "wants, with every instruction, constraint and preference that still holds; what was done and found"
    " so far, with names, paths, values and results exactly as they are needed again; what was decided,"
    " and why; what is not done yet, and the next step. Answer with the summary alone, and call no "
    "tools."
)

PROMPT = _PROMPT.format(" but the user's latest messages")
"""The user message after the conversation that requests the summary."""

PROMPT_FOR_ALL = _PROMPT.format("")
"""The same, if none of the user's messages stays."""

INTRODUCTION = "This is a summary of the conversation up to here, which takes its place. Go on from it.\n\n"
"""The user message that introduces a summary."""


class NothingSummarized(EngineFailure):
    """The model has written no summary."""

    def __init__(self) -> None:
        super().__init__("The model wrote no summary of what was said, so it was not compacted.")


async def summary_of(generation: Generation) -> str:
    """Run `generation` to its end and return the summary: its text, or its reasoning if it has no text.

    Raises NothingSummarized if the model has written neither.
    """
    [answer] = await answers(generation)
    text = answer.text or answer.reasoning
    if not text:
        raise NothingSummarized
    return text
