"""The line with which Claude Code begins its instructions: it is another in every request.

No cached prefix would survive it, and it tells a model nothing. vLLM leaves it out of prompts, too.
"""

from __future__ import annotations

BILLING = "x-anthropic-billing-header"


def without_billing(text: str) -> str:
    """Return what a system message, or a block of one, says besides that line."""
    return text.partition("\n")[2] if text.startswith(BILLING) else text
