"""The response object at each of its stages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from accord.dialects.responses.choice import MODES
from accord.dialects.responses.request import conversation_id
from accord.engine import Usage
from accord.generated import models


def begun(
    body: models.ResponseRequest,
    *,
    id: str,  # noqa: A002  the field's name
    created: int,
    model: str,
    default_sampling: Mapping[str, Any],
    tools: list[dict[str, Any]] | None = None,
) -> models.Response:
    """Return the response before generation begins. `tools` are the offered ones."""
    optional: dict[str, Any] = {"truncation": body.truncation or "disabled", "tools": tools or []}
    if body.prompt_cache_retention is not None:
        optional["prompt_cache_retention"] = body.prompt_cache_retention
    if (conversation := conversation_id(body)) is not None:
        optional["conversation"] = models.ResponseConversation(id=conversation)
    return models.Response(
        id=id,
        object="response",
        created_at=created,
        completed_at=None,
        status="queued" if body.background else "in_progress",
        background=bool(body.background),
        error=None,
        incomplete_details=None,
        instructions=body.instructions,
        max_output_tokens=body.max_output_tokens,
        max_tool_calls=body.max_tool_calls,
        model=model,
        output=[],
        parallel_tool_calls=body.parallel_tool_calls is not False,
        previous_response_id=body.previous_response_id,
        prompt_cache_key=body.prompt_cache_key,
        reasoning=_reasoning(body.reasoning),
        safety_identifier=body.safety_identifier,
        service_tier="default",
        store=body.store is not False,
        temperature=_used(body.temperature, default_sampling, "temperature"),
        text=_text(body.text),
        tool_choice=_tool_choice(body.tool_choice),
        top_logprobs=body.top_logprobs or 0,
        top_p=_used(body.top_p, default_sampling, "top_p"),
        presence_penalty=_used(body.presence_penalty, default_sampling, "presence_penalty", 0.0),
        frequency_penalty=_used(body.frequency_penalty, default_sampling, "frequency_penalty", 0.0),
        usage=None,
        user=body.user,
        metadata=body.metadata or {},
        **optional,
    )


def ended(response: models.Response, status: models.ResponseStatus, **changes: Any) -> models.Response:
    """Return `response` in its final state."""
    if status == "completed":
        changes["completed_at"] = int(time.time())
    elif status == "incomplete":
        changes["incomplete_details"] = models.ResponseIncompleteDetails(reason="max_output_tokens")
    return response.model_copy(update=changes | {"status": status})


def as_json(response: models.Response) -> dict[str, Any]:
    """Return the response in the form in which it is stored."""
    return response.model_dump(mode="json", exclude_unset=True, by_alias=True)


def _used(
    given: float | None, default_sampling: Mapping[str, Any], name: str, otherwise: float = 1.0
) -> float:
    return float(default_sampling.get(name, otherwise)) if given is None else given


def _reasoning(given: models.ResponseReasoningConfigParam | None) -> models.ResponseReasoningConfig:
    effort: Any = given.effort if given else None
    summary: Any = (given.summary or given.generate_summary) if given else None
    return models.ResponseReasoningConfig(effort=effort, summary=summary)


def _text(given: models.ResponseTextConfigParam | None) -> models.ResponseTextConfig:
    form: models.ResponseTextFormat
    match given.format if given else None:
        case models.ResponseTextFormatJsonSchemaParam() as asked:
            form = models.ResponseTextFormatJsonSchema(
                type="json_schema",
                name=asked.name,
                description=asked.description,
                schema_=asked.schema_,
                strict=bool(asked.strict),
            )
        case models.ResponseTextFormatJsonObjectParam():
            form = models.ResponseTextFormatJsonObject(type="json_object")
        case _:
            form = models.ResponseTextFormatPlain(type="text")
    if given is None or given.verbosity is None:
        return models.ResponseTextConfig(format=form)
    verbosity: Any = given.verbosity
    return models.ResponseTextConfig(format=form, verbosity=verbosity)


_NAMING = ("type", "name", "namespace", "server_label")


def _tool_choice(choice: models.ResponseToolChoiceParam | None) -> Any:
    if choice is None or isinstance(choice, str):
        return choice if choice in MODES else "auto"  # others were dropped, and are named in the header
    given = choice.model_dump(exclude_none=True)
    if isinstance(choice, models.ResponseToolChoiceAllowedParam):
        tools = [{name: tool[name] for name in _NAMING if name in tool} for tool in given["tools"]]
        return {"type": choice.type, "mode": choice.mode, "tools": tools}
    return {name: given[name] for name in _NAMING if name in given}


def usage_model(usage: Usage) -> models.ResponseUsage:
    """Return the counts as the contract's model."""
    return models.ResponseUsage(
        input_tokens=usage.prompt_tokens,
        input_tokens_details=models.ResponseInputTokensDetails(
            cached_tokens=usage.cached_tokens, cache_write_tokens=usage.cache_write_tokens
        ),
        output_tokens=usage.completion_tokens,
        output_tokens_details=models.ResponseOutputTokensDetails(reasoning_tokens=usage.reasoning_tokens),
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
    )
