"""Builds messages that are not streamed."""

from __future__ import annotations

from typing import Any, Literal
from uuid import uuid4

from pydantic_core import from_json

from accord.dialects.answers import Answer, ToolCall, answers, is_json
from accord.dialects.messages.compaction import Compacted
from accord.dialects.messages.signatures import Signatures
from accord.dialects.sampling import transferred
from accord.engine import Generation, Usage
from accord.generated import models

StopReason = Literal["end_turn", "max_tokens", "stop_sequence", "tool_use", "model_context_window_exceeded"]
"""The stop reasons for a model's own finish reasons."""


def tool_use_id() -> str:
    """Return a new id for a call."""
    return f"toolu_{uuid4().hex[:24]}"


def stopped(
    body: models.MessageRequest,
    finish_reason: str | None,
    stop_reason: int | str | None,
    called_tools: bool,
    call_is_cut: bool,
    output_tokens: int,
) -> tuple[StopReason, str | None]:
    """Return the stop reason and the matched stop sequence.

    Clients run tools only for `tool_use`, so a stop sequence after complete calls must not replace it.
    """
    if finish_reason == "length":
        full = output_tokens < body.max_tokens
        return "model_context_window_exceeded" if full else "max_tokens", None
    if called_tools and not call_is_cut:
        return "tool_use", None
    if isinstance(stop_reason, str) and stop_reason in (body.stop_sequences or ()):
        return "stop_sequence", stop_reason
    return "tool_use" if called_tools else "end_turn", None


def usage_model(usage: Usage) -> models.MessageUsage:
    """Return the counts as the contract's model."""
    counts = input_tokens(usage)
    return models.MessageUsage(
        **counts,
        output_tokens=usage.completion_tokens,
        cache_creation=_cache_creation(counts),
        service_tier="standard",
        **thinking_tokens(usage),
    )


def _cache_creation(counts: dict[str, Any]) -> models.MessageCacheCreation:
    written = counts["cache_creation_input_tokens"]
    return models.MessageCacheCreation(ephemeral_5m_input_tokens=written, ephemeral_1h_input_tokens=0)


def iterations(compaction: Usage | None, answer: Usage | None = None) -> dict[str, Any]:
    """Return the usage fields of a compacted conversation."""
    if compaction is None:
        return {}
    made = [_iteration("compaction", compaction)]
    if answer is not None:
        made.append(_iteration("message", answer))
    return {"iterations": made}


def _iteration(kind: Literal["compaction", "message"], usage: Usage) -> models.MessageIteration:
    counts = input_tokens(usage)
    return models.MessageIteration(
        type=kind, **counts, output_tokens=usage.completion_tokens, cache_creation=_cache_creation(counts)
    )


def input_tokens(usage: Usage) -> dict[str, Any]:
    """Return the prompt's tokens as three counts, whose sum is the prompt."""
    read = min(usage.cached_tokens, usage.prompt_tokens)
    written = min(usage.cache_write_tokens, usage.prompt_tokens - read)
    return {
        "input_tokens": usage.prompt_tokens - read - written,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
    }


def thinking_tokens(usage: Usage) -> dict[str, Any]:
    """Return the usage fields of a model that thinks."""
    if not usage.reasoning_tokens:
        return {}
    details = models.MessageOutputTokensDetails(thinking_tokens=usage.reasoning_tokens)
    return {"output_tokens_details": details}


def blank_message(
    id: str,  # noqa: A002  the field's name
    model: str,
    usage: Usage,
) -> models.Message:
    """Return the message at its start."""
    return models.Message(
        id=id,
        type="message",
        role="assistant",
        model=model,
        content=[],
        stop_reason=None,
        stop_sequence=None,
        usage=usage_model(usage),
    )


async def message(
    generation: Generation,
    body: models.MessageRequest,
    *,
    id: str,  # noqa: A002  the field's name
    model: str,
    signatures: Signatures,
    context: models.MessageContextManagement | None = None,
    compacted: Compacted | None = None,
) -> models.Message:
    """Run `generation` and return the response, beginning with `compacted`."""
    (answer,) = await answers(generation)
    result = blank_message(id, model, generation.usage)
    result.content = _blocks(answer, signatures)
    if compacted is not None:
        result.content.insert(0, compacted.block)
        result.usage.iterations = iterations(compacted.usage, generation.usage)["iterations"]
    result.stop_reason, result.stop_sequence = stopped(
        body,
        answer.finish_reason,
        answer.stop_reason,
        bool(answer.tool_calls),
        bool(answer.tool_calls) and not is_json(answer.tool_calls[-1].arguments),
        generation.usage.completion_tokens,
    )
    if context is not None:
        result.context_management = context
    for name, value in transferred(generation.prompts[0]).items():
        setattr(result, name, value)
    return result


def _blocks(answer: Answer, signatures: Signatures) -> list[models.MessageContentBlock]:
    blocks: list[models.MessageContentBlock] = []
    if thinking := answer.reasoning:
        signature = signatures.of(thinking)
        blocks.append(models.MessageThinkingBlock(type="thinking", thinking=thinking, signature=signature))
    if answer.text:
        blocks.append(models.MessageTextBlock(type="text", text=answer.text, citations=None))
    blocks += map(_tool_use, answer.tool_calls)
    return blocks


def _tool_use(call: ToolCall) -> models.MessageToolUseBlock:
    return models.MessageToolUseBlock(
        type="tool_use", id=tool_use_id(), name=call.name, input=_input(call.arguments)
    )


def _input(arguments: str) -> dict[str, Any]:
    """Return a call's arguments; for a truncated call the complete ones, as SDKs parse a stream.

    Malformed arguments become an empty object, so that the tool's own validation tells the model what is
    missing.
    """
    try:
        value = from_json(arguments, allow_partial=True)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
