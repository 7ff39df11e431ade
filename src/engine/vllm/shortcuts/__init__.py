"""Ways beside vLLM's own that cost less, one file each. The engine works without any of them.

Nothing is imported here, so that the settings know the names before vLLM is imported; `registry.py` imports
the files, each of which names its shortcut `SHORTCUT`.
"""

NAMES = (
    "max_tokens",
    "variables",
    "latencies",
    "grammar_check",
    "tokenizing",
    "rendering",
    "templates",
    "detokenizing",
    "handover",
    "steps",
)
"""In the order in which they are installed: each may stand on those before it."""
