"""The grammars that constrain answers, in the form of the grammar backend."""

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

from accord.engine.grammars.checker import GrammarChecker
from accord.engine.grammars.schemas import grammar_schema
from accord.engine.grammars.tags import UnknownTag, tag_lark
from accord.errors import InvalidRequest
from accord.telemetry.request import current


def fix_grammar_backend(config: Any, tokenizer: Any) -> str:
    """Choose the grammar backend once if the operator has left the choice to vLLM.

    vLLM chooses again for each request, but its engine runs all of them with the first request's choice.
    llguidance applies every keyword of JSON Schema that it does not refuse; xgrammar ignores some.
    """
    if config.backend == "auto":
        config.backend = "guidance" if GuidanceBackend.is_tokenizer_supported(tokenizer) else "xgrammar"
    backend: str = config.backend
    return backend


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """The special tokens with their names in Lark, and the names of those that end an answer.

    llguidance has one end token; the model's generation config may name more. It treats `<name>` as special
    whether or not it is special in the tokenizer.
    """

    names: Mapping[str, str]
    ends: tuple[str, ...] = ()

    @classmethod
    def of(cls, tokenizer: Any, model_config: Any) -> SpecialTokens:
        """Return the special tokens of the model's `tokenizer`."""
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
    """Return a structural tag as a Lark grammar for llguidance.

    Raises UnknownTag if it has no translation.
    """
    return tag_lark(json.loads(structural_tag), tokens.names, tokens.ends)


def unknown_tag(error: UnknownTag) -> InvalidRequest:
    """Return the client's error for a structural tag that cannot be translated."""
    param = "structured_outputs.structural_tag"
    return InvalidRequest(f"{param}: an answer cannot be constrained to it: {error}.", param=param)


def guidance_outputs(outputs: StructuredOutputsParams, tokens: SpecialTokens) -> StructuredOutputsParams:
    """Return the client's constraints in llguidance's form, with JSON spaced as by json.dumps.

    With free spacing, a weak model, or one that is forced to an unlikely answer, may generate endless spaces.
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
    """Parse a schema that is given as text."""
    param = "structured_outputs.json"
    try:
        parsed = json.loads(schema)
    except ValueError as error:
        raise InvalidRequest(f"{param}: is not valid JSON: {error}.", param=param) from error
    if not isinstance(parsed, dict):
        raise InvalidRequest(f"{param}: is not a JSON Schema; an object was expected.", param=param)
    return parsed


def serialized(outputs: StructuredOutputsParams) -> str:
    """Return the input of llguidance's compiler. Raises VLLMValidationError for what is not a grammar."""
    try:
        grammar: str = serialize_guidance_grammar(*get_structured_output_key(outputs))
    except (ValueError, KeyError, TypeError) as error:
        raise VLLMValidationError(f"Grammar error: {error}") from error
    return grammar


def grammar_checker(tokenizer: Any) -> GrammarChecker | None:
    """Return the checker for grammars of `tokenizer`; None if llguidance does not support it."""
    if not hasattr(tokenizer, "backend_tokenizer"):
        return None
    return GrammarChecker((tokenizer.backend_tokenizer.to_str(), tokenizer.eos_token_id))


async def check_grammar(outputs: StructuredOutputsParams, checker: GrammarChecker) -> None:
    """Raise VLLMValidationError, as vLLM does, if the engine cannot compile the grammar, or not in time."""
    if error := await checker.error(serialized(outputs), current().caller):
        raise VLLMValidationError(f"Grammar error: {error}")


_POSITION = re.compile(
    r"at \d+\(\d+\): |failed to compile JSON schema: |Failed to convert the grammar from \w+ to Lark: "
)
"""A position in the grammar that was made from the request, which the client does not know."""
_REASONS = (
    (r"Unimplemented keys: \[(.*)\]", r"grammars do not support the keyword \1"),
    (r"^oneOf constraints.*", 'grammars do not support the keyword "oneOf"; use anyOf'),
    (r"^Resource '(.*?)' is not present.*", r"a $ref leads to '\1', which is not in the schema"),
    (r"^Pointer '(.*?)' does not exist.*", r"a $ref leads to '#\1', which is not there"),
    (r"^Expected (\S+) at line (\d+), .*", r"\1 was expected in line \2"),
    (r"regex parse error:.*\nerror: ([^\n]*).*", r"\1"),
)
"""llguidance's errors, and the sentences that clients get for them."""
_OTHER_BACKENDS = re.compile(
    r"Failed to transform|The provided JSON schema|Invalid \w+ (?:grammar )?specification"
)
"""Beginnings of the same errors from other grammar engines."""


def grammar_reason(error: VLLMValidationError) -> str | None:
    """Return why an answer cannot be constrained to a grammar; None if `error` is about something else."""
    message = str(error.args[0]) if error.args else ""
    found = re.match(r"(?:Grammar error|Invalid grammar specification): (.*)", message, re.DOTALL)
    if found is None:
        return message.splitlines()[0].rstrip(".") if _OTHER_BACKENDS.match(message) else None
    reason = _POSITION.sub("", found[1])
    for pattern, words in _REASONS:
        reason = re.sub(pattern, words, reason, flags=re.DOTALL)
    return reason.splitlines()[0].rstrip(".")  # the rest lists the grammar
