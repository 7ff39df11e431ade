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


LARGE = 65_536
"""Characters of an item that are parsed in less than a millisecond."""

_LOGPROBS = '"logprobs":['
_END = "]}]}"
"""The end of a message whose last part ends with its log probabilities."""


def without_logprobs(item: str) -> tuple[str, str]:
    """Return an item as JSON without the log probabilities of a large message, and these without brackets.

    They are recognized by the form in which messages are stored: one part, whose last member they are. Quotes
    are escaped in strings, so no string contains the members' names.
    """
    if len(item) > LARGE and item.endswith(_END) and item.count('"content":[') == 1:
        begin = item.find(_LOGPROBS) + len(_LOGPROBS)
        if begin >= len(_LOGPROBS) and '"type":' not in (logprobs := item[begin : -len(_END)]):
            return item[:begin] + _END, logprobs
    return item, ""
