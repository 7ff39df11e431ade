"""Token counts in the form of OpenAI's chat and completions."""

from __future__ import annotations

from accord.engine import Usage
from accord.generated import models


def usage_model(usage: Usage) -> models.Usage:
    """Return the counts as the contract's model."""
    return models.Usage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
        prompt_tokens_details=models.PromptTokensDetails(
            cached_tokens=usage.cached_tokens, cache_write_tokens=usage.cache_write_tokens
        ),
        completion_tokens_details=models.CompletionTokensDetails(reasoning_tokens=usage.reasoning_tokens),
    )


def usage_json(usage: Usage) -> bytes:
    """Return the counts as JSON, for a stream's chunk."""
    total = usage.prompt_tokens + usage.completion_tokens
    return (
        f'{{"prompt_tokens":{usage.prompt_tokens},"completion_tokens":{usage.completion_tokens},'
        f'"total_tokens":{total},"prompt_tokens_details":{{"cached_tokens":{usage.cached_tokens},'
        f'"cache_write_tokens":{usage.cache_write_tokens}}},'
        f'"completion_tokens_details":{{"reasoning_tokens":{usage.reasoning_tokens}}}}}'
    ).encode()
