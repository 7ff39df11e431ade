# Written by `python -m codegen` from openapi/. Never edited by hand.
"""Fields of requests that are refused, though the contract does not name them."""

from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """Why a field is refused, unless it has one of these values, null or false."""

    reason: str
    unless: tuple[Any, ...] = ()


REFUSED: dict[str, dict[str, Refusal]] = {
    "ChatCompletionRequest": {
        "audio": Refusal("answers are text here", ()),
        "modalities": Refusal("answers are text here", (["text"],)),
        "moderation": Refusal("nothing is moderated here", ()),
        "web_search_options": Refusal("the web is not searched here", ()),
        "use_beam_search": Refusal("there is no beam search here", ()),
        "return_weight_versions": Refusal("which weights made an answer is not told here", ()),
        "routed_experts_prompt_start": Refusal("the experts that tokens were routed to are not told", (0,)),
    },
    "CompletionRequest": {
        "prompt_embeds": Refusal("a prompt is text or token ids here", ()),
        "use_beam_search": Refusal("there is no beam search here", ()),
        "return_weight_versions": Refusal("which weights made an answer is not told here", ()),
        "routed_experts_prompt_start": Refusal("the experts that tokens were routed to are not told", (0,)),
    },
    "GenerateSamplingParams": {
        "prompt_logprob_start": Refusal("prompt_logprobs tells of all of the prompt", ()),
        "prompt_logprob_token_ids": Refusal("/generative_scoring tells of given tokens after a prompt", ()),
        "routed_experts_prompt_start": Refusal("the experts that tokens were routed to are not told", (0,)),
        "trace_decode_token_ids": Refusal("answers are not replayed here", ()),
    },
    "MessageRequest": {
        "container": Refusal("there are no containers here", ()),
        "thread": Refusal("conversations are not kept here; send all of their messages", ()),
        "mcp_servers": Refusal("no MCP servers are asked for a client", ()),
    },
    "MessageTokenCountRequest": {
        "mcp_servers": Refusal("no MCP servers are asked for a client", ()),
    },
    "ResponseRequest": {
        "image": Refusal("images are not made here", ()),
        "moderation": Refusal("nothing is moderated here", ()),
        "prompt": Refusal("no prompts are stored here; send what it says as instructions and input", ()),
        "enable_response_messages": Refusal(
            "the model's own messages are not told; /v1/responses/render tells the prompt", ()
        ),
        "previous_input_messages": Refusal(
            "the conversation before is told by previous_response_id, or in input", ()
        ),
    },
}
