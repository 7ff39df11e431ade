"""OpenAI's responses."""

from __future__ import annotations

from secrets import token_hex


def new_id(prefix: str) -> str:
    """Return an id as OpenAI's look: what it names, and a number that no other has."""
    return f"{prefix}_{token_hex(16)}"
