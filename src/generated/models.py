# Written by `python -m codegen` from openapi/. Never edited by hand.

from __future__ import annotations

from typing import Annotated, Any, Literal

from accord.generated.base import BOOLEAN, ContractModel
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints
from typing_extensions import TypeAliasType


class AllowedToolChoice(ContractModel):
    """
    A choice from some of the request's tools.
    """

    type: Annotated[
        Literal["allowed_tools"], Field(description="Always `allowed_tools`.")
    ]
    allowed_tools: AllowedTools


class AllowedTools(ContractModel):
    """
    The tools that the model may call, and whether it must.
    """

    mode: Annotated[
        Literal["auto", "required"],
        Field(
            description="`auto`: the model decides whether to call one of them. `required`: it calls at least one."
        ),
    ]
    tools: Annotated[
        list[AllowedTool],
        Field(
            description="The tools, each of them one of the request's.", min_length=1
        ),
    ]


class AnthropicError(ContractModel):
    """
    What went wrong.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal[
            "invalid_request_error",
            "authentication_error",
            "permission_error",
            "not_found_error",
            "request_too_large",
            "rate_limit_error",
            "timeout_error",
            "api_error",
            "overloaded_error",
        ],
        Field(description="The class of the error."),
    ]
    message: Annotated[
        str, Field(description="A message that names the value and what was expected.")
    ]


class AnthropicErrorResponse(ContractModel):
    """
    An error in the format of Anthropic's API. In a stream it is the data of the event `error`, the last one.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["error"], Field(description="The object's type.")]
    error: AnthropicError
    request_id: Annotated[str, Field(description="The request's id.")]


class AssistantCustomCall(ContractModel):
    """
    The tool that the model called.
    """

    name: Annotated[str, Field(description="The tool's name.")]
    input: Annotated[str, Field(description="The text that it was given.")]


class AssistantCustomToolCall(ContractModel):
    """
    A call of a custom tool.
    """

    id: Annotated[
        str, Field(description="The call's id, which the tool's answer repeats.")
    ]
    type: Annotated[Literal["custom"], Field(description="Always `custom`.")]
    custom: AssistantCustomCall


class AssistantFunctionCall(ContractModel):
    """
    The function that the model called.
    """

    name: Annotated[str, Field(description="The function's name.")]
    arguments: Annotated[str, Field(description="The arguments, as JSON text.")]


class AssistantFunctionToolCall(ContractModel):
    """
    A call of a function.
    """

    id: Annotated[
        str, Field(description="The call's id, which the tool's answer repeats.")
    ]
    type: Annotated[Literal["function"], Field(description="Always `function`.")]
    function: AssistantFunctionCall


class AssistantMessage(ContractModel):
    """
    An earlier message of the model, with text or tool calls. Without either it is an empty message.
    """

    role: Annotated[Literal["assistant"], Field(description="Always `assistant`.")]
    content: Annotated[
        AssistantContent | None,
        Field(description="The text of the message; optional if it has tool calls."),
    ] = None
    refusal: Annotated[
        str | None, Field(description="The refusal, if the model declined to answer.")
    ] = None
    reasoning: Annotated[
        str | None,
        Field(
            description="The model's reasoning before this message, for templates that write it into the prompt."
        ),
    ] = None
    reasoning_content: Annotated[
        str | None,
        Field(description="The older name of `reasoning`, which takes precedence."),
    ] = None
    tool_calls: Annotated[
        list[AssistantToolCall] | None,
        Field(description="The tools that the model called."),
    ] = None
    function_call: Annotated[
        AssistantFunctionCall | None,
        Field(
            description="The older form of `tool_calls`, of one call. A message of role `function` with its answer follows."
        ),
    ] = None
    name: Annotated[
        str | None,
        Field(description="The author's name, to tell apart authors of one role."),
    ] = None


AssistantToolCall = TypeAliasType(
    "AssistantToolCall",
    Annotated[
        AssistantFunctionToolCall | AssistantCustomToolCall,
        Field(description="A call that the model made earlier.", discriminator="type"),
    ],
)


class AudioPart(ContractModel):
    """
    Audio. Refused if the model does not accept audio, except in a tool's result, where a line of text replaces it.
    """

    type: Annotated[Literal["input_audio"], Field(description="Always `input_audio`.")]
    input_audio: AudioPartData


class AudioPartData(ContractModel):
    """
    The audio data.
    """

    data: Annotated[str, Field(description="The audio data, in base64.")]
    format: Annotated[
        str,
        Field(
            description="The encoding of the audio, such as `wav`, `mp3`, `flac` or `ogg`.",
            examples=["wav"],
        ),
    ]


class AudioUrlPart(ContractModel):
    """
    Audio at a URL. Refused if the model does not accept audio, except in a tool's result, where a line of text replaces it.
    """

    type: Annotated[Literal["audio_url"], Field(description="Always `audio_url`.")]
    audio_url: MediaUrl


BadWord = TypeAliasType(
    "BadWord",
    Annotated[
        str, Field(description="A word that may not be generated.", min_length=1)
    ],
)


BadWords = TypeAliasType(
    "BadWords",
    Annotated[
        list[BadWord] | None, Field(description="Words that may not be generated.")
    ],
)
"""
Words that may not be generated.
"""


CacheSalt = TypeAliasType(
    "CacheSalt",
    Annotated[
        str | None,
        Field(
            description="A salt for the prefix cache: only requests with the same salt share cached prefixes, so that others cannot find out by timing what this one contained.",
            max_length=128,
            min_length=1,
            pattern="^[^@/\\\\\\x00]+$",
        ),
    ],
)


class CancelResponseParameters(ContractModel):
    """
    The parameters of POST /v1/responses/{response_id}/cancel.
    """

    response_id: Annotated[str, Field(description="The response's id.", min_length=1)]


class ChatCompletion(ContractModel):
    """
    The answer to a conversation.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The answer's id.")]
    object: Annotated[
        Literal["chat.completion"], Field(description="Always `chat.completion`.")
    ]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.", ge=0)
    ]
    model: Annotated[str, Field(description="The model that answered.")]
    choices: Annotated[
        list[ChatCompletionChoice], Field(description="The answers, `n` of them.")
    ]
    usage: Usage
    prompt_logprobs: PromptLogprobs | None = None
    prompt_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The tokens of the prompt. Present when `return_token_ids` was true."
        ),
    ] = None
    metadata: Annotated[
        dict[str, str] | None,
        Field(
            description="The request's metadata. Present if the completion is read from storage."
        ),
    ] = None
    prompt_text: Annotated[
        str | None,
        Field(
            description="The text of the prompt. Present when `return_prompt_text` was true."
        ),
    ] = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the KV connector of a disaggregated deployment for the server that continues the request. Present if there are any."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the connector of a deployment with separate encoders for the server that continues the request. Present if there are any."
        ),
    ] = None


class ChatCompletionChoice(ContractModel):
    """
    One of the answers.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    index: Annotated[
        int, Field(description="The answer's place among the choices.", ge=0)
    ]
    message: ChatCompletionMessage
    logprobs: Annotated[
        ChatCompletionLogprobs | None,
        Field(
            description="The log probabilities of the answer's tokens; null unless `logprobs` was true."
        ),
    ]
    finish_reason: Annotated[
        Literal["stop", "length", "tool_calls", "content_filter", "function_call"],
        Field(
            description="What ended the answer. `stop`: the model, or a stop string. `length`: the limit of tokens. `tool_calls`: the model called tools. `content_filter`: a filter. `function_call`: the model called one of the request's `functions`."
        ),
    ]
    stop_reason: StopReason | None = None
    token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The generated tokens. Present when `return_token_ids` was true."
        ),
    ] = None


class ChatCompletionChunk(ContractModel):
    """
    A piece of the answer.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The answer's id, the same in every chunk.")]
    object: Annotated[
        Literal["chat.completion.chunk"],
        Field(description="Always `chat.completion.chunk`."),
    ]
    created: Annotated[
        int,
        Field(
            description="When the request came, in Unix seconds, the same in every chunk.",
            ge=0,
        ),
    ]
    model: Annotated[str, Field(description="The model that answers.")]
    choices: Annotated[
        list[ChatCompletionChunkChoice],
        Field(
            description="What is new in the answers. Empty in the chunk that has the request's `usage`."
        ),
    ]
    usage: Annotated[
        Usage | None,
        Field(
            description="The request's token counts, in the last chunk; null in those before it, unless `continuous_usage_stats` was true. Present when `include_usage` was true."
        ),
    ] = None
    prompt_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The tokens of the prompt. Present in the first chunk when `return_token_ids` was true."
        ),
    ] = None
    prompt_text: Annotated[
        str | None,
        Field(
            description="The text of the prompt. Present in the first chunk when `return_prompt_text` was true."
        ),
    ] = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the KV connector of a disaggregated deployment for the server that continues the request. Present if there are any."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the connector of a deployment with separate encoders for the server that continues the request. Present if there are any."
        ),
    ] = None


class ChatCompletionChunkChoice(ContractModel):
    """
    What is new in one of the answers.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    index: Annotated[
        int, Field(description="The answer's place among the choices.", ge=0)
    ]
    delta: ChatCompletionDelta
    logprobs: Annotated[
        ChatCompletionLogprobs | None,
        Field(
            description="The log probabilities of the new tokens; null or absent unless `logprobs` was true."
        ),
    ] = None
    finish_reason: Annotated[
        Literal["stop", "length", "tool_calls", "content_filter", "function_call"]
        | None,
        Field(description="What ended the answer; null until it ends."),
    ]
    stop_reason: StopReason | None = None
    token_ids: Annotated[
        list[TokenId] | None,
        Field(description="The new tokens. Present when `return_token_ids` was true."),
    ] = None


class ChatCompletionCustomCall(ContractModel):
    """
    The tool to call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[str, Field(description="The tool's name.")]
    input: Annotated[str, Field(description="The text for it.")]


class ChatCompletionCustomDelta(ContractModel):
    """
    What to add to the call of a custom tool.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[str | None, Field(description="The tool's name, whole.")] = None
    input: Annotated[str | None, Field(description="More of the text.")] = None


class ChatCompletionCustomToolCall(ContractModel):
    """
    A call of a custom tool.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str, Field(description="The call's id, for the tool's answer to repeat.")
    ]
    type: Annotated[Literal["custom"], Field(description="Always `custom`.")]
    custom: ChatCompletionCustomCall


class ChatCompletionDeleted(ContractModel):
    """
    The chat completion that was deleted.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The completion's id.")]
    object: Annotated[
        Literal["chat.completion.deleted"],
        Field(description="Always `chat.completion.deleted`."),
    ]
    deleted: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="Always true.")]


class ChatCompletionDelta(ContractModel):
    """
    What to add to the message. The first one of an answer has its `role`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    role: Annotated[
        Literal["assistant"] | None,
        Field(description="Always `assistant`. In the first delta of an answer."),
    ] = None
    content: Annotated[
        str | None,
        Field(
            description="The next part of the text; null in the first delta of an answer that calls a tool."
        ),
    ] = None
    refusal: Annotated[
        str | None,
        Field(
            description="The next part of the refusal; null in the first delta of an answer without one."
        ),
    ] = None
    tool_calls: Annotated[
        list[ChatCompletionToolCallDelta] | None,
        Field(description="More of the calls.", min_length=1),
    ] = None
    function_call: ChatCompletionFunctionDelta | None = None
    reasoning: Annotated[
        str | None, Field(description="More of the model's reasoning.")
    ] = None
    reasoning_content: Annotated[
        str | None, Field(description="The same as `reasoning`, under its older name.")
    ] = None


class ChatCompletionFunctionCall(ContractModel):
    """
    The function to call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[str, Field(description="The function's name.")]
    arguments: Annotated[
        str,
        Field(
            description="The arguments as the model wrote them, JSON text that may not satisfy the function's schema."
        ),
    ]


class ChatCompletionFunctionDelta(ContractModel):
    """
    What to add to the function of a call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[str | None, Field(description="The function's name, whole.")] = None
    arguments: Annotated[
        str | None, Field(description="More of the arguments' JSON text.")
    ] = None


class ChatCompletionFunctionToolCall(ContractModel):
    """
    A call of a function.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str, Field(description="The call's id, for the tool's answer to repeat.")
    ]
    type: Annotated[Literal["function"], Field(description="Always `function`.")]
    function: ChatCompletionFunctionCall


class ChatCompletionList(ContractModel):
    """
    A page of stored chat completions.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[Literal["list"], Field(description="Always `list`.")]
    data: Annotated[list[ChatCompletion], Field(description="The completions.")]
    first_id: Annotated[
        str | None,
        Field(
            description="The id of the page's first completion; null if the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(
            description="The id of the page's last completion; null if the page is empty."
        ),
    ]
    has_more: Annotated[
        bool, Field(description="Whether there are completions after this page.")
    ]


class ChatCompletionLogprobs(ContractModel):
    """
    The log probabilities of the generated tokens.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    content: Annotated[
        list[ChatCompletionTokenLogprob] | None,
        Field(description="Those of the answer's tokens, in order."),
    ]
    refusal: Annotated[
        list[ChatCompletionTokenLogprob] | None,
        Field(description="Those of a refusal's tokens; null if there is none."),
    ]


class ChatCompletionMessage(ContractModel):
    """
    The generated message.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    role: Annotated[Literal["assistant"], Field(description="Always `assistant`.")]
    content: Annotated[
        str | None,
        Field(description="The text of the message; null if it has only tool calls."),
    ]
    refusal: Annotated[
        str | None,
        Field(
            description="The refusal, if the model declined to answer; otherwise null."
        ),
    ]
    tool_calls: Annotated[
        list[ChatCompletionToolCall] | None,
        Field(
            description="The tools that the model called. Absent if it called none.",
            min_length=1,
        ),
    ] = None
    function_call: ChatCompletionFunctionCall | None = None
    reasoning: Annotated[
        str | None,
        Field(
            description="The model's reasoning before the answer. Absent if there is none."
        ),
    ] = None
    reasoning_content: Annotated[
        str | None, Field(description="The same as `reasoning`, under its older name.")
    ] = None


class ChatCompletionMessageList(ContractModel):
    """
    A page of the messages that a stored chat completion answers.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[Literal["list"], Field(description="Always `list`.")]
    data: Annotated[list[StoredChatMessage], Field(description="The messages.")]
    first_id: Annotated[
        str | None,
        Field(
            description="The id of the page's first message; null if the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(
            description="The id of the page's last message; null if the page is empty."
        ),
    ]
    has_more: Annotated[
        bool, Field(description="Whether there are messages after this page.")
    ]


class ChatCompletionRequest(ContractModel):
    """
    A conversation and the parameters of the answer.
    """

    messages: Annotated[
        list[ChatMessage],
        Field(description="The conversation, oldest message first.", min_length=1),
    ]
    model: ModelName | None = None
    frequency_penalty: FrequencyPenalty | None = None
    logit_bias: LogitBias | None = None
    logprobs: Annotated[
        bool | None,
        Field(
            description="Whether to report the log probability of each generated token. Default: false."
        ),
    ] = None
    top_logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position; at most as many as the server allows, by default 20. -1 means the whole vocabulary. Needs `logprobs`. Default: 0.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    max_completion_tokens: Annotated[
        int | None,
        Field(
            description="The maximum number of tokens to generate, including reasoning. Default: as many as the model's context has room for.",
            ge=1,
            le=2147483647,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(
            description="The older name of `max_completion_tokens`, which takes precedence.",
            ge=1,
            le=2147483647,
        ),
    ] = None
    metadata: RequestMetadata | None = None
    n: ChoiceCount | None = None
    parallel_tool_calls: Annotated[
        bool | None,
        Field(description="Whether one answer may call several tools. Default: true."),
    ] = None
    presence_penalty: PresencePenalty | None = None
    prompt_cache_key: Annotated[
        str | None,
        Field(
            description="A hint for OpenAI's prompt cache. Accepted, but has no effect; equal prefixes are always cached."
        ),
    ] = None
    reasoning_effort: Annotated[
        Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None,
        Field(
            description="The amount of reasoning, for models whose chat template supports it."
        ),
    ] = None
    response_format: Annotated[
        ResponseFormat | None,
        Field(description="The format of the answer. Default: text of any form."),
    ] = None
    safety_identifier: Annotated[
        str | None,
        Field(
            description="An id for the end user, for OpenAI's abuse monitoring. Accepted, but has no effect."
        ),
    ] = None
    seed: Seed | None = None
    service_tier: Annotated[
        Literal["auto", "default", "flex", "scale", "priority", "fast"] | None,
        Field(description="A class of service at OpenAI. Accepted, but has no effect."),
    ] = None
    stop: Stop | None = None
    store: Annotated[
        bool | None,
        Field(
            description="Whether to store the completion, so that it can be retrieved and listed. Default: false."
        ),
    ] = None
    stream: Stream | None = None
    stream_options: Annotated[
        StreamOptions | None,
        Field(description="Stream options. Only allowed if `stream` is true."),
    ] = None
    temperature: Temperature | None = None
    tool_choice: Annotated[
        ToolChoice | None,
        Field(
            description="Whether the model calls tools, and which. By default, `auto` if there are tools, else `none`."
        ),
    ] = None
    tools: Annotated[
        list[ChatTool] | None,
        Field(description="The tools that the model may call.", min_length=1),
    ] = None
    functions: Annotated[
        list[FunctionDefinition] | None,
        Field(
            description="The older form of `tools`, not to be given with it. The answer has the call in the older form, too, as the message's `function_call`, one at most.",
            max_length=128,
            min_length=1,
        ),
    ] = None
    function_call: Annotated[
        FunctionCallMode | NamedToolFunction | None,
        Field(description="The older form of `tool_choice`, for `functions`."),
    ] = None
    top_p: TopP | None = None
    user: EndUser | None = None
    verbosity: Annotated[
        Literal["low", "medium", "high"] | None,
        Field(description="The verbosity of the answer. Accepted, but has no effect."),
    ] = None
    top_k: TopK | None = None
    min_p: MinP | None = None
    repetition_penalty: RepetitionPenalty | None = None
    stop_token_ids: StopTokenIds | None = None
    include_stop_str_in_output: IncludeStopStrInOutput | None = None
    ignore_eos: IgnoreEos | None = None
    min_tokens: MinTokens | None = None
    skip_special_tokens: SkipSpecialTokens | None = None
    spaces_between_special_tokens: SpacesBetweenSpecialTokens | None = None
    truncate_prompt_tokens: TruncatePromptTokens | None = None
    truncation_side: TruncationSide | None = None
    prompt_logprobs: PromptLogprobsCount | None = None
    logprob_token_ids: LogprobTokenIds | None = None
    allowed_token_ids: AllowedTokenIds | None = None
    bad_words: BadWords | None = None
    echo: Annotated[
        bool | None,
        Field(
            description="Whether the answer begins with the text of the last message, if it is the assistant's. Default: false."
        ),
    ] = None
    add_generation_prompt: Annotated[
        bool | None,
        Field(
            description="Whether the prompt ends with the beginning of the assistant's next message. Default: the opposite of `continue_final_message`."
        ),
    ] = None
    continue_final_message: Annotated[
        bool | None,
        Field(
            description="Whether to leave the last message open, so that the model continues it. Default: false; true excludes `add_generation_prompt`."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the tokenizer's special tokens to those that the template wrote. Default: false."
        ),
    ] = None
    documents: Annotated[
        list[dict[str, str]] | None,
        Field(
            description="Documents for retrieval-augmented generation, usually with `title` and `text`, for chat templates that support them."
        ),
    ] = None
    chat_template: Annotated[
        str | None,
        Field(
            description="A Jinja template to use in place of the model's. Refused unless the server runs with `--trust-request-chat-template`."
        ),
    ] = None
    chat_template_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="More variables for the template, such as `enable_thinking`."
        ),
    ] = None
    media_io_kwargs: MediaIoKwargs | None = None
    mm_processor_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="Arguments for the model's own processor of images, audio and videos. Refused unless the server runs with `--trust-request-mm-kwargs`."
        ),
    ] = None
    mm_payload: MmPayload | None = None
    structured_outputs: Annotated[
        StructuredOutputs | None,
        Field(
            description="A constraint on the answer that `response_format` cannot express."
        ),
    ] = None
    priority: Priority | None = None
    request_id: EngineRequestId | None = None
    return_tokens_as_token_ids: ReturnTokensAsTokenIds | None = None
    return_token_ids: ReturnTokenIds | None = None
    return_token_offsets: Annotated[
        bool | None,
        Field(
            description="Whether the result of the render endpoint includes the position of each token in the prompt's text, if the tokenizer supports it. Generated answers do not include it. Default: false."
        ),
    ] = None
    return_prompt_text: Annotated[
        bool | None,
        Field(
            description="Whether the answer includes the prompt's text, as rendered by the chat template. Default: false."
        ),
    ] = None
    cache_salt: CacheSalt | None = None
    include_reasoning: Annotated[
        bool | None,
        Field(
            description="Whether the answer includes the model's reasoning. Default: true."
        ),
    ] = None
    thinking_token_budget: ThinkingTokenBudget | None = None
    vllm_xargs: VllmXargs | None = None
    session_id: SessionId | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the connector of a deployment with separate encoders."
        ),
    ] = None
    stream_interval: StreamInterval | None = None
    watermarking: Watermarking | None = None
    repetition_detection: Annotated[
        RepetitionDetection | None,
        Field(description="When to end an answer that repeats itself. Off by default."),
    ] = None


class ChatCompletionTokenLogprob(ContractModel):
    """
    A generated token, how likely it was, and what else was.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    token: Annotated[
        str,
        Field(
            description="The token's text; the bytes of a part of a character are written as `\\xf0`."
        ),
    ]
    logprob: Annotated[
        float,
        Field(
            description="The natural logarithm of the token's probability; -9999 stands for one that is next to impossible."
        ),
    ]
    bytes: Annotated[
        list[int] | None,
        Field(
            description="The token's bytes, from which characters that span several tokens can be assembled; empty if it has none."
        ),
    ]
    top_logprobs: Annotated[
        list[ChatCompletionTopLogprob],
        Field(
            description="The most likely tokens at this position, `top_logprobs` of them."
        ),
    ]


ChatCompletionToolCall = TypeAliasType(
    "ChatCompletionToolCall",
    Annotated[
        ChatCompletionFunctionToolCall | ChatCompletionCustomToolCall,
        Field(
            description="A call of a tool; its `type` says of which kind.",
            discriminator="type",
        ),
    ],
)


class ChatCompletionToolCallDelta(ContractModel):
    """
    What to add to a call. The first one of a call has its `id`, its `type` and the name, and the others what is added to its `function` or `custom`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    index: Annotated[
        int, Field(description="The call's place among the message's calls.", ge=0)
    ]
    id: Annotated[
        str | None, Field(description="The call's id, for the tool's answer to repeat.")
    ] = None
    type: Annotated[
        Literal["function", "custom"] | None,
        Field(description="Which of the two it is."),
    ] = None
    function: ChatCompletionFunctionDelta | None = None
    custom: ChatCompletionCustomDelta | None = None


class ChatCompletionTopLogprob(ContractModel):
    """
    A token that was likely, and how likely.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    token: Annotated[
        str,
        Field(
            description="The token's text; the bytes of a part of a character are written as `\\xf0`."
        ),
    ]
    logprob: Annotated[
        float,
        Field(
            description="The natural logarithm of the token's probability; -9999 stands for one that is next to impossible."
        ),
    ]
    bytes: Annotated[
        list[int] | None,
        Field(
            description="The token's bytes, from which characters that span several tokens can be assembled; empty if it has none."
        ),
    ]


class ChatCompletionUpdateRequest(ContractModel):
    """
    What to change of a stored chat completion.
    """

    metadata: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], RequestMetadataValue]
        | None,
        Field(
            description="Up to 16 pairs of strings that replace the existing ones. Null removes all.",
            max_length=16,
        ),
    ]


ChoiceCount = TypeAliasType(
    "ChoiceCount",
    Annotated[
        int | None,
        Field(
            description="How many answers to generate for each prompt. Default: 1; more than 1 needs a temperature above 0.",
            ge=1,
            le=128,
        ),
    ],
)


class Completion(ContractModel):
    """
    The answer to a prompt, or to several.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The answer's id.")]
    object: Annotated[
        Literal["text_completion"], Field(description="Always `text_completion`.")
    ]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.", ge=0)
    ]
    model: Annotated[str, Field(description="The model that answered.")]
    choices: Annotated[
        list[CompletionChoice],
        Field(
            description="The answers, `n` of them for each prompt, in the order of the prompts."
        ),
    ]
    usage: Usage
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the KV connector of a disaggregated deployment for the server that continues the request. Present if there are any."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the connector of a deployment with separate encoders for the server that continues the request. Present if there are any."
        ),
    ] = None


class CompletionChoice(ContractModel):
    """
    One of the answers.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    text: Annotated[
        str,
        Field(description="The generated text, after the prompt if `echo` was true."),
    ]
    index: Annotated[
        int, Field(description="The answer's place among the choices.", ge=0)
    ]
    logprobs: Annotated[
        CompletionLogprobs | None,
        Field(
            description="The log probabilities of the answer's tokens; null unless `logprobs` was given."
        ),
    ]
    finish_reason: Annotated[
        Literal["stop", "length", "content_filter"],
        Field(
            description="What ended the answer. `stop`: the model, or a stop string. `length`: the limit of tokens. `content_filter`: a filter."
        ),
    ]
    stop_reason: StopReason | None = None
    token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The generated tokens. Present when `return_token_ids` was true."
        ),
    ] = None
    prompt_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The tokens of the prompt. Present when `return_token_ids` was true."
        ),
    ] = None
    prompt_logprobs: PromptLogprobs | None = None


class CompletionChunk(ContractModel):
    """
    A piece of the answer.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The answer's id, the same in every chunk.")]
    object: Annotated[
        Literal["text_completion"], Field(description="Always `text_completion`.")
    ]
    created: Annotated[
        int,
        Field(
            description="When the request came, in Unix seconds, the same in every chunk.",
            ge=0,
        ),
    ]
    model: Annotated[str, Field(description="The model that answers.")]
    choices: Annotated[
        list[CompletionChunkChoice],
        Field(
            description="What is new in the answers. Empty in the chunk that has the request's `usage`."
        ),
    ]
    usage: Annotated[
        Usage | None,
        Field(
            description="The request's token counts, in the last chunk; null in those before it, unless `continuous_usage_stats` was true. Present when `include_usage` was true."
        ),
    ] = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the KV connector of a disaggregated deployment for the server that continues the request. Present if there are any."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the connector of a deployment with separate encoders for the server that continues the request. Present if there are any."
        ),
    ] = None


class CompletionChunkChoice(ContractModel):
    """
    What is new in one of the answers.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    text: Annotated[str, Field(description="More of the text.")]
    index: Annotated[
        int, Field(description="The answer's place among the choices.", ge=0)
    ]
    logprobs: Annotated[
        CompletionLogprobs | None,
        Field(
            description="The log probabilities of the new tokens; null unless `logprobs` was given."
        ),
    ]
    finish_reason: Annotated[
        Literal["stop", "length", "content_filter"] | None,
        Field(description="What ended the answer; null until it ends."),
    ]
    stop_reason: StopReason | None = None
    token_ids: Annotated[
        list[TokenId] | None,
        Field(description="The new tokens. Present when `return_token_ids` was true."),
    ] = None
    prompt_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The tokens of the prompt. Present in an answer's first chunk when `return_token_ids` was true."
        ),
    ] = None


class CompletionLogprobs(ContractModel):
    """
    The log probabilities of the answer's tokens, in four arrays of one length.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    tokens: Annotated[
        list[str],
        Field(
            description="The tokens' texts; a part of a character is written as `bytes:\\xf0`."
        ),
    ]
    token_logprobs: Annotated[
        list[float | None],
        Field(
            description="The natural logarithm of each token's probability; -9999 stands for one that is next to impossible, and null for that of a prompt's first token, which nothing predicts."
        ),
    ]
    top_logprobs: Annotated[
        list[dict[str, float] | None],
        Field(
            description="The log probabilities of the most likely tokens at each position, by text; null for a prompt's first token."
        ),
    ]
    text_offset: Annotated[
        list[int],
        Field(description="Where each token begins in the text, in characters."),
    ]


class CompletionRequest(ContractModel):
    """
    A prompt and the parameters of the answer.
    """

    model: ModelName | None = None
    prompt: CompletionPrompt
    best_of: Annotated[
        int | None,
        Field(
            description="From how many answers to take the best `n`. Only as many as `n`, since answers are not compared here.",
            ge=1,
            le=128,
        ),
    ] = None
    echo: Annotated[
        bool | None,
        Field(
            description="Whether each answer begins with its prompt. Default: false."
        ),
    ] = None
    frequency_penalty: FrequencyPenalty | None = None
    logit_bias: LogitBias | None = None
    logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position, besides the token that is there; at most as many as the server allows, by default 20. 0 reports that token only, -1 the whole vocabulary. By default, nothing is reported.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(
            description="The maximum number of tokens to generate. Default: 16; 0 needs `echo` and returns the prompt alone.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    n: ChoiceCount | None = None
    presence_penalty: PresencePenalty | None = None
    seed: Seed | None = None
    stop: Stop | None = None
    stream: Stream | None = None
    stream_options: Annotated[
        StreamOptions | None,
        Field(description="Stream options. Only allowed if `stream` is true."),
    ] = None
    suffix: Annotated[
        str | None,
        Field(
            description="The text after the answer, for infilling. Refused if the model does not support it."
        ),
    ] = None
    temperature: Temperature | None = None
    top_p: TopP | None = None
    user: EndUser | None = None
    top_k: TopK | None = None
    min_p: MinP | None = None
    repetition_penalty: RepetitionPenalty | None = None
    stop_token_ids: StopTokenIds | None = None
    include_stop_str_in_output: IncludeStopStrInOutput | None = None
    ignore_eos: IgnoreEos | None = None
    min_tokens: MinTokens | None = None
    skip_special_tokens: SkipSpecialTokens | None = None
    spaces_between_special_tokens: SpacesBetweenSpecialTokens | None = None
    truncate_prompt_tokens: TruncatePromptTokens | None = None
    truncation_side: TruncationSide | None = None
    prompt_logprobs: PromptLogprobsCount | None = None
    logprob_token_ids: LogprobTokenIds | None = None
    allowed_token_ids: AllowedTokenIds | None = None
    bad_words: BadWords | None = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the special tokens that the tokenizer puts around a text, such as one for its beginning. Default: true."
        ),
    ] = None
    response_format: Annotated[
        ResponseFormat | None,
        Field(description="The format of the answer. Default: text of any form."),
    ] = None
    structured_outputs: Annotated[
        StructuredOutputs | None,
        Field(
            description="A constraint on the answer that `response_format` cannot express."
        ),
    ] = None
    priority: Priority | None = None
    request_id: EngineRequestId | None = None
    return_tokens_as_token_ids: ReturnTokensAsTokenIds | None = None
    return_token_ids: ReturnTokenIds | None = None
    return_token_offsets: Annotated[
        bool | None,
        Field(
            description="Whether the result of the render endpoint includes the position of each token in the prompt's text, if the tokenizer supports it. Generated answers do not include it. Default: false."
        ),
    ] = None
    cache_salt: CacheSalt | None = None
    thinking_token_budget: ThinkingTokenBudget | None = None
    vllm_xargs: VllmXargs | None = None
    session_id: SessionId | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the connector of a deployment with separate encoders."
        ),
    ] = None
    stream_interval: StreamInterval | None = None
    watermarking: Watermarking | None = None
    repetition_detection: Annotated[
        RepetitionDetection | None,
        Field(description="When to end an answer that repeats itself. Off by default."),
    ] = None


class CompletionTokensDetails(ContractModel):
    """
    What the generated tokens were.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    reasoning_tokens: Annotated[
        int, Field(description="Those that the model spent on reasoning.", ge=0)
    ]


class Conversation(ContractModel):
    """
    A conversation, without its items.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str,
        Field(
            description="The conversation's id.", examples=["conv_68f1c0a2b4d84d0c9e7a"]
        ),
    ]
    object: Annotated[Literal["conversation"], Field(description="The object's type.")]
    created_at: Annotated[
        int,
        Field(
            description="When the conversation was created, in seconds of Unix time."
        ),
    ]
    metadata: Annotated[
        dict[str, str], Field(description="The conversation's metadata.")
    ]


class ConversationDeleted(ContractModel):
    """
    The conversation that was deleted.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The conversation's id.")]
    object: Annotated[
        Literal["conversation.deleted"], Field(description="The object's type.")
    ]
    deleted: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="Always true.")]


class ConversationItemList(ContractModel):
    """
    Items of a conversation.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[Literal["list"], Field(description="The object's type.")]
    data: Annotated[list[ResponseItem], Field(description="The items.")]
    first_id: Annotated[
        str | None,
        Field(
            description="The id of the page's first item; null if the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(description="The id of the page's last item; null if the page is empty."),
    ]
    has_more: Annotated[
        bool, Field(description="Whether there are items after this page.")
    ]


class ConversationItemsRequest(ContractModel):
    """
    Items to append to a conversation.
    """

    items: Annotated[
        list[ResponseInputItem],
        Field(
            description="The items, up to 20. An item that the conversation has already is refused.",
            max_length=20,
        ),
    ]


class ConversationRequest(ContractModel):
    """
    A new conversation.
    """

    items: Annotated[
        list[ResponseInputItem] | None,
        Field(
            description="The initial items, up to 20. More can be added later.",
            max_length=20,
        ),
    ] = None
    metadata: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], RequestMetadataValue]
        | None,
        Field(
            description="Up to 16 pairs of strings that are stored with the conversation and returned with it.",
            examples=[{"topic": "demo"}],
            max_length=16,
        ),
    ] = None


class ConversationUpdateRequest(ContractModel):
    """
    What to change of a conversation.
    """

    metadata: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], RequestMetadataValue]
        | None,
        Field(
            description="Up to 16 pairs of strings that replace the existing ones. Null removes all.",
            max_length=16,
        ),
    ]


class CountMessageTokensParameters(ContractModel):
    """
    The parameters of POST /v1/messages/count_tokens.
    """

    beta: Annotated[
        str | None,
        Field(
            description="Whether the client uses a beta of the API. Accepted, but has no effect."
        ),
    ] = None
    anthropic_version: Annotated[
        str | None,
        Field(
            alias="anthropic-version",
            description="The version of the API that the client was written for. Accepted, but has no effect.",
        ),
    ] = None
    anthropic_beta: Annotated[
        str | None,
        Field(
            alias="anthropic-beta",
            description="The betas that the client uses, comma-separated. Accepted, but has no effect.",
        ),
    ] = None


class CreateChatCompletionParameters(ContractModel):
    """
    The parameters of POST /v1/chat/completions.
    """

    x_data_parallel_rank: Annotated[
        int | None,
        Field(
            alias="x-data-parallel-rank",
            description="Which of the engine's data parallel ranks runs the request. By default, the engine chooses.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's priority in the queue. Takes precedence over `priority` in the body.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="An id that the requests of one conversation or agent share, for engine components that treat them alike.",
            max_length=1024,
        ),
    ] = None


class CreateCompletionParameters(ContractModel):
    """
    The parameters of POST /v1/completions.
    """

    x_data_parallel_rank: Annotated[
        int | None,
        Field(
            alias="x-data-parallel-rank",
            description="Which of the engine's data parallel ranks runs the request. By default, the engine chooses.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's priority in the queue. Takes precedence over `priority` in the body.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="An id that the requests of one conversation or agent share, for engine components that treat them alike.",
            max_length=1024,
        ),
    ] = None


class CreateConversationItemsParameters(ContractModel):
    """
    The parameters of POST /v1/conversations/{conversation_id}/items.
    """

    conversation_id: Annotated[
        str, Field(description="The conversation's id.", min_length=1)
    ]
    include: Annotated[
        list[str] | None,
        Field(
            description="Additional output. Accepted, but has no effect: the stored output is returned."
        ),
    ] = None


class CreateGenerativeScoringParameters(ContractModel):
    """
    The parameters of POST /generative_scoring.
    """

    x_data_parallel_rank: Annotated[
        int | None,
        Field(
            alias="x-data-parallel-rank",
            description="Which of the engine's data parallel ranks runs the request. By default, the engine chooses.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's priority in the queue. Takes precedence over `priority` in the body.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="An id that the requests of one conversation or agent share, for engine components that treat them alike.",
            max_length=1024,
        ),
    ] = None


class CreateMessageParameters(ContractModel):
    """
    The parameters of POST /v1/messages.
    """

    beta: Annotated[
        str | None,
        Field(
            description="Whether the client uses a beta of the API. Accepted, but has no effect."
        ),
    ] = None
    anthropic_version: Annotated[
        str | None,
        Field(
            alias="anthropic-version",
            description="The version of the API that the client was written for. Accepted, but has no effect.",
        ),
    ] = None
    anthropic_beta: Annotated[
        str | None,
        Field(
            alias="anthropic-beta",
            description="The betas that the client uses, comma-separated. Accepted, but has no effect.",
        ),
    ] = None
    x_data_parallel_rank: Annotated[
        int | None,
        Field(
            alias="x-data-parallel-rank",
            description="Which of the engine's data parallel ranks runs the request. By default, the engine chooses.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's priority in the queue. Takes precedence over `priority` in the body.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="An id that the requests of one conversation or agent share, for engine components that treat them alike.",
            max_length=1024,
        ),
    ] = None


class CreateResponseParameters(ContractModel):
    """
    The parameters of POST /v1/responses.
    """

    x_data_parallel_rank: Annotated[
        int | None,
        Field(
            alias="x-data-parallel-rank",
            description="Which of the engine's data parallel ranks runs the request. By default, the engine chooses.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's priority in the queue. Takes precedence over `priority` in the body.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="An id that the requests of one conversation or agent share, for engine components that treat them alike.",
            max_length=1024,
        ),
    ] = None


class CustomTool(ContractModel):
    """
    A tool of the client's that takes text.
    """

    type: Annotated[Literal["custom"], Field(description="Always `custom`.")]
    custom: CustomToolDefinition


class CustomToolDefinition(ContractModel):
    """
    The tool's name, description and format.
    """

    name: Annotated[
        str,
        Field(
            description="The tool's name.",
            max_length=64,
            min_length=1,
            pattern="^[a-zA-Z0-9_-]+$",
        ),
    ]
    description: Annotated[
        str | None,
        Field(
            description="A description of the tool, which tells the model when to call it."
        ),
    ] = None
    format: Annotated[
        CustomToolGrammarFormat | CustomToolTextFormat | None,
        Field(
            description="The format of its text. Default: any text. If the model's calls cannot be constrained by a grammar, `x-ignored-parameters` names the format."
        ),
    ] = None


class CustomToolGrammar(ContractModel):
    """
    A grammar.
    """

    syntax: Annotated[
        Literal["lark", "regex"],
        Field(
            description="What the grammar is written in, llguidance's Lark or a regular expression."
        ),
    ]
    definition: Annotated[str, Field(description="The grammar.")]


class CustomToolGrammarFormat(ContractModel):
    """
    Text by a grammar.
    """

    type: Annotated[Literal["grammar"], Field(description="Always `grammar`.")]
    grammar: CustomToolGrammar


class CustomToolTextFormat(ContractModel):
    """
    Any text. A format of a type that is not known is read as this one, and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The format's type, `text`.",
            examples=["text"],
            pattern="^(?!grammar(?![\\s\\S]))",
        ),
    ]


class DeleteChatCompletionParameters(ContractModel):
    """
    The parameters of DELETE /v1/chat/completions/{completion_id}.
    """

    completion_id: Annotated[
        str, Field(description="The completion's id.", min_length=1)
    ]


class DeleteConversationItemParameters(ContractModel):
    """
    The parameters of DELETE /v1/conversations/{conversation_id}/items/{item_id}.
    """

    conversation_id: Annotated[
        str, Field(description="The conversation's id.", min_length=1)
    ]
    item_id: Annotated[str, Field(description="The item's id.", min_length=1)]


class DeleteConversationParameters(ContractModel):
    """
    The parameters of DELETE /v1/conversations/{conversation_id}.
    """

    conversation_id: Annotated[
        str, Field(description="The conversation's id.", min_length=1)
    ]


class DeleteResponseParameters(ContractModel):
    """
    The parameters of DELETE /v1/responses/{response_id}.
    """

    response_id: Annotated[str, Field(description="The response's id.", min_length=1)]


class DerenderChatStreamRequest(ContractModel):
    """
    One chunk of a stream of generated tokens, to be made a chunk of a chat completion.
    """

    stream: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="Always true.")]
    model: ModelName | None = None
    generate_chunk: GenerateChunkParam
    stream_state: GivenStreamState | None = None
    prompt_tokens: PromptTokenCountParam | None = None
    prompt_token_ids: PromptTokenIdsParam | None = None
    chat_request: OriginalChatRequest | None = None


class DerenderChatStreamResponse(ContractModel):
    """
    A chunk of a chat completion, and the state for the next one.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    chunk: ChatCompletionChunk
    stream_state: DerenderStreamState


DerenderChatResponse = TypeAliasType(
    "DerenderChatResponse",
    Annotated[
        ChatCompletion | DerenderChatStreamResponse,
        Field(
            description="A chat completion, or, for a chunk, a chunk of one and the state for the next one."
        ),
    ],
)


class DerenderChatWholeRequest(ContractModel):
    """
    A whole answer of generated tokens, to be made a chat completion.
    """

    stream: Annotated[
        Annotated[Literal[False], BOOLEAN] | None, Field(description="False, or not given.")
    ] = None
    model: ModelName | None = None
    generate_response: GenerateResponseParam
    prompt_tokens: PromptTokenCountParam | None = None
    prompt_token_ids: PromptTokenIdsParam | None = None
    chat_request: OriginalChatRequest | None = None


DerenderChatRequest = TypeAliasType(
    "DerenderChatRequest",
    Annotated[
        DerenderChatStreamRequest | DerenderChatWholeRequest,
        Field(
            description="What `/inference/v1/generate` answered for a rendered chat, whole, or one chunk of it."
        ),
    ],
)


class DerenderCompletionStreamRequest(ContractModel):
    """
    One chunk of a stream of generated tokens, to be made a chunk of a completion. Each prompt's stream has a state of its own.
    """

    stream: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="Always true.")]
    model: ModelName | None = None
    generate_chunk: GenerateChunkParam
    stream_state: GivenStreamState | None = None
    prompt_tokens: PromptTokenCountParam | None = None
    prompt_token_ids: PromptTokenIdsParam | None = None
    completion_request: OriginalCompletionRequest | None = None


class DerenderCompletionStreamResponse(ContractModel):
    """
    A chunk of a completion, and the state for the next one.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    chunk: CompletionChunk
    stream_state: DerenderStreamState


DerenderCompletionResponse = TypeAliasType(
    "DerenderCompletionResponse",
    Annotated[
        Completion | DerenderCompletionStreamResponse,
        Field(
            description="A completion, or, for a chunk, a chunk of one and the state for the next one."
        ),
    ],
)


class DerenderCompletionWholeRequest(ContractModel):
    """
    Whole answers of generated tokens, one a prompt, to be made a completion.
    """

    stream: Annotated[
        Annotated[Literal[False], BOOLEAN] | None, Field(description="False, or not given.")
    ] = None
    model: ModelName | None = None
    generate_responses: Annotated[
        list[GenerateResponseParam],
        Field(
            description="One answer for each prompt, in the order of the render endpoint's answer.",
            min_length=1,
        ),
    ]
    prompt_tokens: Annotated[
        list[PromptToken] | None,
        Field(
            description="The number of tokens of each prompt. Default: the `usage` of each answer, or the number of the prompt's token ids."
        ),
    ] = None
    prompt_token_ids: Annotated[
        list[PromptTokenIdsParam] | None,
        Field(
            description="The token ids of each prompt, null if unknown; see the derendering of a chat completion."
        ),
    ] = None
    completion_request: OriginalCompletionRequest | None = None


DerenderCompletionRequest = TypeAliasType(
    "DerenderCompletionRequest",
    Annotated[
        DerenderCompletionStreamRequest | DerenderCompletionWholeRequest,
        Field(
            description="What `/inference/v1/generate` answered for rendered completions, whole, or one chunk of one answer."
        ),
    ],
)


class DerenderStreamState(ContractModel):
    """
    The state to send unchanged with the next call for the same choice. The server stores nothing between the calls.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    created: Annotated[
        int, Field(description="When the first chunk came, in Unix seconds.", ge=0)
    ]
    output_token_ids: Annotated[
        list[TokenId], Field(description="The choice's token ids so far.")
    ]
    output_chunk_lens: Annotated[
        list[int], Field(description="How many of them each chunk brought.")
    ]
    last_tool_call_ids: Annotated[
        list[str], Field(description="The ids of the tool calls so far.")
    ]
    logprob_text_offset: Annotated[
        int,
        Field(
            description="Where the next token's log probability stands in the text, in characters.",
            ge=0,
        ),
    ]


class DerenderStreamStateParam(ContractModel):
    """
    The state of a choice after its chunks so far. The server stores nothing between the calls.
    """

    created: Annotated[
        int | None,
        Field(
            description="When the first chunk came, in Unix seconds.",
            ge=0,
            le=9223372036854775807,
        ),
    ] = None
    output_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The choice's token ids so far. With the prompt's, as many as the model takes."
        ),
    ] = None
    output_chunk_lens: Annotated[
        list[OutputChunkLen] | None,
        Field(description="How many of them each chunk brought; together all of them."),
    ] = None
    last_tool_call_ids: Annotated[
        list[str] | None, Field(description="The ids of the tool calls so far.")
    ] = None
    logprob_text_offset: Annotated[
        int | None,
        Field(
            description="Where the next token's log probability stands in the text, in characters.",
            ge=0,
            le=9223372036854775807,
        ),
    ] = None


class DetokenizeRequest(ContractModel):
    """
    The tokens to turn into text.
    """

    model: ModelName | None = None
    tokens: Annotated[list[TokenId], Field(description="The token ids, in order.")]


class DetokenizeResponse(ContractModel):
    """
    The text of the tokens.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    prompt: Annotated[str, Field(description="The text.")]


class DeveloperMessage(ContractModel):
    """
    Instructions from the developer, which newer clients send in place of a system message.
    """

    role: Annotated[Literal["developer"], Field(description="Always `developer`.")]
    content: TextContent
    name: Annotated[
        str | None,
        Field(description="The author's name, to tell apart authors of one role."),
    ] = None


EndUser = TypeAliasType(
    "EndUser",
    Annotated[
        str | None,
        Field(
            description="An id for the end user on whose behalf the client asks. Accepted, but has no effect."
        ),
    ],
)


EngineRequestId = TypeAliasType(
    "EngineRequestId",
    Annotated[
        str | None,
        Field(
            description="An id for the request in the engine, which the answer's `id` ends with. Default: generated by the server.",
            max_length=128,
            min_length=1,
            pattern="^[!-~]+$",
        ),
    ],
)


class Error(ContractModel):
    """
    What went wrong.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    message: Annotated[
        str, Field(description="A message that names the value and what was expected.")
    ]
    type: Annotated[
        str,
        Field(
            description="The class of the error.",
            examples=["invalid_request_error", "rate_limit_error", "server_error"],
        ),
    ]
    param: Annotated[
        str | None,
        Field(
            description="The field of the request that is at fault, as a path; null if none is.",
            examples=["messages.0.content"],
        ),
    ]
    code: Annotated[
        str | None,
        Field(
            description="A code that programs can branch on; null if there is none.",
            examples=["model_not_found", "invalid_api_key", "too_many_requests"],
        ),
    ]


class ErrorResponse(ContractModel):
    """
    An error in the format of OpenAI's API.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    error: Error


ChatCompletionEvent = TypeAliasType(
    "ChatCompletionEvent",
    Annotated[
        ChatCompletionChunk | ErrorResponse,
        Field(
            description="The data of one event of a streamed answer. An error that comes when the stream has begun is an event of its own, the last one before `[DONE]`."
        ),
    ],
)


CompletionEvent = TypeAliasType(
    "CompletionEvent",
    Annotated[
        CompletionChunk | ErrorResponse,
        Field(
            description="The data of one event of a streamed answer. An error that comes when the stream has begun is an event of its own, the last one before `[DONE]`."
        ),
    ],
)


class FilePart(ContractModel):
    """
    A file. The model reads the text of text files and PDFs. A line of text replaces any other file, and `x-ignored-parameters` names it, as it does a PDF of which only the first pages are read.
    """

    type: Annotated[Literal["file"], Field(description="Always `file`.")]
    file: FilePartData


class FilePartData(ContractModel):
    """
    The file itself, or the id of one uploaded earlier.
    """

    file_data: Annotated[
        str | None, Field(description="The file, in base64 or as a `data:` URL.")
    ] = None
    file_id: Annotated[str | None, Field(description="The id of an uploaded file.")] = (
        None
    )
    filename: Annotated[str | None, Field(description="The file's name.")] = None


FrequencyPenalty = TypeAliasType(
    "FrequencyPenalty",
    Annotated[
        float | None,
        Field(
            description="A penalty on a token for each of its occurrences in the generated text. Negative values favour repetition.",
            ge=-2.0,
            le=2.0,
        ),
    ],
)


FunctionCallMode = TypeAliasType(
    "FunctionCallMode",
    Annotated[
        Literal["none", "auto"],
        Field(description="`none`: the model calls no function. `auto`: it decides."),
    ],
)


class FunctionDefinition(ContractModel):
    """
    The function's name, description and parameters.
    """

    name: Annotated[
        str,
        Field(
            description="The function's name.",
            max_length=64,
            min_length=1,
            pattern="^[a-zA-Z0-9_-]+$",
        ),
    ]
    description: Annotated[
        str | None,
        Field(
            description="A description of the function, which tells the model when to call it."
        ),
    ] = None
    parameters: Annotated[
        dict[str, Any] | None,
        Field(
            description="A JSON Schema for the arguments. By default, the function takes none."
        ),
    ] = None
    strict: Annotated[
        bool | None,
        Field(
            description="Whether the arguments must satisfy the schema. Default: false."
        ),
    ] = None


class FunctionMessage(ContractModel):
    """
    The result of a function call, in the older form.
    """

    role: Annotated[Literal["function"], Field(description="Always `function`.")]
    content: Annotated[str | None, Field(description="The function's answer.")]
    name: Annotated[str, Field(description="The function's name.")]


class FunctionTool(ContractModel):
    """
    A function of the client's that the model may call.
    """

    type: Annotated[Literal["function"], Field(description="Always `function`.")]
    function: FunctionDefinition


ChatTool = TypeAliasType(
    "ChatTool",
    Annotated[
        FunctionTool | CustomTool,
        Field(
            description="A tool of the client's that the model may call; its `type` says of which kind.",
            discriminator="type",
        ),
    ],
)


class GenerateChoice(ContractModel):
    """
    A generated sequence.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    index: Annotated[int, Field(description="The choice's number, from 0.", ge=0)]
    token_ids: Annotated[
        list[TokenId],
        Field(
            description="The generated token ids, in order, with those of a matched stop."
        ),
    ]
    text: Annotated[
        str | None,
        Field(description="The tokens as text. Present if it was asked for."),
    ] = None
    logprobs: GenerateLogprobs | None = None
    finish_reason: Annotated[
        Literal["stop", "length"],
        Field(
            description="Why the sequence ended: at an end token or a stop, or at the length limit."
        ),
    ]
    stop_reason: StopReason | None = None


class GenerateChoiceParam(ContractModel):
    """
    A generated sequence.
    """

    index: Annotated[
        int, Field(description="The choice's number, from 0.", ge=0, le=127)
    ]
    token_ids: Annotated[
        list[TokenId], Field(description="The generated token ids, in order.")
    ]
    text: GivenText | None = None
    logprobs: GivenLogprobs | None = None
    finish_reason: Annotated[
        Literal["stop", "length", "repetition"] | None,
        Field(description="Why the sequence ended. Default: `stop`."),
    ] = None
    stop_reason: GivenStopReason | None = None


class GenerateChunk(ContractModel):
    """
    The tokens that came since the last event.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    request_id: Annotated[
        str, Field(description="The request's id, the same in each event.")
    ]
    choices: Annotated[
        list[GenerateChunkChoice],
        Field(
            description="The choices that went on; empty in the event that has only `usage`."
        ),
    ]
    prompt_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The prompt's token ids. Present in the first event when `return_token_ids` was true."
        ),
    ] = None
    usage: Annotated[
        Usage | None,
        Field(
            description="The request's token counts so far. Present if `stream_options.include_usage` is true, and null until the counts are known."
        ),
    ] = None


class GenerateChunkChoice(ContractModel):
    """
    How a sequence went on.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    index: Annotated[int, Field(description="The choice's number, from 0.", ge=0)]
    token_ids: Annotated[list[TokenId], Field(description="The new token ids.")]
    text: Annotated[
        str | None, Field(description="The new text. Present if text was asked for.")
    ] = None
    logprobs: GenerateLogprobs | None = None
    finish_reason: Annotated[
        Literal["stop", "length"] | None,
        Field(description="Why the sequence ended; null until then."),
    ]
    stop_reason: StopReason | None = None


class GenerateChunkChoiceParam(ContractModel):
    """
    How a sequence went on.
    """

    index: Annotated[
        int, Field(description="The choice's number, from 0.", ge=0, le=2147483647)
    ]
    token_ids: Annotated[list[TokenId], Field(description="The new token ids.")]
    text: GivenText | None = None
    logprobs: GivenLogprobs | None = None
    finish_reason: Annotated[
        Literal["stop", "length", "repetition"] | None,
        Field(description="Why the sequence ended; null until then."),
    ] = None
    stop_reason: GivenStopReason | None = None


class GenerateChunkParam(ContractModel):
    """
    One event of a stream of `/inference/v1/generate`.
    """

    request_id: Annotated[
        str | None,
        Field(
            description="The request's id, which becomes the answer's. Default: generated by the server.",
            max_length=1024,
        ),
    ] = None
    choices: Annotated[
        list[GenerateChunkChoiceParam],
        Field(
            description="The choice that went on. Empty in the event that has only `usage`.",
            max_length=1,
        ),
    ]
    usage: GivenUsage | None = None


class GenerateContentPart(ContractModel):
    """
    An image, audio or a video.
    """

    type: Annotated[
        Literal["image_url", "audio_url", "video_url"], Field(description="What it is.")
    ]
    url: Annotated[
        str,
        Field(
            description="Its URL, or the data itself as a `data:` URL. Which URLs are fetched is set by the server's operator."
        ),
    ]


class GenerateLogprobs(ContractModel):
    """
    The log probabilities of the generated tokens. Present if they were asked for.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    content: Annotated[
        list[GenerateTokenLogprobs], Field(description="One entry a token.")
    ]


class GenerateLogprobsParam(ContractModel):
    """
    The log probabilities of generated tokens.
    """

    content: Annotated[
        list[GenerateTokenLogprobsParam] | None, Field(description="One entry a token.")
    ] = None


class GenerateParameters(ContractModel):
    """
    The parameters of POST /inference/v1/generate.
    """

    x_data_parallel_rank: Annotated[
        int | None,
        Field(
            alias="x-data-parallel-rank",
            description="Which of the engine's data parallel ranks runs the request. By default, the engine chooses.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's priority in the queue. Takes precedence over `priority` in the body.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="An id that the requests of one conversation or agent share, for engine components that treat them alike.",
            max_length=1024,
        ),
    ] = None


class GeneratePromptTokensDetailsParam(ContractModel):
    """
    What the prompt's tokens were.
    """

    cached_tokens: Annotated[
        int | None,
        Field(
            description="Those that came from the prefix cache.",
            ge=0,
            le=9223372036854775807,
        ),
    ] = None
    cache_write_tokens: Annotated[
        int | None,
        Field(
            description="Those that were put into the prefix cache.",
            ge=0,
            le=9223372036854775807,
        ),
    ] = None


class GenerateRequest(ContractModel):
    """
    Token ids to continue, and the parameters of the generation.
    """

    model: ModelName | None = None
    token_ids: Annotated[
        list[TokenId],
        Field(description="The prompt's token ids, in order.", min_length=1),
    ]
    sampling_params: Annotated[
        GenerateSamplingParams | None,
        Field(
            description="The sampling parameters. Default: the model's generation config."
        ),
    ] = None
    output_mode: Annotated[
        Literal["tokens", "text"] | None,
        Field(
            description="With `text`, the answer has the text too, as with `sampling_params.detokenize`."
        ),
    ] = None
    stream: Stream | None = None
    stream_options: Annotated[
        StreamOptions | None,
        Field(description="Stream options. Only allowed if `stream` is true."),
    ] = None
    request_id: Annotated[
        str | None,
        Field(
            description="An id for the request in the engine, which the answer repeats. Default: generated by the server.",
            max_length=256,
            min_length=1,
            pattern="^[!-~]+$",
        ),
    ] = None
    return_token_ids: Annotated[
        bool | None,
        Field(
            description="Whether the answer repeats the prompt's token ids. Default: false; the generated ones are always there."
        ),
    ] = None
    cache_salt: CacheSalt | None = None
    priority: Priority | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the connector of a deployment with separate encoders."
        ),
    ] = None
    reasoning_ended: Annotated[
        bool | None,
        Field(
            description="Whether the model's reasoning has ended at the end of the prompt, as the render endpoints return it. If it is true, `structured_outputs` applies from the first token; if it is false, from the end of the reasoning. By default, the engine finds out itself, if it knows how the model reasons."
        ),
    ] = None
    reasoning_parser_kwargs: Annotated[
        ReasoningParserKwargs | None,
        Field(
            description="Arguments for the engine's reasoning parser, as the render endpoints return them."
        ),
    ] = None
    features: Annotated[
        MultiModalFeatures | None,
        Field(
            description="The prompt's processed images, audio and videos, as a render endpoint returned them. The engine caches them for all clients under the given hashes, so they are refused unless the server runs with `--trust-request-mm-kwargs`."
        ),
    ] = None
    content_parts: Annotated[
        list[GenerateContentPart] | None,
        Field(
            description="The images, audio and videos themselves, in place of `features`. `token_ids` has one placeholder for each, which the server expands."
        ),
    ] = None


class GenerateResponse(ContractModel):
    """
    The generated tokens.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    request_id: Annotated[
        str, Field(description="The request's id, as it was given or made.")
    ]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.", ge=0)
    ]
    model: Annotated[str, Field(description="The model that generated.")]
    choices: Annotated[
        list[GenerateChoice], Field(description="The generated sequences, `n` of them.")
    ]
    usage: Usage
    prompt_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The prompt's token ids. Present when `return_token_ids` was true."
        ),
    ] = None
    prompt_logprobs: PromptLogprobs | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the KV connector of a disaggregated deployment for the server that continues the request. Present if there are any."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the connector of a deployment with separate encoders for the server that continues the request. Present if there are any."
        ),
    ] = None


class GenerateResponseParam(ContractModel):
    """
    What `/inference/v1/generate` answered.
    """

    request_id: Annotated[
        str | None,
        Field(
            description="The request's id, which becomes the answer's. Default: generated by the server.",
            max_length=1024,
        ),
    ] = None
    created: Annotated[
        int | None,
        Field(
            description="When it was generated, in Unix seconds. Default: now.",
            ge=0,
            le=9223372036854775807,
        ),
    ] = None
    choices: Annotated[
        list[GenerateChoiceParam],
        Field(description="The generated sequences.", min_length=1),
    ]
    model: Annotated[
        str | None,
        Field(description="The model that generated. Accepted, but has no effect."),
    ] = None
    usage: GivenUsage | None = None
    prompt_logprobs: Annotated[
        list[PromptPositionParam] | None,
        Field(
            description="The log probabilities at each position of the prompt, by token id."
        ),
    ] = None
    prompt_token_ids: PromptTokenIdsParam | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from a KV connector for the server that continues the request, which the answer repeats."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="The same from the connector of a deployment with separate encoders."
        ),
    ] = None


class GenerateSamplingParams(ContractModel):
    """
    Sampling parameters. Their defaults are those of the model's generation config.
    """

    n: ChoiceCount | None = None
    temperature: Temperature | None = None
    top_p: TopP | None = None
    top_k: TopK | None = None
    min_p: MinP | None = None
    presence_penalty: PresencePenalty | None = None
    frequency_penalty: FrequencyPenalty | None = None
    repetition_penalty: RepetitionPenalty | None = None
    seed: Seed | None = None
    stop: Stop | None = None
    stop_token_ids: StopTokenIds | None = None
    include_stop_str_in_output: IncludeStopStrInOutput | None = None
    ignore_eos: IgnoreEos | None = None
    max_tokens: Annotated[
        int | None,
        Field(
            description="The maximum number of tokens to generate. By default, as many as the model's length leaves room for.",
            ge=1,
            le=2147483647,
        ),
    ] = None
    min_tokens: MinTokens | None = None
    logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report for each generated one, besides its own log probability; at most as many as the server allows, by default 20. -1 means the whole vocabulary.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    prompt_logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position of the prompt, besides the token that is there. Not available in a stream.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    logprob_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The tokens to report for each generated one, in place of the most likely. If `logprobs` is given too, it is their number.",
            max_length=128,
            min_length=1,
        ),
    ] = None
    detokenize: Annotated[
        bool | None,
        Field(description="Whether the answer includes the text. Default: false."),
    ] = None
    skip_special_tokens: SkipSpecialTokens | None = None
    spaces_between_special_tokens: SpacesBetweenSpecialTokens | None = None
    logit_bias: LogitBias | None = None
    allowed_token_ids: AllowedTokenIds | None = None
    bad_words: BadWords | None = None
    structured_outputs: Annotated[
        StructuredOutputs | None, Field(description="A constraint on the answer.")
    ] = None
    thinking_token_budget: ThinkingTokenBudget | None = None
    repetition_detection: Annotated[
        RepetitionDetection | None,
        Field(description="When to end an answer that repeats itself. Off by default."),
    ] = None
    stream_interval: StreamInterval | None = None
    watermarking: Watermarking | None = None
    extra_args: VllmXargs | None = None


GenerateStreamEvent = TypeAliasType(
    "GenerateStreamEvent",
    Annotated[
        GenerateChunk | ErrorResponse,
        Field(
            description="One event of a stream of generated tokens; an error is the last one."
        ),
    ],
)


class GenerateTokenLogprobs(ContractModel):
    """
    The log probability of the token at one place, and of others that could have stood there.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    token_id: TokenId
    logprob: Annotated[
        float,
        Field(
            description="The natural logarithm of its probability; -9999 stands for one that is next to impossible."
        ),
    ]
    rank: Annotated[
        int | None,
        Field(
            description="Its rank among all tokens, starting with 1 for the most likely. Absent if unknown.",
            ge=1,
        ),
    ] = None
    token: Annotated[
        str | None,
        Field(description="The token as text. Present if text was asked for."),
    ] = None
    top_logprobs: Annotated[
        list[GenerateTopLogprob],
        Field(
            description="The tokens that were asked for, the one at this place among them."
        ),
    ]


class GenerateTokenLogprobsParam(ContractModel):
    """
    The log probability of the token at one place, and of others that could have stood there.
    """

    token_id: TokenId
    logprob: Annotated[
        float, Field(description="The natural logarithm of its probability.")
    ]
    rank: Annotated[
        int | None, Field(description="Its rank among all tokens.", ge=1)
    ] = None
    token: GivenText | None = None
    top_logprobs: Annotated[
        list[GenerateTopLogprobParam] | None,
        Field(description="The tokens that were asked for, the most likely first."),
    ] = None


class GenerateTopLogprob(ContractModel):
    """
    The log probability of a token at one place.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    token_id: TokenId
    logprob: Annotated[
        float,
        Field(
            description="The natural logarithm of its probability; -9999 stands for one that is next to impossible."
        ),
    ]
    rank: Annotated[
        int | None,
        Field(
            description="Its rank among all tokens, starting with 1 for the most likely. Absent if unknown.",
            ge=1,
        ),
    ] = None
    token: Annotated[
        str | None,
        Field(description="The token as text. Present if text was asked for."),
    ] = None


class GenerateTopLogprobParam(ContractModel):
    """
    The log probability of a token at one place.
    """

    token_id: TokenId
    logprob: Annotated[
        float, Field(description="The natural logarithm of its probability.")
    ]
    rank: Annotated[
        int | None, Field(description="Its rank among all tokens.", ge=1)
    ] = None
    token: GivenText | None = None


class GenerateUsageParam(ContractModel):
    """
    Token counts.
    """

    prompt_tokens: Annotated[
        int | None,
        Field(description="The tokens of the prompt.", ge=0, le=9223372036854775807),
    ] = None
    completion_tokens: Annotated[
        int | None,
        Field(description="The generated tokens.", ge=0, le=9223372036854775807),
    ] = None
    total_tokens: Annotated[
        int | None,
        Field(
            description="The tokens of the prompt and the generated ones. Accepted, but has no effect.",
            ge=0,
            le=9223372036854775807,
        ),
    ] = None
    completion_tokens_details: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the generated tokens were. Accepted, but has no effect; reasoning is counted anew."
        ),
    ] = None
    prompt_tokens_details: Annotated[
        GeneratePromptTokensDetailsParam | None,
        Field(description="What the prompt's tokens were."),
    ] = None


class GenerativeScore(ContractModel):
    """
    The labels' probabilities after one item.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    index: Annotated[int, Field(description="The item's number, from 0.", ge=0)]
    object: Annotated[Literal["score"], Field(description="Always `score`.")]
    score: Annotated[
        Probability, Field(description="The probability of the first label.")
    ]
    label_probabilities: Annotated[
        list[Probability],
        Field(
            description="The probability of each label, in the order of `label_token_ids`."
        ),
    ]


class GenerativeScoringItemsRequest(ContractModel):
    """
    A query, and items to score the labels after, each on its own with the query.
    """

    model: ModelName | None = None
    query: ScoringQuery
    items: ScoringItems
    item_first: Annotated[
        bool | None,
        Field(description="Whether an item stands before the query. Default: false."),
    ] = None
    label_token_ids: LabelTokenIds
    apply_softmax: Annotated[
        bool | None,
        Field(
            description="Whether the labels' probabilities add up to 1. If it is false, they are those within the whole vocabulary. Default: true."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the special tokens that the tokenizer puts around a text, to the query. Default: true."
        ),
    ] = None
    request_id: EngineRequestId | None = None
    cache_salt: CacheSalt | None = None
    priority: Priority | None = None


class GenerativeScoringPromptRequest(ContractModel):
    """
    A prompt to score the labels after.
    """

    model: ModelName | None = None
    prompt: ScoringPrompt
    label_token_ids: LabelTokenIds
    apply_softmax: Annotated[
        bool | None,
        Field(
            description="Whether the labels' probabilities add up to 1. If it is false, they are those within the whole vocabulary. Default: true."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the special tokens that the tokenizer puts around a text. Default: true."
        ),
    ] = None
    request_id: EngineRequestId | None = None
    cache_salt: CacheSalt | None = None
    priority: Priority | None = None


GenerativeScoringRequest = TypeAliasType(
    "GenerativeScoringRequest",
    Annotated[
        GenerativeScoringPromptRequest | GenerativeScoringItemsRequest,
        Field(
            description="What to score: a prompt, or a query with items. If both are given, one is taken, and the other is named in `x-ignored-parameters`."
        ),
    ],
)


class GenerativeScoringResponse(ContractModel):
    """
    The scores of the prompt, or of each item.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The answer's id.")]
    object: Annotated[Literal["list"], Field(description="Always `list`.")]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.", ge=0)
    ]
    model: Annotated[str, Field(description="The model that was asked.")]
    data: Annotated[
        list[GenerativeScore],
        Field(description="One entry an item, in their order; one for a prompt."),
    ]
    usage: Usage


class GetServerInfoParameters(ContractModel):
    """
    The parameters of GET /server_info.
    """

    config_format: Annotated[
        Literal["text", "json"] | None,
        Field(description="Whether `vllm_config` is one text, or an object."),
    ] = "text"


GivenLogprobs = TypeAliasType(
    "GivenLogprobs",
    Annotated[
        GenerateLogprobsParam | None,
        Field(description="The log probabilities of the tokens."),
    ],
)


GivenStopReason = TypeAliasType(
    "GivenStopReason",
    Annotated[
        str | int | None,
        Field(description="The stop string or the stop token that ended the sequence."),
    ],
)


GivenStreamState = TypeAliasType(
    "GivenStreamState",
    Annotated[
        DerenderStreamStateParam | None,
        Field(
            description="The state that the call for the choice's previous chunk returned. Absent or null for its first chunk."
        ),
    ],
)


GivenText = TypeAliasType(
    "GivenText",
    Annotated[
        str | None,
        Field(
            description="The tokens as text. Accepted, but has no effect; the text is made of the tokens."
        ),
    ],
)


GivenUsage = TypeAliasType(
    "GivenUsage",
    Annotated[GenerateUsageParam | None, Field(description="The token counts.")],
)


class HealthLive(ContractModel):
    """
    The response of a running server.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[
        Literal["health.response"], Field(description="Always `health.response`.")
    ]
    message: Annotated[str, Field(description="The state, as a sentence.")]
    status: Annotated[Literal["live"], Field(description="The state, for programs.")]


class HealthNotReady(ContractModel):
    """
    The response of a server that is not ready.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[
        Literal["health.response"], Field(description="Always `health.response`.")
    ]
    message: Annotated[
        str, Field(description="The state and its cause, as a sentence.")
    ]
    status: Annotated[
        Literal["loading", "not_ready"],
        Field(
            description="The state, for programs - `loading` while the model loads, `not_ready` when the engine has failed or the server is stopping."
        ),
    ]


class HealthReady(ContractModel):
    """
    The response of a server that is ready.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[
        Literal["health.response"], Field(description="Always `health.response`.")
    ]
    message: Annotated[str, Field(description="The state, as a sentence.")]
    status: Annotated[Literal["ready"], Field(description="The state, for programs.")]


IgnoreEos = TypeAliasType(
    "IgnoreEos",
    Annotated[
        bool | None,
        Field(
            description="Whether to generate past the model's end token, up to the length limit. Default: false."
        ),
    ],
)


class ImagePart(ContractModel):
    """
    An image. Refused if the model does not accept images, except in a tool's result, where a line of text replaces it.
    """

    type: Annotated[Literal["image_url"], Field(description="Always `image_url`.")]
    image_url: ImagePartUrl


class ImagePartUrl(ContractModel):
    """
    The source of the image.
    """

    url: Annotated[
        str,
        Field(
            description="The image's URL, or the image itself as a `data:` URL. Which URLs are fetched is set by the server's operator."
        ),
    ]
    detail: Annotated[
        Literal["auto", "low", "high", "original"] | None,
        Field(description="The level of detail. Accepted, but has no effect."),
    ] = None


IncludeStopStrInOutput = TypeAliasType(
    "IncludeStopStrInOutput",
    Annotated[
        bool | None,
        Field(
            description="Whether the answer includes the stop string that ended it. Default: false."
        ),
    ],
)


class JsonSchemaFormat(ContractModel):
    """
    A JSON Schema with a name.
    """

    name: Annotated[
        str,
        Field(
            description="The format's name.",
            max_length=64,
            min_length=1,
            pattern="^[a-zA-Z0-9_-]+$",
        ),
    ]
    description: Annotated[
        str | None,
        Field(description="What the format is for. Accepted, but has no effect."),
    ] = None
    schema_: Annotated[
        dict[str, Any] | None,
        Field(
            alias="schema",
            description="The schema that the answer satisfies. By default, any JSON object does.",
        ),
    ] = None
    strict: Annotated[
        bool | None,
        Field(
            description="Whether to hold the answer to the schema. Accepted, but has no effect; the answer always satisfies the schema."
        ),
    ] = None


class KvEventSource(ContractModel):
    """
    One rank's publisher, as vLLM's `--kv-events-config` describes it.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    enable_kv_cache_events: Annotated[
        bool, Field(description="Whether the cache's changes are published.")
    ]
    publisher: Annotated[
        str, Field(description="The kind of publisher, `zmq` or `null`.")
    ]
    endpoint: Annotated[str, Field(description="The address that is published at.")]
    replay_endpoint: Annotated[
        str | None, Field(description="The address that tells what has been missed.")
    ]
    topic: Annotated[str, Field(description="The topic to subscribe to.")]


KvEventSources = TypeAliasType("KvEventSources", dict[str, KvEventSource])
"""
Where each data parallel rank publishes, by the rank's number.
"""


class License(ContractModel):
    """
    The license of the server, with its text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[str, Field(description="The license's name.")]
    path: Annotated[str, Field(description="The file that holds the text.")]
    sha: Annotated[
        str, Field(description="The SHA-1 of the text.", pattern="^[0-9a-f]{40}$")
    ]
    size: Annotated[int, Field(description="How many characters the text has.", ge=0)]
    url: Annotated[str, Field(description="Where the license is published.")]
    type: Annotated[
        Literal["file"],
        Field(description="The kind of source that the text is from; always `file`."),
    ]
    content: Annotated[str, Field(description="The full text.")]
    modelLicense: ModelLicense | None = None


class LicenseInfo(ContractModel):
    """
    The license of the server, without its text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[str, Field(description="The license's name.")]
    path: Annotated[str, Field(description="The file that holds the text.")]
    sha: Annotated[
        str, Field(description="The SHA-1 of the text.", pattern="^[0-9a-f]{40}$")
    ]
    size: Annotated[int, Field(description="How many characters the text has.", ge=0)]
    url: Annotated[str, Field(description="Where the license is published.")]
    type: Annotated[
        Literal["file"],
        Field(description="The kind of source that the text is from; always `file`."),
    ]


class ListChatCompletionMessagesParameters(ContractModel):
    """
    The parameters of GET /v1/chat/completions/{completion_id}/messages.
    """

    completion_id: Annotated[
        str, Field(description="The completion's id.", min_length=1)
    ]
    after: Annotated[
        str | None,
        Field(description="The id of the message after which the page begins."),
    ] = None
    limit: Annotated[
        int | None,
        Field(
            description="The maximum number of messages on the page. Default: 20.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="The order: `asc` for the oldest first, `desc` for the newest first. Default: `asc`."
        ),
    ] = None


class ListChatCompletionsParameters(ContractModel):
    """
    The parameters of GET /v1/chat/completions.
    """

    model: Annotated[str | None, Field(description="The model that answered.")] = None
    metadata: Annotated[
        dict[str, str] | None,
        Field(
            description="Metadata that a completion must have, each pair as `metadata[NAME]=VALUE`.",
            max_length=16,
        ),
    ] = None
    after: Annotated[
        str | None,
        Field(description="The id of the completion after which the page begins."),
    ] = None
    limit: Annotated[
        int | None,
        Field(
            description="The maximum number of completions on the page. Default: 20.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="The order: `asc` for the oldest first, `desc` for the newest first. Default: `asc`."
        ),
    ] = None


class ListConversationItemsParameters(ContractModel):
    """
    The parameters of GET /v1/conversations/{conversation_id}/items.
    """

    conversation_id: Annotated[
        str, Field(description="The conversation's id.", min_length=1)
    ]
    after: Annotated[
        str | None, Field(description="The id of the item after which the page begins.")
    ] = None
    limit: Annotated[
        int | None,
        Field(
            description="The maximum number of items on the page. Default: 20.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="The order: `asc` for the oldest item first, `desc` for the newest first. Default: `desc`."
        ),
    ] = None
    include: Annotated[
        list[str] | None,
        Field(
            description="Additional output. Accepted, but has no effect: the stored output is returned."
        ),
    ] = None


class ListModelsParameters(ContractModel):
    """
    The parameters of GET /v1/models.
    """

    limit: Annotated[
        int | None,
        Field(description="The maximum number of models to list.", ge=1, le=1000),
    ] = None
    after_id: Annotated[
        str | None,
        Field(description="The id of the model after which the page begins."),
    ] = None
    before_id: Annotated[
        str | None, Field(description="The id of the model before which the page ends.")
    ] = None


class ListResponseInputItemsParameters(ContractModel):
    """
    The parameters of GET /v1/responses/{response_id}/input_items.
    """

    response_id: Annotated[str, Field(description="The response's id.", min_length=1)]
    after: Annotated[
        str | None, Field(description="The id of the item after which the page begins.")
    ] = None
    limit: Annotated[
        int | None,
        Field(
            description="The maximum number of items on the page. Default: 20.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="The order: `asc` for the oldest item first, `desc` for the newest first. Default: `desc`."
        ),
    ] = None
    include: Annotated[
        list[str] | None,
        Field(
            description="Additional output. Accepted, but has no effect: the stored output is returned."
        ),
    ] = None


class Load(ContractModel):
    """
    How busy the server is.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    server_load: Annotated[
        int, Field(description="How many requests it answers now.", ge=0)
    ]


class LoadLoraAdapterRequest(ContractModel):
    """
    The LoRA adapter to load.
    """

    lora_name: Annotated[
        str,
        Field(
            description="The name that requests give in `model`. It must differ from the names of the served model."
        ),
    ]
    lora_path: Annotated[
        str,
        Field(
            description="The absolute path of the adapter's folder on the server, with `adapter_config.json` and the weights in it; if the server has a folder of adapters, it must be inside that."
        ),
    ]
    load_inplace: Annotated[
        bool | None,
        Field(
            description="Whether to replace an adapter of the same name; otherwise that is an error. Running requests finish with the old weights."
        ),
    ] = None
    is_3d_lora_weight: Annotated[
        bool | None,
        Field(
            description="Whether the weights of a mixture's experts are fused into one tensor a layer. Has an effect only if vLLM runs with `--enable-mixed-moe-lora-format`."
        ),
    ] = None


LogitBiasValue = TypeAliasType(
    "LogitBiasValue",
    Annotated[
        float,
        Field(description="What to add to the token's logit.", ge=-100.0, le=100.0),
    ],
)


LogitBias = TypeAliasType(
    "LogitBias",
    Annotated[
        dict[Annotated[str, StringConstraints(pattern=r"^[0-9]+$")], LogitBiasValue],
        Field(
            description="What to add to the logits of some tokens before sampling, by token id. -100 practically forbids a token, 100 practically forces it.",
            examples=[{"905": -100}],
        ),
    ],
)


class Manifest(ContractModel):
    """
    The manifest, and the mirror from which models are downloaded.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    manifest_file: Annotated[str, Field(description="The manifest's text, in YAML.")]
    repository_override: Annotated[
        str,
        Field(
            description="The mirror from which models are downloaded; empty if there is none."
        ),
    ]


MediaIoKwargs = TypeAliasType(
    "MediaIoKwargs",
    Annotated[
        dict[str, dict[str, Any]] | None,
        Field(
            description="How images, audio and videos are read, by `image`, `audio` and `video`, such as the number of frames of a video. Refused unless the server runs with `--trust-request-mm-kwargs`."
        ),
    ],
)


class MediaUrl(ContractModel):
    """
    The source of the audio or the video.
    """

    url: Annotated[
        str,
        Field(
            description="Its URL, or the data itself as a `data:` URL. Which URLs are fetched is set by the server's operator."
        ),
    ]


class Message(ContractModel):
    """
    The message that the model wrote.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str,
        Field(description="The message's id.", examples=["msg_68f1c0a2b9cc4c81a6f0"]),
    ]
    type: Annotated[Literal["message"], Field(description="The object's type.")]
    role: Annotated[Literal["assistant"], Field(description="The author's role.")]
    model: Annotated[str, Field(description="The model that answered.")]
    content: Annotated[
        list[MessageContentBlock],
        Field(description="What the model wrote, block by block."),
    ]
    stop_reason: Annotated[
        MessageStopReason | None,
        Field(description="Why the model stopped; null only in `message_start`."),
    ]
    stop_sequence: Annotated[
        str | None,
        Field(
            description="The one of `stop_sequences` at which the model stopped; null if it stopped for another reason."
        ),
    ]
    usage: MessageUsage
    context_management: MessageContextManagement | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the KV connector of a disaggregated deployment for the server that continues the request. Present if there are any."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the connector of a deployment with separate encoders for the server that continues the request. Present if there are any."
        ),
    ] = None


class MessageCacheControlParam(ContractModel):
    """
    How to cache. Accepted everywhere, but has no effect, since prefixes are cached by content.
    """

    type: Annotated[
        str, Field(description="The kind of cache.", examples=["ephemeral"])
    ]
    ttl: Annotated[
        str | None, Field(description="How long to keep it.", examples=["5m"])
    ] = None


class MessageCacheCreation(ContractModel):
    """
    The tokens that were put into a cache, by how long they are kept.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    ephemeral_5m_input_tokens: Annotated[
        int,
        Field(
            description="Those with a lifetime of five minutes: all of them. They stay until the space is needed.",
            ge=0,
        ),
    ]
    ephemeral_1h_input_tokens: Annotated[
        int, Field(description="Those with a lifetime of an hour: always 0.", ge=0)
    ]


class MessageCitationsConfigParam(ContractModel):
    """
    Whether to cite.
    """

    enabled: Annotated[
        bool | None, Field(description="Whether the answer is to cite the document.")
    ] = None


class MessageClearThinkingParam(ContractModel):
    """
    Removes the model's thinking of earlier turns.
    """

    type: Annotated[
        Literal["clear_thinking_20251015"], Field(description="The kind of edit.")
    ]
    keep: Annotated[
        Literal["all"] | MessageThinkingTurnsParam | None,
        Field(
            description="How many of the latest `thinking_turns` keep their thinking, or `all`. A turn is all that the model says until the user says something that is not a tool's result. Default: 1."
        ),
    ] = None


class MessageClearToolUsesParam(ContractModel):
    """
    Clears the oldest tool results of a long conversation. A line of text replaces each. Results that add tools (`tool_reference`) stay.
    """

    type: Annotated[
        Literal["clear_tool_uses_20250919"], Field(description="The kind of edit.")
    ]
    trigger: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="How many `input_tokens` or `tool_uses` a conversation must exceed. Default: 100,000 tokens."
        ),
    ] = None
    keep: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="How many of the latest `tool_uses` stay as they are. Default: 3."
        ),
    ] = None
    clear_at_least: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="The minimum number of `input_tokens` to clear; otherwise nothing is cleared."
        ),
    ] = None
    exclude_tools: Annotated[
        list[str] | None,
        Field(description="The tools whose results are never cleared, by name."),
    ] = None
    clear_tool_inputs: Annotated[
        bool | list[str] | None,
        Field(
            description="Whether to clear the arguments of the calls, too, of all tools, or of those that are named."
        ),
    ] = None


class MessageClearedThinking(ContractModel):
    """
    Thinking that was left out.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["clear_thinking_20251015"], Field(description="The kind of edit.")
    ]
    cleared_thinking_turns: Annotated[
        int, Field(description="How many turns' thinking was left out.", ge=0)
    ]
    cleared_input_tokens: Annotated[
        int,
        Field(
            description="The number of prompt tokens that were saved. 0 if the chat template leaves it out, too.",
            ge=0,
        ),
    ]


class MessageClearedToolUses(ContractModel):
    """
    Results of tools that were cleared.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["clear_tool_uses_20250919"], Field(description="The kind of edit.")
    ]
    cleared_tool_uses: Annotated[
        int, Field(description="How many calls' results were cleared.", ge=0)
    ]
    cleared_input_tokens: Annotated[
        int, Field(description="The number of prompt tokens that were saved.", ge=0)
    ]


MessageAppliedEdit = TypeAliasType(
    "MessageAppliedEdit",
    Annotated[
        MessageClearedToolUses | MessageClearedThinking,
        Field(description="An edit, and what it cleared.", discriminator="type"),
    ],
)


class MessageCompactParam(ContractModel):
    """
    Summarize the conversation once it is long. The model itself writes the summary, which is the answer's first block, `compaction`, and goes on from it alone. A conversation that ends with such a block is not summarized again. If the model writes no summary, it reads the whole conversation.
    """

    type: Annotated[Literal["compact_20260112"], Field(description="The kind of edit.")]
    trigger: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="How many `input_tokens` a conversation must exceed. Default: 150,000, or three quarters of the context if that is less."
        ),
    ] = None
    pause_after_compaction: Annotated[
        bool | None,
        Field(
            description="Whether the message ends after the block, with the stop reason `compaction`, for the client to go on from."
        ),
    ] = None
    instructions: Annotated[
        str | None, Field(description="Additional instructions for the summary.")
    ] = None


class MessageCompactionBlock(ContractModel):
    """
    A summary of the conversation up to here, to send back unchanged. It replaces the messages before it, which may be omitted.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["compaction"], Field(description="The block's type.")]
    content: Annotated[
        str | None,
        Field(
            description="The summary; null if the model has written none, and in `content_block_start`."
        ),
    ]
    encrypted_content: Annotated[
        None, Field(description="Always null: the summary is in `content`.")
    ]
    tool_changes: Annotated[
        list[MessageToolChangeBlock],
        Field(description="The tools that the summarized messages added or removed."),
    ]


class MessageCompactionBlockParam(ContractModel):
    """
    A summary of the conversation so far. In the prompt it replaces all messages and blocks before it.
    """

    type: Annotated[Literal["compaction"], Field(description="The block's type.")]
    content: Annotated[
        str | None,
        Field(
            description="The summary. If it is null or empty, the block has no effect."
        ),
    ] = None
    tool_changes: Annotated[
        list[MessageToolChangeBlockParam] | None,
        Field(
            description="The tools that were added or removed before it. They are shown to the model with the summary."
        ),
    ] = None
    encrypted_content: Annotated[
        str | None,
        Field(description="Accepted, but has no effect: the summary is in `content`."),
    ] = None
    signature: Annotated[
        str | None, Field(description="Accepted, but not verified.")
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageCompactionDelta(ContractModel):
    """
    The summary, whole. The only delta of its block.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["compaction_delta"], Field(description="The delta's type.")]
    content: Annotated[
        str | None,
        Field(description="The summary; null if the model has written none."),
    ]
    encrypted_content: Annotated[None, Field(description="Always null.")]


class MessageCompactionParam(ContractModel):
    """
    How to summarize a conversation.
    """

    type: Annotated[
        Literal["summarize"],
        Field(description="The kind of compaction, a summary by the model itself."),
    ]
    instructions: Annotated[
        str | None,
        Field(
            description="Instructions that replace the server's own. An empty text counts as none."
        ),
    ] = None


class MessageContentBlockDeltaEvent(ContractModel):
    """
    More of a block.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["content_block_delta"], Field(description="The event's type.")
    ]
    index: Annotated[int, Field(description="The block's place in the message.", ge=0)]
    delta: MessageContentBlockDelta


class MessageContentBlockStartEvent(ContractModel):
    """
    A block begins. It is empty.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["content_block_start"], Field(description="The event's type.")
    ]
    index: Annotated[int, Field(description="The block's place in the message.", ge=0)]
    content_block: MessageContentBlock


class MessageContentBlockStopEvent(ContractModel):
    """
    A block is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["content_block_stop"], Field(description="The event's type.")
    ]
    index: Annotated[int, Field(description="The block's place in the message.", ge=0)]


class MessageContextAmountParam(ContractModel):
    """
    An amount, of tokens or of calls.
    """

    type: Annotated[
        str,
        Field(
            description="What is counted, `input_tokens` or `tool_uses`. An edit that counts something else is ignored and named in `x-ignored-parameters`.",
            examples=["input_tokens"],
        ),
    ]
    value: Annotated[int, Field(description="How many.", ge=0)]


class MessageContextManagement(ContractModel):
    """
    How the conversation was edited before the model read it. Present if the request has `context_management`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    applied_edits: Annotated[
        list[MessageAppliedEdit], Field(description="The edits that changed something.")
    ]


class MessageContextManagementParam(ContractModel):
    """
    What to clear of a conversation, or to summarize, as it grows.
    """

    edits: Annotated[
        list[MessageContextEditParam] | None,
        Field(description="The edits, in the order in which they are made."),
    ] = None


class MessageCustomToolParam(ContractModel):
    """
    A tool that the client runs.
    """

    type: Annotated[
        Literal["custom"] | None,
        Field(description="The tool's type. It may be left out."),
    ] = None
    name: Annotated[
        str, Field(description="The tool's name.", max_length=128, min_length=1)
    ]
    description: Annotated[
        str | None,
        Field(
            description="A description of the tool, which tells the model when to call it."
        ),
    ] = None
    input_schema: Annotated[
        dict[str, Any], Field(description="A JSON Schema, written by the client.")
    ]
    strict: Annotated[
        bool | None, Field(description="Whether the arguments must match the schema.")
    ] = None
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether to show the tool to the model only when a block refers to it, such as a `tool_reference` in a tool's result. Until then it uses no tokens, and the beginning of the prompt does not change."
        ),
    ] = None
    eager_input_streaming: Annotated[
        bool | None,
        Field(
            description="Whether to stream the arguments as they are written. Accepted; they always are."
        ),
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageDelta(ContractModel):
    """
    What changes in the message.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    stop_reason: MessageStopReason
    stop_sequence: Annotated[
        str | None,
        Field(
            description="The one of `stop_sequences` at which the model stopped; null if it stopped for another reason."
        ),
    ]


class MessageDeltaEvent(ContractModel):
    """
    Why the model stopped, and how many tokens it took.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["message_delta"], Field(description="The event's type.")]
    delta: MessageDelta
    usage: MessageDeltaUsage
    context_management: MessageContextManagement | None = None


class MessageDeltaUsage(ContractModel):
    """
    The token counts so far.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that are in neither of the other two counts. The three together are what `/v1/messages/count_tokens` says.",
            ge=0,
        ),
    ]
    output_tokens: Annotated[
        int, Field(description="The generated tokens, including thinking.", ge=0)
    ]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that were added to the prefix cache, for the next prompt with the same beginning. The cache keeps whole blocks of tokens, so the last few of a prompt are not among them.",
            ge=0,
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that came from the prefix cache. Prefixes are always cached.",
            ge=0,
        ),
    ]
    iterations: MessageIterations | None = None
    output_tokens_details: MessageOutputTokensDetails | None = None


class MessageDocumentBlockParam(ContractModel):
    """
    A document: text, or a PDF with text. A line of text replaces a document that cannot be read, and `x-ignored-parameters` names it.
    """

    type: Annotated[Literal["document"], Field(description="The block's type.")]
    source: MessageSourceParam
    title: Annotated[str | None, Field(description="The document's title.")] = None
    context: Annotated[str | None, Field(description="What the document is about.")] = (
        None
    )
    citations: Annotated[
        MessageCitationsConfigParam | None,
        Field(
            description="Whether the answer is to cite the document. Accepted; answers here do not cite."
        ),
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageImageBlockParam(ContractModel):
    """
    An image. Refused if the model does not accept images, except in a tool's result, where a line of text replaces it.
    """

    type: Annotated[Literal["image"], Field(description="The block's type.")]
    source: MessageSourceParam
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageInputJsonDelta(ContractModel):
    """
    More of a call's arguments.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["input_json_delta"], Field(description="The delta's type.")]
    partial_json: Annotated[
        str,
        Field(
            description="The JSON text to add. All of them together are the arguments."
        ),
    ]


class MessageIteration(ContractModel):
    """
    The tokens of one pass of the model.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["compaction", "message"],
        Field(description="What it generated, the summary or the answer."),
    ]
    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that are in neither of the other two counts.",
            ge=0,
        ),
    ]
    output_tokens: Annotated[int, Field(description="The generated tokens.", ge=0)]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that were added to the prefix cache.", ge=0
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(description="The prompt tokens that came from the prefix cache.", ge=0),
    ]
    cache_creation: MessageCacheCreation


MessageIterations = TypeAliasType(
    "MessageIterations",
    Annotated[
        list[MessageIteration],
        Field(
            description="The tokens of each pass of the model. Present if the conversation was summarized; the other counts are those of the answer alone."
        ),
    ],
)
"""
The tokens of each pass of the model. Present if the conversation was summarized; the other counts are those of the answer alone.
"""


class MessageJsonFormatParam(ContractModel):
    """
    JSON that matches a schema.
    """

    type: Annotated[Literal["json_schema"], Field(description="The format's type.")]
    schema_: Annotated[
        dict[str, Any],
        Field(alias="schema", description="A JSON Schema, written by the client."),
    ]


class MessageMetadataParam(ContractModel):
    """
    Metadata of the request.
    """

    user_id: Annotated[
        str | None, Field(description="An id of the end user. Has no effect.")
    ] = None


class MessageOtherBlockParam(ContractModel):
    """
    A block of any other type, such as those of hosted tools and those that newer clients send. It is ignored and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The block's type.",
            examples=["server_tool_use"],
            pattern="^(?!(text|image|document|tool_use|tool_result|thinking|redacted_thinking)(?![\\s\\S]))",
        ),
    ]


class MessageOtherChoiceParam(ContractModel):
    """
    A choice of another type.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The type of the choice.",
            pattern="^(?!(auto|any|tool|none)(?![\\s\\S]))",
        ),
    ]


class MessageOtherEditParam(ContractModel):
    """
    An edit of another kind. It is ignored and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The kind of edit.",
            pattern="^(?!(clear_tool_uses_20250919|clear_thinking_20251015|compact_20260112)(?![\\s\\S]))",
        ),
    ]


MessageContextEditParam = TypeAliasType(
    "MessageContextEditParam",
    Annotated[
        MessageClearToolUsesParam
        | MessageClearThinkingParam
        | MessageCompactParam
        | MessageOtherEditParam,
        Field(description="One edit of a conversation."),
    ],
)


class MessageOtherFormatParam(ContractModel):
    """
    A format of another type. It is ignored and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(description="The format's type.", pattern="^(?!json_schema(?![\\s\\S]))"),
    ]


class MessageOtherThinkingParam(ContractModel):
    """
    Thinking of another type.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The kind of thinking.",
            pattern="^(?!(enabled|disabled|adaptive|between_tools)(?![\\s\\S]))",
        ),
    ]


class MessageOtherToolChangeParam(ContractModel):
    """
    A change of another type. It is ignored and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The type of the change.",
            pattern="^(?!(tool_addition|tool_removal)(?![\\s\\S]))",
        ),
    ]


class MessageOtherToolParam(ContractModel):
    """
    A tool of any other type. One with an `input_schema` is called like any that the client runs, and so are `bash_*`, `text_editor_*` and `memory_*`, whose schema is Anthropic's, and which may leave out their name. The others, such as those that Anthropic's servers run, are ignored and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The tool's type, with its version.",
            examples=["bash_20250124"],
            pattern="^(?!custom(?![\\s\\S]))",
        ),
    ]
    name: Annotated[str | None, Field(description="The tool's name.")] = None
    description: Annotated[str | None, Field(description="What the tool does.")] = None
    input_schema: Annotated[
        dict[str, Any] | None, Field(description="The schema of its arguments.")
    ] = None
    strict: Annotated[
        bool | None, Field(description="Whether the arguments must match the schema.")
    ] = None
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether to show the tool to the model only when a block refers to it."
        ),
    ] = None


class MessageOutputConfigParam(ContractModel):
    """
    The form that the answer's text takes, and how much to think.
    """

    effort: Annotated[
        str | None,
        Field(
            description="How much to think: `low`, `medium`, `high`, `xhigh` or `max`. It is passed to the chat template; another value is ignored and named in `x-ignored-parameters`.",
            examples=["high"],
        ),
    ] = None
    format: Annotated[
        MessageJsonFormatParam | MessageOtherFormatParam | None,
        Field(description="The format of the answer's text. Default: plain text."),
    ] = None


class MessageOutputTokensDetails(ContractModel):
    """
    The generated tokens by kind. Absent if the model does not think.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    thinking_tokens: Annotated[int, Field(description="Those of the thinking.", ge=0)]


class MessageParam(ContractModel):
    """
    One message of a conversation.
    """

    role: Annotated[
        Literal["user", "assistant", "system"],
        Field(
            description="The author's role. A `system` message is an instruction that applies from there on."
        ),
    ]
    content: Annotated[
        str | list[MessageContentBlockParam],
        Field(description="The content, a text or a list of blocks."),
    ]
    clear_at: Annotated[
        str | None,
        Field(
            description="How long the model is shown a `system` message: `next_user_message` until the user's next message, otherwise throughout.",
            examples=["never"],
        ),
    ] = None


class MessagePingEvent(ContractModel):
    """
    Keeps the connection alive. Clients ignore it.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["ping"], Field(description="The event's type.")]


class MessageRedactedThinkingBlockParam(ContractModel):
    """
    Encrypted thinking, which only its provider can read. It is left out of the prompt and named in `x-ignored-parameters`.
    """

    type: Annotated[
        Literal["redacted_thinking"], Field(description="The block's type.")
    ]
    data: Annotated[str | None, Field(description="The encrypted thinking.")] = None


class MessageRequest(ContractModel):
    """
    A conversation and the parameters of the next message.
    """

    model: ModelName | None = None
    max_tokens: Annotated[
        int,
        Field(
            description="The maximum number of tokens to generate, including thinking. With 0, the prompt is only processed and cached.",
            examples=[64],
            ge=0,
        ),
    ]
    messages: Annotated[
        list[MessageParam],
        Field(
            description="The conversation, oldest message first. If the last one is the assistant's, the model continues its text.",
            min_length=1,
        ),
    ]
    system: Annotated[
        MessageSystemParam | None, Field(description="The system prompt.")
    ] = None
    stop_sequences: Annotated[
        list[StopString] | None,
        Field(
            description="Texts at which the answer ends. They are not part of it.",
            max_length=32,
        ),
    ] = None
    stream: Stream | None = None
    temperature: Annotated[
        float | None,
        Field(
            description="The sampling temperature. 0 always selects the most likely token.",
            ge=0.0,
            le=1.0,
        ),
    ] = None
    top_p: TopP | None = None
    top_k: Annotated[
        int | None,
        Field(
            description="Sample only from this many of the most likely tokens; 0 for all of them.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    tools: Annotated[
        list[MessageToolParam] | None,
        Field(
            description="The tools that the model may call. Only tools that the client runs can be called; those of other types are ignored and named in `x-ignored-parameters`, as `tools.2.web_search_20250305` is."
        ),
    ] = None
    tool_choice: Annotated[
        MessageToolChoiceParam | None,
        Field(description="Which tools the model may or must call. Default: `auto`."),
    ] = None
    thinking: Annotated[
        MessageThinkingParam | None,
        Field(description="Whether and how the model thinks."),
    ] = None
    output_config: Annotated[
        MessageOutputConfigParam | None,
        Field(
            description="The form that the answer's text takes, and how much to think."
        ),
    ] = None
    context_management: Annotated[
        MessageContextManagementParam | None,
        Field(
            description="What to clear of the conversation, or to summarize, before the model reads it, as it grows. The edits are made one after the other, and the response's `context_management` tells those that cleared anything."
        ),
    ] = None
    compaction: Annotated[
        MessageCompactionParam | None,
        Field(
            description="Asks for a summary of the whole conversation, and no answer: the response is one `compaction` block, which a later request begins with in the place of these messages. `context_management` cannot be given with it."
        ),
    ] = None
    metadata: Annotated[
        MessageMetadataParam | None, Field(description="Metadata of the request.")
    ] = None
    service_tier: Annotated[
        str | None,
        Field(
            description="The class of service. Accepted; this server has one class, `standard`.",
            examples=["auto"],
        ),
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="Where to cache the prompt. Accepted, but has no effect, since prefixes are cached by content."
        ),
    ] = None
    chat_template_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="More variables for the chat template, such as `enable_thinking`. An extension of vLLM's."
        ),
    ] = None
    mm_payload: MmPayload | None = None
    cache_salt: CacheSalt | None = None
    structured_outputs: Annotated[
        StructuredOutputs | None,
        Field(
            description="A constraint on the answer that `output_config.format` cannot express."
        ),
    ] = None
    vllm_xargs: VllmXargs | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the connector of a deployment with separate encoders."
        ),
    ] = None
    watermarking: Watermarking | None = None


class MessageSearchResultBlockParam(ContractModel):
    """
    What a search found. The model reads its title, its source and its text.
    """

    type: Annotated[Literal["search_result"], Field(description="The block's type.")]
    source: Annotated[str, Field(description="Where it is from, such as a URL.")]
    title: Annotated[str, Field(description="The title.")]
    content: Annotated[list[MessageTextBlockParam], Field(description="The text.")]
    citations: Annotated[
        MessageCitationsConfigParam | None,
        Field(
            description="Whether the answer is to cite it. Accepted; answers here do not cite."
        ),
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageSignatureDelta(ContractModel):
    """
    The signature of the thinking. The last delta of its block.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["signature_delta"], Field(description="The delta's type.")]
    signature: Annotated[str, Field(description="The signature.")]


class MessageSourceParam(ContractModel):
    """
    Where an image or a document is.
    """

    type: Annotated[
        str,
        Field(
            description="What kind of source it is, such as `base64`, `url`, `file` or `text`.",
            examples=["base64"],
        ),
    ]
    media_type: Annotated[
        str | None,
        Field(description="The media type of `data`.", examples=["image/png"]),
    ] = None
    data: Annotated[
        str | None, Field(description="The content, in base64 unless `type` is `text`.")
    ] = None
    url: Annotated[str | None, Field(description="The content's URL.")] = None
    file_id: Annotated[
        str | None,
        Field(description="The id of an uploaded file. This server keeps no files."),
    ] = None
    content: Annotated[
        str | list[MessageToolResultContentParam] | None,
        Field(
            description="The text of a document of type `content`, or blocks of text."
        ),
    ] = None


class MessageStartEvent(ContractModel):
    """
    The message begins. It is empty, and its `stop_reason` is null.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["message_start"], Field(description="The event's type.")]
    message: Message


class MessageStopEvent(ContractModel):
    """
    The message is done. The last event.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["message_stop"], Field(description="The event's type.")]


MessageStopReason = TypeAliasType(
    "MessageStopReason",
    Annotated[
        Literal[
            "end_turn",
            "max_tokens",
            "stop_sequence",
            "tool_use",
            "compaction",
            "model_context_window_exceeded",
        ],
        Field(
            description="Why the model stopped. It was done, `max_tokens` was reached, one of `stop_sequences` was written, it called a tool, it summarized the conversation and no more was asked for, or the context was full."
        ),
    ],
)


MessageStreamEvent = TypeAliasType(
    "MessageStreamEvent",
    Annotated[
        MessageStartEvent
        | MessageContentBlockStartEvent
        | MessageContentBlockDeltaEvent
        | MessageContentBlockStopEvent
        | MessageDeltaEvent
        | MessageStopEvent
        | MessagePingEvent
        | AnthropicErrorResponse,
        Field(
            description="One event of a message's stream; the `event:` line has the same name as `type`. The last event is `message_stop` or `error`. `ping` may come anywhere before the last.",
            discriminator="type",
        ),
    ],
)


class MessageTextBlock(ContractModel):
    """
    Text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["text"], Field(description="The block's type.")]
    text: Annotated[str, Field(description="The text.")]
    citations: Annotated[
        None,
        Field(
            description="The sources that the text cites. Answers here do not cite, so it is always null."
        ),
    ]


class MessageTextBlockParam(ContractModel):
    """
    Text.
    """

    type: Annotated[Literal["text"], Field(description="The block's type.")]
    text: Annotated[str, Field(description="The text.")]
    citations: Annotated[
        list[dict[str, Any]] | None,
        Field(
            description="The sources that the text cites. The model does not see them."
        ),
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageTextDelta(ContractModel):
    """
    More of a block of text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["text_delta"], Field(description="The delta's type.")]
    text: Annotated[str, Field(description="The text to add.")]


class MessageThinkingAdaptiveParam(ContractModel):
    """
    The model decides how much to think.
    """

    type: Annotated[Literal["adaptive"], Field(description="The kind of thinking.")]
    display: Annotated[
        str | None,
        Field(
            description="How to show the thinking, such as `summarized`. Accepted; it is always shown, and never summarized."
        ),
    ] = None


class MessageThinkingBetweenToolsParam(ContractModel):
    """
    Think between calls of tools. Models think as their chat template has it, as with `adaptive`.
    """

    type: Annotated[
        Literal["between_tools"], Field(description="The kind of thinking.")
    ]


class MessageThinkingBlock(ContractModel):
    """
    The model's thinking.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["thinking"], Field(description="The block's type.")]
    thinking: Annotated[str, Field(description="The thinking.")]
    signature: Annotated[
        str, Field(description="The signature of the thinking, to send back with it.")
    ]


class MessageThinkingBlockParam(ContractModel):
    """
    The model's earlier thinking.
    """

    type: Annotated[Literal["thinking"], Field(description="The block's type.")]
    thinking: Annotated[str, Field(description="The thinking.")]
    signature: Annotated[
        str | None,
        Field(
            description="Its signature. A block that was altered since this server signed it is left out and named in `x-ignored-parameters`. One with a signature of another server or key is read, and its signature is named."
        ),
    ] = None


class MessageThinkingDelta(ContractModel):
    """
    More of the thinking.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["thinking_delta"], Field(description="The delta's type.")]
    thinking: Annotated[str, Field(description="The text to add.")]


MessageContentBlockDelta = TypeAliasType(
    "MessageContentBlockDelta",
    Annotated[
        MessageTextDelta
        | MessageInputJsonDelta
        | MessageThinkingDelta
        | MessageSignatureDelta
        | MessageCompactionDelta,
        Field(description="What to add to a block.", discriminator="type"),
    ],
)


class MessageThinkingDisabledParam(ContractModel):
    """
    Do not think.
    """

    type: Annotated[Literal["disabled"], Field(description="The kind of thinking.")]


class MessageThinkingEnabledParam(ContractModel):
    """
    Think, within a budget.
    """

    type: Annotated[Literal["enabled"], Field(description="The kind of thinking.")]
    budget_tokens: Annotated[
        int,
        Field(
            description="How many tokens to think at most. It has to be less than `max_tokens`.",
            ge=1024,
        ),
    ]
    display: Annotated[
        str | None,
        Field(
            description="How to show the thinking, such as `summarized`. Accepted; it is always shown, and never summarized."
        ),
    ] = None


MessageThinkingParam = TypeAliasType(
    "MessageThinkingParam",
    Annotated[
        MessageThinkingEnabledParam
        | MessageThinkingDisabledParam
        | MessageThinkingAdaptiveParam
        | MessageThinkingBetweenToolsParam
        | MessageOtherThinkingParam,
        Field(
            description="Whether and how the model thinks. It is passed to the chat template. One of an unknown type is ignored and named in `x-ignored-parameters`."
        ),
    ],
)


class MessageThinkingTurnsParam(ContractModel):
    """
    A number of turns, or all.
    """

    type: Annotated[
        Literal["thinking_turns", "all"],
        Field(description="`thinking_turns`, or `all`."),
    ]
    value: Annotated[int | None, Field(description="How many turns.", ge=1)] = None


class MessageTokenCount(ContractModel):
    """
    How many tokens a conversation has.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt, as the chat template writes it.",
            ge=0,
        ),
    ]
    context_management: MessageTokenCountContextManagement | None = None


class MessageTokenCountContextManagement(ContractModel):
    """
    The conversation before it was edited. Present if the request has `context_management`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    original_input_tokens: Annotated[int, Field(description="Its tokens.", ge=0)]


class MessageTokenCountRequest(ContractModel):
    """
    A conversation whose tokens to count.
    """

    model: ModelName | None = None
    messages: Annotated[
        list[MessageParam],
        Field(description="The conversation, oldest message first.", min_length=1),
    ]
    system: Annotated[
        MessageSystemParam | None, Field(description="The system prompt.")
    ] = None
    tools: Annotated[
        list[MessageToolParam] | None,
        Field(description="The tools that the model may call."),
    ] = None
    tool_choice: Annotated[
        MessageToolChoiceParam | None,
        Field(
            description="Which tools the model may or must call. With `none` the model is still told of the tools, and calls none."
        ),
    ] = None
    thinking: Annotated[
        MessageThinkingParam | None,
        Field(description="Whether and how the model thinks."),
    ] = None
    output_config: Annotated[
        MessageOutputConfigParam | None,
        Field(
            description="The form that the answer's text takes, and how much to think."
        ),
    ] = None
    context_management: Annotated[
        MessageContextManagementParam | None,
        Field(
            description="What to clear of the conversation before the model reads it, as it grows. The edits are made one after the other, and `input_tokens` counts what is left. Nothing is summarized."
        ),
    ] = None
    compaction: Annotated[
        MessageCompactionParam | None,
        Field(
            description="Accepted, but has no effect. The conversation is counted as it is."
        ),
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="Where to cache the prompt. Accepted, but has no effect."),
    ] = None
    chat_template_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="More variables for the chat template, such as `enable_thinking`. An extension of vLLM's."
        ),
    ] = None


class MessageToolAdditionBlock(ContractModel):
    """
    A tool that can be called.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["tool_addition"], Field(description="The change's type.")]
    tool: MessageToolChange


class MessageToolAdditionBlockParam(ContractModel):
    """
    A tool that the model may call from here on. Its definition replaces the block in the prompt.
    """

    type: Annotated[Literal["tool_addition"], Field(description="The block's type.")]
    tool: MessageToolChangeParam
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageToolChangeParam(ContractModel):
    """
    Which tool. One of a type other than these two is left out.
    """

    type: Annotated[
        str,
        Field(
            description="`tool_reference`, with a `name` among `tools`, or `tool_definition`, with a `definition`.",
            examples=["tool_reference"],
        ),
    ]
    name: Annotated[str | None, Field(description="The tool's name.")] = None
    definition: Annotated[MessageToolParam | None, Field(description="The tool.")] = (
        None
    )


class MessageToolChoiceAnyParam(ContractModel):
    """
    The model must call a tool.
    """

    type: Annotated[Literal["any"], Field(description="The type of the choice.")]
    disable_parallel_tool_use: Annotated[
        bool | None, Field(description="Whether the model makes exactly one call.")
    ] = None


class MessageToolChoiceAutoParam(ContractModel):
    """
    The model decides whether to call tools.
    """

    type: Annotated[Literal["auto"], Field(description="The type of the choice.")]
    disable_parallel_tool_use: Annotated[
        bool | None, Field(description="Whether the model may make one call at most.")
    ] = None


class MessageToolChoiceNoneParam(ContractModel):
    """
    The model must not call tools.
    """

    type: Annotated[Literal["none"], Field(description="The type of the choice.")]


class MessageToolChoiceToolParam(ContractModel):
    """
    The model must call this tool.
    """

    type: Annotated[Literal["tool"], Field(description="The type of the choice.")]
    name: Annotated[str, Field(description="The tool's name.")]
    disable_parallel_tool_use: Annotated[
        bool | None, Field(description="Whether the model makes exactly one call.")
    ] = None


MessageToolChoiceParam = TypeAliasType(
    "MessageToolChoiceParam",
    Annotated[
        MessageToolChoiceAutoParam
        | MessageToolChoiceAnyParam
        | MessageToolChoiceToolParam
        | MessageToolChoiceNoneParam
        | MessageOtherChoiceParam,
        Field(
            description="Which tools the model may or must call. A choice of an unknown type is ignored and named in `x-ignored-parameters`."
        ),
    ],
)


class MessageToolDefinition(ContractModel):
    """
    A tool that a message has defined.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["tool_definition"], Field(description="How the tool is given.")
    ]
    definition: Annotated[
        dict[str, Any], Field(description="Its definition, as it was given.")
    ]


MessageToolParam = TypeAliasType(
    "MessageToolParam",
    Annotated[
        MessageCustomToolParam | MessageOtherToolParam,
        Field(description="A tool that the model may call."),
    ],
)


class MessageToolReference(ContractModel):
    """
    One of the request's tools.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["tool_reference"], Field(description="How the tool is given.")
    ]
    name: Annotated[str, Field(description="Its name.")]


MessageToolChange = TypeAliasType(
    "MessageToolChange",
    Annotated[
        MessageToolReference | MessageToolDefinition,
        Field(description="Which tool.", discriminator="type"),
    ],
)


class MessageToolReferenceBlockParam(ContractModel):
    """
    A tool that a tool search found. Its definition replaces the block in the prompt, so that the model can call the tool from here on, and the cached beginning of the conversation stays valid.
    """

    type: Annotated[Literal["tool_reference"], Field(description="The block's type.")]
    tool_name: Annotated[str, Field(description="The tool's name, among `tools`.")]
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


class MessageToolRemovalBlock(ContractModel):
    """
    A tool that cannot be called any more.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["tool_removal"], Field(description="The change's type.")]
    tool: MessageToolReference


MessageToolChangeBlock = TypeAliasType(
    "MessageToolChangeBlock",
    Annotated[
        MessageToolAdditionBlock | MessageToolRemovalBlock,
        Field(description="A change of the tools.", discriminator="type"),
    ],
)


class MessageToolRemovalBlockParam(ContractModel):
    """
    A tool that the model may not call any more. A line of text in the prompt says so.
    """

    type: Annotated[Literal["tool_removal"], Field(description="The block's type.")]
    tool: MessageToolChangeParam
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


MessageToolChangeBlockParam = TypeAliasType(
    "MessageToolChangeBlockParam",
    Annotated[
        MessageToolAdditionBlockParam
        | MessageToolRemovalBlockParam
        | MessageOtherToolChangeParam,
        Field(description="A change of the tools."),
    ],
)


class MessageToolResultBlockParam(ContractModel):
    """
    The result of a tool call.
    """

    type: Annotated[Literal["tool_result"], Field(description="The block's type.")]
    tool_use_id: Annotated[
        str, Field(description="The id of the call that this answers.")
    ]
    content: Annotated[
        str | list[MessageToolResultContentParam] | None,
        Field(
            description="What the tool returned, a text or a list of blocks. By default, nothing."
        ),
    ] = None
    is_error: Annotated[bool | None, Field(description="Whether the call failed.")] = (
        None
    )
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


MessageToolResultContentParam = TypeAliasType(
    "MessageToolResultContentParam",
    Annotated[
        MessageTextBlockParam
        | MessageImageBlockParam
        | MessageDocumentBlockParam
        | MessageSearchResultBlockParam
        | MessageToolReferenceBlockParam
        | MessageOtherBlockParam,
        Field(description="One block of what a tool returned."),
    ],
)


class MessageToolUseBlock(ContractModel):
    """
    A call of a tool that the client is to make.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["tool_use"], Field(description="The block's type.")]
    id: Annotated[
        str,
        Field(
            description="The call's id, to be given back with its result.",
            examples=["toolu_3f9a1c7e52d04b6b"],
        ),
    ]
    name: Annotated[str, Field(description="The tool's name.")]
    input: Annotated[
        dict[str, Any],
        Field(
            description="The arguments. Empty in `content_block_start`; they follow as deltas."
        ),
    ]


MessageContentBlock = TypeAliasType(
    "MessageContentBlock",
    Annotated[
        MessageTextBlock
        | MessageThinkingBlock
        | MessageToolUseBlock
        | MessageCompactionBlock,
        Field(description="One block of what the model wrote.", discriminator="type"),
    ],
)


class MessageToolUseBlockParam(ContractModel):
    """
    A call that the model made earlier.
    """

    type: Annotated[Literal["tool_use"], Field(description="The block's type.")]
    id: Annotated[
        str, Field(description="The call's id. The block with its result names it.")
    ]
    name: Annotated[str, Field(description="The tool's name.")]
    input: Annotated[dict[str, Any], Field(description="The arguments.")]
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="That the prompt up to here is to be cached. Has no effect."),
    ] = None


MessageContentBlockParam = TypeAliasType(
    "MessageContentBlockParam",
    Annotated[
        MessageTextBlockParam
        | MessageImageBlockParam
        | MessageDocumentBlockParam
        | MessageToolUseBlockParam
        | MessageToolResultBlockParam
        | MessageThinkingBlockParam
        | MessageRedactedThinkingBlockParam
        | MessageSearchResultBlockParam
        | MessageToolReferenceBlockParam
        | MessageToolAdditionBlockParam
        | MessageToolRemovalBlockParam
        | MessageCompactionBlockParam
        | MessageOtherBlockParam,
        Field(
            description="One block of a message. Blocks of a response's content can be sent back unchanged."
        ),
    ],
)


MessageSystemParam = TypeAliasType(
    "MessageSystemParam",
    Annotated[
        str | list[MessageContentBlockParam],
        Field(description="The system prompt, a text or a list of text blocks."),
    ],
)


class MessageUsage(ContractModel):
    """
    The token counts. As in Anthropic's API, all tokens of the prompt are `input_tokens` and the two `cache_` counts together. `message_start` has them, too.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that are in neither of the other two counts. The three together are what `/v1/messages/count_tokens` says.",
            ge=0,
        ),
    ]
    output_tokens: Annotated[
        int, Field(description="The generated tokens, including thinking.", ge=0)
    ]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that were added to the prefix cache, for the next prompt with the same beginning. The cache keeps whole blocks of tokens, so the last few of a prompt are not among them.",
            ge=0,
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that came from the prefix cache. Prefixes are always cached.",
            ge=0,
        ),
    ]
    cache_creation: MessageCacheCreation
    iterations: MessageIterations | None = None
    output_tokens_details: MessageOutputTokensDetails | None = None
    service_tier: Annotated[
        Literal["standard"], Field(description="The class of service.")
    ]


class Metadata(ContractModel):
    """
    The deployment.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    assetInfo: Annotated[
        list[str],
        Field(
            description="The files that the deployment needs besides the models; empty if it needs none."
        ),
    ]
    licenseInfo: LicenseInfo
    modelInfo: Annotated[
        list[ModelInfo], Field(description="The models that the server serves.")
    ]
    repository_override: Annotated[
        str,
        Field(
            description="The mirror from which models are downloaded; empty if there is none."
        ),
    ]
    version: Annotated[str, Field(description="The server's release.")]
    selectedModelProfileId: Annotated[
        str,
        Field(
            description="The id of the profile that runs, as in the manifest. Empty if the model's files do not say what the model needs."
        ),
    ]


MinP = TypeAliasType(
    "MinP",
    Annotated[
        float | None,
        Field(
            description="The least probability that a token needs to be considered, as a share of the most likely token's. 0 means none.",
            ge=0.0,
            le=1.0,
        ),
    ],
)


MinTokens = TypeAliasType(
    "MinTokens",
    Annotated[
        int | None,
        Field(
            description="How many tokens to generate before an end token or a stop token may end the answer. Default: 0.",
            ge=0,
            le=2147483647,
        ),
    ],
)


MmPayload = TypeAliasType(
    "MmPayload",
    Annotated[
        Literal["tensors", "none"] | None,
        Field(
            description="For the render endpoints, whether the `features` of a prompt include the processed images, audio and videos, which is the default, or only their positions. Has no effect elsewhere."
        ),
    ],
)


class ModelInfo(ContractModel):
    """
    A model and its source.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    shortName: Annotated[
        str, Field(description="The model's name, as requests give it.")
    ]
    modelUrl: Annotated[
        str,
        Field(description="The repository or folder from which the model was loaded."),
    ]


class ModelLicense(ContractModel):
    """
    The license of the model. Absent if the model's files do not contain one, or are not downloaded yet.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[
        str,
        Field(
            description="The license's name, as the model's card or its GGUF file gives it, or else the text's first line."
        ),
    ]
    path: Annotated[
        str,
        Field(
            description="The file that holds the text, or, if there is no text, the one that names the license."
        ),
    ]
    url: Annotated[
        str | None,
        Field(
            description="Where the license is published. Present if the model's files say so."
        ),
    ] = None
    sha: Annotated[
        str | None,
        Field(description="The SHA-1 of the text.", pattern="^[0-9a-f]{40}$"),
    ] = None
    size: Annotated[
        int | None, Field(description="How many characters the text has.", ge=0)
    ] = None
    content: Annotated[
        str | None,
        Field(
            description="The full text. Present, with `sha` and `size`, if the model comes with it."
        ),
    ] = None


class ModelList(ContractModel):
    """
    The models that this server serves.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[Literal["list"], Field(description="Always `list`.")]
    data: Annotated[list[ServedModel], Field(description="The models.")]
    has_more: Annotated[
        bool,
        Field(
            description="Whether there are more after these, or, if `before_id` was given, before them."
        ),
    ]
    first_id: Annotated[
        str | None,
        Field(description="The id of the first of these; null if there is none."),
    ]
    last_id: Annotated[
        str | None,
        Field(description="The id of the last of these; null if there is none."),
    ]


ModelName = TypeAliasType(
    "ModelName",
    Annotated[
        str | None,
        Field(
            description="The id of the model, as `/v1/models` lists it. By default, the server's model.",
            examples=["smollm2-135m-instruct"],
        ),
    ],
)


class MultiModalFeatures(ContractModel):
    """
    The processed images, audio and videos of a prompt by modality (`image`, `audio`, `video`), in order.
    """

    mm_hashes: Annotated[
        dict[str, list[str]],
        Field(description="A hash of each, which identifies it in the engine's cache."),
    ]
    mm_placeholders: Annotated[
        dict[str, list[PlaceholderRange]],
        Field(description="Where in `token_ids` each stands."),
    ]
    kwargs_data: Annotated[
        dict[str, list[str | None]] | None,
        Field(description="The output of the model's processor for each, in base64."),
    ] = None
    mm_metadata: Annotated[
        dict[str, list[str | None]] | None,
        Field(description="The part that is needed if encoders run elsewhere."),
    ] = None


class NamedCustomTool(ContractModel):
    """
    One of the request's custom tools.
    """

    type: Annotated[Literal["custom"], Field(description="Always `custom`.")]
    custom: NamedToolCustom


class NamedTool(ContractModel):
    """
    One of the request's tools.
    """

    type: Annotated[Literal["function"], Field(description="Always `function`.")]
    function: NamedToolFunction


AllowedTool = TypeAliasType(
    "AllowedTool",
    Annotated[
        NamedTool | NamedCustomTool,
        Field(description="One of the request's tools.", discriminator="type"),
    ],
)


class NamedToolCustom(ContractModel):
    """
    The tool.
    """

    name: Annotated[str, Field(description="The tool's name.", min_length=1)]


class NamedToolFunction(ContractModel):
    """
    The tool's function.
    """

    name: Annotated[str, Field(description="The function's name.", min_length=1)]


OriginalChatRequest = TypeAliasType(
    "OriginalChatRequest",
    Annotated[
        ChatCompletionRequest | None,
        Field(
            description="The request that was rendered. It determines how the tokens are parsed, and what the answer contains: tools, stop strings, log probabilities. By default, the answer is text, and reasoning if the model reasons."
        ),
    ],
)


OriginalCompletionRequest = TypeAliasType(
    "OriginalCompletionRequest",
    Annotated[
        CompletionRequest | None,
        Field(
            description="The request that was rendered. It determines what the answer contains. By default, the answer is text."
        ),
    ],
)


OutputChunkLen = TypeAliasType(
    "OutputChunkLen", Annotated[int, Field(ge=1, le=2147483647)]
)


class PlaceholderRange(ContractModel):
    """
    Where one of the images, audio and videos stands among the tokens.
    """

    offset: Annotated[int, Field(description="The place of its first token.", ge=0)]
    length: Annotated[int, Field(description="How many tokens stand for it.", ge=1)]
    is_embed: Annotated[
        list[bool] | None,
        Field(
            description="Which of its tokens stand for the media itself; the others are text around it. Default: all of them."
        ),
    ] = None


PresencePenalty = TypeAliasType(
    "PresencePenalty",
    Annotated[
        float | None,
        Field(
            description="A penalty on a token that occurs in the generated text. Negative values favour repetition.",
            ge=-2.0,
            le=2.0,
        ),
    ],
)


Priority = TypeAliasType(
    "Priority",
    Annotated[
        int | None,
        Field(
            description="The request's priority in the queue; lower is served earlier, if the server schedules by priority (`--scheduling-policy priority`). Default: 0.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ],
)


Probability = TypeAliasType(
    "Probability", Annotated[float, Field(description="A probability.", ge=0.0, le=1.0)]
)


class PromptLogprob(ContractModel):
    """
    How likely the model found a token at a position of the prompt.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    logprob: Annotated[
        float,
        Field(
            description="The natural logarithm of the token's probability; -9999 stands for one that is next to impossible."
        ),
    ]
    rank: Annotated[
        int | None,
        Field(
            description="The token's rank among all tokens, starting with 1 for the most likely; null if unknown.",
            ge=1,
        ),
    ]
    decoded_token: Annotated[
        str | None, Field(description="The token's text; null if unknown.")
    ]


class PromptLogprobParam(ContractModel):
    """
    How likely the model found a token at a position of the prompt.
    """

    logprob: Annotated[
        float, Field(description="The natural logarithm of its probability.")
    ]
    rank: Annotated[
        int | None, Field(description="Its rank among all tokens.", ge=1)
    ] = None
    decoded_token: Annotated[str | None, Field(description="The token's text.")] = None


PromptLogprobs = TypeAliasType(
    "PromptLogprobs",
    Annotated[
        list[dict[str, PromptLogprob] | None],
        Field(
            description="The log probabilities at each position of the prompt, by token id; null at the first, which nothing predicts. Present when `prompt_logprobs` was given."
        ),
    ],
)
"""
The log probabilities at each position of the prompt, by token id; null at the first, which nothing predicts. Present when `prompt_logprobs` was given.
"""


PromptLogprobsCount = TypeAliasType(
    "PromptLogprobsCount",
    Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position of the prompt, besides the token that is there; at most as many as the server allows, by default 20. -1 means the whole vocabulary. Not available in a stream.",
            ge=-1,
            le=2147483647,
        ),
    ],
)


PromptTexts = TypeAliasType(
    "PromptTexts",
    Annotated[
        list[str],
        Field(
            description="Several texts, each of which is a prompt.",
            max_length=1024,
            min_length=1,
        ),
    ],
)
"""
Several texts, each of which is a prompt.
"""


PromptToken = TypeAliasType("PromptToken", Annotated[int, Field(ge=0, le=2147483647)])


PromptTokenCountParam = TypeAliasType(
    "PromptTokenCountParam",
    Annotated[
        int | None,
        Field(
            description="The number of the prompt's tokens, for `usage`. Default: the answer's own `usage`, or the number of `prompt_token_ids`.",
            ge=0,
            le=2147483647,
        ),
    ],
)


PromptTokenLogprobsParam = TypeAliasType(
    "PromptTokenLogprobsParam",
    Annotated[
        dict[
            Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}$")],
            PromptLogprobParam,
        ],
        Field(
            description="The log probabilities at one position of the prompt, by token id."
        ),
    ],
)


PromptPositionParam = TypeAliasType(
    "PromptPositionParam",
    Annotated[
        PromptTokenLogprobsParam | None,
        Field(
            description="The log probabilities at one position of the prompt; null at the first."
        ),
    ],
)


class PromptTokensDetails(ContractModel):
    """
    What the prompt's tokens were.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    cached_tokens: Annotated[
        int, Field(description="Those that came from the prefix cache.", ge=0)
    ]
    cache_write_tokens: Annotated[
        int | None,
        Field(
            description="Those that were added to the prefix cache, for the next prompt with the same beginning. The cache keeps whole blocks of tokens.",
            ge=0,
        ),
    ] = None


class ReasoningParserKwargs(ContractModel):
    """
    Arguments for a reasoning parser.
    """

    chat_template_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="The variables with which the chat template rendered the prompt, such as `enable_thinking`."
        ),
    ] = None


class RefusalPart(ContractModel):
    """
    The refusal, if the model declined to answer.
    """

    type: Annotated[Literal["refusal"], Field(description="Always `refusal`.")]
    refusal: Annotated[str, Field(description="The text.")]


class RenderMessageParameters(ContractModel):
    """
    The parameters of POST /v1/messages/render.
    """

    beta: Annotated[
        str | None,
        Field(
            description="Whether the client uses a beta of the API. Accepted, but has no effect."
        ),
    ] = None
    anthropic_version: Annotated[
        str | None,
        Field(
            alias="anthropic-version",
            description="The version of the API that the client was written for. Accepted, but has no effect.",
        ),
    ] = None
    anthropic_beta: Annotated[
        str | None,
        Field(
            alias="anthropic-beta",
            description="The betas that the client uses, comma-separated. Accepted, but has no effect.",
        ),
    ] = None


class RenderedFeatures(ContractModel):
    """
    The processed images, audio and videos of the prompt by modality (`image`, `audio`, `video`), in order. Present if there are some.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    mm_hashes: Annotated[
        dict[str, list[str]],
        Field(description="A hash of each, which identifies it in an engine's cache."),
    ]
    mm_placeholders: Annotated[
        dict[str, list[RenderedPlaceholderRange]],
        Field(description="Where in `token_ids` each stands."),
    ]
    kwargs_data: Annotated[
        dict[str, list[str]] | None,
        Field(
            description="The output of the model's processor for each, in base64. Present unless `mm_payload` is `none`."
        ),
    ] = None
    mm_metadata: Annotated[
        dict[str, list[str | None]] | None,
        Field(
            description="The part that is needed if encoders run elsewhere. Present if there is some."
        ),
    ] = None


class RenderedPlaceholderRange(ContractModel):
    """
    Where one of the images, audio and videos stands among the tokens.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    offset: Annotated[int, Field(description="The place of its first token.", ge=0)]
    length: Annotated[int, Field(description="How many tokens stand for it.", ge=1)]
    is_embed: Annotated[
        list[bool] | None,
        Field(
            description="Which of its tokens stand for the media itself; the others are text around it. Present if not all of them do."
        ),
    ] = None


class RenderedPrompt(ContractModel):
    """
    A prompt, as the model reads it, and how the request wants it answered: as it is, the body of a request to `/inference/v1/generate`, which generates the same tokens as the request itself. (`prompt` is for reading, and has no effect there.)
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    model: Annotated[
        str, Field(description="The model, or adapter, that the prompt is for.")
    ]
    prompt: Annotated[
        str, Field(description="The prompt as text, with its special tokens.")
    ]
    token_ids: Annotated[
        list[TokenId], Field(description="The prompt's token ids, in order.")
    ]
    token_offsets: Annotated[
        list[TokenOffsets] | None,
        Field(
            description="Where each token begins and ends in the text that was tokenized, in characters. Present when `return_token_offsets` was true and the tokenizer tells."
        ),
    ] = None
    request_id: Annotated[str, Field(description="The request's id.")]
    sampling_params: RenderedSamplingParams
    stream: Annotated[bool, Field(description="Whether the request asks for a stream.")]
    stream_options: RenderedStreamOptions | None = None
    cache_salt: Annotated[
        str | None,
        Field(
            description="The request's salt for the prefix cache. Present if it was given."
        ),
    ] = None
    priority: Annotated[
        int | None,
        Field(
            description="The request's priority in the queue; lower is served earlier. Present if it was given."
        ),
    ] = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the KV connector of a disaggregated deployment. Present if it was given."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="The same for the connector of a deployment with separate encoders. Present if it was given."
        ),
    ] = None
    reasoning_ended: Annotated[
        bool | None,
        Field(
            description="Whether the model's reasoning has ended at the end of the prompt. Present if the server knows."
        ),
    ] = None
    reasoning_parser_kwargs: RenderedReasoningParserKwargs | None = None
    features: RenderedFeatures | None = None


RenderedPrompts = TypeAliasType(
    "RenderedPrompts",
    Annotated[
        list[RenderedPrompt],
        Field(
            description="The prompts of a request that may have several, in their order."
        ),
    ],
)
"""
The prompts of a request that may have several, in their order.
"""


class RenderedReasoningParserKwargs(ContractModel):
    """
    Arguments for the engine's reasoning parser. Present if the model reasons.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    chat_template_kwargs: Annotated[
        dict[str, Any],
        Field(
            description="The variables with which the chat template rendered the prompt, the server's own defaults among them."
        ),
    ]


class RenderedRepetitionDetection(ContractModel):
    """
    When to end an answer that repeats itself.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    max_pattern_size: Annotated[
        int, Field(description="The longest token pattern to detect.")
    ]
    min_pattern_size: Annotated[
        int, Field(description="The shortest token pattern to detect; 0 means 1.")
    ]
    min_count: Annotated[
        int, Field(description="The number of repetitions after which the answer ends.")
    ]


class RenderedSamplingParams(ContractModel):
    """
    The request's sampling parameters, combined with the model's generation config and limited by the room that the prompt leaves. Parameters without effect are absent. There is no `detokenize`: the client that generates from the prompt decides whether it wants text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    n: Annotated[int, Field(description="How many answers to generate.", ge=1)]
    temperature: Annotated[float, Field(description="The sampling temperature.")]
    top_p: Annotated[
        float,
        Field(
            description="Nucleus sampling: the share of the probability that is considered."
        ),
    ]
    top_k: Annotated[
        int,
        Field(
            description="How many of the most likely tokens are considered. 0 and -1 mean all."
        ),
    ]
    min_p: Annotated[
        float,
        Field(
            description="The least probability that a token needs to be considered, as a share of the most likely token's."
        ),
    ]
    presence_penalty: Annotated[
        float,
        Field(description="A penalty on a token that occurs in the generated text."),
    ]
    frequency_penalty: Annotated[
        float,
        Field(
            description="A penalty on a token for each of its occurrences in the generated text."
        ),
    ]
    repetition_penalty: Annotated[
        float,
        Field(
            description="A penalty factor on tokens that occur in the prompt or in the generated text."
        ),
    ]
    seed: Annotated[int | None, Field(description="The seed for sampling.")] = None
    stop: Annotated[
        list[str] | None,
        Field(
            description="Strings at which generation ends. Those of the request, except if it forces a tool call."
        ),
    ] = None
    stop_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="Tokens at which generation ends, the generation config's among them."
        ),
    ] = None
    include_stop_str_in_output: Annotated[
        bool | None,
        Field(description="Whether the text includes the stop string that ended it."),
    ] = None
    ignore_eos: Annotated[
        bool | None,
        Field(description="Whether to generate past the model's end token."),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(
            description="The maximum number of tokens to generate. Absent if the prompt fills the context or is longer. Such a prompt is rendered, but there is nothing to be generated from it.",
            ge=1,
        ),
    ] = None
    min_tokens: Annotated[
        int | None,
        Field(
            description="How many tokens to generate before an end token or a stop token may end the answer.",
            ge=0,
        ),
    ] = None
    logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report for each generated one."
        ),
    ] = None
    prompt_logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position of the prompt. A stream has no place for them."
        ),
    ] = None
    skip_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether special tokens are left out of the text. False if the text is to be parsed for tool calls or reasoning."
        ),
    ] = None
    spaces_between_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether special tokens that are in the text have spaces between them."
        ),
    ] = None
    logit_bias: Annotated[
        dict[str, float] | None,
        Field(
            description="What to add to the logits of some tokens before sampling, by token id."
        ),
    ] = None
    allowed_token_ids: Annotated[
        list[TokenId] | None,
        Field(description="The only tokens that may be generated."),
    ] = None
    bad_words: Annotated[
        list[str] | None, Field(description="Words that may not be generated.")
    ] = None
    structured_outputs: RenderedStructuredOutputs | None = None
    thinking_token_budget: Annotated[
        int | None,
        Field(description="How many tokens a reasoning model may spend on reasoning."),
    ] = None
    logprob_token_ids: Annotated[
        list[TokenId] | None,
        Field(
            description="The tokens to report for each generated one, in place of the most likely."
        ),
    ] = None
    repetition_detection: RenderedRepetitionDetection | None = None
    stream_interval: Annotated[
        int | None,
        Field(description="How many tokens a stream collects before it sends them."),
    ] = None
    watermarking: Annotated[
        bool | None,
        Field(
            description="Whether the answer bears the watermark that the engine is configured with."
        ),
    ] = None
    extra_args: Annotated[
        dict[str, Any] | None,
        Field(description="Arguments for extensions of the engine, by name."),
    ] = None


class RenderedStreamOptions(ContractModel):
    """
    The request's stream options. Present if it was given.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    include_usage: Annotated[
        bool | None,
        Field(
            description="Whether the stream is to end with the token counts. Present if it was given."
        ),
    ] = None
    continuous_usage_stats: Annotated[
        bool | None,
        Field(
            description="Whether every chunk is to have the token counts so far. Present if it was given."
        ),
    ] = None


class RenderedStructuredOutputs(ContractModel):
    """
    The constraint that the answer is made to satisfy: what `response_format`, `structured_outputs` or the tools of the request come to. One of `json`, `regex`, `choice`, `grammar`, `json_object` and `structural_tag` is present.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    json_: Annotated[
        dict[str, Any] | str | None,
        Field(
            alias="json",
            description="A JSON Schema that the answer satisfies, as an object or as text.",
        ),
    ] = None
    regex: Annotated[
        str | None,
        Field(description="A regular expression that the whole answer matches."),
    ] = None
    choice: Annotated[
        list[str] | None, Field(description="The answers to choose from.")
    ] = None
    grammar: Annotated[
        str | None, Field(description="A context-free grammar that the answer follows.")
    ] = None
    json_object: Annotated[
        bool | None, Field(description="Whether the answer is some JSON object.")
    ] = None
    structural_tag: Annotated[
        str | None,
        Field(
            description="A structural tag, as JSON text, which constrains the parts of the answer between given tags."
        ),
    ] = None
    disable_any_whitespace: Annotated[
        bool | None,
        Field(description="Whether JSON is written without optional whitespace."),
    ] = None
    disable_additional_properties: Annotated[
        bool | None,
        Field(
            description="Whether objects are held to the properties that their JSON Schema names."
        ),
    ] = None
    whitespace_pattern: Annotated[
        str | None,
        Field(
            description="A regular expression for the whitespace that may stand between the parts of JSON."
        ),
    ] = None


class RepetitionDetection(ContractModel):
    """
    When to end an answer that repeats itself. Off if `max_pattern_size` is 0.
    """

    max_pattern_size: Annotated[
        int | None,
        Field(
            description="The longest token pattern to detect. Default: 0, which detects none.",
            ge=0,
            le=1024,
        ),
    ] = None
    min_pattern_size: Annotated[
        int | None,
        Field(
            description="The shortest token pattern to detect, at most `max_pattern_size`. Default: 0, which means 1.",
            ge=0,
            le=1024,
        ),
    ] = None
    min_count: Annotated[
        int | None,
        Field(
            description="The number of repetitions after which the answer ends, at least 2 if patterns are detected.",
            ge=0,
            le=2147483647,
        ),
    ] = None


RepetitionPenalty = TypeAliasType(
    "RepetitionPenalty",
    Annotated[
        float | None,
        Field(
            description="A penalty factor on tokens that occur in the prompt or in the generated text. Above 1 discourages repetition, below 1 favours it.",
            gt=0.0,
        ),
    ],
)


RequestMetadataValue = TypeAliasType(
    "RequestMetadataValue",
    Annotated[str, Field(description="The value of a pair.", max_length=512)],
)


RequestMetadata = TypeAliasType(
    "RequestMetadata",
    Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], RequestMetadataValue],
        Field(
            description="Key-value pairs of the client's own, up to 16. Accepted, but have no effect on the answer.",
            max_length=16,
        ),
    ],
)


class Response(ContractModel):
    """
    A response, complete or in progress.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str,
        Field(description="The response's id.", examples=["resp_68f1c0a2b4d84d0c9e7a"]),
    ]
    object: Annotated[Literal["response"], Field(description="The object's type.")]
    created_at: Annotated[
        int,
        Field(description="When the response was created, in seconds of Unix time."),
    ]
    completed_at: Annotated[
        int | None,
        Field(
            description="When the response was completed, in seconds of Unix time; null unless its status is `completed`."
        ),
    ]
    status: ResponseStatus
    background: Annotated[
        bool, Field(description="Whether the response is generated in the background.")
    ]
    conversation: ResponseConversation | None = None
    error: Annotated[
        ResponseError | None,
        Field(
            description="Why the response failed; null unless its status is `failed`."
        ),
    ]
    incomplete_details: Annotated[
        ResponseIncompleteDetails | None,
        Field(
            description="Why the response is incomplete; null unless its status is `incomplete`."
        ),
    ]
    instructions: Annotated[
        str | None, Field(description="The request's instructions.")
    ]
    max_output_tokens: Annotated[
        int | None, Field(description="The request's limit of tokens.")
    ]
    max_tool_calls: Annotated[
        int | None, Field(description="The request's limit of calls.")
    ]
    model: Annotated[str, Field(description="The model that answers.")]
    output: Annotated[
        list[ResponseOutputItem], Field(description="The generated items, in order.")
    ]
    parallel_tool_calls: Annotated[
        bool,
        Field(
            description="Whether the model may make several tool calls in one answer."
        ),
    ]
    previous_response_id: Annotated[
        str | None, Field(description="The id of the response that this one follows.")
    ]
    prompt_cache_key: Annotated[
        str | None, Field(description="The request's cache key.")
    ]
    prompt_cache_retention: Annotated[
        Literal["in_memory", "in-memory", "24h"] | None,
        Field(
            description="The request's cache retention. Absent if the request had none."
        ),
    ] = None
    reasoning: ResponseReasoningConfig
    safety_identifier: Annotated[
        str | None, Field(description="The request's id of the end user.")
    ]
    service_tier: Annotated[
        Literal["default"], Field(description="The class of service.")
    ]
    store: Annotated[bool, Field(description="Whether the response is kept.")]
    temperature: Annotated[
        float,
        Field(
            description="The temperature that was used, the model's own if the request had none."
        ),
    ]
    text: ResponseTextConfig
    tool_choice: ResponseToolChoice
    tools: Annotated[list[ResponseTool], Field(description="The request's tools.")]
    top_logprobs: Annotated[
        int, Field(description="The request's `top_logprobs`, 0 if it had none.")
    ]
    top_p: Annotated[
        float,
        Field(
            description="The `top_p` that was used, the model's own if the request had none."
        ),
    ]
    presence_penalty: Annotated[
        float,
        Field(
            description="The presence penalty that was used, 0 if the request had none."
        ),
    ]
    frequency_penalty: Annotated[
        float,
        Field(
            description="The frequency penalty that was used, 0 if the request had none."
        ),
    ]
    truncation: Annotated[
        Literal["auto", "disabled"],
        Field(
            description="What is done with an input that is longer than the context."
        ),
    ]
    usage: Annotated[
        ResponseUsage | None,
        Field(description="The token counts; null until the response is done."),
    ]
    user: Annotated[
        str | None,
        Field(description="The request's id of the end user, by its former name."),
    ]
    metadata: Annotated[dict[str, str], Field(description="The request's metadata.")]
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the KV connector of a disaggregated deployment for the server that continues the request. Present if there are any."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters from the connector of a deployment with separate encoders for the server that continues the request. Present if there are any."
        ),
    ] = None


class ResponseAdditionalTools(ContractModel):
    """
    More tools that the model may call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["additional_tools"], Field(description="The item's type.")]
    role: Annotated[str, Field(description="Who offers them.")]
    tools: Annotated[list[ResponseTool], Field(description="The tools.")]


class ResponseAdditionalToolsParam(ContractModel):
    """
    More tools that the model may call.
    """

    type: Annotated[Literal["additional_tools"], Field(description="The item's type.")]
    role: Annotated[
        str | None, Field(description="Who offers them. It has no effect.")
    ] = None
    tools: Annotated[list[ResponseToolParam], Field(description="The tools.")]
    id: ResponseGivenItemId | None = None


class ResponseAllowedTool(ContractModel):
    """
    A tool of the request, by its type and, if it has one, its name.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[str, Field(description="The tool's type.")]
    name: Annotated[
        str | None, Field(description="The tool's name. Absent if it has none.")
    ] = None
    namespace: Annotated[
        str | None,
        Field(description="The tool's namespace. Absent if the request named none."),
    ] = None
    server_label: Annotated[
        str | None,
        Field(
            description="The label of the tool's MCP server. Absent if the request named none."
        ),
    ] = None


class ResponseAllowedToolParam(ContractModel):
    """
    A tool of the request, by its type and, if it has one, its name.
    """

    type: Annotated[str, Field(description="The tool's type.")]
    name: Annotated[
        str | None,
        Field(description="The tool's name; of a namespace, all its tools are meant."),
    ] = None
    namespace: Annotated[str | None, Field(description="The tool's namespace.")] = None
    server_label: Annotated[
        str | None,
        Field(
            description="The label of the tool's MCP server. If no name is given, all its tools are meant."
        ),
    ] = None


class ResponseAnnotation(ContractModel):
    """
    An annotation of a text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[str, Field(description="The annotation's type.")]


class ResponseApplyPatchCall(ContractModel):
    """
    A change to a file that the client is to make.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["apply_patch_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str, Field(description="The call's id, to be given back with its output.")
    ]
    operation: ResponsePatchOperation


class ResponseApplyPatchCallOutput(ContractModel):
    """
    Whether a change to a file was made.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["apply_patch_call_output"], Field(description="The item's type.")
    ]
    status: Annotated[
        Literal["completed", "failed"], Field(description="Whether it was made.")
    ]
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[str | None, Field(description="What the client says to it.")]


class ResponseApplyPatchCallOutputParam(ContractModel):
    """
    Whether a change to a file was made.
    """

    type: Annotated[
        Literal["apply_patch_call_output"], Field(description="The item's type.")
    ]
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    status: Annotated[
        str | None,
        Field(description="`completed` or `failed`.", examples=["completed"]),
    ] = None
    output: Annotated[str | None, Field(description="What the client says to it.")] = (
        None
    )
    id: ResponseGivenItemId | None = None


class ResponseApplyPatchCallParam(ContractModel):
    """
    A change to a file that a model requested earlier.
    """

    type: Annotated[Literal["apply_patch_call"], Field(description="The item's type.")]
    call_id: Annotated[
        str, Field(description="The call's id. The item with its output has the same.")
    ]
    operation: ResponsePatchOperationParam
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseApplyPatchTool(ContractModel):
    """
    Changes to the client's files, one file at a time.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["apply_patch"], Field(description="The tool's type.")]


class ResponseApplyPatchToolParam(ContractModel):
    """
    Changes to the client's files, one file at a time.
    """

    type: Annotated[Literal["apply_patch"], Field(description="The tool's type.")]


class ResponseCompactRequest(ContractModel):
    """
    What to compact.
    """

    model: ModelName | None = None
    input: Annotated[
        ResponseInput | None,
        Field(
            description="The conversation. Optional if `previous_response_id` is given."
        ),
    ] = None
    previous_response_id: Annotated[
        str | None,
        Field(
            description="The id of a stored response. Its input and output, and those before it, are put before the input."
        ),
    ] = None
    instructions: Annotated[
        str | None,
        Field(
            description="A system message that the model reads before what it compacts. It is not part of the compaction. Default: the instructions of the previous response."
        ),
    ] = None
    tools: Annotated[
        list[ResponseToolParam] | None,
        Field(
            description="The tools of the conversation, as in its responses. The model calls none of them, but they are at the beginning of the prompt, so that the prefix cache has it. Default: the tools of the previous response."
        ),
    ] = None
    reasoning: Annotated[
        ResponseReasoningConfigParam | None,
        Field(
            description="The reasoning effort. The default is that of the previous response."
        ),
    ] = None
    prompt_cache_key: Annotated[
        str | None,
        Field(
            description="A key for requests with a common prefix. It has no effect: prefixes are always cached by their content."
        ),
    ] = None
    prompt_cache_retention: Annotated[
        str | None,
        Field(
            description="How long to keep the prompt cached. Accepted, but has no effect."
        ),
    ] = None
    service_tier: Annotated[
        str | None,
        Field(
            description="The class of service. Accepted; this server has one class, `default`."
        ),
    ] = None
    priority: Priority | None = None
    cache_salt: CacheSalt | None = None


class ResponseCompacted(ContractModel):
    """
    The compacted conversation. Send its output, followed by new items, as the input of the next response.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The compaction's id.")]
    object: Annotated[
        Literal["response.compaction"], Field(description="The object's type.")
    ]
    created_at: Annotated[
        int, Field(description="When it was made, in seconds of Unix time.")
    ]
    output: Annotated[
        list[ResponseItem],
        Field(
            description="All messages of the system, the developer and the user, and one `compaction` for the rest."
        ),
    ]
    usage: ResponseUsage


class ResponseCompaction(ContractModel):
    """
    A summary of the conversation so far.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str, Field(description="The item's id.", examples=["cmp_68f1c0a2b58f4bb5b0a3"])
    ]
    type: Annotated[Literal["compaction"], Field(description="The item's type.")]
    encrypted_content: Annotated[
        str,
        Field(
            description="The summary that the model wrote, to send back unchanged. It is encoded, not encrypted."
        ),
    ]


class ResponseCompactionCompactingEvent(ContractModel):
    """
    The model begins to write a compaction. Its text is not streamed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.compaction.compacting"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]


class ResponseCompactionParam(ContractModel):
    """
    A compaction that this server made before. The model is told its summary, in the place of all that comes before it but the messages of the system, the developer and, as many as the compaction has kept, the user. One that this server cannot read is ignored and named in `x-ignored-parameters`.
    """

    type: Annotated[Literal["compaction"], Field(description="The item's type.")]
    id: Annotated[str | None, Field(description="The item's id.")] = None
    encrypted_content: Annotated[str, Field(description="The compaction as it came.")]


class ResponseCompactionTriggerParam(ContractModel):
    """
    Requests a compaction of the items before it. It must be the last item of the input. The response's output is one `compaction` item instead of an answer.
    """

    type: Annotated[
        Literal["compaction_trigger"], Field(description="The item's type.")
    ]


class ResponseCompletedEvent(ContractModel):
    """
    The response is complete. The last event.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.completed"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    response: Response


class ResponseContentPartAddedEvent(ContractModel):
    """
    A part of an item begins.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.content_part.added"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    content_index: Annotated[
        int, Field(description="The part's place in the item.", ge=0)
    ]
    part: ResponseContentPart


class ResponseContentPartDoneEvent(ContractModel):
    """
    A part of an item is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.content_part.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    content_index: Annotated[
        int, Field(description="The part's place in the item.", ge=0)
    ]
    part: ResponseContentPart


class ResponseContextManagementParam(ContractModel):
    """
    A way to limit the length of the prompt.
    """

    type: Annotated[
        str,
        Field(
            description="The type. Only `compaction` is supported; any other is ignored and named in `x-ignored-parameters`.",
            examples=["compaction"],
        ),
    ]
    compact_threshold: Annotated[
        int | None,
        Field(
            description="The number of prompt tokens above which the conversation is compacted. Default: three quarters of the context.",
            ge=1000,
        ),
    ] = None


class ResponseConversation(ContractModel):
    """
    The conversation that the response belongs to. Absent if it belongs to none.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The conversation's id.")]


class ResponseConversationParam(ContractModel):
    """
    A conversation, by its id.
    """

    id: Annotated[str, Field(description="The conversation's id.")]


class ResponseCreatedEvent(ContractModel):
    """
    The response was created. Always the first event.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["response.created"], Field(description="The event's type.")]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream, from 0.", ge=0)
    ]
    response: Response


class ResponseCustomTool(ContractModel):
    """
    A tool of the client's that takes text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["custom"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The tool's name.")]
    description: Annotated[str | None, Field(description="What the tool does.")]
    format: ResponseCustomToolFormat
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether the tool is shown to the model only after a search has found it. Absent if the request did not set it."
        ),
    ] = None


class ResponseCustomToolCall(ContractModel):
    """
    A call of a custom tool that the client is to make.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["custom_tool_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str, Field(description="The call's id, to be given back with its output.")
    ]
    name: Annotated[str, Field(description="The tool's name.")]
    namespace: Annotated[
        str | None, Field(description="The tool's namespace. Absent if it has none.")
    ] = None
    input: Annotated[str, Field(description="The text for the tool.")]


class ResponseCustomToolCallInputDeltaEvent(ContractModel):
    """
    More of the text for a custom tool.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.custom_tool_call_input.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseCustomToolCallInputDoneEvent(ContractModel):
    """
    The text for a custom tool is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.custom_tool_call_input.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    input: Annotated[str, Field(description="The whole text.")]


class ResponseCustomToolCallOutput(ContractModel):
    """
    The result of a custom tool call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["custom_tool_call_output"], Field(description="The item's type.")
    ]
    status: ResponseItemStatus
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: ResponseToolOutput
    name: Annotated[
        str | None,
        Field(description="The tool's name. Absent if the request had none."),
    ] = None


class ResponseCustomToolCallOutputParam(ContractModel):
    """
    The result of a custom tool call.
    """

    type: Annotated[
        Literal["custom_tool_call_output"], Field(description="The item's type.")
    ]
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: ResponseToolOutputParam
    name: Annotated[str | None, Field(description="The tool's name.")] = None
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseCustomToolCallParam(ContractModel):
    """
    A call of a custom tool that a model made earlier.
    """

    type: Annotated[Literal["custom_tool_call"], Field(description="The item's type.")]
    call_id: Annotated[
        str, Field(description="The call's id. The item with its output has the same.")
    ]
    name: Annotated[str, Field(description="The tool's name.")]
    namespace: Annotated[str | None, Field(description="The tool's namespace.")] = None
    input: Annotated[str, Field(description="The text that the tool was given.")]
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseCustomToolParam(ContractModel):
    """
    A tool of the client's that takes text. To chat templates it is a function with the one argument `input`.
    """

    type: Annotated[Literal["custom"], Field(description="The tool's type.")]
    name: Annotated[
        str, Field(description="The tool's name.", max_length=128, min_length=1)
    ]
    description: Annotated[
        str | None,
        Field(
            description="A description of the tool, which tells the model when to call it."
        ),
    ] = None
    format: Annotated[
        ResponseCustomToolFormatParam | None,
        Field(description="The format of the text. Default: any text."),
    ] = None
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether to show the tool to the model only after a tool search has found it. Without `tool_search` in `tools`, it is shown immediately."
        ),
    ] = None


class ResponseDeleted(ContractModel):
    """
    The response that was deleted.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The response's id.")]
    object: Annotated[Literal["response"], Field(description="The object's type.")]
    deleted: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="Always true.")]


class ResponseError(ContractModel):
    """
    Why a response failed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: Annotated[
        Literal["server_error", "rate_limit_exceeded", "invalid_prompt"],
        Field(description="The class of the error."),
    ]
    message: Annotated[str, Field(description="What went wrong.")]


class ResponseErrorEvent(ContractModel):
    """
    The stream broke off, with the code `response_cancelled` because a client cancelled the response. The last event.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["error"], Field(description="The event's type.")]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    code: Annotated[
        str | None,
        Field(description="A code that programs can branch on; null if there is none."),
    ]
    message: Annotated[str, Field(description="What went wrong.")]
    param: Annotated[
        str | None,
        Field(
            description="The field of the request that is at fault; null if none is."
        ),
    ]


class ResponseFailedEvent(ContractModel):
    """
    The response failed; its `error` says why. The last event.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["response.failed"], Field(description="The event's type.")]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    response: Response


class ResponseFormatJsonObject(ContractModel):
    """
    Some JSON object. The prompt should say that JSON is wanted, and which.
    """

    type: Annotated[Literal["json_object"], Field(description="Always `json_object`.")]


class ResponseFormatJsonSchema(ContractModel):
    """
    JSON that satisfies a schema.
    """

    type: Annotated[Literal["json_schema"], Field(description="Always `json_schema`.")]
    json_schema: JsonSchemaFormat


class ResponseFormatText(ContractModel):
    """
    Text of any form, as by default.
    """

    type: Annotated[Literal["text"], Field(description="Always `text`.")]


ResponseFormat = TypeAliasType(
    "ResponseFormat",
    Annotated[
        ResponseFormatText | ResponseFormatJsonObject | ResponseFormatJsonSchema,
        Field(description="The format of the answer.", discriminator="type"),
    ],
)


class ResponseFunctionCall(ContractModel):
    """
    A call of a function that the client is to make.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str, Field(description="The item's id.", examples=["fc_68f1c0a2c3ab4e9f9d15"])
    ]
    type: Annotated[Literal["function_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str,
        Field(
            description="The call's id, to be given back with its output.",
            examples=["call_3f9a1c7e52d04b6b"],
        ),
    ]
    name: Annotated[str, Field(description="The function's name.")]
    namespace: Annotated[
        str | None,
        Field(description="The function's namespace. Absent if it has none."),
    ] = None
    arguments: Annotated[str, Field(description="The arguments, as a JSON text.")]


class ResponseFunctionCallArgumentsDeltaEvent(ContractModel):
    """
    More of a call's arguments.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.function_call_arguments.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    delta: Annotated[str, Field(description="The JSON text to add.")]


class ResponseFunctionCallArgumentsDoneEvent(ContractModel):
    """
    A call's arguments are done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.function_call_arguments.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    name: Annotated[str, Field(description="The function's name.")]
    arguments: Annotated[str, Field(description="The whole arguments, as a JSON text.")]


class ResponseFunctionCallOutput(ContractModel):
    """
    The result of a function call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["function_call_output"], Field(description="The item's type.")
    ]
    status: ResponseItemStatus
    call_id: Annotated[
        str | None,
        Field(
            description="The id of the call that this answers; null if the request had none."
        ),
    ]
    output: ResponseToolOutput
    name: Annotated[
        str | None,
        Field(description="The function's name. Absent if the request had none."),
    ] = None
    namespace: Annotated[
        str | None,
        Field(description="The function's namespace. Absent if the request had none."),
    ] = None


class ResponseFunctionCallOutputParam(ContractModel):
    """
    The result of a function call.
    """

    type: Annotated[
        Literal["function_call_output"], Field(description="The item's type.")
    ]
    call_id: Annotated[
        str | None, Field(description="The id of the call that this answers.")
    ] = None
    output: ResponseToolOutputParam
    name: Annotated[str | None, Field(description="The function's name.")] = None
    namespace: Annotated[str | None, Field(description="The function's namespace.")] = (
        None
    )
    id: Annotated[
        str | None,
        Field(description="The item's id, if it came from a list of input items."),
    ] = None
    status: ResponseGivenItemStatus | None = None


class ResponseFunctionCallParam(ContractModel):
    """
    A call that a model made earlier.
    """

    type: Annotated[Literal["function_call"], Field(description="The item's type.")]
    call_id: Annotated[
        str, Field(description="The call's id. The item with its output has the same.")
    ]
    name: Annotated[str, Field(description="The function's name.")]
    namespace: Annotated[str | None, Field(description="The function's namespace.")] = (
        None
    )
    arguments: Annotated[str, Field(description="The arguments, as a JSON text.")]
    id: Annotated[
        str | None, Field(description="The item's id, if it came from a response.")
    ] = None
    status: ResponseGivenItemStatus | None = None


class ResponseFunctionTool(ContractModel):
    """
    A function of the client's that the model may call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["function"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The function's name.")]
    description: Annotated[str | None, Field(description="What the function does.")]
    parameters: Annotated[
        dict[str, Any] | None,
        Field(
            description="The arguments that the function takes; null if the request had none."
        ),
    ]
    strict: Annotated[
        bool | None,
        Field(
            description="Whether the arguments must match the schema; null if the request did not set it."
        ),
    ]
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether the tool is shown to the model only after a search has found it. Absent if the request did not set it."
        ),
    ] = None


class ResponseFunctionToolParam(ContractModel):
    """
    A function of the client's that the model may call.
    """

    type: Annotated[Literal["function"], Field(description="The tool's type.")]
    name: Annotated[
        str, Field(description="The function's name.", max_length=128, min_length=1)
    ]
    description: Annotated[
        str | None,
        Field(
            description="A description of the function, which tells the model when to call it."
        ),
    ] = None
    parameters: Annotated[
        dict[str, Any] | None,
        Field(
            description="The arguments that the function takes. By default, it takes none."
        ),
    ] = None
    strict: Annotated[
        bool | None, Field(description="Whether the arguments must match the schema.")
    ] = None
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether to show the tool to the model only after a tool search has found it. Without `tool_search` in `tools`, it is shown immediately."
        ),
    ] = None


ResponseGivenItemId = TypeAliasType(
    "ResponseGivenItemId",
    Annotated[
        str | None, Field(description="The item's id, if it came from a response.")
    ],
)


ResponseGivenItemStatus = TypeAliasType(
    "ResponseGivenItemStatus",
    Annotated[
        str | None,
        Field(
            description="The item's status, if it came from a response. An unknown one is read as `completed`.",
            examples=["completed"],
        ),
    ],
)


class ResponseGrammarFormat(ContractModel):
    """
    Text by a grammar.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["grammar"], Field(description="The format's type.")]
    syntax: Annotated[
        Literal["lark", "regex"], Field(description="What the grammar is written in.")
    ]
    definition: Annotated[str, Field(description="The grammar.")]


class ResponseGrammarFormatParam(ContractModel):
    """
    Text by a grammar.
    """

    type: Annotated[Literal["grammar"], Field(description="The format's type.")]
    syntax: Annotated[
        Literal["lark", "regex"],
        Field(
            description="What the grammar is written in, llguidance's Lark or a regular expression."
        ),
    ]
    definition: Annotated[str, Field(description="The grammar.")]


class ResponseHostedToolParam(ContractModel):
    """
    A tool of any other type, such as one that a server runs (`web_search`, `file_search`, `code_interpreter`, `image_generation`, `computer`). It is ignored and named in `x-ignored-parameters`. If the operator has named an MCP server `web_search` or `code_interpreter`, its tools replace the tool of that type and need no approval; the response lists it and its calls as those of an MCP server.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The tool's type, such as `web_search`.",
            examples=["web_search"],
            pattern="^(?!(function|custom|namespace|tool_search|local_shell|shell|apply_patch|mcp)(?![\\s\\S]))",
        ),
    ]


class ResponseInProgressEvent(ContractModel):
    """
    The response is being generated.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.in_progress"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    response: Response


ResponseIncludable = TypeAliasType(
    "ResponseIncludable",
    Annotated[
        str,
        Field(
            description="Output that a response contains only on request. `message.output_text.logprobs` adds log probabilities and `reasoning.encrypted_content` reasoning that can be given back without being stored; others concern hosted tools and add nothing. An unknown one is ignored and named in `x-ignored-parameters`.",
            examples=[
                "message.output_text.logprobs",
                "reasoning.encrypted_content",
                "message.input_image.image_url",
                "file_search_call.results",
                "web_search_call.results",
                "web_search_call.action.sources",
                "computer_call_output.output.image_url",
                "code_interpreter_call.outputs",
            ],
        ),
    ],
)


class ResponseIncompleteDetails(ContractModel):
    """
    Why a response is incomplete.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    reason: Annotated[
        Literal["max_output_tokens"],
        Field(
            description="The reason. The limit of tokens, or the end of the context, was reached."
        ),
    ]


class ResponseIncompleteEvent(ContractModel):
    """
    The response was cut off by a limit. The last event.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.incomplete"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    response: Response


class ResponseInputFile(ContractModel):
    """
    A file that the model was given.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["input_file"], Field(description="The part's type.")]
    file_data: Annotated[
        str | None, Field(description="The file's content in base64.")
    ] = None
    file_id: Annotated[str | None, Field(description="The id of an uploaded file.")] = (
        None
    )
    file_url: Annotated[str | None, Field(description="The file's URL.")] = None
    filename: Annotated[str | None, Field(description="The file's name.")] = None
    detail: Annotated[
        Literal["auto", "low", "high"] | None,
        Field(description="The level of detail of the file's pages."),
    ] = None


class ResponseInputFileParam(ContractModel):
    """
    A file. The model reads the text of text files and PDFs. A line of text replaces any other file, and `x-ignored-parameters` names it, as it does a PDF of which only the first pages are read.
    """

    type: Annotated[Literal["input_file"], Field(description="The part's type.")]
    file_data: Annotated[
        str | None,
        Field(description="The file's content in base64, or as a `data:` URL."),
    ] = None
    file_id: Annotated[str | None, Field(description="The id of an uploaded file.")] = (
        None
    )
    file_url: Annotated[str | None, Field(description="The file's URL.")] = None
    filename: Annotated[str | None, Field(description="The file's name.")] = None
    detail: Annotated[
        Literal["auto", "low", "high"] | None,
        Field(description="The level of detail of the file's pages."),
    ] = None


class ResponseInputImage(ContractModel):
    """
    An image that the model was given.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["input_image"], Field(description="The part's type.")]
    detail: Annotated[
        Literal["low", "high", "auto", "original"],
        Field(description="The level of detail."),
    ]
    image_url: Annotated[
        str | None,
        Field(description="The image's URL, or a data URL with the image in base64."),
    ]
    file_id: Annotated[str | None, Field(description="The id of an uploaded file.")]


class ResponseInputImageParam(ContractModel):
    """
    An image. Refused if the model does not accept images, except in a tool's result, where a line of text replaces it.
    """

    type: Annotated[Literal["input_image"], Field(description="The part's type.")]
    image_url: Annotated[
        str | None,
        Field(description="The image's URL, or a data URL with the image in base64."),
    ] = None
    file_id: Annotated[
        str | None,
        Field(
            description="The id of an uploaded file. This server keeps no files, so a request with one is refused."
        ),
    ] = None
    detail: Annotated[
        Literal["low", "high", "auto", "original"] | None,
        Field(description="The level of detail."),
    ] = None


class ResponseInputMessage(ContractModel):
    """
    A message that the model was given.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["message"], Field(description="The item's type.")]
    status: ResponseItemStatus
    role: Annotated[
        Literal["user", "system", "developer"], Field(description="The author's role.")
    ]
    content: Annotated[
        list[ResponseInputContent], Field(description="The message's parts.")
    ]


class ResponseInputText(ContractModel):
    """
    Text that the model was given.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["input_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]


ResponseInputContent = TypeAliasType(
    "ResponseInputContent",
    Annotated[
        ResponseInputText | ResponseInputImage | ResponseInputFile,
        Field(
            description="One part of what the model was given.", discriminator="type"
        ),
    ],
)


class ResponseInputTextParam(ContractModel):
    """
    Text for the model to read.
    """

    type: Annotated[Literal["input_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]


class ResponseInputTokens(ContractModel):
    """
    How many tokens the prompt of a response has.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[
        Literal["response.input_tokens"], Field(description="The object's type.")
    ]
    input_tokens: Annotated[int, Field(description="The tokens of the prompt.", ge=0)]


class ResponseInputTokensDetails(ContractModel):
    """
    The tokens of the prompt by kind.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    cached_tokens: Annotated[
        int, Field(description="Those that came from the prefix cache.", ge=0)
    ]
    cache_write_tokens: Annotated[
        int,
        Field(
            description="Those that were added to the prefix cache, in whole blocks.",
            ge=0,
        ),
    ]


class ResponseItemList(ContractModel):
    """
    A page of the input items of a response.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[Literal["list"], Field(description="The object's type.")]
    data: Annotated[list[ResponseItem], Field(description="The items.")]
    first_id: Annotated[
        str | None,
        Field(
            description="The id of the page's first item; null if the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(description="The id of the page's last item; null if the page is empty."),
    ]
    has_more: Annotated[
        bool, Field(description="Whether there are items after this page.")
    ]


class ResponseItemReferenceParam(ContractModel):
    """
    An item of a stored response, by its id.
    """

    type: Annotated[
        Literal["item_reference"] | None,
        Field(description="The item's type. It may be left out."),
    ] = None
    id: Annotated[str, Field(description="The id of the item that is meant.")]


ResponseItemStatus = TypeAliasType(
    "ResponseItemStatus",
    Annotated[
        Literal["in_progress", "completed", "incomplete"],
        Field(description="The status of the item. `incomplete`: it was cut off."),
    ],
)


class ResponseLocalShellAction(ContractModel):
    """
    The command.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["exec"], Field(description="What to do.")]
    command: Annotated[list[str], Field(description="The program and its arguments.")]
    env: Annotated[dict[str, str], Field(description="Environment variables.")]
    timeout_ms: Annotated[
        int | None,
        Field(
            description="How long it may run, in milliseconds. Absent if the model did not set it."
        ),
    ] = None
    user: Annotated[
        str | None,
        Field(description="The user to run it as. Absent if the model did not set it."),
    ] = None
    working_directory: Annotated[
        str | None,
        Field(description="Where to run it. Absent if the model did not set it."),
    ] = None


class ResponseLocalShellActionParam(ContractModel):
    """
    The command.
    """

    type: Annotated[str | None, Field(description="Always `exec`.")] = None
    command: Annotated[list[str], Field(description="The program and its arguments.")]
    env: Annotated[
        dict[str, str] | None, Field(description="Environment variables.")
    ] = None
    timeout_ms: Annotated[
        int | None, Field(description="How long the command may run, in milliseconds.")
    ] = None
    user: Annotated[str | None, Field(description="The user to run it as.")] = None
    working_directory: Annotated[str | None, Field(description="Where to run it.")] = (
        None
    )


class ResponseLocalShellCall(ContractModel):
    """
    A command that the client is to run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["local_shell_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str, Field(description="The call's id, to be given back with its output.")
    ]
    action: ResponseLocalShellAction


class ResponseLocalShellCallOutput(ContractModel):
    """
    The output of a local shell command.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["local_shell_call_output"], Field(description="The item's type.")
    ]
    status: ResponseItemStatus
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[str, Field(description="The output.")]


class ResponseLocalShellCallOutputParam(ContractModel):
    """
    The output of a local shell command.
    """

    type: Annotated[
        Literal["local_shell_call_output"], Field(description="The item's type.")
    ]
    id: Annotated[
        str | None,
        Field(
            description="The id of the call that this answers, if `call_id` is not given."
        ),
    ] = None
    call_id: Annotated[
        str | None, Field(description="The id of the call that this answers.")
    ] = None
    output: Annotated[
        str, Field(description="The output; in OpenAI's specification a JSON text.")
    ]
    status: ResponseGivenItemStatus | None = None


class ResponseLocalShellCallParam(ContractModel):
    """
    A command of a local shell that a model requested earlier.
    """

    type: Annotated[Literal["local_shell_call"], Field(description="The item's type.")]
    call_id: Annotated[
        str | None,
        Field(
            description="The call's id. The item with its output has the same. By default, `id` is."
        ),
    ] = None
    action: ResponseLocalShellActionParam
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseLocalShellTool(ContractModel):
    """
    A shell of the client's, for one command at a time.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["local_shell"], Field(description="The tool's type.")]


class ResponseLocalShellToolParam(ContractModel):
    """
    A shell of the client's, for one command at a time.
    """

    type: Annotated[Literal["local_shell"], Field(description="The tool's type.")]


class ResponseLogprob(ContractModel):
    """
    A token of the text with its log probability, and the most likely tokens in its place.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    token: Annotated[
        str,
        Field(
            description="The token's text; the bytes of a part of a character are written as `\\xf0`."
        ),
    ]
    logprob: Annotated[
        float, Field(description="The natural logarithm of the token's probability.")
    ]
    bytes: Annotated[
        list[int],
        Field(
            description="The token's bytes, from which characters that span several tokens can be assembled; empty if it has none."
        ),
    ]
    top_logprobs: Annotated[
        list[ResponseTopLogprob],
        Field(
            description="The most likely tokens, `top_logprobs` of them, the most likely first."
        ),
    ]


class ResponseMcpApprovalFilter(ContractModel):
    """
    Which tools need an approval and which do not.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    always: ResponseMcpToolFilter | None = None
    never: ResponseMcpToolFilter | None = None


class ResponseMcpApprovalFilterParam(ContractModel):
    """
    Which tools need an approval and which do not.
    """

    always: Annotated[
        ResponseMcpToolFilterParam | None, Field(description="Those that need one.")
    ] = None
    never: Annotated[
        ResponseMcpToolFilterParam | None, Field(description="Those that need none.")
    ] = None


class ResponseMcpApprovalRequest(ContractModel):
    """
    A call of an MCP server's tool that waits for the client's approval, which is an `mcp_approval_response` in the next input.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["mcp_approval_request"], Field(description="The item's type.")
    ]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    name: Annotated[str, Field(description="The tool's name.")]
    arguments: Annotated[str, Field(description="The arguments as JSON.")]


class ResponseMcpApprovalRequestParam(ContractModel):
    """
    A call of an MCP server's tool that waits for the client's approval.
    """

    type: Annotated[
        Literal["mcp_approval_request"], Field(description="The item's type.")
    ]
    id: Annotated[str, Field(description="The item's id.", min_length=1)]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    name: Annotated[str, Field(description="The tool's name.")]
    arguments: Annotated[str, Field(description="The arguments as JSON.")]


class ResponseMcpApprovalResponse(ContractModel):
    """
    The client's answer to a request for an approval.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["mcp_approval_response"], Field(description="The item's type.")
    ]
    approval_request_id: Annotated[str, Field(description="The id of the request.")]
    approve: Annotated[bool, Field(description="Whether the call is to be made.")]
    reason: Annotated[str | None, Field(description="Why.")]


class ResponseMcpApprovalResponseParam(ContractModel):
    """
    The client's answer to a request for an approval. A call that is approved is made before the model goes on; `tools` must have its MCP server.
    """

    type: Annotated[
        Literal["mcp_approval_response"], Field(description="The item's type.")
    ]
    id: ResponseGivenItemId | None = None
    approval_request_id: Annotated[str, Field(description="The id of the request.")]
    approve: Annotated[bool, Field(description="Whether the call is to be made.")]
    reason: Annotated[str | None, Field(description="Why, for the model to know.")] = (
        None
    )


class ResponseMcpCall(ContractModel):
    """
    An MCP tool call and its result.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["mcp_call"], Field(description="The item's type.")]
    status: Annotated[
        Literal["in_progress", "completed", "incomplete", "calling", "failed"],
        Field(
            description="The status of the call. `incomplete`: it was cut off, and never made."
        ),
    ]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    name: Annotated[str, Field(description="The tool's name.")]
    arguments: Annotated[str, Field(description="The arguments as JSON.")]
    output: Annotated[
        str | None, Field(description="The call's result; null until there is one.")
    ]
    error: Annotated[
        ResponseMcpCallError | None,
        Field(description="Why the call failed; null if it did not."),
    ]
    approval_request_id: Annotated[
        str | None,
        Field(
            description="The id of the request for an approval that the call had waited for; null if it needed none."
        ),
    ]


class ResponseMcpCallArgumentsDeltaEvent(ContractModel):
    """
    More of the arguments for an MCP server's tool.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_call_arguments.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseMcpCallArgumentsDoneEvent(ContractModel):
    """
    The arguments for an MCP server's tool are done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_call_arguments.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    arguments: Annotated[str, Field(description="The whole arguments as JSON.")]


class ResponseMcpCallCompletedEvent(ContractModel):
    """
    An MCP tool call has a result.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_call.completed"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]


class ResponseMcpCallFailedEvent(ContractModel):
    """
    A call of an MCP server's tool has failed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_call.failed"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]


class ResponseMcpCallInProgressEvent(ContractModel):
    """
    A call of an MCP server's tool begins.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_call.in_progress"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]


class ResponseMcpCallParam(ContractModel):
    """
    An earlier MCP tool call and its result.
    """

    type: Annotated[Literal["mcp_call"], Field(description="The item's type.")]
    id: ResponseGivenItemId | None = None
    server_label: Annotated[
        str | None, Field(description="The MCP server's label.")
    ] = None
    name: Annotated[str, Field(description="The tool's name.")]
    arguments: Annotated[str | None, Field(description="The arguments as JSON.")] = None
    output: Annotated[str | None, Field(description="The call's result.")] = None
    error: Annotated[
        str | dict[str, Any] | None, Field(description="Why it failed.")
    ] = None
    approval_request_id: Annotated[
        str | None,
        Field(
            description="The id of the request for an approval that the call had waited for."
        ),
    ] = None
    status: ResponseGivenItemStatus | None = None


class ResponseMcpExecutionError(ContractModel):
    """
    The tool itself has failed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["mcp_tool_execution_error"], Field(description="The error's type.")
    ]
    content: Annotated[
        list[dict[str, Any]], Field(description="What the tool says, as MCP's content.")
    ]


class ResponseMcpHttpError(ContractModel):
    """
    The MCP server has answered with an HTTP error.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["http_error"], Field(description="The error's type.")]
    code: Annotated[int, Field(description="The HTTP status.")]
    message: Annotated[str, Field(description="What went wrong.")]


class ResponseMcpListTools(ContractModel):
    """
    The tools that an MCP server has, of those that the request allows.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["mcp_list_tools"], Field(description="The item's type.")]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    tools: Annotated[list[ResponseMcpListedTool], Field(description="The tools.")]
    error: Annotated[
        str | None,
        Field(description="Why they could not be listed. Absent if they were."),
    ] = None


class ResponseMcpListToolsCompletedEvent(ContractModel):
    """
    The tools of an MCP server are listed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_list_tools.completed"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]


class ResponseMcpListToolsFailedEvent(ContractModel):
    """
    The tools of an MCP server could not be listed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_list_tools.failed"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]


class ResponseMcpListToolsInProgressEvent(ContractModel):
    """
    The tools of an MCP server are being listed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.mcp_list_tools.in_progress"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]


class ResponseMcpListToolsParam(ContractModel):
    """
    The tools of an MCP server, as listed earlier. If `tools` contains the MCP server, by its label, they are shown to the model and not listed again; otherwise they are ignored.
    """

    type: Annotated[Literal["mcp_list_tools"], Field(description="The item's type.")]
    id: ResponseGivenItemId | None = None
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    tools: Annotated[list[ResponseMcpListedToolParam], Field(description="The tools.")]
    error: Annotated[str | None, Field(description="Why they could not be listed.")] = (
        None
    )


class ResponseMcpListedTool(ContractModel):
    """
    A tool of an MCP server.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[str, Field(description="The tool's name.")]
    description: Annotated[str | None, Field(description="What the tool does.")]
    input_schema: Annotated[
        dict[str, Any], Field(description="A JSON Schema, written by the client.")
    ]
    annotations: Annotated[
        dict[str, Any] | None,
        Field(description="The MCP server's annotations of the tool."),
    ]


class ResponseMcpListedToolParam(ContractModel):
    """
    A tool of an MCP server.
    """

    name: Annotated[
        str, Field(description="The tool's name.", max_length=256, min_length=1)
    ]
    description: Annotated[str | None, Field(description="What the tool does.")] = None
    input_schema: Annotated[
        dict[str, Any] | None, Field(description="The arguments that the tool takes.")
    ] = None
    annotations: Annotated[
        dict[str, Any] | None,
        Field(description="The MCP server's annotations of the tool."),
    ] = None


class ResponseMcpProtocolError(ContractModel):
    """
    The call was not made, or the answer violates the protocol.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["mcp_protocol_error"], Field(description="The error's type.")
    ]
    code: Annotated[int, Field(description="The error's code, as JSON-RPC has them.")]
    message: Annotated[str, Field(description="What went wrong.")]


ResponseMcpCallError = TypeAliasType(
    "ResponseMcpCallError",
    Annotated[
        ResponseMcpProtocolError | ResponseMcpExecutionError | ResponseMcpHttpError,
        Field(
            description="Why a call of an MCP server's tool failed.",
            discriminator="type",
        ),
    ],
)


class ResponseMcpTool(ContractModel):
    """
    The tools of an MCP server. What authorizes the client there is not given back.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["mcp"], Field(description="The tool's type.")]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    server_url: Annotated[
        str | None, Field(description="The MCP server's URL as the request gave it.")
    ]
    connector_id: Annotated[
        str | None, Field(description="The MCP server's name as the request gave it.")
    ]
    server_description: Annotated[
        str | None, Field(description="What the MCP server is for.")
    ]
    allowed_tools: Annotated[
        list[str] | ResponseMcpToolFilter | None,
        Field(description="The tools that may be called; null for all."),
    ]
    require_approval: Annotated[
        Literal["always", "never"] | ResponseMcpApprovalFilter,
        Field(description="Which calls wait for the client's approval."),
    ]


class ResponseMcpToolFilter(ContractModel):
    """
    A filter for an MCP server's tools. All given conditions must hold.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    tool_names: Annotated[list[str] | None, Field(description="The tools' names.")] = (
        None
    )
    read_only: Annotated[
        bool | None, Field(description="Whether a tool is read-only.")
    ] = None


class ResponseMcpToolFilterParam(ContractModel):
    """
    A filter for an MCP server's tools. All given conditions must hold.
    """

    tool_names: Annotated[list[str] | None, Field(description="The tools' names.")] = (
        None
    )
    read_only: Annotated[
        bool | None,
        Field(
            description="Whether the MCP server annotates a tool as read-only (`readOnlyHint`)."
        ),
    ] = None


class ResponseMcpToolParam(ContractModel):
    """
    The tools of an MCP server, which this server calls. The operator sets which MCP servers are allowed; the tool of any other is ignored and named in `x-ignored-parameters`. The model sees each tool as `LABEL__NAME`.
    """

    type: Annotated[Literal["mcp"], Field(description="The tool's type.")]
    server_label: Annotated[
        str | None,
        Field(
            description="A name for the MCP server in this request and its items. Without `server_url` and `connector_id`, it is also the name that the operator has given the server. A tool without a label is ignored.",
            examples=["docs"],
            max_length=128,
            min_length=1,
        ),
    ] = None
    server_url: Annotated[
        str | None,
        Field(
            description="The MCP server's URL, for streamable HTTP, one that the operator has allowed. Other URLs work if the operator allows clients to use any server.",
            examples=["https://example.com/mcp"],
        ),
    ] = None
    connector_id: Annotated[
        str | None,
        Field(
            description="The name that the operator has given the MCP server. OpenAI's connectors are not supported."
        ),
    ] = None
    server_description: Annotated[
        str | None,
        Field(
            description="The purpose of the MCP server. It is shown to the model with the first of its tools."
        ),
    ] = None
    allowed_tools: Annotated[
        list[str] | ResponseMcpToolFilterParam | None,
        Field(
            description="The tools that may be called. Default: all of the MCP server's tools."
        ),
    ] = None
    require_approval: Annotated[
        Literal["always", "never"] | ResponseMcpApprovalFilterParam | None,
        Field(
            description="Which calls wait for the client's approval. Default: `always`. With filters, a tool that `never` names needs none and one that `always` names needs it; any other needs it, unless `always` alone is given."
        ),
    ] = None
    authorization: Annotated[
        str | None,
        Field(
            description="An OAuth access token for the MCP server. It is neither stored nor returned. If the operator has set the MCP server's authorization, it is ignored and named in `x-ignored-parameters`."
        ),
    ] = None
    headers: Annotated[
        dict[str, str] | None,
        Field(
            description="Headers for the MCP server, under the same rules as `authorization`."
        ),
    ] = None


class ResponseMessageParam(ContractModel):
    """
    A message of any role, including one that a model generated earlier.
    """

    type: Annotated[
        Literal["message"] | None,
        Field(description="The item's type. It may be left out."),
    ] = None
    role: Annotated[
        Literal["user", "assistant", "system", "developer"],
        Field(
            description="The author's role. `system` and `developer` messages are instructions. A chat template that does not know one of these roles gets the other, or the text as part of a neighbouring turn."
        ),
    ]
    content: Annotated[
        str | list[ResponseContentPartParam],
        Field(description="The content, a text or a list of parts."),
    ]
    id: Annotated[
        str | None, Field(description="The item's id, if it came from a response.")
    ] = None
    status: ResponseGivenItemStatus | None = None
    phase: Annotated[
        str | None,
        Field(
            description="Whether an assistant's message is commentary (`commentary`) or the final answer (`final_answer`). It is stored, but has no effect.",
            examples=["final_answer"],
        ),
    ] = None


class ResponseNamespaceTool(ContractModel):
    """
    Tools under a common name.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["namespace"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The namespace.")]
    description: Annotated[str | None, Field(description="What the tools are for.")]
    tools: Annotated[list[ResponseNamespacedTool], Field(description="The tools.")]


class ResponseNamespaceToolParam(ContractModel):
    """
    Tools under a common name, such as those of one MCP server. The model sees each as `NAMESPACE__NAME`.
    """

    type: Annotated[Literal["namespace"], Field(description="The tool's type.")]
    name: Annotated[
        str, Field(description="The namespace.", max_length=128, min_length=1)
    ]
    description: Annotated[
        str | None,
        Field(
            description="The purpose of the tools. It is shown to the model with the first of them."
        ),
    ] = None
    tools: Annotated[
        list[ResponseNamespacedToolParam],
        Field(
            description="The tools. Those that are neither a function nor custom are ignored and named in `x-ignored-parameters`."
        ),
    ]


ResponseNamespacedTool = TypeAliasType(
    "ResponseNamespacedTool",
    Annotated[
        ResponseFunctionTool | ResponseCustomTool,
        Field(description="A tool of a namespace.", discriminator="type"),
    ],
)


class ResponseOtherItemParam(ContractModel):
    """
    An item of any other type, such as a call of a server's tool, or one that is newer than this document. Its text, if it has any, is shown to the model as a line of the user's message; otherwise it is ignored. `x-ignored-parameters` names it.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The item's type.",
            examples=["web_search_call"],
            pattern="^(?!(message|function_call|function_call_output|reasoning|item_reference|custom_tool_call|custom_tool_call_output|local_shell_call|local_shell_call_output|shell_call|shell_call_output|apply_patch_call|apply_patch_call_output|tool_search_call|tool_search_output|additional_tools|compaction|compaction_trigger|mcp_list_tools|mcp_call|mcp_approval_request|mcp_approval_response)(?![\\s\\S]))",
        ),
    ]


class ResponseOtherNamespacedToolParam(ContractModel):
    """
    A tool of any other type. It is ignored and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The tool's type.",
            examples=["web_search"],
            pattern="^(?!(function|custom)(?![\\s\\S]))",
        ),
    ]


ResponseNamespacedToolParam = TypeAliasType(
    "ResponseNamespacedToolParam",
    Annotated[
        ResponseFunctionToolParam
        | ResponseCustomToolParam
        | ResponseOtherNamespacedToolParam,
        Field(description="A tool of a namespace."),
    ],
)


class ResponseOtherPartParam(ContractModel):
    """
    A part of any other type. Its text, if it has any, is shown to the model; otherwise it is ignored. `x-ignored-parameters` names it.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The part's type.",
            examples=["encrypted_content"],
            pattern="^(?!(input_text|input_image|input_file|output_text|refusal)(?![\\s\\S]))",
        ),
    ]


class ResponseOutputItemAddedEvent(ContractModel):
    """
    An item of the output begins.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.output_item.added"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    item: ResponseOutputItem


class ResponseOutputItemDoneEvent(ContractModel):
    """
    An item of the output is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.output_item.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    item: ResponseOutputItem


class ResponseOutputMessage(ContractModel):
    """
    A message that a model wrote.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str, Field(description="The item's id.", examples=["msg_68f1c0a2b9cc4c81a6f0"])
    ]
    type: Annotated[Literal["message"], Field(description="The item's type.")]
    status: ResponseItemStatus
    role: Annotated[Literal["assistant"], Field(description="The author's role.")]
    content: Annotated[
        list[ResponseOutputContent], Field(description="The message's parts.")
    ]
    phase: Annotated[
        Literal["commentary", "final_answer"] | None,
        Field(
            description="Whether the message is commentary or the final answer. Present only on an input item that had it."
        ),
    ] = None


class ResponseOutputRefusal(ContractModel):
    """
    A refusal that a model wrote.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["refusal"], Field(description="The part's type.")]
    refusal: Annotated[str, Field(description="The refusal's text.")]


class ResponseOutputText(ContractModel):
    """
    Text that a model wrote.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["output_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]
    annotations: Annotated[
        list[ResponseAnnotation],
        Field(
            description="Annotations of the text. This server makes none, so the list is empty.",
            max_length=0,
        ),
    ]
    logprobs: Annotated[
        list[ResponseLogprob],
        Field(
            description="The text's tokens with their log probabilities. Empty unless `include` asked for them."
        ),
    ]


ResponseOutputContent = TypeAliasType(
    "ResponseOutputContent",
    Annotated[
        ResponseOutputText | ResponseOutputRefusal,
        Field(
            description="One part of a message that a model wrote. Models here write text; a refusal can only have come with the input.",
            discriminator="type",
        ),
    ],
)


class ResponseOutputTextParam(ContractModel):
    """
    Text that a model generated earlier.
    """

    type: Annotated[Literal["output_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]
    annotations: Annotated[
        list[dict[str, Any]] | None,
        Field(
            description="The annotations that came with the text. The model does not see them."
        ),
    ] = None
    logprobs: Annotated[
        list[dict[str, Any]] | None,
        Field(
            description="The log probabilities that came with the text. The model does not see them."
        ),
    ] = None


class ResponseOutputTokensDetails(ContractModel):
    """
    The generated tokens by kind.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    reasoning_tokens: Annotated[int, Field(description="Those of the reasoning.", ge=0)]


class ResponsePatchOperation(ContractModel):
    """
    The change.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        str, Field(description="`create_file`, `update_file` or `delete_file`.")
    ]
    path: Annotated[str, Field(description="The file.")]
    diff: Annotated[
        str | None,
        Field(description="What changes in it. Absent if the file is deleted."),
    ] = None


class ResponsePatchOperationParam(ContractModel):
    """
    The change.
    """

    type: Annotated[
        str,
        Field(
            description="`create_file`, `update_file` or `delete_file`.",
            examples=["create_file"],
        ),
    ]
    path: Annotated[str, Field(description="The file.")]
    diff: Annotated[str | None, Field(description="What changes in it.")] = None


class ResponseQueuedEvent(ContractModel):
    """
    A background response is queued.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["response.queued"], Field(description="The event's type.")]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    response: Response


class ResponseReasoning(ContractModel):
    """
    The model's reasoning.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str, Field(description="The item's id.", examples=["rs_68f1c0a2b58f4bb5b0a3"])
    ]
    type: Annotated[Literal["reasoning"], Field(description="The item's type.")]
    summary: Annotated[
        list[ResponseSummaryText],
        Field(
            description="The complete reasoning, if `reasoning.summary` requested a summary; otherwise empty."
        ),
    ]
    content: Annotated[
        list[ResponseReasoningText] | None,
        Field(description="The reasoning. Absent if it is returned as `summary`."),
    ] = None
    encrypted_content: Annotated[
        str | None,
        Field(
            description="The reasoning in a form to send back. Present if `include` asked for it. It is encoded, not encrypted."
        ),
    ] = None
    status: ResponseItemStatus | None = None


class ResponseReasoningConfig(ContractModel):
    """
    The request's reasoning options.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    effort: Annotated[
        Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None,
        Field(
            description="How much the model reasons; null if the request did not set it."
        ),
    ]
    summary: Annotated[
        Literal["auto", "concise", "detailed"] | None,
        Field(description="Which summary was asked for; null if none was."),
    ]


class ResponseReasoningConfigParam(ContractModel):
    """
    How a model that reasons does so.
    """

    effort: Annotated[
        str | None,
        Field(
            description="How much to reason. It is passed to the chat template. One of `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`; any other is ignored and named in `x-ignored-parameters`.",
            examples=["none"],
        ),
    ] = None
    summary: Annotated[
        str | None,
        Field(
            description="If a summary is requested, the complete reasoning is returned as `summary` instead of `content`. One of `auto`, `concise` or `detailed`; any other is ignored and named in `x-ignored-parameters`.",
            examples=["auto"],
        ),
    ] = None
    generate_summary: Annotated[
        str | None,
        Field(
            description="The former name of `summary`. One of `auto`, `concise` or `detailed`; any other is ignored and named in `x-ignored-parameters`.",
            examples=["auto"],
        ),
    ] = None


class ResponseReasoningParam(ContractModel):
    """
    Reasoning that a model generated earlier.
    """

    type: Annotated[Literal["reasoning"], Field(description="The item's type.")]
    id: Annotated[
        str | None, Field(description="The item's id, if it came from a response.")
    ] = None
    summary: Annotated[
        list[ResponseSummaryTextParam], Field(description="A summary of the reasoning.")
    ]
    content: Annotated[
        list[ResponseReasoningTextParam] | None,
        Field(description="The reasoning itself."),
    ] = None
    encrypted_content: Annotated[
        str | None,
        Field(
            description="The reasoning in the form that a response of this server gave it. It is read if there is no `content` and no `summary`. Another server's cannot be read; it is ignored and named in `x-ignored-parameters`."
        ),
    ] = None
    status: ResponseGivenItemStatus | None = None


class ResponseReasoningSummaryPartAddedEvent(ContractModel):
    """
    A part of the summary of reasoning begins.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.reasoning_summary_part.added"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    summary_index: Annotated[
        int, Field(description="The part's place in the summary.", ge=0)
    ]
    part: ResponseSummaryText


class ResponseReasoningSummaryPartDoneEvent(ContractModel):
    """
    A part of the summary of reasoning is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.reasoning_summary_part.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    summary_index: Annotated[
        int, Field(description="The part's place in the summary.", ge=0)
    ]
    part: ResponseSummaryText


class ResponseReasoningSummaryTextDeltaEvent(ContractModel):
    """
    More of the summary of reasoning.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.reasoning_summary_text.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    summary_index: Annotated[
        int, Field(description="The part's place in the summary.", ge=0)
    ]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseReasoningSummaryTextDoneEvent(ContractModel):
    """
    The text of a part of the summary is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.reasoning_summary_text.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    summary_index: Annotated[
        int, Field(description="The part's place in the summary.", ge=0)
    ]
    text: Annotated[str, Field(description="The whole text.")]


class ResponseReasoningText(ContractModel):
    """
    One part of reasoning.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["reasoning_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]


ResponseContentPart = TypeAliasType(
    "ResponseContentPart",
    Annotated[
        ResponseOutputText | ResponseReasoningText,
        Field(
            description="One part of an item that is being generated.",
            discriminator="type",
        ),
    ],
)


class ResponseReasoningTextDeltaEvent(ContractModel):
    """
    More of the reasoning.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.reasoning_text.delta"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    content_index: Annotated[
        int, Field(description="The part's place in the item.", ge=0)
    ]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseReasoningTextDoneEvent(ContractModel):
    """
    The reasoning is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.reasoning_text.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    content_index: Annotated[
        int, Field(description="The part's place in the item.", ge=0)
    ]
    text: Annotated[str, Field(description="The whole text.")]


class ResponseReasoningTextParam(ContractModel):
    """
    One part of reasoning.
    """

    type: Annotated[
        str,
        Field(
            description="The part's type. Any is read as this one.",
            examples=["reasoning_text"],
        ),
    ]
    text: Annotated[str, Field(description="The text.")]


class ResponseRefusalParam(ContractModel):
    """
    A refusal that a model generated earlier.
    """

    type: Annotated[Literal["refusal"], Field(description="The part's type.")]
    refusal: Annotated[str, Field(description="The refusal's text.")]


ResponseContentPartParam = TypeAliasType(
    "ResponseContentPartParam",
    Annotated[
        ResponseInputTextParam
        | ResponseInputImageParam
        | ResponseInputFileParam
        | ResponseOutputTextParam
        | ResponseRefusalParam
        | ResponseOtherPartParam,
        Field(description="One part of a message."),
    ],
)


ResponseFunctionCallOutputPartParam = TypeAliasType(
    "ResponseFunctionCallOutputPartParam",
    Annotated[
        ResponseInputTextParam
        | ResponseInputImageParam
        | ResponseInputFileParam
        | ResponseOutputTextParam
        | ResponseRefusalParam
        | ResponseOtherPartParam,
        Field(description="One part of a function's result."),
    ],
)


class ResponseRequest(ContractModel):
    """
    The parameters of a response.
    """

    model: ModelName | None = None
    input: Annotated[
        ResponseInput | None,
        Field(
            description="The input. Optional if `previous_response_id` or `conversation` is given."
        ),
    ] = None
    instructions: Annotated[
        str | None,
        Field(
            description="A system message before the input. It does not apply to a response that continues this one.",
            examples=["Answer in one sentence."],
        ),
    ] = None
    previous_response_id: Annotated[
        str | None,
        Field(
            description="The id of a stored response to continue. Its input and output are put before the input.",
            examples=["resp_68f1c0a2b4d84d0c9e7a"],
        ),
    ] = None
    conversation: Annotated[
        str | ResponseConversationParam | None,
        Field(
            description="The conversation that the response belongs to. Its items are put before the input. When the response is complete, its input and output are appended to the conversation, unless it failed or was cancelled. Concurrent responses see the conversation as it was when they began, and append to it one after the other. Excludes `previous_response_id`."
        ),
    ] = None
    context_management: Annotated[
        list[ResponseContextManagementParam] | None,
        Field(
            description="How to limit the length of the prompt. With `compaction`, the model summarizes the conversation before it answers, if the prompt has more tokens than the threshold; the output then begins with a `compaction` item. `usage` counts the prompt of the answer itself."
        ),
    ] = None
    max_output_tokens: Annotated[
        int | None,
        Field(
            description="The maximum number of tokens to generate, including reasoning. Default: as many as the context has room for.",
            ge=1,
        ),
    ] = None
    max_tool_calls: Annotated[
        int | None,
        Field(
            description="The maximum number of MCP tool calls in this response. Further calls are not made, and the model is told so. The server has a limit of its own, too.",
            ge=1,
        ),
    ] = None
    temperature: Temperature | None = None
    top_p: TopP | None = None
    top_logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position, if `include` asks for log probabilities; at most as many as the server allows, by default 20. -1 means the whole vocabulary.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    include: Annotated[
        list[ResponseIncludable] | None,
        Field(description="Additional output to include in the response."),
    ] = None
    tools: Annotated[
        list[ResponseToolParam] | None,
        Field(
            description="The tools that the model may call. Those that a server would run, and those of an unknown type, are ignored and named in `x-ignored-parameters`."
        ),
    ] = None
    tool_choice: Annotated[
        ResponseToolChoiceParam | None,
        Field(description="Which tools the model may or must call. Default: `auto`."),
    ] = None
    parallel_tool_calls: Annotated[
        bool | None,
        Field(
            description="Whether the model may make several tool calls in one answer. Default: true."
        ),
    ] = None
    text: Annotated[
        ResponseTextConfigParam | None,
        Field(description="The format of the answer's text."),
    ] = None
    reasoning: Annotated[
        ResponseReasoningConfigParam | None,
        Field(description="How a model that reasons does so."),
    ] = None
    store: Annotated[
        bool | None,
        Field(
            description="Whether to store the response, so that it can be retrieved and continued. Default: true."
        ),
    ] = None
    background: Annotated[
        bool | None,
        Field(
            description="Whether to answer immediately with status `queued` and to generate the response in the background. Requires `store`."
        ),
    ] = None
    stream: Stream | None = None
    stream_options: Annotated[
        ResponseStreamOptionsParam | None,
        Field(description="Stream options. Only for requests with `stream`."),
    ] = None
    metadata: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], RequestMetadataValue]
        | None,
        Field(
            description="Up to 16 pairs of strings that are stored with the response and returned with it.",
            examples=[{"topic": "demo"}],
            max_length=16,
        ),
    ] = None
    truncation: Annotated[
        str | None,
        Field(
            description="How to handle an input that is longer than the context. `auto` drops the oldest items; `disabled`, the default, refuses it. One of `auto` or `disabled`; any other is ignored and named in `x-ignored-parameters`.",
            examples=["auto"],
        ),
    ] = None
    user: Annotated[
        str | None,
        Field(
            description="An id of the end user. It is returned, but has no effect; `safety_identifier` and `prompt_cache_key` replace it."
        ),
    ] = None
    safety_identifier: Annotated[
        str | None,
        Field(
            description="A stable id of the end user. It is returned, but has no effect."
        ),
    ] = None
    prompt_cache_key: Annotated[
        str | None,
        Field(
            description="A key for requests with a common prefix. It is returned, but has no effect: prefixes are always cached by their content."
        ),
    ] = None
    prompt_cache_retention: Annotated[
        str | None,
        Field(
            description="How long to keep the prompt cached. Accepted, but has no effect. One of `in_memory`, `in-memory` or `24h`; any other is ignored and named in `x-ignored-parameters`.",
            examples=["in_memory"],
        ),
    ] = None
    service_tier: Annotated[
        str | None,
        Field(
            description="The class of service. Accepted; this server has one class, `default`. One of `auto`, `default`, `flex`, `scale`, `priority`, `fast` or `ultrafast`; any other is ignored and named in `x-ignored-parameters`.",
            examples=["auto"],
        ),
    ] = None
    top_k: TopK | None = None
    min_p: MinP | None = None
    frequency_penalty: FrequencyPenalty | None = None
    presence_penalty: PresencePenalty | None = None
    repetition_penalty: RepetitionPenalty | None = None
    seed: Seed | None = None
    stop: Stop | None = None
    min_tokens: MinTokens | None = None
    ignore_eos: IgnoreEos | None = None
    stop_token_ids: StopTokenIds | None = None
    include_stop_str_in_output: IncludeStopStrInOutput | None = None
    skip_special_tokens: SkipSpecialTokens | None = None
    spaces_between_special_tokens: SpacesBetweenSpecialTokens | None = None
    logit_bias: LogitBias | None = None
    include_reasoning: Annotated[
        bool | None,
        Field(
            description="Whether the response includes the model's reasoning. Default: true. An extension of vLLM's."
        ),
    ] = None
    chat_template_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="More variables for the chat template, such as `enable_thinking`. An extension of vLLM's."
        ),
    ] = None
    media_io_kwargs: MediaIoKwargs | None = None
    mm_processor_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="Arguments for the model's own processor of images, audio and videos. Refused unless the server runs with `--trust-request-mm-kwargs`."
        ),
    ] = None
    mm_payload: MmPayload | None = None
    priority: Priority | None = None
    cache_salt: CacheSalt | None = None
    structured_outputs: Annotated[
        StructuredOutputs | None,
        Field(
            description="A constraint on the answer that `text.format` cannot express."
        ),
    ] = None
    request_id: Annotated[
        str | None,
        Field(
            description="An id for the request in the engine's logs and traces. The response's `id` is generated by the server.",
            max_length=128,
            min_length=1,
            pattern="^[!-~]+$",
        ),
    ] = None
    vllm_xargs: VllmXargs | None = None
    session_id: SessionId | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="Parameters for the connector of a deployment with separate encoders."
        ),
    ] = None
    watermarking: Watermarking | None = None


class ResponseShellAction(ContractModel):
    """
    The commands.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    commands: Annotated[list[str], Field(description="The commands, in order.")]
    timeout_ms: Annotated[
        int | None,
        Field(
            description="How long they may run, in milliseconds; null if the model did not set it."
        ),
    ]
    max_output_length: Annotated[
        int | None,
        Field(
            description="How many characters of their output are wanted; null if the model did not set it."
        ),
    ]


class ResponseShellActionParam(ContractModel):
    """
    The commands.
    """

    commands: Annotated[list[str], Field(description="The commands, in order.")]
    timeout_ms: Annotated[
        int | None, Field(description="How long they may run, in milliseconds.")
    ] = None
    max_output_length: Annotated[
        int | None, Field(description="How many characters of their output are wanted.")
    ] = None


class ResponseShellCall(ContractModel):
    """
    Commands that the client is to run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["shell_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str, Field(description="The call's id, to be given back with its output.")
    ]
    action: ResponseShellAction
    environment: Annotated[
        dict[str, Any] | None,
        Field(description="Where the commands are to run; null if not set."),
    ]


class ResponseShellCallCommandAddedEvent(ContractModel):
    """
    A command of a shell call begins.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.shell_call_command.added"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    command_index: Annotated[
        int, Field(description="The command's place in the call.", ge=0)
    ]
    command: Annotated[str, Field(description="The command so far, empty.")]


class ResponseShellCallCommandDeltaEvent(ContractModel):
    """
    More of a command of a shell call.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.shell_call_command.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    command_index: Annotated[
        int, Field(description="The command's place in the call.", ge=0)
    ]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseShellCallCommandDoneEvent(ContractModel):
    """
    A command of a shell call is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.shell_call_command.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    command_index: Annotated[
        int, Field(description="The command's place in the call.", ge=0)
    ]
    command: Annotated[str, Field(description="The whole command.")]


class ResponseShellCallOutput(ContractModel):
    """
    The output of shell commands.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["shell_call_output"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[
        list[ResponseShellOutput], Field(description="The output of each command.")
    ]
    max_output_length: Annotated[
        int | None, Field(description="How many characters were wanted.")
    ]


class ResponseShellCallOutputParam(ContractModel):
    """
    The output of shell commands.
    """

    type: Annotated[Literal["shell_call_output"], Field(description="The item's type.")]
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[
        list[ResponseShellOutputParam], Field(description="The output of each command.")
    ]
    max_output_length: Annotated[
        int | None, Field(description="How many characters were wanted.")
    ] = None
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseShellCallParam(ContractModel):
    """
    Commands of a shell that a model requested earlier.
    """

    type: Annotated[Literal["shell_call"], Field(description="The item's type.")]
    call_id: Annotated[
        str, Field(description="The call's id. The item with its output has the same.")
    ]
    action: ResponseShellActionParam
    environment: Annotated[
        dict[str, Any] | None, Field(description="Where the commands were to run.")
    ] = None
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseShellOutcome(ContractModel):
    """
    How a command ended.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[str, Field(description="`exit`, or `timeout`.")]
    exit_code: Annotated[
        int | None, Field(description="The exit status. Absent if it did not exit.")
    ] = None


class ResponseShellOutcomeParam(ContractModel):
    """
    How a command ended.
    """

    type: Annotated[str, Field(description="`exit`, or `timeout`.", examples=["exit"])]
    exit_code: Annotated[int | None, Field(description="The exit status.")] = None


class ResponseShellOutput(ContractModel):
    """
    The output of a command.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    stdout: Annotated[str, Field(description="Its standard output.")]
    stderr: Annotated[str, Field(description="Its standard error.")]
    outcome: ResponseShellOutcome


class ResponseShellOutputParam(ContractModel):
    """
    The output of a command.
    """

    stdout: Annotated[str, Field(description="Its standard output.")]
    stderr: Annotated[str, Field(description="Its standard error.")]
    outcome: ResponseShellOutcomeParam


class ResponseShellTool(ContractModel):
    """
    A shell of the client's, for several commands at a time.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["shell"], Field(description="The tool's type.")]
    environment: Annotated[
        dict[str, Any] | None,
        Field(
            description="Where the commands run; null if the request did not set it."
        ),
    ]


class ResponseShellToolParam(ContractModel):
    """
    A shell of the client's, for several commands at a time.
    """

    type: Annotated[Literal["shell"], Field(description="The tool's type.")]
    environment: Annotated[
        dict[str, Any] | None,
        Field(
            description="Where the commands run. Only `local` is supported; a tool with another environment is ignored and named in `x-ignored-parameters`."
        ),
    ] = None


ResponseStatus = TypeAliasType(
    "ResponseStatus",
    Annotated[
        Literal[
            "queued", "in_progress", "completed", "failed", "incomplete", "cancelled"
        ],
        Field(
            description="The status of the response. `incomplete`: it was cut off. `cancelled`: a client cancelled it."
        ),
    ],
)


class ResponseStreamOptionsParam(ContractModel):
    """
    Stream options.
    """

    include_obfuscation: Annotated[
        bool | None,
        Field(
            description="Whether to pad events against traffic analysis. Accepted, but has no effect: events are never padded."
        ),
    ] = None


class ResponseSummaryText(ContractModel):
    """
    One part of a summary of reasoning.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["summary_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]


class ResponseSummaryTextParam(ContractModel):
    """
    One part of a summary of reasoning.
    """

    type: Annotated[
        str,
        Field(
            description="The part's type. Any is read as this one.",
            examples=["summary_text"],
        ),
    ]
    text: Annotated[str, Field(description="The text.")]


class ResponseTextConfig(ContractModel):
    """
    The format of the answer's text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    format: ResponseTextFormat
    verbosity: Annotated[
        Literal["low", "medium", "high"] | None,
        Field(
            description="The verbosity of the answer. Absent if the request did not set it."
        ),
    ] = None


class ResponseTextConfigParam(ContractModel):
    """
    The format of the answer's text.
    """

    format: Annotated[
        ResponseTextFormatParam | None,
        Field(description="The format. Default: plain text."),
    ] = None
    verbosity: Annotated[
        str | None,
        Field(
            description="The verbosity of the answer. It is returned, but has no effect. One of `low`, `medium` or `high`; any other is ignored and named in `x-ignored-parameters`.",
            examples=["low"],
        ),
    ] = None


class ResponseTextDeltaEvent(ContractModel):
    """
    More of a message's text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.output_text.delta"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    content_index: Annotated[
        int, Field(description="The part's place in the item.", ge=0)
    ]
    delta: Annotated[str, Field(description="The text to add.")]
    logprobs: Annotated[
        list[ResponseLogprob],
        Field(
            description="The added tokens with their log probabilities. Empty unless `include` asked for them."
        ),
    ]


class ResponseTextDoneEvent(ContractModel):
    """
    A message's text is done.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["response.output_text.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.", ge=0)
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[
        int, Field(description="The item's place in the output.", ge=0)
    ]
    content_index: Annotated[
        int, Field(description="The part's place in the item.", ge=0)
    ]
    text: Annotated[str, Field(description="The whole text.")]
    logprobs: Annotated[
        list[ResponseLogprob],
        Field(
            description="The text's tokens with their log probabilities. Empty unless `include` asked for them."
        ),
    ]


ResponseStreamEvent = TypeAliasType(
    "ResponseStreamEvent",
    Annotated[
        ResponseCreatedEvent
        | ResponseQueuedEvent
        | ResponseInProgressEvent
        | ResponseCompletedEvent
        | ResponseIncompleteEvent
        | ResponseFailedEvent
        | ResponseOutputItemAddedEvent
        | ResponseOutputItemDoneEvent
        | ResponseContentPartAddedEvent
        | ResponseContentPartDoneEvent
        | ResponseTextDeltaEvent
        | ResponseTextDoneEvent
        | ResponseFunctionCallArgumentsDeltaEvent
        | ResponseFunctionCallArgumentsDoneEvent
        | ResponseCustomToolCallInputDeltaEvent
        | ResponseCustomToolCallInputDoneEvent
        | ResponseShellCallCommandAddedEvent
        | ResponseShellCallCommandDeltaEvent
        | ResponseShellCallCommandDoneEvent
        | ResponseReasoningTextDeltaEvent
        | ResponseReasoningTextDoneEvent
        | ResponseReasoningSummaryPartAddedEvent
        | ResponseReasoningSummaryPartDoneEvent
        | ResponseReasoningSummaryTextDeltaEvent
        | ResponseReasoningSummaryTextDoneEvent
        | ResponseCompactionCompactingEvent
        | ResponseMcpListToolsInProgressEvent
        | ResponseMcpListToolsCompletedEvent
        | ResponseMcpListToolsFailedEvent
        | ResponseMcpCallInProgressEvent
        | ResponseMcpCallArgumentsDeltaEvent
        | ResponseMcpCallArgumentsDoneEvent
        | ResponseMcpCallCompletedEvent
        | ResponseMcpCallFailedEvent
        | ResponseErrorEvent,
        Field(
            description="One event of a response's stream; the `event:` line has the same name as `type`. The last event is `response.completed`, `response.incomplete`, `response.failed` or `error`.",
            discriminator="type",
        ),
    ],
)


class ResponseTextFormatJsonObject(ContractModel):
    """
    Some JSON object.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["json_object"], Field(description="The format's type.")]


class ResponseTextFormatJsonObjectParam(ContractModel):
    """
    Some JSON object.
    """

    type: Annotated[Literal["json_object"], Field(description="The format's type.")]


class ResponseTextFormatJsonSchema(ContractModel):
    """
    JSON that matches a schema.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["json_schema"], Field(description="The format's type.")]
    name: Annotated[str, Field(description="The format's name.")]
    description: Annotated[str | None, Field(description="What the format is for.")]
    schema_: Annotated[
        dict[str, Any],
        Field(alias="schema", description="A JSON Schema, written by the client."),
    ]
    strict: Annotated[
        bool, Field(description="Whether the answer must match the schema.")
    ]


class ResponseTextFormatJsonSchemaParam(ContractModel):
    """
    JSON that matches a schema.
    """

    type: Annotated[Literal["json_schema"], Field(description="The format's type.")]
    name: Annotated[
        str, Field(description="The format's name.", pattern="^[a-zA-Z0-9_-]{1,64}$")
    ]
    description: Annotated[str | None, Field(description="What the format is for.")] = (
        None
    )
    schema_: Annotated[
        dict[str, Any],
        Field(alias="schema", description="A JSON Schema, written by the client."),
    ]
    strict: Annotated[
        bool | None,
        Field(
            description="Whether the answer must match the schema. It always does here."
        ),
    ] = None


class ResponseTextFormatPlain(ContractModel):
    """
    Plain text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["text"], Field(description="The format's type.")]


ResponseTextFormat = TypeAliasType(
    "ResponseTextFormat",
    Annotated[
        ResponseTextFormatPlain
        | ResponseTextFormatJsonObject
        | ResponseTextFormatJsonSchema,
        Field(description="The format of the answer's text.", discriminator="type"),
    ],
)


class ResponseTextFormatPlainParam(ContractModel):
    """
    Plain text.
    """

    type: Annotated[Literal["text"], Field(description="The format's type.")]


ResponseTextFormatParam = TypeAliasType(
    "ResponseTextFormatParam",
    Annotated[
        ResponseTextFormatPlainParam
        | ResponseTextFormatJsonObjectParam
        | ResponseTextFormatJsonSchemaParam,
        Field(description="A format of the answer's text.", discriminator="type"),
    ],
)


class ResponseTextInputFormat(ContractModel):
    """
    Any text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["text"], Field(description="The format's type.")]


ResponseCustomToolFormat = TypeAliasType(
    "ResponseCustomToolFormat",
    Annotated[
        ResponseTextInputFormat | ResponseGrammarFormat,
        Field(description="The format of a custom tool's text.", discriminator="type"),
    ],
)


class ResponseTextInputFormatParam(ContractModel):
    """
    Any text. A format of a type that is not known is read as this one, and named in `x-ignored-parameters`.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The format's type, `text`.",
            examples=["text"],
            pattern="^(?!grammar(?![\\s\\S]))",
        ),
    ]


ResponseCustomToolFormatParam = TypeAliasType(
    "ResponseCustomToolFormatParam",
    Annotated[
        ResponseGrammarFormatParam | ResponseTextInputFormatParam,
        Field(description="The format of a custom tool's text."),
    ],
)


class ResponseToolChoiceAllowed(ContractModel):
    """
    The model may call only some of the tools.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["allowed_tools"], Field(description="The type of the choice.")
    ]
    mode: Annotated[
        Literal["auto", "required"],
        Field(description="Whether one of them must be called."),
    ]
    tools: Annotated[
        list[ResponseAllowedTool], Field(description="The tools that may be called.")
    ]


class ResponseToolChoiceAllowedParam(ContractModel):
    """
    The model may call only some of the tools.
    """

    type: Annotated[
        Literal["allowed_tools"], Field(description="The type of the choice.")
    ]
    mode: Annotated[
        str,
        Field(
            description="Whether one of them must be called (`required`) or not (`auto`). Any other is read as `auto`, and named in `x-ignored-parameters`.",
            examples=["auto", "required"],
        ),
    ]
    tools: Annotated[
        list[ResponseAllowedToolParam],
        Field(description="The tools that may be called.", min_length=1),
    ]


class ResponseToolChoiceCustom(ContractModel):
    """
    The model must call one custom tool.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["custom"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The tool's name.")]
    namespace: Annotated[
        str | None,
        Field(description="The tool's namespace. Absent if the request named none."),
    ] = None


class ResponseToolChoiceCustomParam(ContractModel):
    """
    The model must call one custom tool.
    """

    type: Annotated[Literal["custom"], Field(description="The tool's type.")]
    name: Annotated[
        str,
        Field(
            description="The tool's name, for one of a namespace with or without `NAMESPACE__`."
        ),
    ]
    namespace: Annotated[str | None, Field(description="The tool's namespace.")] = None


class ResponseToolChoiceFunction(ContractModel):
    """
    The model must call one function.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["function"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The function's name.")]
    namespace: Annotated[
        str | None,
        Field(
            description="The function's namespace. Absent if the request named none."
        ),
    ] = None


class ResponseToolChoiceFunctionParam(ContractModel):
    """
    The model must call one function.
    """

    type: Annotated[Literal["function"], Field(description="The tool's type.")]
    name: Annotated[
        str,
        Field(
            description="The function's name, for one of a namespace with or without `NAMESPACE__`."
        ),
    ]
    namespace: Annotated[str | None, Field(description="The function's namespace.")] = (
        None
    )


class ResponseToolChoiceMcp(ContractModel):
    """
    The model must call a tool of an MCP server.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["mcp"], Field(description="The tool's type.")]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    name: Annotated[
        str | None, Field(description="The tool's name. Absent if any will do.")
    ] = None


class ResponseToolChoiceMcpParam(ContractModel):
    """
    The model must call a tool of an MCP server. A tool that does not exist is refused.
    """

    type: Annotated[Literal["mcp"], Field(description="The tool's type.")]
    server_label: Annotated[
        str, Field(description="The MCP server's label in `tools`.")
    ]
    name: Annotated[
        str | None,
        Field(description="The tool's name. Default: any of the MCP server's tools."),
    ] = None


ResponseToolChoiceMode = TypeAliasType(
    "ResponseToolChoiceMode",
    Annotated[
        Literal["none", "auto", "required"],
        Field(
            description="Whether the model calls tools, `none` for never, `auto` for its own decision, `required` for at least once."
        ),
    ],
)


ResponseToolChoiceModeParam = TypeAliasType(
    "ResponseToolChoiceModeParam",
    Annotated[
        str,
        Field(
            description="Whether the model calls tools, `none` for never, `auto` for its own decision, `required` for at least once. Any other is ignored, and named in `x-ignored-parameters`.",
            examples=["none", "auto", "required"],
        ),
    ],
)


class ResponseToolChoiceType(ContractModel):
    """
    The model must call the tool of a type.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["tool_search", "local_shell", "shell", "apply_patch"],
        Field(description="The tool's type."),
    ]


ResponseToolChoice = TypeAliasType(
    "ResponseToolChoice",
    Annotated[
        ResponseToolChoiceMode
        | ResponseToolChoiceFunction
        | ResponseToolChoiceCustom
        | ResponseToolChoiceAllowed
        | ResponseToolChoiceMcp
        | ResponseToolChoiceType,
        Field(description="Which tools the model may or must call."),
    ],
)


class ResponseToolChoiceTypeParam(ContractModel):
    """
    The model must call the tool of a type, such as `apply_patch` or `shell`. A tool that does not exist is refused.
    """

    model_config = ConfigDict(
        regex_engine="python-re",
    )
    type: Annotated[
        str,
        Field(
            description="The tool's type.",
            examples=["apply_patch"],
            pattern="^(?!(function|custom|allowed_tools)(?![\\s\\S]))",
        ),
    ]


ResponseToolChoiceParam = TypeAliasType(
    "ResponseToolChoiceParam",
    Annotated[
        ResponseToolChoiceModeParam
        | ResponseToolChoiceFunctionParam
        | ResponseToolChoiceCustomParam
        | ResponseToolChoiceAllowedParam
        | ResponseToolChoiceMcpParam
        | ResponseToolChoiceTypeParam,
        Field(description="Which tools the model may or must call."),
    ],
)


ResponseToolOutput = TypeAliasType(
    "ResponseToolOutput",
    Annotated[
        str | list[ResponseInputContent],
        Field(description="What the tool returned, a text or a list of parts."),
    ],
)


ResponseToolOutputParam = TypeAliasType(
    "ResponseToolOutputParam",
    Annotated[
        str | list[ResponseFunctionCallOutputPartParam],
        Field(description="What the tool returned, a text or a list of parts."),
    ],
)


class ResponseToolSearchCall(ContractModel):
    """
    A search for tools that the client is to run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["tool_search_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str, Field(description="The call's id, to be given back with its output.")
    ]
    execution: Annotated[Literal["client"], Field(description="Who runs it.")]
    arguments: Annotated[Any, Field(description="The search's arguments.")]


ResponseOutputItem = TypeAliasType(
    "ResponseOutputItem",
    Annotated[
        ResponseOutputMessage
        | ResponseFunctionCall
        | ResponseReasoning
        | ResponseCustomToolCall
        | ResponseLocalShellCall
        | ResponseShellCall
        | ResponseApplyPatchCall
        | ResponseToolSearchCall
        | ResponseCompaction
        | ResponseMcpListTools
        | ResponseMcpCall
        | ResponseMcpApprovalRequest,
        Field(description="A generated item.", discriminator="type"),
    ],
)


class ResponseToolSearchCallParam(ContractModel):
    """
    A search for tools that a model requested earlier.
    """

    type: Annotated[Literal["tool_search_call"], Field(description="The item's type.")]
    call_id: Annotated[
        str | None,
        Field(
            description="The call's id. The item with its output has the same. A search without one was a server's, and is left out."
        ),
    ] = None
    execution: Annotated[str | None, Field(description="Who ran it.")] = None
    arguments: Annotated[Any, Field(description="The search's arguments.")]
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseToolSearchOutput(ContractModel):
    """
    The tools that a search has found.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["tool_search_output"], Field(description="The item's type.")
    ]
    status: ResponseItemStatus
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    execution: Annotated[Literal["client"], Field(description="Who ran the search.")]
    tools: Annotated[list[ResponseTool], Field(description="The tools.")]


ResponseItem = TypeAliasType(
    "ResponseItem",
    Annotated[
        ResponseInputMessage
        | ResponseOutputMessage
        | ResponseFunctionCall
        | ResponseFunctionCallOutput
        | ResponseReasoning
        | ResponseCustomToolCall
        | ResponseCustomToolCallOutput
        | ResponseLocalShellCall
        | ResponseLocalShellCallOutput
        | ResponseShellCall
        | ResponseShellCallOutput
        | ResponseApplyPatchCall
        | ResponseApplyPatchCallOutput
        | ResponseToolSearchCall
        | ResponseToolSearchOutput
        | ResponseAdditionalTools
        | ResponseCompaction
        | ResponseMcpListTools
        | ResponseMcpCall
        | ResponseMcpApprovalRequest
        | ResponseMcpApprovalResponse,
        Field(description="One input item of a response."),
    ],
)


class ResponseToolSearchOutputParam(ContractModel):
    """
    The tools that a search has found. The model may call them from then on.
    """

    type: Annotated[
        Literal["tool_search_output"], Field(description="The item's type.")
    ]
    call_id: Annotated[
        str | None, Field(description="The id of the call that this answers.")
    ] = None
    execution: Annotated[str | None, Field(description="Who ran the search.")] = None
    tools: Annotated[list[ResponseToolParam], Field(description="The tools.")]
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


ResponseInputItem = TypeAliasType(
    "ResponseInputItem",
    Annotated[
        ResponseMessageParam
        | ResponseFunctionCallParam
        | ResponseFunctionCallOutputParam
        | ResponseReasoningParam
        | ResponseItemReferenceParam
        | ResponseCustomToolCallParam
        | ResponseCustomToolCallOutputParam
        | ResponseLocalShellCallParam
        | ResponseLocalShellCallOutputParam
        | ResponseShellCallParam
        | ResponseShellCallOutputParam
        | ResponseApplyPatchCallParam
        | ResponseApplyPatchCallOutputParam
        | ResponseToolSearchCallParam
        | ResponseToolSearchOutputParam
        | ResponseAdditionalToolsParam
        | ResponseCompactionParam
        | ResponseCompactionTriggerParam
        | ResponseMcpListToolsParam
        | ResponseMcpCallParam
        | ResponseMcpApprovalRequestParam
        | ResponseMcpApprovalResponseParam
        | ResponseOtherItemParam,
        Field(
            description="One item of the input. Items of a response's output can be sent back unchanged."
        ),
    ],
)


ResponseInput = TypeAliasType(
    "ResponseInput",
    Annotated[
        str | list[ResponseInputItem],
        Field(description="The input, a user's text or a list of items."),
    ],
)


class ResponseToolSearchTool(ContractModel):
    """
    A search for tools, which the client runs.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["tool_search"], Field(description="The tool's type.")]
    execution: Annotated[Literal["client"], Field(description="Who runs it.")]
    description: Annotated[str | None, Field(description="What can be found.")]
    parameters: Annotated[
        dict[str, Any] | None,
        Field(description="The arguments of a search; null if the request had none."),
    ]


ResponseTool = TypeAliasType(
    "ResponseTool",
    Annotated[
        ResponseFunctionTool
        | ResponseCustomTool
        | ResponseNamespaceTool
        | ResponseToolSearchTool
        | ResponseLocalShellTool
        | ResponseShellTool
        | ResponseApplyPatchTool
        | ResponseMcpTool,
        Field(description="A tool that the model may call.", discriminator="type"),
    ],
)


class ResponseToolSearchToolParam(ContractModel):
    """
    A search for tools. The client runs it, and answers with the tools that it has found, which the model may then call.
    """

    type: Annotated[Literal["tool_search"], Field(description="The tool's type.")]
    execution: Annotated[
        str | None,
        Field(
            description="Who runs it, `client` or `server`. Only a search that the client runs is supported; any other is ignored and named in `x-ignored-parameters`."
        ),
    ] = None
    description: Annotated[str | None, Field(description="What can be found.")] = None
    parameters: Annotated[
        dict[str, Any] | None,
        Field(description="The arguments of a search. By default, a `query`."),
    ] = None


ResponseToolParam = TypeAliasType(
    "ResponseToolParam",
    Annotated[
        ResponseFunctionToolParam
        | ResponseCustomToolParam
        | ResponseNamespaceToolParam
        | ResponseToolSearchToolParam
        | ResponseLocalShellToolParam
        | ResponseShellToolParam
        | ResponseApplyPatchToolParam
        | ResponseMcpToolParam
        | ResponseHostedToolParam,
        Field(description="A tool that the model may call."),
    ],
)


class ResponseTopLogprob(ContractModel):
    """
    A token that could have been in this place, with its log probability.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    token: Annotated[
        str,
        Field(
            description="The token's text; the bytes of a part of a character are written as `\\xf0`."
        ),
    ]
    logprob: Annotated[
        float, Field(description="The natural logarithm of the token's probability.")
    ]
    bytes: Annotated[
        list[int],
        Field(
            description="The token's bytes, from which characters that span several tokens can be assembled; empty if it has none."
        ),
    ]


class ResponseUsage(ContractModel):
    """
    The token counts.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    input_tokens: Annotated[int, Field(description="The tokens of the prompt.", ge=0)]
    input_tokens_details: ResponseInputTokensDetails
    output_tokens: Annotated[
        int, Field(description="The generated tokens, including reasoning.", ge=0)
    ]
    output_tokens_details: ResponseOutputTokensDetails
    total_tokens: Annotated[int, Field(description="Both together.", ge=0)]


class RetrieveChatCompletionParameters(ContractModel):
    """
    The parameters of GET /v1/chat/completions/{completion_id}.
    """

    completion_id: Annotated[
        str, Field(description="The completion's id.", min_length=1)
    ]


class RetrieveConversationItemParameters(ContractModel):
    """
    The parameters of GET /v1/conversations/{conversation_id}/items/{item_id}.
    """

    conversation_id: Annotated[
        str, Field(description="The conversation's id.", min_length=1)
    ]
    item_id: Annotated[str, Field(description="The item's id.", min_length=1)]
    include: Annotated[
        list[str] | None,
        Field(
            description="Additional output. Accepted, but has no effect: the stored output is returned."
        ),
    ] = None


class RetrieveConversationParameters(ContractModel):
    """
    The parameters of GET /v1/conversations/{conversation_id}.
    """

    conversation_id: Annotated[
        str, Field(description="The conversation's id.", min_length=1)
    ]


class RetrieveModelParameters(ContractModel):
    """
    The parameters of GET /v1/models/{model}.
    """

    model: Annotated[
        str,
        Field(
            description="The model's id. It may contain slashes, as `meta/llama-3.1-8b-instruct` does: the rest of the path is the id, with its slashes as they are or as `%2F`."
        ),
    ]


class RetrieveResponseParameters(ContractModel):
    """
    The parameters of GET /v1/responses/{response_id}.
    """

    response_id: Annotated[str, Field(description="The response's id.", min_length=1)]
    stream: Annotated[
        bool | None, Field(description="Whether to send the response's events.")
    ] = None
    starting_after: Annotated[
        int | None,
        Field(
            description="The sequence number of the last event that the client has received. Only later ones are sent.",
            ge=0,
        ),
    ] = None
    include: Annotated[
        list[str] | None,
        Field(
            description="Additional output. Accepted, but has no effect: the stored output is returned."
        ),
    ] = None
    include_obfuscation: Annotated[
        bool | None,
        Field(
            description="Whether to pad events against traffic analysis. Accepted, but has no effect: events are never padded."
        ),
    ] = None


ReturnTokenIds = TypeAliasType(
    "ReturnTokenIds",
    Annotated[
        bool | None,
        Field(
            description="Whether the answer includes the ids of the prompt's and the generated tokens. Default: false."
        ),
    ],
)


ReturnTokensAsTokenIds = TypeAliasType(
    "ReturnTokensAsTokenIds",
    Annotated[
        bool | None,
        Field(
            description="Whether tokens in log probabilities are written as `token_id:ID`, so that tokens which are not whole characters can be distinguished. Default: false."
        ),
    ],
)


class Root(ContractModel):
    """
    The server's name and release, and the paths of its main endpoints.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[Literal["Accord"], Field(description="The server's name.")]
    release: Annotated[str, Field(description="The release of the server.")]
    models: Annotated[str, Field(description="The path of the models that are served.")]
    health: Annotated[
        str, Field(description="The path that says whether the server is ready.")
    ]
    contract: Annotated[
        str, Field(description="The path of the contract, if it is published.")
    ]


ScoringItems1 = TypeAliasType(
    "ScoringItems1",
    Annotated[
        list[str],
        Field(description="The items, all as text or all as token ids.", min_length=1),
    ],
)


ScoringPrompt1 = TypeAliasType(
    "ScoringPrompt1",
    Annotated[
        str, Field(description="A prompt, as text or as token ids.", min_length=1)
    ],
)


Seed = TypeAliasType(
    "Seed",
    Annotated[
        int | None,
        Field(
            description="The seed for sampling. The same request with the same seed gives the same answer as far as the hardware allows.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ],
)


class ServedModel(ContractModel):
    """
    A model, or an adapter over one, that requests can name in `model`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The name to give in `model`.")]
    object: Annotated[Literal["model"], Field(description="Always `model`.")]
    created: Annotated[
        int,
        Field(
            description="When this server began to serve the model, in Unix seconds.",
            ge=0,
        ),
    ]
    owned_by: Annotated[str, Field(description="Who serves the model.")]
    root: Annotated[
        str | None,
        Field(
            description="The model's repository or folder, from which it was loaded."
        ),
    ] = None
    parent: Annotated[
        str | None,
        Field(
            description="For an adapter, the id of the model that it adapts; absent for a base model."
        ),
    ] = None
    max_model_len: Annotated[
        int | None,
        Field(
            description="How many tokens the prompt and the answer may have together; absent for an adapter.",
            ge=1,
        ),
    ] = None
    type: Annotated[
        Literal["model"],
        Field(
            description="Always `model`. As `created_at` and the next ones, a field of Anthropic's API."
        ),
    ]
    display_name: Annotated[str, Field(description="The name again, to be shown.")]
    created_at: Annotated[
        AwareDatetime, Field(description="When this server began to serve the model.")
    ]
    lifecycle: Annotated[Literal["active"], Field(description="Always `active`.")]
    max_input_tokens: Annotated[
        int | None,
        Field(
            description="How many tokens the prompt and the answer may have together; absent until the model is loaded.",
            ge=1,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(description="The maximum number of tokens of an answer: the same.", ge=1),
    ] = None
    context_length: Annotated[
        int | None,
        Field(
            description="The same, under the name that OpenRouter and clients for it have for it.",
            ge=1,
        ),
    ] = None
    context_window: Annotated[
        int | None,
        Field(description="The same, under another name that clients look for.", ge=1),
    ] = None


class ServerInfo(ContractModel):
    """
    What vLLM says of itself; its parts differ from release to release.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    vllm_config: Annotated[
        str | dict[str, Any],
        Field(description="The engine's configuration, as a text or as an object."),
    ]
    vllm_env: Annotated[
        dict[str, Any],
        Field(description="The variables that vLLM reads, with their values."),
    ]
    system_env: Annotated[
        dict[str, Any],
        Field(description="The machine, and the packages that are installed."),
    ]


SessionId = TypeAliasType(
    "SessionId",
    Annotated[
        str | None,
        Field(
            description="An id that the requests of one conversation or agent share, for engine components that treat them alike. It takes precedence over the header `x-session-id`, and that over `session_id` in `vllm_xargs`.",
            max_length=1024,
        ),
    ],
)


SkipSpecialTokens = TypeAliasType(
    "SkipSpecialTokens",
    Annotated[
        bool | None,
        Field(
            description="Whether special tokens are left out of the text. Default: true."
        ),
    ],
)


SpacesBetweenSpecialTokens = TypeAliasType(
    "SpacesBetweenSpecialTokens",
    Annotated[
        bool | None,
        Field(
            description="Whether special tokens that are in the text have spaces between them. Default: true."
        ),
    ],
)


StopReason = TypeAliasType(
    "StopReason",
    Annotated[
        str | int,
        Field(
            description="The stop string or the stop token that ended the choice. Absent if something else did."
        ),
    ],
)


StopString = TypeAliasType(
    "StopString",
    Annotated[
        str, Field(description="A string at which generation ends.", min_length=1)
    ],
)


StopStrings = TypeAliasType(
    "StopStrings",
    Annotated[
        list[StopString],
        Field(description="Strings at which generation ends.", max_length=32),
    ],
)
"""
Strings at which generation ends.
"""


Stop = TypeAliasType(
    "Stop",
    Annotated[
        StopString | StopStrings | None,
        Field(
            description="A string, or up to 32 of them, at which generation ends. The answer does not include the one that ended it."
        ),
    ],
)


class StoredChatMessage(ContractModel):
    """
    A message that a stored chat completion answers.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[
        str,
        Field(
            description="The message's id, the completion's with the message's number.",
            examples=["chatcmpl-d3d9446802a44259-0"],
        ),
    ]
    role: Annotated[
        Literal["developer", "system", "user", "assistant", "tool", "function"],
        Field(description="Whose message it is."),
    ]
    content: Annotated[
        str | None,
        Field(description="The text, of all parts together; null if there is none."),
    ]
    refusal: Annotated[
        str | None, Field(description="The refusal, if the model declined to answer.")
    ]
    content_parts: Annotated[
        list[StoredContentPart] | None,
        Field(
            description="The texts and images, if the message had parts; null if it had a text."
        ),
    ]
    name: Annotated[
        str | None,
        Field(description="The author's name. Absent if the message had none."),
    ] = None
    tool_calls: Annotated[
        list[ChatCompletionToolCall] | None,
        Field(
            description="The tools that the model called. Absent if it called none.",
            min_length=1,
        ),
    ] = None
    tool_call_id: Annotated[
        str | None,
        Field(
            description="The id of the call that this answers. Present on a tool's message."
        ),
    ] = None


class StoredImagePart(ContractModel):
    """
    An image.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["image_url"], Field(description="Always `image_url`.")]
    image_url: StoredImageUrl


class StoredImageUrl(ContractModel):
    """
    The source of an image.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    url: Annotated[
        str,
        Field(description="The image's URL, or a data URL with the image in base64."),
    ]
    detail: Annotated[
        str | None,
        Field(
            description="The level of detail. Absent if the message did not have one."
        ),
    ] = None


class StoredTextPart(ContractModel):
    """
    A text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["text"], Field(description="Always `text`.")]
    text: Annotated[str, Field(description="The text.")]


StoredContentPart = TypeAliasType(
    "StoredContentPart",
    Annotated[
        StoredTextPart | StoredImagePart,
        Field(description="A part of a message.", discriminator="type"),
    ],
)


Stream = TypeAliasType(
    "Stream",
    Annotated[
        bool | None,
        Field(
            description="Whether to send the answer as server-sent events while it is being generated. Default: false."
        ),
    ],
)


StreamInterval = TypeAliasType(
    "StreamInterval",
    Annotated[
        int | None,
        Field(
            description="How many tokens a stream collects before it sends them; the first and the last are sent immediately. It can only raise the server's own interval, which is 1 unless configured.",
            ge=1,
            le=2147483647,
        ),
    ],
)


class StreamOptions(ContractModel):
    """
    Stream options. Only allowed if `stream` is true.
    """

    include_usage: Annotated[
        bool | None,
        Field(
            description="Whether to send one more chunk before `[DONE]`, with the request's token counts in `usage` and no choices. Every other chunk then has a null `usage`. Default: false."
        ),
    ] = None
    include_obfuscation: Annotated[
        bool | None,
        Field(
            description="Whether to pad chunks against traffic analysis. Accepted, but has no effect; chunks are never padded."
        ),
    ] = None
    continuous_usage_stats: Annotated[
        bool | None,
        Field(
            description="Whether every chunk has the token counts so far in `usage`. Needs `include_usage`. Default: false."
        ),
    ] = None


class StructuredOutputs(ContractModel):
    """
    A constraint on the answer. Exactly one of `json`, `regex`, `choice`, `grammar`, `json_object` and `structural_tag` must be given.
    """

    json_: Annotated[
        dict[str, Any] | str | None,
        Field(
            alias="json",
            description="A JSON Schema that the answer satisfies, as an object or as text.",
        ),
    ] = None
    regex: Annotated[
        str | None,
        Field(description="A regular expression that the whole answer matches."),
    ] = None
    choice: Annotated[
        list[str] | None, Field(description="The answers to choose from.", min_length=1)
    ] = None
    grammar: Annotated[
        str | None,
        Field(description="A context-free grammar that the answer follows, in EBNF."),
    ] = None
    json_object: Annotated[
        bool | None, Field(description="Whether the answer is some JSON object.")
    ] = None
    structural_tag: Annotated[
        str | None,
        Field(
            description="A structural tag, as JSON text, which constrains the parts of the answer between given tags."
        ),
    ] = None
    disable_any_whitespace: Annotated[
        bool | None,
        Field(
            description="Whether JSON is written without optional whitespace. Default: false."
        ),
    ] = None
    disable_additional_properties: Annotated[
        bool | None,
        Field(
            description="Whether objects are held to the properties that their JSON Schema names. Default: false."
        ),
    ] = None
    whitespace_pattern: Annotated[
        str | None,
        Field(
            description="A regular expression for the whitespace that may stand between the parts of JSON."
        ),
    ] = None


class SystemMessage(ContractModel):
    """
    Instructions that the model follows throughout the conversation.
    """

    role: Annotated[Literal["system"], Field(description="Always `system`.")]
    content: TextContent
    name: Annotated[
        str | None,
        Field(description="The author's name, to tell apart authors of one role."),
    ] = None


Temperature = TypeAliasType(
    "Temperature",
    Annotated[
        float | None,
        Field(
            description="The sampling temperature. 0 always selects the most likely token; higher values give more varied text.",
            ge=0.0,
            le=2.0,
        ),
    ],
)


class TextPart(ContractModel):
    """
    A text.
    """

    type: Annotated[Literal["text"], Field(description="Always `text`.")]
    text: Annotated[str, Field(description="The text.")]


AssistantContentPart = TypeAliasType(
    "AssistantContentPart",
    Annotated[
        TextPart | RefusalPart,
        Field(
            description="A part of an assistant's message; its `type` says of which kind.",
            discriminator="type",
        ),
    ],
)


AssistantContentParts = TypeAliasType(
    "AssistantContentParts",
    Annotated[
        list[AssistantContentPart],
        Field(
            description="The parts of an assistant's message, in order.", min_length=1
        ),
    ],
)
"""
The parts of an assistant's message, in order.
"""


AssistantContent = TypeAliasType(
    "AssistantContent",
    Annotated[
        str | AssistantContentParts,
        Field(description="A text, or parts that are text or a refusal."),
    ],
)


TextParts = TypeAliasType(
    "TextParts",
    Annotated[list[TextPart], Field(description="Text parts, in order.", min_length=1)],
)
"""
Text parts, in order.
"""


TextContent = TypeAliasType(
    "TextContent",
    Annotated[
        str | TextParts, Field(description="A text, or text parts that are joined.")
    ],
)


ThinkingTokenBudget = TypeAliasType(
    "ThinkingTokenBudget",
    Annotated[
        int | None,
        Field(
            description="How many tokens a reasoning model may spend on reasoning. -1 means no limit.",
            ge=-1,
            le=2147483647,
        ),
    ],
)


TokenId = TypeAliasType(
    "TokenId",
    Annotated[
        int,
        Field(
            description="The id of a token in the model's vocabulary.",
            ge=0,
            le=2147483647,
        ),
    ],
)


AllowedTokenIds = TypeAliasType(
    "AllowedTokenIds",
    Annotated[
        list[TokenId] | None,
        Field(description="The only tokens that may be generated.", min_length=1),
    ],
)
"""
The only tokens that may be generated.
"""


LabelTokenIds = TypeAliasType(
    "LabelTokenIds",
    Annotated[
        list[TokenId],
        Field(
            description="The tokens to score; `score` is that of the first.",
            max_length=128,
            min_length=1,
        ),
    ],
)
"""
The tokens to score; `score` is that of the first.
"""


LogprobTokenIds = TypeAliasType(
    "LogprobTokenIds",
    Annotated[
        list[TokenId] | None,
        Field(
            description="The tokens whose log probabilities to report at each position, in place of the most likely ones. Needs `logprobs`.",
            max_length=128,
            min_length=1,
        ),
    ],
)
"""
The tokens whose log probabilities to report at each position, in place of the most likely ones. Needs `logprobs`.
"""


PromptTokenIdsParam = TypeAliasType(
    "PromptTokenIdsParam",
    Annotated[
        list[TokenId] | None,
        Field(
            description="The prompt's token ids, `token_ids` of the render endpoint's answer. The text begins where they end, and they may open or close the model's reasoning. By default, the prompt is rendered from the original request."
        ),
    ],
)
"""
The prompt's token ids, `token_ids` of the render endpoint's answer. The text begins where they end, and they may open or close the model's reasoning. By default, the prompt is rendered from the original request.
"""


PromptTokens = TypeAliasType(
    "PromptTokens",
    Annotated[
        list[TokenId], Field(description="The tokens of one prompt.", min_length=1)
    ],
)
"""
The tokens of one prompt.
"""


PromptTokenLists = TypeAliasType(
    "PromptTokenLists",
    Annotated[
        list[PromptTokens],
        Field(
            description="The tokens of several prompts.", max_length=1024, min_length=1
        ),
    ],
)
"""
The tokens of several prompts.
"""


CompletionPrompt = TypeAliasType(
    "CompletionPrompt",
    Annotated[
        str | PromptTexts | PromptTokens | PromptTokenLists,
        Field(
            description="A text, several texts, the tokens of a text, or those of several. Each must come to at least one token."
        ),
    ],
)


ScoringItems2 = TypeAliasType(
    "ScoringItems2",
    Annotated[
        list[list[TokenId]],
        Field(description="The items, all as text or all as token ids.", min_length=1),
    ],
)


ScoringItems = TypeAliasType(
    "ScoringItems",
    Annotated[
        ScoringItems1 | ScoringItems2,
        Field(description="The items, all as text or all as token ids."),
    ],
)


ScoringPrompt2 = TypeAliasType(
    "ScoringPrompt2",
    Annotated[
        list[TokenId],
        Field(description="A prompt, as text or as token ids.", min_length=1),
    ],
)


ScoringPrompt = TypeAliasType(
    "ScoringPrompt",
    Annotated[
        ScoringPrompt1 | ScoringPrompt2,
        Field(description="A prompt, as text or as token ids."),
    ],
)


ScoringQuery = TypeAliasType(
    "ScoringQuery",
    Annotated[
        str | list[TokenId],
        Field(description="What all items have in common, as text or as token ids."),
    ],
)


StopTokenIds = TypeAliasType(
    "StopTokenIds",
    Annotated[
        list[TokenId] | None,
        Field(
            description="Tokens at which generation ends, besides the model's own end tokens."
        ),
    ],
)
"""
Tokens at which generation ends, besides the model's own end tokens.
"""


TokenOffset = TypeAliasType("TokenOffset", Annotated[int, Field(ge=0)])


TokenOffsets = TypeAliasType(
    "TokenOffsets",
    Annotated[
        list[TokenOffset],
        Field(description="Where a token begins and ends.", max_length=2, min_length=2),
    ],
)
"""
Where a token begins and ends.
"""


class TokenizeChatRequest(ContractModel):
    """
    A conversation to write with the model's chat template and to tokenize.
    """

    model: ModelName | None = None
    messages: Annotated[
        list[ChatMessage],
        Field(description="The conversation, oldest message first.", min_length=1),
    ]
    tools: Annotated[
        list[FunctionTool] | None,
        Field(
            description="The tools that the model may call, for templates that write them into the prompt."
        ),
    ] = None
    add_generation_prompt: Annotated[
        bool | None,
        Field(
            description="Whether to end with the beginning of the assistant's next message. Default: the opposite of `continue_final_message`."
        ),
    ] = None
    continue_final_message: Annotated[
        bool | None,
        Field(
            description="Whether to leave the last message open, so that the model continues it. Default: false; true excludes `add_generation_prompt`."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the tokenizer's special tokens to those that the template wrote. Default: false."
        ),
    ] = None
    return_token_strs: Annotated[
        bool | None,
        Field(
            description="Whether to return the tokens as strings, too. Default: false."
        ),
    ] = None
    chat_template: Annotated[
        str | None,
        Field(
            description="A Jinja template to use in place of the model's. Refused unless the server runs with `--trust-request-chat-template`."
        ),
    ] = None
    chat_template_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="More variables for the template, such as `enable_thinking`."
        ),
    ] = None
    media_io_kwargs: MediaIoKwargs | None = None
    mm_processor_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="Arguments for the model's own processor of images, audio and videos. Refused unless the server runs with `--trust-request-mm-kwargs`."
        ),
    ] = None


class TokenizePromptRequest(ContractModel):
    """
    A text to tokenize.
    """

    model: ModelName | None = None
    prompt: Annotated[str, Field(description="The text.")]
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the special tokens that the tokenizer puts around a text, such as one for its beginning. Default: true."
        ),
    ] = None
    return_token_strs: Annotated[
        bool | None,
        Field(
            description="Whether to return the tokens as strings, too. Default: false."
        ),
    ] = None


TokenizeRequest = TypeAliasType(
    "TokenizeRequest",
    Annotated[
        TokenizePromptRequest | TokenizeChatRequest,
        Field(
            description="What to tokenize, a text or a conversation. If both are given, one is taken, and the other is named in `x-ignored-parameters`."
        ),
    ],
)


class TokenizeResponse(ContractModel):
    """
    The tokens of the text or of the conversation.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    count: Annotated[int, Field(description="The number of tokens.", ge=0)]
    max_model_len: Annotated[
        int,
        Field(
            description="How many tokens the model takes, prompt and answer together.",
            ge=1,
        ),
    ]
    tokens: Annotated[list[TokenId], Field(description="The token ids, in order.")]
    token_strs: Annotated[
        list[str] | None,
        Field(
            description="The tokens as the vocabulary spells them, one for each id. Present when `return_token_strs` was true."
        ),
    ] = None


ToolChoiceMode = TypeAliasType(
    "ToolChoiceMode",
    Annotated[
        Literal["none", "auto", "required"],
        Field(
            description="`none`: it calls no tool. `auto`: it decides. `required`: it calls at least one."
        ),
    ],
)


ToolChoiceObject = TypeAliasType(
    "ToolChoiceObject",
    Annotated[
        NamedTool | NamedCustomTool | AllowedToolChoice,
        Field(
            description="Which tool the model calls, or from which it may choose.",
            discriminator="type",
        ),
    ],
)


ToolChoice = TypeAliasType(
    "ToolChoice",
    Annotated[
        ToolChoiceMode | ToolChoiceObject,
        Field(description="Whether the model calls tools, and which."),
    ],
)


class ToolMessage(ContractModel):
    """
    The result of a tool call.
    """

    role: Annotated[Literal["tool"], Field(description="Always `tool`.")]
    content: ToolContent
    tool_call_id: Annotated[
        str, Field(description="The id of the call that this answers.")
    ]


TopK = TypeAliasType(
    "TopK",
    Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens are considered. 0 and -1 mean all.",
            ge=-1,
            le=2147483647,
        ),
    ],
)


TopP = TypeAliasType(
    "TopP",
    Annotated[
        float | None,
        Field(
            description="Nucleus sampling: only the most likely tokens whose probabilities add up to this share are considered.",
            gt=0.0,
            le=1.0,
        ),
    ],
)


TruncatePromptTokens = TypeAliasType(
    "TruncatePromptTokens",
    Annotated[
        int | None,
        Field(
            description="How many tokens of a longer prompt to keep. -1 keeps as many as the model's context has room for. By default, a prompt that is too long is refused.",
            ge=-1,
            le=2147483647,
        ),
    ],
)


TruncationSide = TypeAliasType(
    "TruncationSide",
    Annotated[
        Literal["left", "right"] | None,
        Field(
            description="Which side `truncate_prompt_tokens` cuts from. `left` keeps the end of the prompt, `right` its beginning. Default: the tokenizer's own side."
        ),
    ],
)


class UnloadLoraAdapterRequest(ContractModel):
    """
    The LoRA adapter to unload.
    """

    lora_name: Annotated[str, Field(description="The adapter's name.")]
    lora_int_id: Annotated[
        int | None,
        Field(description="vLLM's number of the adapter. Accepted, but has no effect."),
    ] = None


class UpdateChatCompletionParameters(ContractModel):
    """
    The parameters of POST /v1/chat/completions/{completion_id}.
    """

    completion_id: Annotated[
        str, Field(description="The completion's id.", min_length=1)
    ]


class UpdateConversationParameters(ContractModel):
    """
    The parameters of POST /v1/conversations/{conversation_id}.
    """

    conversation_id: Annotated[
        str, Field(description="The conversation's id.", min_length=1)
    ]


class Usage(ContractModel):
    """
    How many tokens the request took.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    prompt_tokens: Annotated[int, Field(description="The tokens of the prompt.", ge=0)]
    completion_tokens: Annotated[
        int,
        Field(
            description="The generated tokens, those of every choice together.", ge=0
        ),
    ]
    total_tokens: Annotated[
        int, Field(description="The tokens of the prompt and the generated ones.", ge=0)
    ]
    prompt_tokens_details: PromptTokensDetails | None = None
    completion_tokens_details: CompletionTokensDetails | None = None


class UserMessage(ContractModel):
    """
    A message of the user.
    """

    role: Annotated[Literal["user"], Field(description="Always `user`.")]
    content: UserContent
    name: Annotated[
        str | None,
        Field(description="The author's name, to tell apart authors of one role."),
    ] = None


ChatMessage = TypeAliasType(
    "ChatMessage",
    Annotated[
        DeveloperMessage
        | SystemMessage
        | UserMessage
        | AssistantMessage
        | ToolMessage
        | FunctionMessage,
        Field(
            description="A message of the conversation; its `role` says whose.",
            discriminator="role",
        ),
    ],
)


class Version(ContractModel):
    """
    The running versions.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    release: Annotated[str, Field(description="The server's release.")]
    api: Annotated[
        str,
        Field(
            description="The contract's version, as in `info.version` of the OpenAPI document."
        ),
    ]


class VideoUrlPart(ContractModel):
    """
    A video at a URL. Refused if the model does not accept videos, except in a tool's result, where a line of text replaces it.
    """

    type: Annotated[Literal["video_url"], Field(description="Always `video_url`.")]
    video_url: MediaUrl


UserContentPart = TypeAliasType(
    "UserContentPart",
    Annotated[
        TextPart | ImagePart | AudioPart | AudioUrlPart | VideoUrlPart | FilePart,
        Field(
            description="A part of a user's message; its `type` says of which kind.",
            discriminator="type",
        ),
    ],
)


UserContentParts = TypeAliasType(
    "UserContentParts",
    Annotated[
        list[UserContentPart],
        Field(description="The parts of a user's message, in order.", min_length=1),
    ],
)
"""
The parts of a user's message, in order.
"""


ToolContent = TypeAliasType(
    "ToolContent",
    Annotated[
        str | UserContentParts,
        Field(
            description="A text, or parts of several kinds. A line of text replaces what the model does not accept, and `x-ignored-parameters` names it."
        ),
    ],
)


UserContent = TypeAliasType(
    "UserContent",
    Annotated[
        str | UserContentParts, Field(description="A text, or parts of several kinds.")
    ],
)


class VllmVersion(ContractModel):
    """
    What the engine is.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    version: Annotated[str, Field(description="vLLM's version.")]


VllmXargScalar = TypeAliasType(
    "VllmXargScalar",
    Annotated[str | int | float, Field(description="A string or a number.")],
)


VllmXarg = TypeAliasType(
    "VllmXarg",
    Annotated[
        VllmXargScalar | list[VllmXargScalar],
        Field(description="A string, a number, or an array of them."),
    ],
)


VllmXargs = TypeAliasType(
    "VllmXargs",
    Annotated[
        dict[str, VllmXarg] | None,
        Field(description="Arguments for extensions of the engine, by name."),
    ],
)


Watermarking = TypeAliasType(
    "Watermarking",
    Annotated[
        bool | None,
        Field(
            description="Whether the answer bears the watermark that the engine is configured with. Default: as the server is configured."
        ),
    ],
)


MessageDocumentBlockParam.model_rebuild()
MessageImageBlockParam.model_rebuild()
MessageRequest.model_rebuild()
MessageSourceParam.model_rebuild()
MessageToolResultBlockParam.model_rebuild()
