"""Anthropic's messages.

A tool with `defer_loading` is not in the prompt until a block refers to it (`tool_reference` in a tool
result, `tool_addition` in a system message). Its definition then becomes text at that point
(`dialects/messages/tools.py`), in the wording that Claude Code uses for servers without such blocks,
so that the beginning of the prompt stays in the prefix cache. `Conversation.tools` are the tools that the
chat template declares, `callable_tools` those that parsers and grammars know, if these differ. vLLM
declares every tool at the beginning from the first request on, or leaves both to a template that supports
`tool_reference`.

Blocks, tools and values that are newer than the contract are ignored and reported (`Call.leave_out`);
forcing a tool that does not exist is a 400. The three counts of a prompt's tokens are vLLM's: read from
the prefix cache, written to it (computed, in whole blocks), and the rest. They are known with the engine's
first output, for which `message_start` waits; until then a stream has only pings. Thinking is signed, and
verified when a client sends it back (`dialects/messages/signatures.py`); no signature is an error.

`dialects/messages/editing.py` applies the edits of `context_management` to the request's own blocks, which
keep their positions, before the conversation is read. It counts tokens, by rendering, only if there is
something to clear. A compaction is a summary by the model itself, as in Responses (`dialects/summary.py`,
`handlers/compaction.py`). The conversation then begins with its block, which the client sends back
(`dialects/messages/compaction.py`). The answer after a new compaction has the same prompt as the next turn
will have, so that the next turn finds it in the prefix cache.
"""
