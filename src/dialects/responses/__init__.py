"""OpenAI's responses.

Responses have tools of many kinds, but the model only knows functions. `dialects/responses/tools.py`
describes each client tool as a function (`NAMESPACE__NAME` in a namespace, as in vLLM; one argument
`input` for a tool with text input), `calls.py` converts a call to the item of its tool, and
`tool_items.py` reads calls and outputs that come back, with the same names. Tools that a conversation
adds, such as those of a search, are defined at their place (`dialects/tool_definitions.py`), so that the
beginning of the prompt stays in the prefix cache.

Hosted tools, and types of tools, items and parts that are newer than the contract, are ignored, or
replaced by their text, and listed in `x-ignored-parameters`: clients send them with each request, and must
get an answer.
"""

from __future__ import annotations

from secrets import token_hex


def new_id(prefix: str) -> str:
    """Return a new unique id in OpenAI's form: a prefix and a random number."""
    return f"{prefix}_{token_hex(16)}"
