# Written by `python -m codegen` from openapi/. Never edited by hand.
"""Fields of requests that are refused, though the contract does not name them."""

from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """Why a field is refused, unless it has one of these values, null or false."""

    reason: str
    unless: tuple[Any, ...] = ()


REFUSED: dict[str, dict[str, Refusal]] = {
    "ChatCompletionRequest": {
        "audio": Refusal("only text output is supported", ()),
        "modalities": Refusal("only text output is supported", (["text"],)),
        "moderation": Refusal("moderation is not supported", ()),
        "web_search_options": Refusal("web search is not supported", ()),
        "use_beam_search": Refusal("beam search is not supported", ()),
        "return_weight_versions": Refusal("weight versions are not reported", ()),
        "routed_experts_prompt_start": Refusal("routed experts are not reported", (0,)),
    },
    "CompletionRequest": {
        "prompt_embeds": Refusal("prompt embeddings are not supported", ()),
        "use_beam_search": Refusal("beam search is not supported", ()),
        "return_weight_versions": Refusal("weight versions are not reported", ()),
        "routed_experts_prompt_start": Refusal("routed experts are not reported", (0,)),
    },
    "GenerateSamplingParams": {
        "prompt_logprob_start": Refusal("prompt_logprobs covers the whole prompt", ()),
        "prompt_logprob_token_ids": Refusal("use /generative_scoring for given tokens after a prompt", ()),
        "routed_experts_prompt_start": Refusal("routed experts are not reported", (0,)),
        "trace_decode_token_ids": Refusal("replaying answers is not supported", ()),
    },
    "MessageRequest": {
        "container": Refusal("containers are not supported", ()),
        "thread": Refusal("threads are not supported; send all messages", ()),
        "mcp_servers": Refusal("MCP servers are supported in /v1/responses only", ()),
    },
    "MessageTokenCountRequest": {
        "mcp_servers": Refusal("MCP servers are supported in /v1/responses only", ()),
    },
    "ResponseRequest": {
        "image": Refusal("image generation is not supported", ()),
        "moderation": Refusal("moderation is not supported", ()),
        "prompt": Refusal("stored prompts are not supported; send instructions and input instead", ()),
        "enable_response_messages": Refusal(
            "raw messages are not returned; /v1/responses/render returns the prompt", ()
        ),
        "previous_input_messages": Refusal(
            "use previous_response_id or input for the earlier conversation", ()
        ),
    },
}
