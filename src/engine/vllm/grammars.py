"""The grammars that answers are held to, in the terms of the backend that holds them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from vllm.exceptions import VLLMValidationError
from vllm.sampling_params import StructuredOutputsParams
from vllm.v1.structured_output.backend_guidance import GuidanceBackend, serialize_guidance_grammar
from vllm.v1.structured_output.request import get_structured_output_key

from accord.engine.grammars.gate import GrammarGate
from accord.engine.grammars.schemas import Schema, grammar_schema
from accord.errors import InvalidRequest


def fix_grammar_backend(config: Any, tokenizer: Any) -> str:
    """Make vLLM's choice of a grammar backend once, where the operator has left it to vLLM.

    vLLM chooses anew for each request, but its engine runs all of them on the first request's choice.
    llguidance holds to every keyword of JSON Schema that it does not refuse; xgrammar ignores some.
    """
    if config.backend == "auto":
        config.backend = "guidance" if GuidanceBackend.is_tokenizer_supported(tokenizer) else "xgrammar"
    backend: str = config.backend
    return backend


def guidance_outputs(outputs: StructuredOutputsParams, tokenizer: Any) -> StructuredOutputsParams:
    """Return what a client asks for as llguidance reads it, with JSON spaced as json.dumps does.

    Free spacing is where a model that is weak, or held to what it would not say, loses itself.
    """
    if outputs.json_object:
        return replace(outputs, json_object=None, json=grammar_schema({"type": "object"}))
    if outputs.json is not None:
        schema = json.loads(outputs.json) if isinstance(outputs.json, str) else outputs.json
        return replace(outputs, json=grammar_schema(schema)) if isinstance(schema, dict) else outputs
    if outputs.structural_tag is not None:
        try:
            grammar = tag_grammar(outputs.structural_tag, tokenizer)
        except (AttributeError, KeyError, TypeError):  # it has not the form of one
            grammar = None
        if grammar is None:
            raise InvalidRequest(
                "structural_tag: only text with JSON between tags, begun by one trigger, can be held here.",
                param="structured_outputs.structural_tag",
            )
        return replace(outputs, structural_tag=None, grammar=grammar)
    return outputs


def serialized(outputs: StructuredOutputsParams) -> str:
    """Return what llguidance compiles. Raises VLLMValidationError for what has not the form of a grammar."""
    try:
        grammar: str = serialize_guidance_grammar(*get_structured_output_key(outputs))
    except (ValueError, KeyError, TypeError) as error:
        raise VLLMValidationError(f"Invalid grammar specification: {error}") from error
    return grammar


def grammar_gate(tokenizer: Any) -> GrammarGate | None:
    """Return the gate for grammars of `tokenizer`; None where only vLLM's own check knows its tokens."""
    if not hasattr(tokenizer, "backend_tokenizer"):
        return None
    return GrammarGate((tokenizer.backend_tokenizer.to_str(), tokenizer.eos_token_id))


async def check_grammar(outputs: StructuredOutputsParams, gate: GrammarGate) -> None:
    """Raise VLLMValidationError, as vLLM does, where the engine cannot compile what is asked, or not soon."""
    if error := await gate.error(serialized(outputs)):
        raise VLLMValidationError(f"Grammar error: {error}")


def tag_grammar(structural_tag: str, tokenizer: Any) -> str | None:
    """Return a structural tag as llguidance's Lark; None where it is more than text with JSON between tags.

    llguidance's own way with structural tags takes every `<name>` for a special token.
    """
    tag = json.loads(structural_tag)
    form = tag if "structures" in tag else tag.get("format") or {}
    if "format" in tag and (form.get("type") != "triggered_tags" or form.get("at_least_one")):
        return None
    triggers = form.get("triggers") or []
    tags = _structures(form)
    if len(triggers) != 1 or not tags or not all(begin.startswith(triggers[0]) for begin, _, _ in tags):
        return None
    special = {token for token in tokenizer.get_added_vocab() if re.fullmatch(r"<[^<>]+>", token)}
    return _lark(triggers[0], tags, special, bool(form.get("stop_after_first")))


def _structures(form: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """What is between the tags, as begin, schema, end; nothing where some of it is not JSON."""
    if "structures" in form:
        return [(s["begin"], s["schema"], s["end"]) for s in form["structures"]]
    found = []
    for tag in form.get("tags") or ():
        content = tag["content"]
        if content.get("type") != "json_schema" or content.get("style", "json") != "json":
            return []
        if not isinstance(tag["end"], str):
            return []
        found.append((tag["begin"], content["json_schema"], tag["end"]))
    return found


def _lark(trigger: str, tags: list[tuple[str, Any, str]], special: set[str], once: bool) -> str:
    rules = []
    for index, (begin, schema, end) in enumerate(tags):
        held: Schema = grammar_schema(schema if isinstance(schema, dict) else {"type": "object"})
        opening, closing = _literal(begin.removeprefix(trigger), special), _literal(end, special)
        rules.append(f"tag_{index}: {opening} %json {json.dumps(held)} {closing}")
    if trigger in special:
        texts = [f"opening: TEXT {trigger}", "TEXT: /(?s:.*)/"]
    else:
        pattern = re.escape(trigger).replace("/", r"\/")
        texts = [
            f"opening[lazy]: /(?s:.*){pattern}/",
            f"TEXT: /(?s:.*)/ & ~/(?s:.*){pattern}(?s:.*)/",
        ]
    inner = " | ".join(f"tag_{index}" for index in range(len(tags)))
    start = f"start: (opening ({inner})){'?' if once else '*'} TEXT"
    return "\n".join(["%llguidance {}", start, *texts, *rules]) + "\n"


def _literal(text: str, special: set[str]) -> str:
    """Return `text` as Lark: quoted, with special tokens standing by themselves."""
    if not special:
        return json.dumps(text)
    pattern = "(" + "|".join(map(re.escape, sorted(special))) + ")"
    parts = (part if part in special else json.dumps(part) for part in re.split(pattern, text) if part)
    return " ".join(parts) or '""'
