"""Requests to the engine: a conversation or a prompt, and sampling parameters.

Requests of all APIs are converted to these. Field names are vLLM's; None leaves a value to the model's own
generation config. Like all objects that are created per request they are msgspec structs, which cost a third
of a dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct, field


class Sampling(Struct, kw_only=True):
    """Sampling parameters, stop conditions, and what to return about tokens."""

    n: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    seed: int | None = None
    stop: list[str] = field(default_factory=list)
    stop_token_ids: list[int] = field(default_factory=list)
    include_stop_str_in_output: bool = False
    ignore_eos: bool = False
    max_tokens: int | None = None
    min_tokens: int = 0
    logit_bias: dict[str, float] | None = None
    allowed_token_ids: list[int] | None = None
    bad_words: list[str] = field(default_factory=list)
    skip_special_tokens: bool | None = None
    spaces_between_special_tokens: bool = True
    truncate_prompt_tokens: int | None = None
    truncation_side: Literal["left", "right"] | None = None
    logprobs: int | None = None
    """The number of top log probabilities to return with each token; None for none, -1 for all tokens."""
    logprob_token_ids: list[int] | None = None
    """Tokens whose log probabilities to return instead of the top ones, without ranks."""
    prompt_logprobs: int | None = None
    return_tokens_as_token_ids: bool | None = None
    """Whether to return tokens as `token_id:7`; None leaves it to the server's options."""
    return_token_offsets: bool | None = None
    """Whether a rendered prompt includes the offsets of its tokens."""
    detokenize: bool = True
    """Whether deltas include the text; only for completions, because chat parsers need it."""
    structured_outputs: dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    thinking_token_budget: int | None = None
    repetition_detection: dict[str, Any] | None = None
    stream_interval: int | None = None
    watermarking: bool | None = None
    cache_salt: str | None = None
    vllm_xargs: dict[str, Any] | None = None
    kv_transfer_params: dict[str, Any] | None = None
    ec_transfer_params: dict[str, Any] | None = None
    priority: int = 0
    session_id: str | None = None
    data_parallel_rank: int | None = None
    """The data parallel rank that runs the request; None leaves it to the engine."""


class Media(Struct):
    """A request's images, audio and videos: the field of each, and the downloads."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    """URL or data, and the field of the client's request."""
    fetched: dict[str, bytes] = field(default_factory=dict)
    """By URL, because a request that is too long is rendered more than once."""
    received: int = 0
    """Bytes, including retries."""

    def field_of(self, url: str) -> str | None:
        """Return the field of the first occurrence of a URL or data."""
        return next((name for source, name in self.fields if url.endswith(source)), None)


@dataclass(frozen=True, slots=True)
class ToolGrammar:
    """The grammar of a tool's text argument."""

    syntax: Literal["lark", "regex"]
    definition: str
    field: str
    """The field of the client's request with it, for errors."""


class Conversation(Struct, kw_only=True):
    """A conversation: messages and tools in OpenAI's chat format, which chat templates read."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] | None = None
    """Tools that the chat template declares."""
    callable_tools: list[dict[str, Any]] | None = None
    """Callable tools, if they differ from the declared ones: messages define others."""
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool = True
    reasoning_effort: str | None = None
    include_reasoning: bool = True
    add_generation_prompt: bool = True
    continue_final_message: bool = False
    add_special_tokens: bool = False
    documents: list[dict[str, str]] | None = None
    chat_template: str | None = None
    chat_template_kwargs: dict[str, Any] | None = None
    return_prompt_text: bool | None = None
    media_io_kwargs: dict[str, dict[str, Any]] | None = None
    mm_processor_kwargs: dict[str, Any] | None = None
    tool_grammars: dict[str, ToolGrammar] = field(default_factory=dict)
    """By the tool's name."""
    media: Media | None = None
    """The media in the messages; None if there are none."""


class Prompt(Struct, kw_only=True):
    """One prompt or several, each as text or as token ids, without a chat template."""

    inputs: list[str] | list[list[int]]
    suffix: str | None = None
    add_special_tokens: bool = True
    echo: bool = False
    field: str = "prompt"
    """The field of the client's request with the prompts, for errors."""
    reasoning_ended: bool | None = None
    """Whether reasoning has ended at the end of the prompt; None lets the engine detect it."""
    reasoning_parser_kwargs: dict[str, Any] | None = None
    """Parameters of the engine's reasoning parser; None if the prompt is not a conversation."""
    features: dict[str, Any] | None = None
    """The prompt's media as processed by another server, by vLLM's names."""
    content_parts: list[tuple[str, str]] | None = None
    """The type and URL of each of its media; the token ids have one placeholder for each."""
    media: Media | None = None
