"""vLLM reads `max_tokens` of a chat request without a warning.

The field is deprecated, so that pydantic warns whenever it is read: 15 microseconds, several times a request.
"""

from __future__ import annotations

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

from accord.engine.vllm.shortcuts.shortcut import Shortcut

FIELD = "max_tokens"


class WithoutWarning(Shortcut):
    """Takes away what stands before the field and warns."""

    name = "max_tokens"
    what = "Reading a chat request's max_tokens, which is deprecated, gives no warning."

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
