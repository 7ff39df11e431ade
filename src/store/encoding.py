"""Encodes JSON and ids for the tables."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

from accord.store.responses import Json, WrittenItem

_PLAIN_ID = re.compile(r"[!-~]{1,128}")


def dumped(value: Any) -> str:
    """Return compact JSON. Lone surrogates, which UTF-8 cannot encode, are escaped."""
    if isinstance(value, WrittenItem):
        return value.text
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        return json.dumps(value, separators=(",", ":"))


def loaded(text: str) -> Json:
    """Return the JSON object that `dumped` wrote. The fast parser rejects lone surrogates."""
    try:
        value: Json = from_json(text)
    except ValueError:
        value = json.loads(text)
    return value


def key(given: str) -> str:
    """Return a client's id in a form that fits into an index."""
    return given if _PLAIN_ID.fullmatch(given) else sha256(given.encode(errors="replace")).hexdigest()
