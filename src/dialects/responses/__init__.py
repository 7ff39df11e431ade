"""OpenAI's responses."""

from __future__ import annotations

from uuid import uuid4


def new_id(prefix: str) -> str:
    """Return an id as OpenAI's look: what it names, and a number that no other has."""
    return f"{prefix}_{uuid4().hex}"
