"""Anthropic's messages.

In Messages a tool with `defer_loading` is no part of the prompt until a block refers to it
(`tool_reference` in a tool's result, `tool_addition` in a system message). Its definition is then text in
that place (`dialects/messages/tools.py`), in the words that Claude Code itself has for servers without such
blocks, and not one more tool at the beginning, so the prefix cache keeps what it holds.
`Conversation.tools` are what the chat template declares, `callable_tools` what parsers and grammars know,
where these differ. vLLM declares every tool at the beginning from the first request on, or leaves both to a
template that knows `tool_reference`. Blocks, tools and values that are newer than the contract are left out
and named (`Call.leave_out`); a tool that is forced and not there is a 400. The three counts of a prompt's
tokens are vLLM's: from the prefix cache, put into it (computed, in whole blocks), and the rest. They are
known with the engine's first output, so `message_start` waits for it; until then a stream is silent but for
its pings. Thinking that a client gives back is read whatever its signature: it is text that the client
could have written anywhere. `dialects/messages/editing.py` makes the edits of `context_management` before
the conversation is read, on the request's own blocks, which stay in their places; it counts tokens, by
rendering, only where there is something to clear. A compaction is a summary by the model itself, written as
that of Responses is (`dialects/summary.py`, `handlers/compaction.py`). Its block, which a client gives back,
is where the conversation begins (`dialects/messages/compaction.py`): what a new one leads to is read as it
is when it comes back, so that the next turn finds its prompt in the prefix cache.
"""
