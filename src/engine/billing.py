"""Claude Code's billing header, the first line of its instructions, which differs in every request.

It would prevent prefix caching, and has no meaning for a model. vLLM removes it from prompts, too.
"""

from __future__ import annotations

BILLING = "x-anthropic-billing-header"


def without_billing(text: str) -> str:
    """Return a system message's text without that line."""
    return text.partition("\n")[2] if text.startswith(BILLING) else text
