"""Looks up once what is the same for each request, and makes ids without UUIDs.

transformers looks for the end-of-text token's id among its special tokens each time it is asked, and Python's
UUID is an object of which vLLM takes half of the digits.
"""

from __future__ import annotations

import re
from secrets import token_hex
from typing import Any

from vllm.renderers import BaseRenderer
from vllm.v1.engine import input_processor

from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters

_ID = re.compile("[0-9a-f]{16}")


class Constants(Shortcut):
    """Replaces vLLM's look-up of the end-of-text token, and the random part of its ids."""

    name = "constants"
    what = "Looks up the end-of-text token once, and makes the random ids of requests without UUIDs."

    def fits(self) -> str | None:
        reason = other_parameters(BaseRenderer, "get_eos_token_id", "self") or other_parameters(
            input_processor, "random_uuid", ""
        )
        if reason is None and not all(map(_ID.fullmatch, (input_processor.random_uuid(), _random_id()))):
            reason = "vLLM's random ids have another form"
        return reason

    def install(self) -> None:
        renderer: Any = self.backend.llm.renderer
        eos_token_id = renderer.get_eos_token_id()
        self.patches.replace(renderer, "get_eos_token_id", lambda: eos_token_id)
        self.patches.replace(input_processor, "random_uuid", _random_id)


def _random_id() -> str:
    return token_hex(8)


SHORTCUT = Constants
