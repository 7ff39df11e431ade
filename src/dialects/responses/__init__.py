"""OpenAI's responses.

Responses have tools of many kinds, and the model knows functions: `dialects/responses/tools.py` says each
tool that a client runs as one (`NAMESPACE__NAME` for a namespace's, as vLLM has it; one argument `input`
for a tool that takes text), `calls.py` makes a call what its tool is, `tool_items.py` reads calls and
outputs that come back, under the same names. Tools that come with the conversation, as a search's, are told
of in their place (`dialects/tool_definitions.py`): the prompt's beginning stays, and the prefix cache
serves. What a server would run, and types of tools, items and parts that are newer than the contract, are
left out, or told as their text, and named in `x-ignored-parameters`: a client sends them with each request,
and must get an answer.
"""

from __future__ import annotations

from secrets import token_hex


def new_id(prefix: str) -> str:
    """Return an id as OpenAI's look: what it names, and a number that no other has."""
    return f"{prefix}_{token_hex(16)}"
