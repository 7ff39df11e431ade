"""Reasoning in the form of `encrypted_content`, which clients send back.

Reasoning is not secret here, as responses contain it in plain text too. Clients of OpenAI's models keep only
this form, so they can send the reasoning back in it.
"""

from __future__ import annotations

import base64

_MARK = "accord-1."


def encoded_reasoning(text: str) -> str:
    """Return `text` as `encrypted_content`."""
    return _MARK + base64.urlsafe_b64encode(text.encode()).decode()


def decoded_reasoning(content: str | None) -> str | None:
    """Return the text of an `encrypted_content`; None if another server created it."""
    if content is None or not content.startswith(_MARK):
        return None
    try:
        return base64.urlsafe_b64decode(content.removeprefix(_MARK)).decode()
    except ValueError:
        return None
