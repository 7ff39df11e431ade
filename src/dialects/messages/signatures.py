"""Signatures of thinking, which show whether a block that a client sends back is unchanged.

A signature is base64 of a prefix, the id of the key and an HMAC of the thinking. A client can write any text
in an assistant's message, so a signature is no protection; it distinguishes unchanged blocks from changed
ones:

* verified, unsigned, or by an older release: the model reads the thinking;
* of another server, model or key: the model reads it, and the signature is reported as ignored;
* changed since this server signed it: the block is left out and reported.

Anthropic's API refuses the request in the last two cases, which would end the conversation.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from enum import Enum
from secrets import token_hex

from accord.dialects.ignored import Ignored
from accord.generated import models

Messages = list[models.MessageParam]

UNSIGNED = ("", "unsigned")
"""Placeholders for a missing signature; the second is of older releases."""
_MARK = b"accord1"
_LABEL = b"accord: thinking"
_ID_LENGTH = 6


class Verdict(Enum):
    """The result of verifying a signature."""

    VERIFIED = "verified"
    ALTERED = "altered"
    UNKNOWN = "unknown"


class Signatures:
    """Signs thinking and verifies it, with a key derived from the given secret, or from a random one."""

    def __init__(self, secret: str | None = None) -> None:
        self._key = hmac.digest((secret or token_hex(32)).encode(), _LABEL, "sha256")
        self._head = _MARK + hmac.digest(self._key, b"id", "sha256")[:_ID_LENGTH]

    def of(self, thinking: str) -> str:
        """Return the signature of a block's thinking."""
        return base64.b64encode(self._head + self._code(thinking)).decode()

    def verdict(self, thinking: str, signature: str) -> Verdict:
        """Verify the signature of the thinking."""
        try:
            signed = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            return Verdict.UNKNOWN
        if not signed.startswith(self._head):
            return Verdict.UNKNOWN
        same = hmac.compare_digest(signed[len(self._head) :], self._code(thinking))
        return Verdict.VERIFIED if same else Verdict.ALTERED

    def _code(self, thinking: str) -> bytes:
        return hmac.digest(self._key, thinking.encode(errors="surrogatepass"), "sha256")


def verified(messages: Messages, signatures: Signatures, ignored: Ignored) -> Messages:
    """Return the messages without altered thinking, and report it and unverifiable signatures as ignored."""
    changed: dict[int, list[models.MessageContentBlockParam]] = {}
    for index, message in enumerate(messages):
        if message.role != "assistant" or isinstance(message.content, str):
            continue
        for position in _altered(message.content, signatures, ignored, f"messages.{index}.content"):
            changed.setdefault(index, list(message.content))[position] = (
                models.MessageRedactedThinkingBlockParam(type="redacted_thinking")
            )
    if not changed:
        return messages
    return [
        message.model_copy(update={"content": changed[index]}) if index in changed else message
        for index, message in enumerate(messages)
    ]


def _altered(
    blocks: Sequence[models.MessageContentBlockParam], signatures: Signatures, ignored: Ignored, field: str
) -> list[int]:
    """Return the indexes of altered thinking blocks."""
    altered = []
    for index, block in enumerate(blocks):
        where = f"{field}.{index}"
        if isinstance(block, models.MessageRedactedThinkingBlockParam):
            ignored.leave_out(where, block.type)
        elif isinstance(block, models.MessageThinkingBlockParam) and block.signature not in (None, *UNSIGNED):
            verdict = signatures.verdict(block.thinking, block.signature)
            if verdict is Verdict.ALTERED:
                ignored.leave_out(where, block.type)
                altered.append(index)
            elif verdict is Verdict.UNKNOWN:
                ignored.add(f"{where}.signature")
    return altered
