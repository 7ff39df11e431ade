"""Signatures of thinking, verified in the next turn."""

import base64
from typing import Any

import pytest
from anthropic.types import ThinkingBlock

from accord.dialects.ignored import Ignored
from accord.dialects.media import text_only
from accord.dialects.messages.request import conversation
from accord.dialects.messages.signatures import Signatures, verified
from accord.generated import models

SERVER = Signatures("a secret of the server's")
FOREIGN = "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds9T6iUTYuv5n"


def replayed(*blocks: dict[str, Any], by: Signatures = SERVER) -> tuple[str | None, list[str]]:
    """Return the reasoning that the model reads, and the names of what was ignored."""
    content = [*blocks, {"type": "text", "text": "Hi."}]
    turns = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": content}]
    body = models.MessageRequest.model_validate(
        {"max_tokens": 9, "messages": [*turns, {"role": "user", "content": "And now?"}]}
    )
    ignored = Ignored()
    body.messages = verified(body.messages, by, ignored)
    return conversation(body, text_only()).messages[1].get("reasoning"), ignored.names


def thought(text: str, signature: str | None) -> dict[str, Any]:
    return {"type": "thinking", "thinking": text, "signature": signature}


@pytest.mark.parametrize("text", ["Hm.", "Ümläut \N{SNOWMAN}\n" * 5000])
def test_thinking_that_comes_back_as_it_was_sent_is_read(text: str) -> None:
    sent = ThinkingBlock(type="thinking", thinking=text, signature=SERVER.of(text))
    base64.b64decode(sent.signature, validate=True)
    assert replayed(sent.to_dict()) == (text, [])


def test_another_server_with_the_same_secret_verifies_it() -> None:
    """A replica, or the same server after a restart."""
    assert replayed(thought("Hm.", SERVER.of("Hm.")), by=Signatures("a secret of the server's")) == (
        "Hm.",
        [],
    )


@pytest.mark.parametrize("signature", [None, "", "unsigned"])
def test_thinking_without_a_signature_is_read(signature: str | None) -> None:
    """As older releases have sent it, and other servers of this API."""
    assert replayed(thought("Hm.", signature)) == ("Hm.", [])


@pytest.mark.parametrize("signature", [FOREIGN, "no base64!", "Ümläut", SERVER.of("Hm.")[:-4], "AAAA"])
def test_thinking_with_another_servers_signature_is_read_and_the_signature_named(signature: str) -> None:
    by = Signatures()  # whose key is its own
    assert replayed(thought("Hm.", signature), by=by) == ("Hm.", ["messages.1.content.0.signature"])


def test_altered_thinking_is_left_out_and_named_and_the_conversation_continues() -> None:
    first, second = thought("Hm!", SERVER.of("Hm.")), thought("Yes.", SERVER.of("Yes."))
    assert replayed(first, second) == ("Yes.", ["messages.1.content.0.thinking"])
    assert replayed(thought("Hm.", SERVER.of("Hm.")[:-4])) == (None, ["messages.1.content.0.thinking"])


def test_redacted_thinking_is_left_out_and_named() -> None:
    redacted = {"type": "redacted_thinking", "data": FOREIGN}
    assert replayed(redacted) == (None, ["messages.1.content.0.redacted_thinking"])
