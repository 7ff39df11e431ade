"""Looks up once what is the same for each request, and makes ids without UUIDs.

transformers looks for the end-of-text token's id among its special tokens each time it is asked, and Python's
UUID is an object of which vLLM takes half of the digits. vLLM's declarative parsers compile a pattern for
each special token that is not part of a call, and a request has several parsers: a tokenizer of Mistral's has
1,000 such tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from secrets import token_hex
from types import SimpleNamespace
from typing import Any

from vllm.parser.engine import streaming_parser_engine
from vllm.parser.engine.parser_engine_config import ParserEngineConfig
from vllm.renderers import BaseRenderer
from vllm.v1.engine import input_processor

from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters

_ID = re.compile("[0-9a-f]{16}")
READ = {"token_id_terminals", "terminal_literals", "preserve_tokens", "terminal_defs"}
"""What the tokens that a parser drops depend on, beside the tokenizer: `_key` has all of it."""
KEPT = 16
"""Formats of calls and reasoning whose dropped tokens are kept. A family has one or two."""


class Constants(Shortcut):
    """Replaces vLLM's look-ups of the tokenizer's special tokens, and the random part of its ids."""

    name = "constants"
    what = "Looks up special tokens once, and makes the random ids of requests without UUIDs."

    def fits(self) -> str | None:
        reason = (
            other_parameters(BaseRenderer, "get_eos_token_id", "self")
            or other_parameters(input_processor, "random_uuid", "")
            or other_parameters(streaming_parser_engine, "_build_drop_info", "config tokenizer")
        )
        if reason is None and not all(map(_ID.fullmatch, (input_processor.random_uuid(), _random_id()))):
            reason = "vLLM's random ids have another form"
        if reason is None and (read := _fields_read()) != READ:
            reason = f"the tokens that vLLM's parsers drop depend on {', '.join(sorted(read))}"
        return reason

    def install(self) -> None:
        renderer: Any = self.backend.llm.renderer
        eos_token_id = renderer.get_eos_token_id()
        self.patches.replace(renderer, "get_eos_token_id", lambda: eos_token_id)
        self.patches.replace(input_processor, "random_uuid", _random_id)
        self.patches.replace(streaming_parser_engine, "_build_drop_info", self._dropped_once())

    def _dropped_once(self) -> Callable[[Any, Any], Any]:
        """Return vLLM's function, which is called once for the formats of the model's own tokenizer."""
        find: Callable[[Any, Any], Any] = streaming_parser_engine._build_drop_info
        own = self.backend.tokenizer
        found: dict[Hashable, Any] = {}

        def dropped(config: Any, tokenizer: Any) -> Any:
            if tokenizer is not own:
                return find(config, tokenizer)
            key = _key(config)
            if key not in found:
                if len(found) >= KEPT:
                    found.clear()
                found[key] = find(config, tokenizer)
            return found[key]

        return dropped


def _key(config: Any) -> Hashable:
    spellings = (each if isinstance(each, str) else tuple(each) for each in config.terminals.values())
    return (
        tuple(zip(config.terminals, spellings, strict=True)),
        frozenset(config.token_id_terminals.values()),
        frozenset(config.preserve_tokens),
    )


class _Reads:
    """A parser's configuration that notes which of its fields are read."""

    def __init__(self) -> None:
        self.config = ParserEngineConfig("example", {"CALL": "<call>"})
        self.names = set[str]()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(self.config, name)


def _fields_read() -> set[str]:
    """Return the fields on which the dropped tokens depend."""
    reads = _Reads()
    tokenizer = SimpleNamespace(all_special_tokens=["<call>", "<other>"], all_special_ids=[1, 2])
    streaming_parser_engine._build_drop_info(reads, tokenizer)
    return reads.names


def _random_id() -> str:
    return token_hex(8)


SHORTCUT = Constants
