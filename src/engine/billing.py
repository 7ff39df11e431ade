"""Claude Code's billing header, the first line of its instructions, which differs in every request.

No cached prefix would survive it, and it tells a model nothing. vLLM leaves it out of prompts, too.
"""

from __future__ import annotations

BILLING = "x-anthropic-billing-header"


def without_billing(text: str) -> str:
    """Return a text of a system message without that line."""
    return text.partition("\n")[2] if text.startswith(BILLING) else text
