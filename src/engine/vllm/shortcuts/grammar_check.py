"""Does not check a grammar again that was checked before.

vLLM compiles each request's grammar to check it, in the event loop. The grammar checker has compiled it
before, in its own process; without a grammar checker, a grammar that vLLM has accepted is not checked again.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from vllm.exceptions import VLLMValidationError
from vllm.sampling_params import SamplingParams, StructuredOutputsParams
from vllm.v1.structured_output import backend_guidance, backend_xgrammar

from accord.engine.vllm.grammars import serialized
from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters

_EXAMPLES = [
    StructuredOutputsParams(json={"type": "object", "properties": {"a": {"type": "integer"}}}),
    StructuredOutputsParams(regex="[a-z]{1,5}"),
    StructuredOutputsParams(choice=["yes", "no"]),
    StructuredOutputsParams(grammar='start: "a" | "b"'),
    StructuredOutputsParams(structural_tag='{"structures": [], "triggers": []}'),
    StructuredOutputsParams(structural_tag="{}"),
]


REMEMBERED = 512


class GrammarCheck(Shortcut):
    """Replaces vLLM's check of a grammar by a check of its form, or remembers what vLLM has accepted."""

    name = "grammar_check"
    what = "Does not compile a grammar again to check it that was compiled before."

    def fits(self) -> str | None:
        return (
            other_parameters(backend_guidance, "validate_guidance_grammar", "sampling_params tokenizer")
            or other_parameters(backend_xgrammar, "validate_xgrammar_grammar", "sampling_params")
            or self._differs()
        )

    def _differs(self) -> str | None:
        for outputs in _EXAMPLES if self.backend.grammars is not None else ():
            params = SamplingParams(structured_outputs=outputs)
            if _refused(check_form, params) != _refused(backend_guidance.validate_guidance_grammar, params):
                return "vLLM accepts or refuses other grammars by their form"
        return None

    def install(self) -> None:
        if self.backend.grammars is not None:
            self.patches.replace(backend_guidance, "validate_guidance_grammar", check_form)
            return
        for backend, name in (
            (backend_guidance, "validate_guidance_grammar"),
            (backend_xgrammar, "validate_xgrammar_grammar"),
        ):
            self.patches.replace(backend, name, AcceptedOnce(getattr(backend, name)))


class AcceptedOnce:
    """A check of vLLM's that is not repeated for a grammar that it has accepted."""

    def __init__(self, check: Callable[..., None]) -> None:
        self._check = check
        self._accepted: OrderedDict[bytes, None] = OrderedDict()

    def __call__(self, sampling_params: SamplingParams, **arguments: Any) -> None:
        digest = _digest(sampling_params.structured_outputs)
        if digest is not None and digest in self._accepted:
            self._accepted.move_to_end(digest)
            return
        self._check(sampling_params, **arguments)
        if digest is not None:
            self._accepted[digest] = None
            if len(self._accepted) > REMEMBERED:
                self._accepted.popitem(last=False)


def _digest(outputs: StructuredOutputsParams | None) -> bytes | None:
    """Return what tells a grammar from all others; None for one that vLLM's check may change, or for none."""
    if outputs is None or outputs.choice is not None or outputs.json_object is not None:
        return None
    try:
        text = json.dumps([outputs.json, outputs.regex, outputs.grammar, outputs.structural_tag])
    except (TypeError, ValueError, RecursionError):
        return None
    return hashlib.sha256(text.encode()).digest()


def check_form(sampling_params: SamplingParams, tokenizer: Any = None) -> None:
    """Replaces vLLM's own check: raise VLLMValidationError for what does not have a grammar's form."""
    if sampling_params.structured_outputs is not None:
        serialized(sampling_params.structured_outputs)


def _refused(check: Callable[[SamplingParams], None], params: SamplingParams) -> bool:
    try:
        check(params)
    except VLLMValidationError:
        return True
    return False


SHORTCUT = GrammarCheck
