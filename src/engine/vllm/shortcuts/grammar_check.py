"""Does not compile a grammar again that the gate has compiled.

vLLM compiles each grammar to check it, in the event loop; the gate has done so before, in its own process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vllm.exceptions import VLLMValidationError
from vllm.sampling_params import SamplingParams, StructuredOutputsParams
from vllm.v1.structured_output import backend_guidance

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


class FormOnly(Shortcut):
    """Replaces vLLM's check of a grammar by a check of its form."""

    name = "grammar_check"
    what = "Does not compile a grammar again that the gate has compiled."

    def fits(self) -> str | None:
        if self.backend.grammars is None:
            return "there is no gate for grammars"
        return (
            other_parameters(backend_guidance, "validate_guidance_grammar", "sampling_params tokenizer")
            or self._differs()
        )

    def _differs(self) -> str | None:
        for outputs in _EXAMPLES:
            params = SamplingParams(structured_outputs=outputs)
            if _refused(check_form, params) != _refused(backend_guidance.validate_guidance_grammar, params):
                return "vLLM accepts or refuses other grammars by their form"
        return None

    def install(self) -> None:
        self.patches.replace(backend_guidance, "validate_guidance_grammar", check_form)


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


SHORTCUT = FormOnly
