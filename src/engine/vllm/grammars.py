"""The grammars that answers are held to, in the terms of the backend that holds them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vllm.exceptions import VLLMValidationError
from vllm.sampling_params import StructuredOutputsParams
from vllm.v1.structured_output.backend_guidance import GuidanceBackend, serialize_guidance_grammar
from vllm.v1.structured_output.request import get_structured_output_key

from accord.engine.grammars.gate import GrammarGate
from accord.engine.grammars.schemas import grammar_schema
from accord.engine.grammars.tags import UnknownTag, tag_lark
from accord.errors import InvalidRequest
from accord.telemetry.request import current


def fix_grammar_backend(config: Any, tokenizer: Any) -> str:
    """Make vLLM's choice of a grammar backend once, where the operator has left it to vLLM.

    vLLM chooses anew for each request, but its engine runs all of them on the first request's choice.
    llguidance holds to every keyword of JSON Schema that it does not refuse; xgrammar ignores some.
    """
    if config.backend == "auto":
        config.backend = "guidance" if GuidanceBackend.is_tokenizer_supported(tokenizer) else "xgrammar"
    backend: str = config.backend
    return backend


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """The special tokens, each with its name in Lark, and the names of those that end an answer.

    llguidance knows one token that does; the model's generation config may name more. It takes `<name>` for
    special whatever the tokenizer says.
    """

    names: Mapping[str, str]
    ends: tuple[str, ...] = ()

    @classmethod
    def of(cls, tokenizer: Any, model_config: Any) -> SpecialTokens:
        """Return those of `tokenizer`, which the model is used with."""
        added = tokenizer.get_added_vocab()
        known = getattr(tokenizer, "added_tokens_decoder", {})
        names = {}
        for token, token_id in added.items():
            if re.fullmatch(r"<[^<>\s\[\]]+>", token):
                names[token] = token
            elif getattr(known.get(token_id), "special", False):
                names[token] = f"<[{token_id}]>"
        ids = model_config.try_get_generation_config().get("eos_token_id")
        ending = set(ids if isinstance(ids, list) else [ids]) - {getattr(tokenizer, "eos_token_id", None)}
        return cls(names, tuple(sorted(names[token] for token in names if added[token] in ending)))


def tag_grammar(structural_tag: str, tokens: SpecialTokens) -> str:
    """Return a structural tag as llguidance's Lark. Raises UnknownTag where it cannot be held."""
    return tag_lark(json.loads(structural_tag), tokens.names, tokens.ends)


def unknown_tag(error: UnknownTag) -> InvalidRequest:
    """Return what the client is told of a structural tag that cannot be held."""
    place = "structured_outputs.structural_tag"
    return InvalidRequest(f"{place}: an answer cannot be constrained to it: {error}.", param=place)


def guidance_outputs(outputs: StructuredOutputsParams, tokens: SpecialTokens) -> StructuredOutputsParams:
    """Return what a client asks for as llguidance reads it, with JSON spaced as json.dumps does.

    Free spacing is where a model that is weak, or held to what it would not say, loses itself.
    """
    if outputs.json_object:
        return replace(outputs, json_object=None, json=grammar_schema({"type": "object"}))
    if outputs.json is not None:
        schema = _parsed(outputs.json) if isinstance(outputs.json, str) else outputs.json
        return replace(outputs, json=grammar_schema(schema))
    if outputs.structural_tag is not None:
        try:
            grammar = tag_grammar(outputs.structural_tag, tokens)
        except UnknownTag as error:
            raise unknown_tag(error) from error
        return replace(outputs, structural_tag=None, grammar=grammar)
    return outputs


def _parsed(schema: str) -> Any:
    """Return a schema that is given as text."""
    place = "structured_outputs.json"
    try:
        parsed = json.loads(schema)
    except ValueError as error:
        raise InvalidRequest(f"{place}: is not valid JSON: {error}.", param=place) from error
    if not isinstance(parsed, dict):
        raise InvalidRequest(f"{place}: is not a JSON Schema; an object was expected.", param=place)
    return parsed


def serialized(outputs: StructuredOutputsParams) -> str:
    """Return what llguidance compiles. Raises VLLMValidationError for what has not the form of a grammar."""
    try:
        grammar: str = serialize_guidance_grammar(*get_structured_output_key(outputs))
    except (ValueError, KeyError, TypeError) as error:
        raise VLLMValidationError(f"Grammar error: {error}") from error
    return grammar


def grammar_gate(tokenizer: Any) -> GrammarGate | None:
    """Return the gate for grammars of `tokenizer`; None where only vLLM's own check knows its tokens."""
    if not hasattr(tokenizer, "backend_tokenizer"):
        return None
    return GrammarGate((tokenizer.backend_tokenizer.to_str(), tokenizer.eos_token_id))


async def check_grammar(outputs: StructuredOutputsParams, gate: GrammarGate) -> None:
    """Raise VLLMValidationError, as vLLM does, where the engine cannot compile what is asked, or not soon."""
    if error := await gate.error(serialized(outputs), current().caller):
        raise VLLMValidationError(f"Grammar error: {error}")


_OUR_PLACES = re.compile(
    r"at \d+\(\d+\): |failed to compile JSON schema: |Failed to convert the grammar from \w+ to Lark: "
)
"""Where in the grammar that was made of the request; who wrote the request knows nothing of it."""
_REASONS = (
    (r"Unimplemented keys: \[(.*)\]", r"no grammar can hold the keyword \1"),
    (r"^oneOf constraints.*", 'no grammar can hold the keyword "oneOf"; anyOf can be held'),
    (r"^Resource '(.*?)' is not present.*", r"a $ref leads to '\1', which is no part of the schema"),
    (r"^Pointer '(.*?)' does not exist.*", r"a $ref leads to '#\1', which is not there"),
    (r"^Expected (\S+) at line (\d+), .*", r"\1 was expected in line \2"),
    (r"regex parse error:.*\nerror: ([^\n]*).*", r"\1"),
)
"""What llguidance says, and what a client is told."""
_OTHERS_SAY = re.compile(
    r"Failed to transform|The provided JSON schema|Invalid \w+ (?:grammar )?specification"
)
"""How other grammar engines begin to say it."""


def grammar_reason(error: VLLMValidationError) -> str | None:
    """Return why an answer cannot be held to a grammar; None where `error` is about something else."""
    said = str(error.args[0]) if error.args else ""
    found = re.match(r"(?:Grammar error|Invalid grammar specification): (.*)", said, re.DOTALL)
    if found is None:
        return said.splitlines()[0].rstrip(".") if _OTHERS_SAY.match(said) else None
    reason = _OUR_PLACES.sub("", found[1])
    for pattern, words in _REASONS:
        reason = re.sub(pattern, words, reason, flags=re.DOTALL)
    return reason.splitlines()[0].rstrip(".")  # a listing of the grammar follows
