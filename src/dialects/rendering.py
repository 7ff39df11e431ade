"""Prompts as the model reads them, for the render endpoints of all APIs."""

from __future__ import annotations

from accord.engine import RenderedPrompt
from accord.generated import models


def rendered_prompt(prompt: RenderedPrompt, model: str) -> models.RenderedPrompt:
    """Return a prompt's text and token ids."""
    assert prompt.text is not None
    result = models.RenderedPrompt(model=model, prompt=prompt.text, token_ids=[])
    # Set, not validated: nothing else would run while pydantic reads millions of them.
    result.token_ids = prompt.token_ids
    return result
