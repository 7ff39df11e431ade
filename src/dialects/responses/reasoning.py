"""Reasoning in the form that is given back: `encrypted_content`.

Reasoning is no secret here, as it is given in the clear too; what counts is that a client which keeps only
this form, as those made for OpenAI's models do, can give the reasoning back.
"""

from __future__ import annotations

import base64
import binascii

from accord.errors import InvalidRequest

_MARK = "accord-1."


def encoded_reasoning(text: str) -> str:
    """Return `text` as `encrypted_content`."""
    return _MARK + base64.urlsafe_b64encode(text.encode()).decode()


def decoded_reasoning(content: str | None, where: str) -> str:
    """Return the text of what `encoded_reasoning` made. `where` names the item that holds it."""
    if content is None:
        return ""
    try:
        if content.startswith(_MARK):
            return base64.urlsafe_b64decode(content.removeprefix(_MARK)).decode()
    except (binascii.Error, UnicodeDecodeError):
        pass
    field = f"{where}.encrypted_content"
    raise InvalidRequest(f"{field}: not made by this server, so it cannot be read.", param=field)
