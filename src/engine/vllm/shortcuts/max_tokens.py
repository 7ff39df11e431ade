"""Reads `max_tokens` of a chat request without a warning.

The field is deprecated, and pydantic warns at each access: 15 microseconds, several times a request.
"""

from __future__ import annotations

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

from accord.engine.vllm.shortcuts.shortcut import Shortcut

FIELD = "max_tokens"


class WithoutWarning(Shortcut):
    """Removes the descriptor that warns."""

    name = "max_tokens"
    what = "Reads a chat request's deprecated max_tokens without a warning."

    def fits(self) -> str | None:
        if FIELD not in vars(ChatCompletionRequest):
            return f"vLLM's ChatCompletionRequest has nothing that warns of {FIELD}"
        for value in (None, 7):
            request = ChatCompletionRequest(messages=[], **{FIELD: value})
            if request.__dict__.get(FIELD, self) != getattr(request, FIELD):
                return f"a request does not keep its {FIELD} where pydantic does"
        return None

    def install(self) -> None:
        self.patches.remove(ChatCompletionRequest, FIELD)


SHORTCUT = WithoutWarning
