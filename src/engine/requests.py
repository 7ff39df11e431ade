"""What the engine is asked: a conversation or a prompt, and how to sample.

Every API's request becomes one of these. Field names are vLLM's; None leaves a value to the model's own
generation config. Like all that is made for each request, they are msgspec's structs, which cost a third of a
dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct, field


class Sampling(Struct, kw_only=True):
    """How to choose tokens, when to stop, and what to tell about them."""

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
    """How many of the most likely tokens to tell beside the sampled one; None tells nothing."""
    """-1 tells all tokens of the vocabulary."""
    logprob_token_ids: list[int] | None = None
    """The tokens to tell in place of the most likely ones, without their ranks."""
    prompt_logprobs: int | None = None
    return_tokens_as_token_ids: bool | None = None
    """Whether to tell tokens as `token_id:7`; None leaves it to the server's options."""
    return_token_offsets: bool | None = None
    """Whether a rendered prompt has the places of its tokens in its text."""
    detokenize: bool = True
    """Whether deltas have the text; completions only, as a chat's parsers read it."""
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
    """Which of the engine's data parallel ranks runs the request; None leaves that to the engine."""


class Media(Struct):
    """A request's images, sounds and videos: where each stands in it, and what has been fetched of them."""

    places: list[tuple[str, str]] = field(default_factory=list)
    """URL, or data, and place."""
    fetched: dict[str, bytes] = field(default_factory=dict)
    """By URL: the request is rendered more than once where it is too long."""
    received: int = 0
    """Bytes, those of further tries included."""

    def place_of(self, url: str) -> str | None:
        """Return where the URL, or the data that it carries, stands first."""
        return next((place for said, place in self.places if url.endswith(said)), None)


@dataclass(frozen=True, slots=True)
class ToolGrammar:
    """What the only argument of a tool, a text, is held to."""

    syntax: Literal["lark", "regex"]
    definition: str
    field: str
    """The field of the client's request that it is from, for errors about it."""


class Conversation(Struct, kw_only=True):
    """A chat: messages and tools in OpenAI's chat form, which is what chat templates read."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] | None = None
    """Those that the chat template declares."""
    callable_tools: list[dict[str, Any]] | None = None
    """Those that can be called, where they are not the declared ones: the messages themselves say others."""
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
    """Where media that the messages have stand in the request; None where they have none."""


class Prompt(Struct, kw_only=True):
    """One prompt or several, each as text or as token ids, without a chat template."""

    inputs: list[str] | list[list[int]]
    suffix: str | None = None
    add_special_tokens: bool = True
    echo: bool = False
    field: str = "prompt"
    """The field of the client's request that the prompts are from, for errors about them."""
    reasoning_ended: bool | None = None
    """Whether reasoning is over where the prompt ends; None has the engine find out, where it reasons."""
    reasoning_parser_kwargs: dict[str, Any] | None = None
    """What the engine's own reasoning parser is made with; None where the prompt is no conversation."""
    features: dict[str, Any] | None = None
    """What another server has made of the prompt's media, by vLLM's names."""
    content_parts: list[tuple[str, str]] | None = None
    """The type and the URL of each of its media, which the token ids have one place for."""
    media: Media | None = None
