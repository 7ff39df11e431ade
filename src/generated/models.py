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
        str, Field(description="A sentence that names the value and what was expected.")
    ]


class AnthropicErrorResponse(ContractModel):
    """
    An error, in the shape that Anthropic's clients parse. In a stream it is the data of the event `error`, the last one.
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
    What the model said or called earlier. One without either reads as an empty message.
    """

    role: Annotated[Literal["assistant"], Field(description="Always `assistant`.")]
    content: Annotated[
        AssistantContent | None,
        Field(description="What the model said; not needed where it called tools."),
    ] = None
    refusal: Annotated[
        str | None, Field(description="What the model said in declining to answer.")
    ] = None
    reasoning: Annotated[
        str | None,
        Field(
            description="The model's reasoning before this message, for templates that write it into the prompt."
        ),
    ] = None
    reasoning_content: Annotated[
        str | None,
        Field(
            description="The older name of `reasoning`, which counts where both are given."
        ),
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
    Sound. Refused where the model takes none, but in what a tool gave, which the model is told of in a line of text.
    """

    type: Annotated[Literal["input_audio"], Field(description="Always `input_audio`.")]
    input_audio: AudioPartData


class AudioPartData(ContractModel):
    """
    The sound itself.
    """

    data: Annotated[str, Field(description="The sound, in base64.")]
    format: Annotated[
        str,
        Field(
            description="How the sound is encoded, such as `wav`, `mp3`, `flac` or `ogg`.",
            examples=["wav"],
        ),
    ]


class AudioUrlPart(ContractModel):
    """
    Sound at a URL. Refused where the model takes none, but in what a tool gave, which the model is told of in a line of text.
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
            description="A secret that keeps the request's part of the prefix cache apart, so that requests with another salt cannot find out what this one asked.",
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
            description="The request's metadata. Present where the completion is read from what was stored."
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
            description="What the KV connector of a disaggregated deployment says to the server that goes on. Present where it says something."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere says to the server that goes on. Present where it says something."
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
            description="What the KV connector of a disaggregated deployment says to the server that goes on. Present where it says something."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere says to the server that goes on. Present where it says something."
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
    deleted: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="That it is gone.")]


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
            description="More of what the model says; null in the first delta of an answer that calls a tool."
        ),
    ] = None
    refusal: Annotated[
        str | None,
        Field(
            description="More of what the model says in declining to answer; null in the first delta of an answer that does not."
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
            description="The id of the page's first completion; null where the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(
            description="The id of the page's last completion; null where the page is empty."
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
        Field(description="Those of a refusal's tokens; null where there is none."),
    ]


class ChatCompletionMessage(ContractModel):
    """
    What the model said or called.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    role: Annotated[Literal["assistant"], Field(description="Always `assistant`.")]
    content: Annotated[
        str | None,
        Field(description="What the model said; null where it only called tools."),
    ]
    refusal: Annotated[
        str | None,
        Field(
            description="What the model said in declining to answer; null where it did not."
        ),
    ]
    tool_calls: Annotated[
        list[ChatCompletionToolCall] | None,
        Field(
            description="The tools that the model called. Absent where it called none.",
            min_length=1,
        ),
    ] = None
    function_call: ChatCompletionFunctionCall | None = None
    reasoning: Annotated[
        str | None,
        Field(
            description="The model's reasoning before the answer. Absent where there is none."
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
            description="The id of the page's first message; null where the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(
            description="The id of the page's last message; null where the page is empty."
        ),
    ]
    has_more: Annotated[
        bool, Field(description="Whether there are messages after this page.")
    ]


class ChatCompletionRequest(ContractModel):
    """
    A conversation and how to go on with it.
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
            description="Whether to report the log probability of each generated token. False where it is not given."
        ),
    ] = None
    top_logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position; as many as the server allows, 20 unless it was told otherwise. -1 means the whole vocabulary. Needs `logprobs`. 0 where it is not given.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    max_completion_tokens: Annotated[
        int | None,
        Field(
            description="How many tokens to generate at most, those of reasoning included. Where it is not given, as many as the model takes.",
            ge=1,
            le=2147483647,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(
            description="The older name of `max_completion_tokens`, which counts where both are given.",
            ge=1,
            le=2147483647,
        ),
    ] = None
    metadata: RequestMetadata | None = None
    n: ChoiceCount | None = None
    parallel_tool_calls: Annotated[
        bool | None,
        Field(
            description="Whether one answer may call several tools. True where it is not given."
        ),
    ] = None
    presence_penalty: PresencePenalty | None = None
    prompt_cache_key: Annotated[
        str | None,
        Field(
            description="A hint for OpenAI's prompt cache. It is accepted and has no effect; equal prefixes are always cached."
        ),
    ] = None
    reasoning_effort: Annotated[
        Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None,
        Field(
            description="How much to reason before answering, for models whose chat template takes it."
        ),
    ] = None
    response_format: Annotated[
        ResponseFormat | None,
        Field(
            description="The form that the answer is made to take. Text of any form where it is not given."
        ),
    ] = None
    safety_identifier: Annotated[
        str | None,
        Field(
            description="An id for the end user, for OpenAI's abuse monitoring. It is accepted and has no effect."
        ),
    ] = None
    seed: Seed | None = None
    service_tier: Annotated[
        Literal["auto", "default", "flex", "scale", "priority", "fast"] | None,
        Field(
            description="A class of service at OpenAI. It is accepted and has no effect."
        ),
    ] = None
    stop: Stop | None = None
    store: Annotated[
        bool | None,
        Field(
            description="Whether to keep the answer, so that it can be retrieved and listed. False where it is not given."
        ),
    ] = None
    stream: Stream | None = None
    stream_options: Annotated[
        StreamOptions | None,
        Field(
            description="What a stream carries besides the text. Only allowed where `stream` is true."
        ),
    ] = None
    temperature: Temperature | None = None
    tool_choice: Annotated[
        ToolChoice | None,
        Field(
            description="Whether the model calls tools, and which. Where it is not given, `auto` if there are tools, else `none`."
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
        Field(
            description="How wordy the answer should be. It is accepted and has no effect."
        ),
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
            description="Whether the answer begins with the text of the last message, where that is the assistant's. False where it is not given."
        ),
    ] = None
    add_generation_prompt: Annotated[
        bool | None,
        Field(
            description="Whether the prompt ends with the opening of the assistant's next message. Where it is not given, true unless `continue_final_message` is."
        ),
    ] = None
    continue_final_message: Annotated[
        bool | None,
        Field(
            description="Whether to leave the last message open, for the model to go on with. False where it is not given; true excludes `add_generation_prompt`."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the tokenizer's special tokens to those that the template wrote. False where it is not given."
        ),
    ] = None
    documents: Annotated[
        list[dict[str, str]] | None,
        Field(
            description="Documents for the model to draw on, each best given with a `title` and a `text`, for templates that write them into the prompt."
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
            description="A constraint that the answer is made to satisfy, where `response_format` cannot say it."
        ),
    ] = None
    priority: Priority | None = None
    request_id: EngineRequestId | None = None
    return_tokens_as_token_ids: ReturnTokensAsTokenIds | None = None
    return_token_ids: ReturnTokenIds | None = None
    return_token_offsets: Annotated[
        bool | None,
        Field(
            description="Whether the render endpoint's answer has the place of each token in the prompt's text, where the tokenizer tells. An answer that is generated has none. False where it is not given."
        ),
    ] = None
    return_prompt_text: Annotated[
        bool | None,
        Field(
            description="Whether the answer has the text of the prompt too, as the chat template wrote it. False where it is not given."
        ),
    ] = None
    cache_salt: CacheSalt | None = None
    include_reasoning: Annotated[
        bool | None,
        Field(
            description="Whether the answer has the model's reasoning too. True where it is not given."
        ),
    ] = None
    thinking_token_budget: ThinkingTokenBudget | None = None
    vllm_xargs: VllmXargs | None = None
    session_id: SessionId | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the KV connector of a disaggregated deployment needs to know of this request; `prompt_token_ids` in it are the prompt's tokens where the server that computed the prompt has told them, which are then not made again. (Completions and generate have a place for tokens in the request itself, and it is that which counts.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere needs to know of this request."
        ),
    ] = None
    stream_interval: StreamInterval | None = None
    watermarking: Watermarking | None = None
    repetition_detection: Annotated[
        RepetitionDetection | None,
        Field(
            description="When an answer that repeats itself ends. It does not end for that where this is not given."
        ),
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
            description="The token's own bytes, to put together characters that several tokens make up; empty where it has none."
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
            description="The token's own bytes, to put together characters that several tokens make up; empty where it has none."
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
            description="Up to 16 pairs of strings, in the place of those that it had. None where it is null.",
            max_length=16,
        ),
    ]


ChoiceCount = TypeAliasType(
    "ChoiceCount",
    Annotated[
        int | None,
        Field(
            description="How many answers to generate for each prompt. 1 where it is not given; more than 1 needs a temperature above 0.",
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
            description="What the KV connector of a disaggregated deployment says to the server that goes on. Present where it says something."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere says to the server that goes on. Present where it says something."
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
        Field(
            description="The generated text, after the prompt where `echo` was true."
        ),
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
            description="What the KV connector of a disaggregated deployment says to the server that goes on. Present where it says something."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere says to the server that goes on. Present where it says something."
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
    A prompt and how to go on with it.
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
            description="Whether each answer begins with its prompt. False where it is not given."
        ),
    ] = None
    frequency_penalty: FrequencyPenalty | None = None
    logit_bias: LogitBias | None = None
    logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report at each position, besides the token that is there; as many as the server allows, 20 unless it was told otherwise. 0 reports that token only, -1 the whole vocabulary. Nothing is reported where it is not given.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(
            description="How many tokens to generate at most. 16 where it is not given; 0 needs `echo` and returns the prompt alone.",
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
        Field(
            description="What a stream carries besides the text. Only allowed where `stream` is true."
        ),
    ] = None
    suffix: Annotated[
        str | None,
        Field(
            description="The text that comes after the answer. Refused where the model cannot fill in a gap."
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
            description="Whether to add the special tokens that the tokenizer puts around a text, such as one for its beginning. True where it is not given."
        ),
    ] = None
    response_format: Annotated[
        ResponseFormat | None,
        Field(
            description="The form that the answer is made to take. Text of any form where it is not given."
        ),
    ] = None
    structured_outputs: Annotated[
        StructuredOutputs | None,
        Field(
            description="A constraint that the answer is made to satisfy, where `response_format` cannot say it."
        ),
    ] = None
    priority: Priority | None = None
    request_id: EngineRequestId | None = None
    return_tokens_as_token_ids: ReturnTokensAsTokenIds | None = None
    return_token_ids: ReturnTokenIds | None = None
    return_token_offsets: Annotated[
        bool | None,
        Field(
            description="Whether the render endpoint's answer has the place of each token in the prompt's text, where the tokenizer tells. An answer that is generated has none. False where it is not given."
        ),
    ] = None
    cache_salt: CacheSalt | None = None
    thinking_token_budget: ThinkingTokenBudget | None = None
    vllm_xargs: VllmXargs | None = None
    session_id: SessionId | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the KV connector of a disaggregated deployment needs to know of this request; `prompt_token_ids` in it are the prompt's tokens where the server that computed the prompt has told them, which are then not made again. (Completions and generate have a place for tokens in the request itself, and it is that which counts.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere needs to know of this request."
        ),
    ] = None
    stream_interval: StreamInterval | None = None
    watermarking: Watermarking | None = None
    repetition_detection: Annotated[
        RepetitionDetection | None,
        Field(
            description="When an answer that repeats itself ends. It does not end for that where this is not given."
        ),
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
    deleted: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="That it is gone.")]


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
            description="The id of the page's first item; null where the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(
            description="The id of the page's last item; null where the page is empty."
        ),
    ]
    has_more: Annotated[
        bool, Field(description="Whether there are items after this page.")
    ]


class ConversationItemsRequest(ContractModel):
    """
    Items to put at the end of a conversation.
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
            description="What was said so far, up to 20 items. More can be added later.",
            max_length=20,
        ),
    ] = None
    metadata: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], RequestMetadataValue]
        | None,
        Field(
            description="Up to 16 pairs of strings that are kept with the conversation and given back with it.",
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
            description="Up to 16 pairs of strings, in the place of those that it had. None where it is null.",
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
            description="That the client uses a beta of the API. Accepted, and changes nothing."
        ),
    ] = None
    anthropic_version: Annotated[
        str | None,
        Field(
            alias="anthropic-version",
            description="The version of the API that the client was written for. Accepted, and changes nothing.",
        ),
    ] = None
    anthropic_beta: Annotated[
        str | None,
        Field(
            alias="anthropic-beta",
            description="The betas that the client uses, comma-separated. Accepted, and changes nothing.",
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
            description="Which of the engine's data parallel ranks runs the request. The engine chooses where it is not given.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's place in the queue, as `priority` in the body, before which it counts.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="What a conversation's, or an agent's, requests have in common, for parts of the engine that treat them alike.",
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
            description="Which of the engine's data parallel ranks runs the request. The engine chooses where it is not given.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's place in the queue, as `priority` in the body, before which it counts.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="What a conversation's, or an agent's, requests have in common, for parts of the engine that treat them alike.",
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
            description="What more to put into the answer. Accepted; what was kept is what is given."
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
            description="Which of the engine's data parallel ranks runs the request. The engine chooses where it is not given.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's place in the queue, as `priority` in the body, before which it counts.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="What a conversation's, or an agent's, requests have in common, for parts of the engine that treat them alike.",
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
            description="That the client uses a beta of the API. Accepted, and changes nothing."
        ),
    ] = None
    anthropic_version: Annotated[
        str | None,
        Field(
            alias="anthropic-version",
            description="The version of the API that the client was written for. Accepted, and changes nothing.",
        ),
    ] = None
    anthropic_beta: Annotated[
        str | None,
        Field(
            alias="anthropic-beta",
            description="The betas that the client uses, comma-separated. Accepted, and changes nothing.",
        ),
    ] = None
    x_data_parallel_rank: Annotated[
        int | None,
        Field(
            alias="x-data-parallel-rank",
            description="Which of the engine's data parallel ranks runs the request. The engine chooses where it is not given.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's place in the queue, as `priority` in the body, before which it counts.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="What a conversation's, or an agent's, requests have in common, for parts of the engine that treat them alike.",
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
            description="Which of the engine's data parallel ranks runs the request. The engine chooses where it is not given.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's place in the queue, as `priority` in the body, before which it counts.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="What a conversation's, or an agent's, requests have in common, for parts of the engine that treat them alike.",
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
    What the tool is called, what it does, and what text it takes.
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
        Field(description="What the tool does, for the model to know when to call it."),
    ] = None
    format: Annotated[
        CustomToolGrammarFormat | CustomToolTextFormat | None,
        Field(
            description="What its text looks like; any text where it is not given. Where the model's calls cannot be held to a grammar, the format is named in `x-ignored-parameters`."
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
    A chunk of a chat completion, and the state to go on with.
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
            description="A chat completion, or, for a chunk, a chunk of one and the state to go on with."
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
    A chunk of a completion, and the state to go on with.
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
            description="A completion, or, for a chunk, a chunk of one and the state to go on with."
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
            description="How many tokens each prompt has. Where it is not given, what each answer's `usage` says, or else as many as the prompt's token ids."
        ),
    ] = None
    prompt_token_ids: Annotated[
        list[PromptTokenIdsParam] | None,
        Field(
            description="The token ids of each prompt, null where they are not known; see there for a chat."
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
    What the next call for the same choice has to say, as it is. The server keeps nothing between the calls.
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
    What the server has to be told of a choice's chunks so far. It keeps nothing between the calls.
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
            description="An id for the end user on whose behalf the client asks. It is accepted and has no effect."
        ),
    ],
)


EngineRequestId = TypeAliasType(
    "EngineRequestId",
    Annotated[
        str | None,
        Field(
            description="An id for the request in the engine, which the answer's `id` ends with. Made by the server where it is not given.",
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
        str, Field(description="A sentence that names the value and what was expected.")
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
            description="The field of the request that is at fault, as a path; null where none is.",
            examples=["messages.0.content"],
        ),
    ]
    code: Annotated[
        str | None,
        Field(
            description="A code that programs can branch on; null where there is none.",
            examples=["model_not_found", "invalid_api_key", "too_many_requests"],
        ),
    ]


class ErrorResponse(ContractModel):
    """
    An error, in the shape that OpenAI's clients parse.
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
    A file. The model reads its text, where it is one or a PDF that has some; of any other it is told in a line of text, and the file is named in `x-ignored-parameters`. So is a PDF of which only the first pages are read.
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
            description="How much a token is held back for each time that it is already in the generated text. Negative values favour repetition.",
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
    What the function is called, what it does, and what it takes.
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
            description="What the function does, for the model to know when to call it."
        ),
    ] = None
    parameters: Annotated[
        dict[str, Any] | None,
        Field(
            description="A JSON Schema for the arguments. Where it is not given, the function takes none."
        ),
    ] = None
    strict: Annotated[
        bool | None,
        Field(
            description="Whether the arguments must satisfy the schema. False where it is not given."
        ),
    ] = None


class FunctionMessage(ContractModel):
    """
    What a called function answered, as it was said before there were tools.
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
        Field(description="The tokens as text. Present where it was asked for."),
    ] = None
    logprobs: GenerateLogprobs | None = None
    finish_reason: Annotated[
        Literal["stop", "length"],
        Field(
            description="Why the sequence ends - an end or stop was reached, or there was no room for more."
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
        Field(description="Why the sequence ended. `stop` where it is not given."),
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
            description="The request's token counts so far. Present where `stream_options.include_usage` is true, and null where the counts are still to come."
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
        str | None, Field(description="The new text. Present where text was asked for.")
    ] = None
    logprobs: GenerateLogprobs | None = None
    finish_reason: Annotated[
        Literal["stop", "length"] | None,
        Field(description="Why the sequence ends; null while it goes on."),
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
        Field(description="Why the sequence ended; null while it goes on."),
    ] = None
    stop_reason: GivenStopReason | None = None


class GenerateChunkParam(ContractModel):
    """
    One event of a stream of `/inference/v1/generate`.
    """

    request_id: Annotated[
        str | None,
        Field(
            description="The request's id, which becomes the answer's. Made by the server where it is not given.",
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
            description="Its URL, or the data itself as a `data:` URL. URLs are fetched within bounds that the server's operator sets."
        ),
    ]


class GenerateLogprobs(ContractModel):
    """
    The log probabilities of the generated tokens. Present where they were asked for.
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
            description="Which of the engine's data parallel ranks runs the request. The engine chooses where it is not given.",
            ge=0,
            le=2147483647,
        ),
    ] = None
    x_vllm_priority: Annotated[
        int | None,
        Field(
            alias="x-vllm-priority",
            description="The request's place in the queue, as `priority` in the body, before which it counts.",
            ge=-9223372036854775808,
            le=9223372036854775807,
        ),
    ] = None
    x_session_id: Annotated[
        str | None,
        Field(
            alias="x-session-id",
            description="What a conversation's, or an agent's, requests have in common, for parts of the engine that treat them alike.",
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
            description="Those that were found in the prefix cache.",
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
    Token ids to go on from, and how.
    """

    model: ModelName | None = None
    token_ids: Annotated[
        list[TokenId],
        Field(description="The prompt's token ids, in order.", min_length=1),
    ]
    sampling_params: Annotated[
        GenerateSamplingParams | None,
        Field(
            description="How to choose the tokens, and when to stop. Where it is not given, as the model's generation config says."
        ),
    ] = None
    output_mode: Annotated[
        Literal["tokens", "text"] | None,
        Field(
            description="With `text` the answer has the text too, just as where `sampling_params.detokenize` is true."
        ),
    ] = None
    stream: Stream | None = None
    stream_options: Annotated[
        StreamOptions | None,
        Field(
            description="What a stream carries besides the tokens. Only allowed where `stream` is true."
        ),
    ] = None
    request_id: Annotated[
        str | None,
        Field(
            description="An id for the request in the engine, which the answer repeats. Made by the server where it is not given.",
            max_length=256,
            min_length=1,
            pattern="^[!-~]+$",
        ),
    ] = None
    return_token_ids: Annotated[
        bool | None,
        Field(
            description="Whether the answer repeats the prompt's token ids. False where it is not given; the generated ones are always there."
        ),
    ] = None
    cache_salt: CacheSalt | None = None
    priority: Priority | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the KV connector of a disaggregated deployment needs to know of this request; `prompt_token_ids` in it are the prompt's tokens where the server that computed the prompt has told them, which are then not made again. (Completions and generate have a place for tokens in the request itself, and it is that which counts.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere needs to know of this request."
        ),
    ] = None
    reasoning_ended: Annotated[
        bool | None,
        Field(
            description="Whether the model's reasoning is over where the prompt ends, as the render endpoints say it. Where it is true, `structured_outputs` binds the first token; where it is false, what comes after the reasoning. Where it is not given, the engine looks for itself, if it knows how the model reasons."
        ),
    ] = None
    reasoning_parser_kwargs: Annotated[
        ReasoningParserKwargs | None,
        Field(
            description="What the engine's parser of reasoning is told of the prompt, as the render endpoints say it."
        ),
    ] = None
    features: Annotated[
        MultiModalFeatures | None,
        Field(
            description="What a render endpoint made of the prompt's images, audio and videos. The engine keeps it under the hashes that it comes with, for all who share the server, so it is refused unless the server runs with `--trust-request-mm-kwargs`."
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
            description="What the KV connector of a disaggregated deployment says to the server that goes on. Present where it says something."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere says to the server that goes on. Present where it says something."
        ),
    ] = None


class GenerateResponseParam(ContractModel):
    """
    What `/inference/v1/generate` answered.
    """

    request_id: Annotated[
        str | None,
        Field(
            description="The request's id, which becomes the answer's. Made by the server where it is not given.",
            max_length=1024,
        ),
    ] = None
    created: Annotated[
        int | None,
        Field(
            description="When it was generated, in Unix seconds. Now, where it is not given.",
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
        Field(
            description="The model that generated. It is accepted and has no effect."
        ),
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
            description="What a KV connector says to the server that goes on, which the answer repeats."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(description="The same, of a connector for what encoders have computed."),
    ] = None


class GenerateSamplingParams(ContractModel):
    """
    How tokens are chosen, and when to stop. What is not given is as the model's generation config has it.
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
            description="How many tokens to generate at most. Where it is not given, as many as the model's length leaves room for.",
            ge=1,
            le=2147483647,
        ),
    ] = None
    min_tokens: MinTokens | None = None
    logprobs: Annotated[
        int | None,
        Field(
            description="How many of the most likely tokens to report for each generated one, besides its own log probability; as many as the server allows, 20 unless it was told otherwise. -1 means the whole vocabulary.",
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
            description="The tokens to report for each generated one, in place of the most likely. Where `logprobs` is given too, it is their number.",
            max_length=128,
            min_length=1,
        ),
    ] = None
    detokenize: Annotated[
        bool | None,
        Field(
            description="Whether the answer has the text too. False where it is not given."
        ),
    ] = None
    skip_special_tokens: SkipSpecialTokens | None = None
    spaces_between_special_tokens: SpacesBetweenSpecialTokens | None = None
    logit_bias: LogitBias | None = None
    allowed_token_ids: AllowedTokenIds | None = None
    bad_words: BadWords | None = None
    structured_outputs: Annotated[
        StructuredOutputs | None,
        Field(description="A constraint that the answer is made to satisfy."),
    ] = None
    thinking_token_budget: ThinkingTokenBudget | None = None
    repetition_detection: Annotated[
        RepetitionDetection | None,
        Field(
            description="When an answer that repeats itself ends. It does not end for that where this is not given."
        ),
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
            description="Its place among all tokens, the most likely being 1. Absent where it is not known.",
            ge=1,
        ),
    ] = None
    token: Annotated[
        str | None,
        Field(description="The token as text. Present where text was asked for."),
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
        int | None, Field(description="Its place among all tokens.", ge=1)
    ] = None
    token: GivenText | None = None
    top_logprobs: Annotated[
        list[GenerateTopLogprobParam] | None,
        Field(description="The tokens that were asked for, the likeliest first."),
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
            description="Its place among all tokens, the most likely being 1. Absent where it is not known.",
            ge=1,
        ),
    ] = None
    token: Annotated[
        str | None,
        Field(description="The token as text. Present where text was asked for."),
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
        int | None, Field(description="Its place among all tokens.", ge=1)
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
            description="The tokens of the prompt and the generated ones. It is accepted and has no effect.",
            ge=0,
            le=9223372036854775807,
        ),
    ] = None
    completion_tokens_details: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the generated tokens were. It is accepted and has no effect; reasoning is counted anew."
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
        Field(
            description="Whether an item stands before the query. False where it is not given."
        ),
    ] = None
    label_token_ids: LabelTokenIds
    apply_softmax: Annotated[
        bool | None,
        Field(
            description="Whether the labels' probabilities add up to 1. Where it is false, they are those within the whole vocabulary. True where it is not given."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the special tokens that the tokenizer puts around a text, to the query. True where it is not given."
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
            description="Whether the labels' probabilities add up to 1. Where it is false, they are those within the whole vocabulary. True where it is not given."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the special tokens that the tokenizer puts around a text. True where it is not given."
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
            description="What to score the labels after, a prompt or a query with items. Where both are given, one is taken, and the other is named in `x-ignored-parameters`."
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
            description="The state that the call for the choice's chunk before this one answered with. Not given, or null, for its first chunk."
        ),
    ],
)


GivenText = TypeAliasType(
    "GivenText",
    Annotated[
        str | None,
        Field(
            description="The tokens as text. It is accepted and has no effect; the text is made of the tokens."
        ),
    ],
)


GivenUsage = TypeAliasType(
    "GivenUsage",
    Annotated[GenerateUsageParam | None, Field(description="The token counts.")],
)


class HealthLive(ContractModel):
    """
    The answer of a server that runs.
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
    The answer of a server that takes no requests for its model now.
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
    The answer of a server that takes requests for its model.
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
            description="Whether to generate past the model's end token, up to the length limit. False where it is not given."
        ),
    ],
)


class ImagePart(ContractModel):
    """
    An image. Refused where the model takes none, but in what a tool gave, which the model is told of in a line of text.
    """

    type: Annotated[Literal["image_url"], Field(description="Always `image_url`.")]
    image_url: ImagePartUrl


class ImagePartUrl(ContractModel):
    """
    Where the image is.
    """

    url: Annotated[
        str,
        Field(
            description="The image's URL, or the image itself as a `data:` URL. URLs are fetched within bounds that the server's operator sets."
        ),
    ]
    detail: Annotated[
        Literal["auto", "low", "high", "original"] | None,
        Field(
            description="How closely to look at the image. It is accepted; the model's own way of looking is the same for each."
        ),
    ] = None


IncludeStopStrInOutput = TypeAliasType(
    "IncludeStopStrInOutput",
    Annotated[
        bool | None,
        Field(
            description="Whether the answer holds the stop string that ended it. False where it is not given."
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
        Field(description="What the format is for. It is accepted and has no effect."),
    ] = None
    schema_: Annotated[
        dict[str, Any] | None,
        Field(
            alias="schema",
            description="The schema that the answer satisfies. Where it is not given, any JSON object does.",
        ),
    ] = None
    strict: Annotated[
        bool | None,
        Field(
            description="Whether to hold the answer to the schema. It is accepted and has no effect; the answer always satisfies the schema."
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
            description="The most messages on the page. 20 where it is not given.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="Whether the oldest comes first, `asc`, or the newest, `desc`. `asc` where it is not given."
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
            description="The most completions on the page. 20 where it is not given.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="Whether the oldest comes first, `asc`, or the newest, `desc`. `asc` where it is not given."
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
            description="The most items on the page. 20 where it is not given.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="Whether the oldest item comes first, `asc`, or the newest, `desc`. `desc` where it is not given."
        ),
    ] = None
    include: Annotated[
        list[str] | None,
        Field(
            description="What more to put into the answer. Accepted; what was kept is what is given."
        ),
    ] = None


class ListModelsParameters(ContractModel):
    """
    The parameters of GET /v1/models.
    """

    limit: Annotated[
        int | None, Field(description="How many models to list at most.", ge=1, le=1000)
    ] = None
    after_id: Annotated[
        str | None, Field(description="The id of the model after which to go on.")
    ] = None
    before_id: Annotated[
        str | None, Field(description="The id of the model before which to end.")
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
            description="The most items on the page. 20 where it is not given.",
            ge=1,
            le=100,
        ),
    ] = None
    order: Annotated[
        Literal["asc", "desc"] | None,
        Field(
            description="Whether the oldest item comes first, `asc`, or the newest, `desc`. `desc` where it is not given."
        ),
    ] = None
    include: Annotated[
        list[str] | None,
        Field(
            description="What more to put into the answer, as in the request that created the response. Accepted; what was stored is what is given."
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
    Which LoRA adapter to serve, and under which name.
    """

    lora_name: Annotated[
        str,
        Field(
            description="The name for requests to give in `model`. It is no name of the served model itself."
        ),
    ]
    lora_path: Annotated[
        str,
        Field(
            description="The absolute path of the adapter's folder on the server, with `adapter_config.json` and the weights in it; below the server's folder of adapters, where it has one."
        ),
    ]
    load_inplace: Annotated[
        bool | None,
        Field(
            description="Whether to take the place of an adapter that is served under the name already, which is an error otherwise. What runs through that one ends with its weights."
        ),
    ] = None
    is_3d_lora_weight: Annotated[
        bool | None,
        Field(
            description="Whether the weights of a mixture's experts are fused into one tensor a layer. It counts where vLLM runs with `--enable-mixed-moe-lora-format` only."
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
            description="What to add to the logits of some tokens before sampling, by token id. -100 all but forbids a token, 100 all but forces it.",
            examples=[{"905": -100}],
        ),
    ],
)


class Manifest(ContractModel):
    """
    The manifest, and where models are fetched from.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    manifest_file: Annotated[str, Field(description="The manifest's text, in YAML.")]
    repository_override: Annotated[
        str,
        Field(
            description="Where models are fetched from in place of their own repository; empty where they are not."
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
    Where the sound or the video is.
    """

    url: Annotated[
        str,
        Field(
            description="Its URL, or the data itself as a `data:` URL. URLs are fetched within bounds that the server's operator sets."
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
    role: Annotated[Literal["assistant"], Field(description="Who speaks.")]
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
            description="The one of `stop_sequences` at which the model stopped; null where it stopped for another reason."
        ),
    ]
    usage: MessageUsage
    context_management: MessageContextManagement | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the KV connector of a disaggregated deployment says to the server that goes on. Present where it says something."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere says to the server that goes on. Present where it says something."
        ),
    ] = None


class MessageCacheControlParam(ContractModel):
    """
    How to cache. Accepted everywhere, and changes nothing, since prefixes are cached by content.
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
            description="Those kept for five minutes or so: all of them. They are kept until the room is needed.",
            ge=0,
        ),
    ]
    ephemeral_1h_input_tokens: Annotated[
        int, Field(description="Those kept for an hour. Always 0.", ge=0)
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
    Leave out what the model thought in earlier turns.
    """

    type: Annotated[
        Literal["clear_thinking_20251015"], Field(description="The kind of edit.")
    ]
    keep: Annotated[
        Literal["all"] | MessageThinkingTurnsParam | None,
        Field(
            description="How many of the latest `thinking_turns` keep their thinking, or `all`. A turn is all that the model says until the user says something that is not a tool's result. 1 where it is not given."
        ),
    ] = None


class MessageClearToolUsesParam(ContractModel):
    """
    Clear the oldest results of tools once the conversation is long: in place of each the model reads a line that says so. A result that brings tools (`tool_reference`) stays.
    """

    type: Annotated[
        Literal["clear_tool_uses_20250919"], Field(description="The kind of edit.")
    ]
    trigger: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="How many `input_tokens` or `tool_uses` a conversation must exceed. 100,000 tokens where it is not given."
        ),
    ] = None
    keep: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="How many of the latest `tool_uses` stay as they are. 3 where it is not given."
        ),
    ] = None
    clear_at_least: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="How many `input_tokens` must be gained; otherwise nothing is cleared."
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
            description="How many tokens less the prompt has. 0 where the chat template leaves it out, too.",
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
        int, Field(description="How many tokens less the prompt has.", ge=0)
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
    Summarize the conversation once it is long. The model itself writes the summary, which is the answer's first block, `compaction`, and goes on from it alone. A conversation that ends with such a block is not summarized again. Where the model writes no summary, it reads the whole conversation.
    """

    type: Annotated[Literal["compact_20260112"], Field(description="The kind of edit.")]
    trigger: Annotated[
        MessageContextAmountParam | None,
        Field(
            description="How many `input_tokens` a conversation must exceed. 150,000 where it is not given, or three quarters of the context where that is less."
        ),
    ] = None
    pause_after_compaction: Annotated[
        bool | None,
        Field(
            description="Whether the message ends after the block, with the stop reason `compaction`, for the client to go on from."
        ),
    ] = None
    instructions: Annotated[
        str | None,
        Field(
            description="What the summary must heed beside what the server asks for."
        ),
    ] = None


class MessageCompactionBlock(ContractModel):
    """
    A summary of the conversation up to here, to be given back as it came. A conversation that has it goes on from it: what comes before it may be left out.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["compaction"], Field(description="The block's type.")]
    content: Annotated[
        str | None,
        Field(
            description="The summary; null where the model has written none, and in `content_block_start`."
        ),
    ]
    encrypted_content: Annotated[
        None, Field(description="Always null: the summary is in `content`.")
    ]
    tool_changes: Annotated[
        list[MessageToolChangeBlock],
        Field(
            description="The tools that what was summarized has brought or taken away."
        ),
    ]


class MessageCompactionBlockParam(ContractModel):
    """
    What was said before, in short. The model reads it in the place of all messages and blocks before it, which are left out of the prompt.
    """

    type: Annotated[Literal["compaction"], Field(description="The block's type.")]
    content: Annotated[
        str | None,
        Field(
            description="The summary. Where it is null or empty, the block changes nothing."
        ),
    ] = None
    tool_changes: Annotated[
        list[MessageToolChangeBlockParam] | None,
        Field(
            description="The tools that were brought or taken away before it, as they came with the block. The model is told of them with the summary."
        ),
    ] = None
    encrypted_content: Annotated[
        str | None,
        Field(
            description="Accepted as it came, and not read. The summary is in `content`."
        ),
    ] = None
    signature: Annotated[
        str | None, Field(description="Accepted as it came, and not checked.")
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
        Field(description="The summary; null where the model has written none."),
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
            description="What the model is asked for, in the place of what the server asks for. An empty text counts as none."
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
            description="What is counted, `input_tokens` or `tool_uses`. An edit that counts something else is left out, and named in `x-ignored-parameters`.",
            examples=["input_tokens"],
        ),
    ]
    value: Annotated[int, Field(description="How many.", ge=0)]


class MessageContextManagement(ContractModel):
    """
    How the conversation was edited before the model read it. Where the request has `context_management`.
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
        Field(description="What the tool does, for the model to know when to call it."),
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
            description="Whether the model is not told of the tool until a block refers to it, as `tool_reference` in a tool's result does. Such a tool costs no tokens, and does not change the beginning of the prompt."
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
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
            description="The one of `stop_sequences` at which the model stopped; null where it stopped for another reason."
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
    How many tokens were read and written so far.
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
        int,
        Field(description="The tokens that the model wrote, thinking included.", ge=0),
    ]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that were read and put into the prefix cache, where the next prompt that begins alike finds them. The cache keeps whole blocks of tokens, so the last few of a prompt are not among them.",
            ge=0,
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that were taken from the prefix cache. Prefixes are cached unasked.",
            ge=0,
        ),
    ]
    iterations: MessageIterations | None = None
    output_tokens_details: MessageOutputTokensDetails | None = None


class MessageDocumentBlockParam(ContractModel):
    """
    A document for the model to read, text or a PDF that has some. What cannot be read is said to the model as a line of text, and named in `x-ignored-parameters`.
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
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
    ] = None


class MessageImageBlockParam(ContractModel):
    """
    An image for the model to look at. A model that reads text only refuses it, but in what a tool gave, which it is told of in a line of text.
    """

    type: Annotated[Literal["image"], Field(description="The block's type.")]
    source: MessageSourceParam
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
    The tokens of one time that the model was asked.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[
        Literal["compaction", "message"],
        Field(description="What it was asked for, the summary or the answer."),
    ]
    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that are in neither of the other two counts.",
            ge=0,
        ),
    ]
    output_tokens: Annotated[int, Field(description="The tokens that it wrote.", ge=0)]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that were read and put into the prefix cache.",
            ge=0,
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that were taken from the prefix cache.",
            ge=0,
        ),
    ]
    cache_creation: MessageCacheCreation


MessageIterations = TypeAliasType(
    "MessageIterations",
    Annotated[
        list[MessageIteration],
        Field(
            description="The tokens of each time that the model was asked. Where the conversation was summarized, which the other counts leave out: they are those of the answer."
        ),
    ],
)
"""
The tokens of each time that the model was asked. Where the conversation was summarized, which the other counts leave out: they are those of the answer.
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
    What the client tells about the request.
    """

    user_id: Annotated[
        str | None, Field(description="An id of the end user. Changes nothing.")
    ] = None


class MessageOtherBlockParam(ContractModel):
    """
    A block of any other type, such as those of hosted tools and those that newer clients send. It is left out, and named in `x-ignored-parameters`.
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
    An edit of another kind. It is left out, and named in `x-ignored-parameters`.
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
    A format of another type. It is left out, and named in `x-ignored-parameters`.
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
    A change of another type. It is left out, and named in `x-ignored-parameters`.
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
    A tool of any other type. One with an `input_schema` is called like any that the client runs, and so are `bash_*`, `text_editor_*` and `memory_*`, whose schema is Anthropic's, and which may leave out their name. The others, such as those that Anthropic's servers run, are left out, and named in `x-ignored-parameters`.
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
            description="Whether the model is not told of the tool until a block refers to it."
        ),
    ] = None


class MessageOutputConfigParam(ContractModel):
    """
    The form that the answer's text takes, and how much to think.
    """

    effort: Annotated[
        str | None,
        Field(
            description="How much to think: `low`, `medium`, `high`, `xhigh` or `max`. It is handed to the chat template; another value is left out, and named in `x-ignored-parameters`.",
            examples=["high"],
        ),
    ] = None
    format: Annotated[
        MessageJsonFormatParam | MessageOtherFormatParam | None,
        Field(
            description="The form that the answer's text takes. Plain text where it is not given."
        ),
    ] = None


class MessageOutputTokensDetails(ContractModel):
    """
    The tokens that the model wrote by kind. Absent where the model does not think.
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
            description="Who speaks. A `system` message tells the model something from there on."
        ),
    ]
    content: Annotated[
        str | list[MessageContentBlockParam],
        Field(description="What is said, a text or a list of blocks."),
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
    The connection is alive. There is nothing to do.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["ping"], Field(description="The event's type.")]


class MessageRedactedThinkingBlockParam(ContractModel):
    """
    What a model thought before, in a form that only its maker can read. It is left out of the prompt.
    """

    type: Annotated[
        Literal["redacted_thinking"], Field(description="The block's type.")
    ]
    data: Annotated[str | None, Field(description="The encrypted thinking.")] = None


class MessageRequest(ContractModel):
    """
    A conversation to go on with, and how.
    """

    model: ModelName | None = None
    max_tokens: Annotated[
        int,
        Field(
            description="The most tokens that the model may write, thinking included. 0 has the prompt read, and so cached, and nothing written.",
            examples=[64],
            ge=0,
        ),
    ]
    messages: Annotated[
        list[MessageParam],
        Field(
            description="The conversation, oldest message first. Where the last is the assistant's, the model goes on from its text.",
            min_length=1,
        ),
    ]
    system: Annotated[
        MessageSystemParam | None,
        Field(description="What the model is told before the conversation."),
    ] = None
    stop_sequences: Annotated[
        list[StopString] | None,
        Field(
            description="Texts at which the answer ends; the text itself is left out.",
            max_length=32,
        ),
    ] = None
    stream: Stream | None = None
    temperature: Annotated[
        float | None,
        Field(
            description="How random the sampling is. 0 always takes the most likely token.",
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
            description="The tools that the model may call. Only tools that the client runs can be called; those of other types are left out, and named in `x-ignored-parameters`, as `tools.2.web_search_20250305` is."
        ),
    ] = None
    tool_choice: Annotated[
        MessageToolChoiceParam | None,
        Field(
            description="Which tools the model may or must call. `auto` where it is not given."
        ),
    ] = None
    thinking: Annotated[
        MessageThinkingParam | None,
        Field(description="Whether and how a model that can think does so."),
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
        MessageMetadataParam | None,
        Field(description="What the client tells about the request."),
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
            description="Where to cache the prompt. Accepted, and changes nothing, since prefixes are cached by content."
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
            description="A constraint that the answer is made to satisfy, where `output_config.format` cannot say it."
        ),
    ] = None
    vllm_xargs: VllmXargs | None = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the KV connector of a disaggregated deployment needs to know of this request; `prompt_token_ids` in it are the prompt's tokens where the server that computed the prompt has told them, which are then not made again. (Completions and generate have a place for tokens in the request itself, and it is that which counts.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere needs to know of this request."
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
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
    Think as much as the model sees fit.
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
    Think between calls of tools. Models here think where their chat template says so, as with `adaptive`.
    """

    type: Annotated[
        Literal["between_tools"], Field(description="The kind of thinking.")
    ]


class MessageThinkingBlock(ContractModel):
    """
    What the model thought.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[Literal["thinking"], Field(description="The block's type.")]
    thinking: Annotated[str, Field(description="The thinking.")]
    signature: Annotated[
        str,
        Field(
            description="A mark to give back with the thinking. It proves nothing here."
        ),
    ]


class MessageThinkingBlockParam(ContractModel):
    """
    What the model thought before.
    """

    type: Annotated[Literal["thinking"], Field(description="The block's type.")]
    thinking: Annotated[str, Field(description="The thinking.")]
    signature: Annotated[
        str | None,
        Field(description="The signature that came with it. It is not checked."),
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
            description="Whether and how a model that can think does so. It is handed to the chat template. One of a type that is not known is left out, and named in `x-ignored-parameters`."
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
    The conversation before it was edited. Where the request has `context_management`.
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
        MessageSystemParam | None,
        Field(description="What the model is told before the conversation."),
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
        Field(description="Whether and how a model that can think does so."),
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
            description="Accepted, and changes nothing. The conversation is counted as it is."
        ),
    ] = None
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(description="Where to cache the prompt. Accepted, and changes nothing."),
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
    A tool that the model may call from here on. Its definition stands in the place of the block.
    """

    type: Annotated[Literal["tool_addition"], Field(description="The block's type.")]
    tool: MessageToolChangeParam
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
    Make the model call some tool.
    """

    type: Annotated[Literal["any"], Field(description="The type of the choice.")]
    disable_parallel_tool_use: Annotated[
        bool | None, Field(description="Whether the model makes exactly one call.")
    ] = None


class MessageToolChoiceAutoParam(ContractModel):
    """
    Let the model call tools where it sees fit.
    """

    type: Annotated[Literal["auto"], Field(description="The type of the choice.")]
    disable_parallel_tool_use: Annotated[
        bool | None, Field(description="Whether the model may make one call at most.")
    ] = None


class MessageToolChoiceNoneParam(ContractModel):
    """
    Let the model call no tool.
    """

    type: Annotated[Literal["none"], Field(description="The type of the choice.")]


class MessageToolChoiceToolParam(ContractModel):
    """
    Make the model call one tool.
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
            description="Which tools the model may or must call. A choice of a type that is not known is left out, and named in `x-ignored-parameters`."
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
    A tool that a search for tools found. From here on the model knows it and may call it: its definition stands in the place of the block, so the cached beginning of the conversation serves further on.
    """

    type: Annotated[Literal["tool_reference"], Field(description="The block's type.")]
    tool_name: Annotated[str, Field(description="The tool's name, among `tools`.")]
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
    A tool that the model may not call any more. It is told so in the place of the block.
    """

    type: Annotated[Literal["tool_removal"], Field(description="The block's type.")]
    tool: MessageToolChangeParam
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
    What the call of a tool gave.
    """

    type: Annotated[Literal["tool_result"], Field(description="The block's type.")]
    tool_use_id: Annotated[
        str, Field(description="The id of the call that this answers.")
    ]
    content: Annotated[
        str | list[MessageToolResultContentParam] | None,
        Field(
            description="What the tool returned, a text or a list of blocks. Where it is not given, nothing."
        ),
    ] = None
    is_error: Annotated[bool | None, Field(description="Whether the call failed.")] = (
        None
    )
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
    A call that the model made before.
    """

    type: Annotated[Literal["tool_use"], Field(description="The block's type.")]
    id: Annotated[
        str, Field(description="The call's id. The block with its result names it.")
    ]
    name: Annotated[str, Field(description="The tool's name.")]
    input: Annotated[dict[str, Any], Field(description="The arguments.")]
    cache_control: Annotated[
        MessageCacheControlParam | None,
        Field(
            description="That the prompt up to here is to be cached. Changes nothing."
        ),
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
            description="One block of a message. A block of a response's content can be given back as it came."
        ),
    ],
)


MessageSystemParam = TypeAliasType(
    "MessageSystemParam",
    Annotated[
        str | list[MessageContentBlockParam],
        Field(
            description="What the model is told before the conversation, a text or a list of blocks of text."
        ),
    ],
)


class MessageUsage(ContractModel):
    """
    How many tokens were read and written. As in Anthropic's API, all tokens of the prompt are `input_tokens` and the two `cache_` counts together. `message_start` has them, too.
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
        int,
        Field(description="The tokens that the model wrote, thinking included.", ge=0),
    ]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that were read and put into the prefix cache, where the next prompt that begins alike finds them. The cache keeps whole blocks of tokens, so the last few of a prompt are not among them.",
            ge=0,
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that were taken from the prefix cache. Prefixes are cached unasked.",
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
    What this deployment runs.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    assetInfo: Annotated[
        list[str],
        Field(
            description="The files that the deployment needs besides the models; empty where it needs none."
        ),
    ]
    licenseInfo: LicenseInfo
    modelInfo: Annotated[
        list[ModelInfo], Field(description="The models that the server serves.")
    ]
    repository_override: Annotated[
        str,
        Field(
            description="Where models are fetched from in place of their own repository; empty where they are not."
        ),
    ]
    version: Annotated[str, Field(description="The server's release.")]
    selectedModelProfileId: Annotated[
        str,
        Field(
            description="The id of the profile that runs, as in the manifest. Empty where the model's files do not say what the model needs."
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
            description="How many tokens to generate before an end token or a stop token may end the answer. 0 where it is not given.",
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
            description="For the render endpoints, whether the `features` of a prompt have what the model's processor made of its images, audio and videos, as where it is not given, or only where they stand. It has no effect elsewhere."
        ),
    ],
)


class ModelInfo(ContractModel):
    """
    A model, and where it came from.
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
    The license of the model. Absent where the model's files tell of none, or are not here yet.
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
            description="The file that holds the text, or, where there is no text, the one that names the license."
        ),
    ]
    url: Annotated[
        str | None,
        Field(
            description="Where the license is published. Present where the model's files say so."
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
            description="The full text. Present, with `sha` and `size`, where the model comes with it."
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
            description="Whether there are more after these, or, where `before_id` was given, before them."
        ),
    ]
    first_id: Annotated[
        str | None,
        Field(description="The id of the first of these; null where there is none."),
    ]
    last_id: Annotated[
        str | None,
        Field(description="The id of the last of these; null where there is none."),
    ]


ModelName = TypeAliasType(
    "ModelName",
    Annotated[
        str | None,
        Field(
            description="The id of the model, as `/v1/models` lists it. Where it is not given, the server's model.",
            examples=["smollm2-135m-instruct"],
        ),
    ],
)


class MultiModalFeatures(ContractModel):
    """
    What the images, audio and videos of a prompt come to, by what they are (`image`, `audio`, `video`), in their order.
    """

    mm_hashes: Annotated[
        dict[str, list[str]],
        Field(description="A hash of each, by which the engine knows it again."),
    ]
    mm_placeholders: Annotated[
        dict[str, list[PlaceholderRange]],
        Field(description="Where in `token_ids` each stands."),
    ]
    kwargs_data: Annotated[
        dict[str, list[str | None]] | None,
        Field(description="What the model's processor made of each, in base64."),
    ] = None
    mm_metadata: Annotated[
        dict[str, list[str | None]] | None,
        Field(
            description="The part of it that is needed where encoders have run elsewhere."
        ),
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
            description="The request that was rendered, which says what its answer is to hold, and how it is to be read: tools, stop strings, log probabilities. Where it is not given, the answer is text, with the reasoning told apart where the model is one that reasons."
        ),
    ],
)


OriginalCompletionRequest = TypeAliasType(
    "OriginalCompletionRequest",
    Annotated[
        CompletionRequest | None,
        Field(
            description="The request that was rendered, which says what its answer is to hold. Where it is not given, the answer is text."
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
            description="Which of its tokens stand for what the model sees or hears; the others are said in words around it. All of them where it is not given."
        ),
    ] = None


PresencePenalty = TypeAliasType(
    "PresencePenalty",
    Annotated[
        float | None,
        Field(
            description="How much a token is held back once it is in the generated text at all. Negative values favour repetition.",
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
            description="The request's place in the queue; lower is served earlier, where the server schedules by priority (`--scheduling-policy priority`). 0 where it is not given.",
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
            description="The token's place among all tokens, the most likely being 1; null where it is not known.",
            ge=1,
        ),
    ]
    decoded_token: Annotated[
        str | None, Field(description="The token's text; null where it is not known.")
    ]


class PromptLogprobParam(ContractModel):
    """
    How likely the model found a token at a position of the prompt.
    """

    logprob: Annotated[
        float, Field(description="The natural logarithm of its probability.")
    ]
    rank: Annotated[
        int | None, Field(description="Its place among all tokens.", ge=1)
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
            description="How many of the most likely tokens to report at each position of the prompt, besides the token that is there; as many as the server allows, 20 unless it was told otherwise. -1 means the whole vocabulary. Not available in a stream.",
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
            description="How many tokens the prompt has, for `usage`. Where it is not given, what the answer's own `usage` says, or else as many as `prompt_token_ids`.",
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
        int, Field(description="Those that were found in the prefix cache.", ge=0)
    ]
    cache_write_tokens: Annotated[
        int | None,
        Field(
            description="Those that were read and put into the prefix cache, where the next prompt that begins alike finds them. The cache keeps whole blocks of tokens.",
            ge=0,
        ),
    ] = None


class ReasoningParserKwargs(ContractModel):
    """
    What a parser of reasoning is told of the prompt.
    """

    chat_template_kwargs: Annotated[
        dict[str, Any] | None,
        Field(
            description="The variables that the chat template wrote the prompt with, such as `enable_thinking`."
        ),
    ] = None


class RefusalPart(ContractModel):
    """
    What the model said in declining to answer.
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
            description="That the client uses a beta of the API. Accepted, and changes nothing."
        ),
    ] = None
    anthropic_version: Annotated[
        str | None,
        Field(
            alias="anthropic-version",
            description="The version of the API that the client was written for. Accepted, and changes nothing.",
        ),
    ] = None
    anthropic_beta: Annotated[
        str | None,
        Field(
            alias="anthropic-beta",
            description="The betas that the client uses, comma-separated. Accepted, and changes nothing.",
        ),
    ] = None


class RenderedFeatures(ContractModel):
    """
    What the images, audio and videos of the prompt come to, by what they are (`image`, `audio`, `video`), in their order. Present where there are some.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    mm_hashes: Annotated[
        dict[str, list[str]],
        Field(description="A hash of each, by which an engine knows it again."),
    ]
    mm_placeholders: Annotated[
        dict[str, list[RenderedPlaceholderRange]],
        Field(description="Where in `token_ids` each stands."),
    ]
    kwargs_data: Annotated[
        dict[str, list[str]] | None,
        Field(
            description="What the model's processor made of each, in base64. Present unless `mm_payload` is `none`."
        ),
    ] = None
    mm_metadata: Annotated[
        dict[str, list[str | None]] | None,
        Field(
            description="The part of it that is needed where encoders have run elsewhere. Present where there is some."
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
            description="Which of its tokens stand for what the model sees or hears; the others are said in words around it. Present where not all of them do."
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
    request_id: Annotated[
        str, Field(description="The id that the request would have had.")
    ]
    sampling_params: RenderedSamplingParams
    stream: Annotated[bool, Field(description="Whether the request asks for a stream.")]
    stream_options: RenderedStreamOptions | None = None
    cache_salt: Annotated[
        str | None,
        Field(
            description="The request's secret that keeps its part of the prefix cache apart. Present where it was given."
        ),
    ] = None
    priority: Annotated[
        int | None,
        Field(
            description="The request's place in the queue; lower is served earlier. Present where it was given."
        ),
    ] = None
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the KV connector of a disaggregated deployment needs to know of the request. Present where it was given."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="The same, for a connector of what encoders compute. Present where it was given."
        ),
    ] = None
    reasoning_ended: Annotated[
        bool | None,
        Field(
            description="Whether the model's reasoning is over where the prompt ends. Present where the server knows."
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
    What the engine's parser of reasoning is to be told of the prompt. Present where the model is one that reasons.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    chat_template_kwargs: Annotated[
        dict[str, Any],
        Field(
            description="The variables that the chat template wrote the prompt with, the server's own defaults among them."
        ),
    ]


class RenderedRepetitionDetection(ContractModel):
    """
    When an answer that repeats itself ends.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    max_pattern_size: Annotated[
        int, Field(description="The longest pattern of tokens that is looked for.")
    ]
    min_pattern_size: Annotated[
        int,
        Field(
            description="The shortest pattern of tokens that is looked for; 0 means 1."
        ),
    ]
    min_count: Annotated[
        int,
        Field(
            description="How many times a pattern has to come for the answer to end."
        ),
    ]


class RenderedSamplingParams(ContractModel):
    """
    How the request wants the tokens chosen, and when to stop, with the model's generation config and the room that the prompt leaves worked in. What is not there has no effect. There is no `detokenize`: whoever sends the prompt on decides whether to have the text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    n: Annotated[int, Field(description="How many answers to generate.", ge=1)]
    temperature: Annotated[
        float,
        Field(description="How much chance there is in the choice of each token."),
    ]
    top_p: Annotated[
        float, Field(description="The share of the probability that is sampled from.")
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
        Field(
            description="How much a token is held back once it is in the generated text at all."
        ),
    ]
    frequency_penalty: Annotated[
        float,
        Field(
            description="How much a token is held back for each time that it is already in the generated text."
        ),
    ]
    repetition_penalty: Annotated[
        float,
        Field(
            description="The factor by which tokens of the prompt and of the generated text are held back."
        ),
    ]
    seed: Annotated[int | None, Field(description="The seed for sampling.")] = None
    stop: Annotated[
        list[str] | None,
        Field(
            description="Strings at which generation ends. Those of the request, save where it forces a tool call."
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
        Field(description="Whether the text holds the stop string that ended it."),
    ] = None
    ignore_eos: Annotated[
        bool | None,
        Field(description="Whether to generate past the model's end token."),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(
            description="How many tokens to generate at most - what the request asks for, as far as there is room for it. Absent where the prompt fills the context or is longer. Such a prompt is rendered, but there is nothing to be generated from it.",
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
            description="Whether special tokens are left out of the text. False where the text is to be read for tool calls or reasoning."
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
        Field(description="How many tokens a stream gathers before it says them."),
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
    What the request wants a stream to carry besides the text. Present where it was given.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    include_usage: Annotated[
        bool | None,
        Field(
            description="Whether the stream is to end with the token counts. Present where it was given."
        ),
    ] = None
    continuous_usage_stats: Annotated[
        bool | None,
        Field(
            description="Whether every chunk is to have the token counts so far. Present where it was given."
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
    When an answer that repeats itself ends. Off where `max_pattern_size` is 0.
    """

    max_pattern_size: Annotated[
        int | None,
        Field(
            description="The longest pattern of tokens that is looked for. 0 where it is not given, which looks for none.",
            ge=0,
            le=1024,
        ),
    ] = None
    min_pattern_size: Annotated[
        int | None,
        Field(
            description="The shortest pattern of tokens that is looked for, at most `max_pattern_size`. 0 where it is not given, which means 1.",
            ge=0,
            le=1024,
        ),
    ] = None
    min_count: Annotated[
        int | None,
        Field(
            description="How many times a pattern has to come for the answer to end, at least 2 where patterns are looked for.",
            ge=0,
            le=2147483647,
        ),
    ] = None


RepetitionPenalty = TypeAliasType(
    "RepetitionPenalty",
    Annotated[
        float | None,
        Field(
            description="The factor by which tokens of the prompt and of the generated text are held back. Above 1 discourages repetition, below 1 favours it.",
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
            description="Key-value pairs of the client's own, up to 16. They are accepted and have no effect on the answer.",
            max_length=16,
        ),
    ],
)


class Response(ContractModel):
    """
    A model's answer to an input, finished or on its way.
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
        bool, Field(description="Whether the response is made while nobody waits.")
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
        list[ResponseOutputItem], Field(description="What the model made, in order.")
    ]
    parallel_tool_calls: Annotated[
        bool,
        Field(description="Whether the model may make several calls in one answer."),
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
            description="The request's cache retention. Absent where the request had none."
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
            description="The temperature that was used, the model's own where the request had none."
        ),
    ]
    text: ResponseTextConfig
    tool_choice: ResponseToolChoice
    tools: Annotated[list[ResponseTool], Field(description="The request's tools.")]
    top_logprobs: Annotated[
        int, Field(description="The request's `top_logprobs`, 0 where it had none.")
    ]
    top_p: Annotated[
        float,
        Field(
            description="The `top_p` that was used, the model's own where the request had none."
        ),
    ]
    presence_penalty: Annotated[
        float,
        Field(
            description="The presence penalty that was used, 0 where the request had none."
        ),
    ]
    frequency_penalty: Annotated[
        float,
        Field(
            description="The frequency penalty that was used, 0 where the request had none."
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
        Field(
            description="How many tokens were read and written; null until the response is done."
        ),
    ]
    user: Annotated[
        str | None,
        Field(description="The request's id of the end user, by its former name."),
    ]
    metadata: Annotated[dict[str, str], Field(description="The request's metadata.")]
    kv_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the KV connector of a disaggregated deployment says to the server that goes on. Present where it says something."
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere says to the server that goes on. Present where it says something."
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
        str | None, Field(description="Who offers them. It changes nothing.")
    ] = None
    tools: Annotated[list[ResponseToolParam], Field(description="The tools.")]
    id: ResponseGivenItemId | None = None


class ResponseAllowedTool(ContractModel):
    """
    A tool of the request, by its type and, where it has one, its name.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[str, Field(description="The tool's type.")]
    name: Annotated[
        str | None, Field(description="The tool's name. Absent where it has none.")
    ] = None
    namespace: Annotated[
        str | None,
        Field(description="The tool's namespace. Absent where the request named none."),
    ] = None
    server_label: Annotated[
        str | None,
        Field(
            description="The label of the tool's MCP server. Absent where the request named none."
        ),
    ] = None


class ResponseAllowedToolParam(ContractModel):
    """
    A tool of the request, by its type and, where it has one, its name.
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
            description="The label of the tool's MCP server. Where no name is given, all its tools are meant."
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
    A change to a file that a model asked for before.
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
            description="What was said. It may be left out where `previous_response_id` is given."
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
            description="A system message that the model reads before what it compacts. It is not part of the compaction."
        ),
    ] = None
    prompt_cache_key: Annotated[
        str | None,
        Field(
            description="A key for requests that begin alike. It changes nothing, since prefixes are cached by content."
        ),
    ] = None
    prompt_cache_retention: Annotated[
        str | None,
        Field(
            description="How long to keep the prompt cached. Accepted, and changes nothing."
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
    What was said, compacted. Its output is the input of the next response, with what is said then after it.
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
    What was said before, in short.
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
            description="The summary that the model wrote, to be given back as it is. It is encoded, not encrypted."
        ),
    ]


class ResponseCompactionCompactingEvent(ContractModel):
    """
    The model begins to write a compaction. What it writes is not told before it is done.
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
    A compaction that this server made before. The model is told its summary, in the place of all that comes before it but the messages of the system, the developer and, as many as the compaction has kept, the user. One that this server cannot read is left out and named in `x-ignored-parameters`.
    """

    type: Annotated[Literal["compaction"], Field(description="The item's type.")]
    id: Annotated[str | None, Field(description="The item's id.")] = None
    encrypted_content: Annotated[str, Field(description="The compaction as it came.")]


class ResponseCompactionTriggerParam(ContractModel):
    """
    Compacts what comes before it. It must be the last item of the input; the response's output is one `compaction` item then, and no answer.
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
    A way to keep what the model reads within bounds.
    """

    type: Annotated[
        str,
        Field(
            description="The way. `compaction` is known; any other is ignored and named in `x-ignored-parameters`.",
            examples=["compaction"],
        ),
    ]
    compact_threshold: Annotated[
        int | None,
        Field(
            description="How many tokens the prompt may have before what was said is compacted. Three quarters of the context where it is not given.",
            ge=1000,
        ),
    ] = None


class ResponseConversation(ContractModel):
    """
    The conversation that the response belongs to. Absent where it belongs to none.
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
            description="Whether the model is told of it only once a search has found it. Absent where the request did not say."
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
        str | None, Field(description="The tool's namespace. Absent where it has none.")
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
    What the call of a custom tool gave.
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
        Field(description="The tool's name. Absent where the request had none."),
    ] = None


class ResponseCustomToolCallOutputParam(ContractModel):
    """
    What the call of a custom tool gave.
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
    A call of a custom tool that a model made before.
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
    A tool of the client's that takes text. Chat templates are told of a function with the one argument `input`.
    """

    type: Annotated[Literal["custom"], Field(description="The tool's type.")]
    name: Annotated[
        str, Field(description="The tool's name.", max_length=128, min_length=1)
    ]
    description: Annotated[
        str | None,
        Field(description="What the tool does, for the model to know when to call it."),
    ] = None
    format: Annotated[
        ResponseCustomToolFormatParam | None,
        Field(description="What the text looks like. Any text where it is not given."),
    ] = None
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether the model is to be told of it only once a tool search has found it. It is told at once where `tools` has no `tool_search`."
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
    deleted: Annotated[Annotated[Literal[True], BOOLEAN], Field(description="That it is gone.")]


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
        Field(
            description="A code that programs can branch on; null where there is none."
        ),
    ]
    message: Annotated[str, Field(description="What went wrong.")]
    param: Annotated[
        str | None,
        Field(
            description="The field of the request that is at fault; null where none is."
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
    Text of any form, as where no format is given.
    """

    type: Annotated[Literal["text"], Field(description="Always `text`.")]


ResponseFormat = TypeAliasType(
    "ResponseFormat",
    Annotated[
        ResponseFormatText | ResponseFormatJsonObject | ResponseFormatJsonSchema,
        Field(
            description="The form that the answer is made to take.",
            discriminator="type",
        ),
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
        Field(description="The function's namespace. Absent where it has none."),
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
    What the call of a function gave.
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
            description="The id of the call that this answers; null where the request had none."
        ),
    ]
    output: ResponseToolOutput
    name: Annotated[
        str | None,
        Field(description="The function's name. Absent where the request had none."),
    ] = None
    namespace: Annotated[
        str | None,
        Field(
            description="The function's namespace. Absent where the request had none."
        ),
    ] = None


class ResponseFunctionCallOutputParam(ContractModel):
    """
    What the call of a function gave.
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
        Field(description="The item's id, where it came from a list of input items."),
    ] = None
    status: ResponseGivenItemStatus | None = None


class ResponseFunctionCallParam(ContractModel):
    """
    A call that a model made before.
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
        str | None, Field(description="The item's id, where it came from a response.")
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
            description="The arguments that the function takes; null where the request had none."
        ),
    ]
    strict: Annotated[
        bool | None,
        Field(
            description="Whether the arguments must match the schema; null where the request did not say."
        ),
    ]
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether the model is told of it only once a search has found it. Absent where the request did not say."
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
            description="What the function does, for the model to know when to call it."
        ),
    ] = None
    parameters: Annotated[
        dict[str, Any] | None,
        Field(
            description="The arguments that the function takes. Where they are not given, it takes none."
        ),
    ] = None
    strict: Annotated[
        bool | None, Field(description="Whether the arguments must match the schema.")
    ] = None
    defer_loading: Annotated[
        bool | None,
        Field(
            description="Whether the model is to be told of it only once a tool search has found it. It is told at once where `tools` has no `tool_search`."
        ),
    ] = None


ResponseGivenItemId = TypeAliasType(
    "ResponseGivenItemId",
    Annotated[
        str | None, Field(description="The item's id, where it came from a response.")
    ],
)


ResponseGivenItemStatus = TypeAliasType(
    "ResponseGivenItemStatus",
    Annotated[
        str | None,
        Field(
            description="The item's status, where it came from a response. One that is not known is read as `completed`.",
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
    A tool of any other type, such as one that a server runs (`web_search`, `file_search`, `code_interpreter`, `image_generation`, `computer`). It is left out, and named in `x-ignored-parameters`. Where the operator has given an MCP server the name `web_search` or `code_interpreter`, that one's tools stand in its place, without approval; the response has it, and its calls, as those of an MCP server.
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
    The response is being made.
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
            description="Something that a response holds only where it is asked for. `message.output_text.logprobs` adds log probabilities and `reasoning.encrypted_content` reasoning that can be given back without being stored; others concern hosted tools and add nothing. One that is not known is ignored, and named in `x-ignored-parameters`.",
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
        Field(description="How closely the model was to look at the file's pages."),
    ] = None


class ResponseInputFileParam(ContractModel):
    """
    A file for the model to read. The model reads its text, where it is one or a PDF that has some; of any other it is told in a line of text, and the file is named in `x-ignored-parameters`. So is a PDF of which only the first pages are read.
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
        Field(description="How closely to look at the file's pages."),
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
        Field(description="How closely the model was to look."),
    ]
    image_url: Annotated[
        str | None,
        Field(description="The image's URL, or a data URL with the image in base64."),
    ]
    file_id: Annotated[str | None, Field(description="The id of an uploaded file.")]


class ResponseInputImageParam(ContractModel):
    """
    An image for the model to look at. A model that reads text only refuses it, but in what a tool gave, which it is told of in a line of text.
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
        Field(description="How closely to look."),
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
        Literal["user", "system", "developer"], Field(description="Who speaks.")
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
        int, Field(description="Those that were taken from the prefix cache.", ge=0)
    ]
    cache_write_tokens: Annotated[
        int,
        Field(
            description="Those that were read and put into the prefix cache, in whole blocks.",
            ge=0,
        ),
    ]


class ResponseItemList(ContractModel):
    """
    A page of the items that a response was given.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: Annotated[Literal["list"], Field(description="The object's type.")]
    data: Annotated[list[ResponseItem], Field(description="The items.")]
    first_id: Annotated[
        str | None,
        Field(
            description="The id of the page's first item; null where the page is empty."
        ),
    ]
    last_id: Annotated[
        str | None,
        Field(
            description="The id of the page's last item; null where the page is empty."
        ),
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
        Field(description="How far the item is. `incomplete` is one that was cut off."),
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
            description="How long it may run, in milliseconds. Absent where the model did not say."
        ),
    ] = None
    user: Annotated[
        str | None,
        Field(description="The user to run it as. Absent where the model did not say."),
    ] = None
    working_directory: Annotated[
        str | None,
        Field(description="Where to run it. Absent where the model did not say."),
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
    What a command of a local shell gave.
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
    output: Annotated[str, Field(description="What it gave.")]


class ResponseLocalShellCallOutputParam(ContractModel):
    """
    What a command of a local shell gave.
    """

    type: Annotated[
        Literal["local_shell_call_output"], Field(description="The item's type.")
    ]
    id: Annotated[
        str | None,
        Field(
            description="The id of the call that this answers, where `call_id` is not given."
        ),
    ] = None
    call_id: Annotated[
        str | None, Field(description="The id of the call that this answers.")
    ] = None
    output: Annotated[
        str, Field(description="What it gave, by OpenAI's document a JSON text.")
    ]
    status: ResponseGivenItemStatus | None = None


class ResponseLocalShellCallParam(ContractModel):
    """
    A command of a local shell that a model asked for before.
    """

    type: Annotated[Literal["local_shell_call"], Field(description="The item's type.")]
    call_id: Annotated[
        str | None,
        Field(
            description="The call's id. The item with its output has the same. Where it is not given, `id` is."
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
    A token of the text with its log probability, and the likeliest tokens in its place.
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
            description="The token's own bytes, to put together characters that several tokens make up; empty where it has none."
        ),
    ]
    top_logprobs: Annotated[
        list[ResponseTopLogprob],
        Field(
            description="The likeliest tokens, `top_logprobs` of them, the likeliest first."
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
    A call of an MCP server's tool, and what it gave.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["mcp_call"], Field(description="The item's type.")]
    status: Annotated[
        Literal["in_progress", "completed", "incomplete", "calling", "failed"],
        Field(
            description="How far the call is. `incomplete` is one that was never made to its end."
        ),
    ]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    name: Annotated[str, Field(description="The tool's name.")]
    arguments: Annotated[str, Field(description="The arguments as JSON.")]
    output: Annotated[
        str | None,
        Field(description="What the call gave; null until it has given something."),
    ]
    error: Annotated[
        ResponseMcpCallError | None,
        Field(description="Why the call failed; null where it did not."),
    ]
    approval_request_id: Annotated[
        str | None,
        Field(
            description="The id of the request for an approval that the call had waited for; null where it needed none."
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
    A call of an MCP server's tool has given its result.
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
    A call of an MCP server's tool that was made before, and what it gave.
    """

    type: Annotated[Literal["mcp_call"], Field(description="The item's type.")]
    id: ResponseGivenItemId | None = None
    server_label: Annotated[
        str | None, Field(description="The MCP server's label.")
    ] = None
    name: Annotated[str, Field(description="The tool's name.")]
    arguments: Annotated[str | None, Field(description="The arguments as JSON.")] = None
    output: Annotated[str | None, Field(description="What the call gave.")] = None
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
        Field(description="Why they could not be listed. Absent where they were."),
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
    The tools that an MCP server was found to have. Where `tools` has the MCP server, by its label, it is not asked for them again. They are told to the model only then.
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
        Field(description="What else the MCP server says of the tool."),
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
        Field(description="What else the MCP server says of the tool."),
    ] = None


class ResponseMcpProtocolError(ContractModel):
    """
    The call was not made, or not answered as MCP has it.
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
    Some of an MCP server's tools, those for which all that is given holds.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    tool_names: Annotated[list[str] | None, Field(description="The tools' names.")] = (
        None
    )
    read_only: Annotated[
        bool | None, Field(description="Whether a tool only reads.")
    ] = None


class ResponseMcpToolFilterParam(ContractModel):
    """
    Some of an MCP server's tools, those for which all that is given holds.
    """

    tool_names: Annotated[list[str] | None, Field(description="The tools' names.")] = (
        None
    )
    read_only: Annotated[
        bool | None,
        Field(
            description="Whether the MCP server says of a tool that it only reads (`readOnlyHint`)."
        ),
    ] = None


class ResponseMcpToolParam(ContractModel):
    """
    The tools of an MCP server, which this server calls. The operator says which MCP servers may be asked; the tool of any other is left out, and named in `x-ignored-parameters`. The model knows each tool as `LABEL__NAME`.
    """

    type: Annotated[Literal["mcp"], Field(description="The tool's type.")]
    server_label: Annotated[
        str | None,
        Field(
            description="A name for the MCP server in this request and its items. Where neither `server_url` nor `connector_id` is given, the name by which the operator knows it. A tool without one is left out.",
            examples=["docs"],
            max_length=128,
            min_length=1,
        ),
    ] = None
    server_url: Annotated[
        str | None,
        Field(
            description="The MCP server's URL, for streamable HTTP, one that the operator has allowed. Others are asked where the operator lets clients name servers of their own.",
            examples=["https://example.com/mcp"],
        ),
    ] = None
    connector_id: Annotated[
        str | None,
        Field(
            description="The name by which the operator knows the MCP server. There are no connectors of OpenAI's here."
        ),
    ] = None
    server_description: Annotated[
        str | None,
        Field(
            description="What the MCP server is for. The model is told it with the first of the tools."
        ),
    ] = None
    allowed_tools: Annotated[
        list[str] | ResponseMcpToolFilterParam | None,
        Field(
            description="The tools that may be called. All of the MCP server's where it is not given."
        ),
    ] = None
    require_approval: Annotated[
        Literal["always", "never"] | ResponseMcpApprovalFilterParam | None,
        Field(
            description="Which calls wait for the client's approval. `always` where it is not given. With filters, a tool that `never` names needs none and one that `always` names needs it; any other needs it, unless `always` alone is given."
        ),
    ] = None
    authorization: Annotated[
        str | None,
        Field(
            description="An OAuth access token for the MCP server. It is neither kept nor given back. Where the operator has given the MCP server's authorization, it is ignored, and named in `x-ignored-parameters`."
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
    A message of any role, from the user's side or one that a model wrote before.
    """

    type: Annotated[
        Literal["message"] | None,
        Field(description="The item's type. It may be left out."),
    ] = None
    role: Annotated[
        Literal["user", "assistant", "system", "developer"],
        Field(
            description="Who speaks. `system` and `developer` tell the model something from there on; where its chat template does not know the one, it is read as the other, or with the turn beside it."
        ),
    ]
    content: Annotated[
        str | list[ResponseContentPartParam],
        Field(description="What is said, a text or a list of parts."),
    ]
    id: Annotated[
        str | None, Field(description="The item's id, where it came from a response.")
    ] = None
    status: ResponseGivenItemStatus | None = None
    phase: Annotated[
        str | None,
        Field(
            description="Whether an assistant's message is commentary (`commentary`) or the final answer (`final_answer`). It is kept, and changes nothing.",
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
    Tools under a common name, such as those of one MCP server. The model knows each as `NAMESPACE__NAME`.
    """

    type: Annotated[Literal["namespace"], Field(description="The tool's type.")]
    name: Annotated[
        str, Field(description="The namespace.", max_length=128, min_length=1)
    ]
    description: Annotated[
        str | None,
        Field(
            description="What the tools are for. The model is told it with the first of them."
        ),
    ] = None
    tools: Annotated[
        list[ResponseNamespacedToolParam],
        Field(
            description="The tools. Those that are neither a function nor custom are left out, and named in `x-ignored-parameters`."
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
    An item of any other type, such as a call of a server's tool, or one that is newer than this document. Its text, where it has any, is told to the model as a line of the user's; else it is left out. It is named in `x-ignored-parameters`.
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
    A tool of any other type. It is left out, and named in `x-ignored-parameters`.
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
    A part of any other type. Its text, where it has any, is told to the model; else it is left out. It is named in `x-ignored-parameters`.
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
    role: Annotated[Literal["assistant"], Field(description="Who speaks.")]
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
    Text that a model wrote before.
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
    The tokens that the model wrote by kind.
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
        Field(description="What changes in it. Absent where the file is deleted."),
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
    A background response waits for its turn.
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
    What a model thought.
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
            description="The reasoning, where `reasoning.summary` asked for a summary. Nothing here makes it shorter. Empty otherwise."
        ),
    ]
    content: Annotated[
        list[ResponseReasoningText] | None,
        Field(description="The reasoning. Absent where it is told as `summary`."),
    ] = None
    encrypted_content: Annotated[
        str | None,
        Field(
            description="The reasoning in a form to be given back. Present where `include` asked for it. It is encoded, not encrypted."
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
            description="How much the model reasons; null where the request did not say."
        ),
    ]
    summary: Annotated[
        Literal["auto", "concise", "detailed"] | None,
        Field(description="Which summary was asked for; null where none was."),
    ]


class ResponseReasoningConfigParam(ContractModel):
    """
    How a model that reasons does so.
    """

    effort: Annotated[
        str | None,
        Field(
            description="How much to reason. It is handed to the chat template. One of `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`; any other is ignored, and named in `x-ignored-parameters`.",
            examples=["none"],
        ),
    ] = None
    summary: Annotated[
        str | None,
        Field(
            description="Where a summary is asked for, the reasoning is told as `summary` rather than as `content`, whole in any case. One of `auto`, `concise` or `detailed`; any other is ignored, and named in `x-ignored-parameters`.",
            examples=["auto"],
        ),
    ] = None
    generate_summary: Annotated[
        str | None,
        Field(
            description="The former name of `summary`. One of `auto`, `concise` or `detailed`; any other is ignored, and named in `x-ignored-parameters`.",
            examples=["auto"],
        ),
    ] = None


class ResponseReasoningParam(ContractModel):
    """
    What a model thought before.
    """

    type: Annotated[Literal["reasoning"], Field(description="The item's type.")]
    id: Annotated[
        str | None, Field(description="The item's id, where it came from a response.")
    ] = None
    summary: Annotated[
        list[ResponseSummaryTextParam], Field(description="The reasoning in short.")
    ]
    content: Annotated[
        list[ResponseReasoningTextParam] | None,
        Field(description="The reasoning itself."),
    ] = None
    encrypted_content: Annotated[
        str | None,
        Field(
            description="The reasoning in the form that a response of this server gave it. It is read where there is no `content` and no `summary`. Another server's cannot be read; it is ignored, and named in `x-ignored-parameters`."
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
            description="One part of an item that is being made.", discriminator="type"
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
    A refusal that a model wrote before.
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
        Field(description="One part of what a function returned."),
    ],
)


class ResponseRequest(ContractModel):
    """
    What to answer, and how.
    """

    model: ModelName | None = None
    input: Annotated[
        ResponseInput | None,
        Field(
            description="What the model is to answer. It may be left out where `previous_response_id` or `conversation` is given."
        ),
    ] = None
    instructions: Annotated[
        str | None,
        Field(
            description="A system message that is put before the input. It is not carried over to a response that follows this one.",
            examples=["Answer in one sentence."],
        ),
    ] = None
    previous_response_id: Annotated[
        str | None,
        Field(
            description="The id of a stored response. Its input and output are put before the input.",
            examples=["resp_68f1c0a2b4d84d0c9e7a"],
        ),
    ] = None
    conversation: Annotated[
        str | ResponseConversationParam | None,
        Field(
            description="The conversation that the response belongs to. Its items are put before the input; what this response was given and what it made are added to it once the response is done, unless it failed or was cancelled. Responses that are made at the same time see it as it was when they began, and add to it one after the other. Not together with `previous_response_id`."
        ),
    ] = None
    context_management: Annotated[
        list[ResponseContextManagementParam] | None,
        Field(
            description="How to keep the prompt within bounds. With `compaction`, what was said is compacted by the model before it answers, where the prompt has more tokens than the threshold; the output begins with a `compaction` item then. `usage` counts the answer's own prompt."
        ),
    ] = None
    max_output_tokens: Annotated[
        int | None,
        Field(
            description="The most tokens that the model may write, reasoning included. Where it is not given, what the context leaves.",
            ge=1,
        ),
    ] = None
    max_tool_calls: Annotated[
        int | None,
        Field(
            description="The most calls of MCP servers' tools in this response. A call past it is not made, and the model is told so. The server has a limit of its own beside it.",
            ge=1,
        ),
    ] = None
    temperature: Temperature | None = None
    top_p: TopP | None = None
    top_logprobs: Annotated[
        int | None,
        Field(
            description="How many of the likeliest tokens to report at each position, where `include` asks for log probabilities; as many as the server allows, 20 unless it was told otherwise. -1 means the whole vocabulary.",
            ge=-1,
            le=2147483647,
        ),
    ] = None
    include: Annotated[
        list[ResponseIncludable] | None,
        Field(description="What more to put into the response."),
    ] = None
    tools: Annotated[
        list[ResponseToolParam] | None,
        Field(
            description="The tools that the model may call. Those that a server would run, and those of a type that is not known, are left out, and named in `x-ignored-parameters`."
        ),
    ] = None
    tool_choice: Annotated[
        ResponseToolChoiceParam | None,
        Field(
            description="Which tools the model may or must call. `auto` where it is not given."
        ),
    ] = None
    parallel_tool_calls: Annotated[
        bool | None,
        Field(
            description="Whether the model may make several calls in one answer. True where it is not given."
        ),
    ] = None
    text: Annotated[
        ResponseTextConfigParam | None,
        Field(description="The form that the answer's text takes."),
    ] = None
    reasoning: Annotated[
        ResponseReasoningConfigParam | None,
        Field(description="How a model that reasons does so."),
    ] = None
    store: Annotated[
        bool | None,
        Field(
            description="Whether to keep the response, so that it can be retrieved and followed. True where it is not given."
        ),
    ] = None
    background: Annotated[
        bool | None,
        Field(
            description="Whether to answer at once with status `queued` and to work on while nobody waits. It needs `store`."
        ),
    ] = None
    stream: Stream | None = None
    stream_options: Annotated[
        ResponseStreamOptionsParam | None,
        Field(description="How to stream. Only for requests with `stream`."),
    ] = None
    metadata: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], RequestMetadataValue]
        | None,
        Field(
            description="Up to 16 pairs of strings that are kept with the response and given back with it.",
            examples=[{"topic": "demo"}],
            max_length=16,
        ),
    ] = None
    truncation: Annotated[
        str | None,
        Field(
            description="What to do with an input that is longer than the context. `auto` drops its oldest items, `disabled` refuses it and is what is done where it is not given. One of `auto` or `disabled`; any other is ignored, and named in `x-ignored-parameters`.",
            examples=["auto"],
        ),
    ] = None
    user: Annotated[
        str | None,
        Field(
            description="An id of the end user. It is given back and changes nothing; `safety_identifier` and `prompt_cache_key` replace it."
        ),
    ] = None
    safety_identifier: Annotated[
        str | None,
        Field(
            description="A stable id of the end user. It is given back and changes nothing."
        ),
    ] = None
    prompt_cache_key: Annotated[
        str | None,
        Field(
            description="A key for requests that begin alike. It is given back and changes nothing, since prefixes are cached by content."
        ),
    ] = None
    prompt_cache_retention: Annotated[
        str | None,
        Field(
            description="How long to keep the prompt cached. Accepted, and changes nothing. One of `in_memory`, `in-memory` or `24h`; any other is ignored, and named in `x-ignored-parameters`.",
            examples=["in_memory"],
        ),
    ] = None
    service_tier: Annotated[
        str | None,
        Field(
            description="The class of service. Accepted; this server has one class, `default`. One of `auto`, `default`, `flex`, `scale`, `priority`, `fast` or `ultrafast`; any other is ignored, and named in `x-ignored-parameters`.",
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
            description="Whether the response has the model's reasoning too. True where it is not given. An extension of vLLM's."
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
            description="A constraint that the answer is made to satisfy, where `text.format` cannot say it."
        ),
    ] = None
    request_id: Annotated[
        str | None,
        Field(
            description="An id for the request in the engine, for its logs and traces. The response's `id` is the server's own.",
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
            description="What the KV connector of a disaggregated deployment needs to know of this request; `prompt_token_ids` in it are the prompt's tokens where the server that computed the prompt has told them, which are then not made again. (Completions and generate have a place for tokens in the request itself, and it is that which counts.)",
            examples=[{"do_remote_decode": True}],
        ),
    ] = None
    ec_transfer_params: Annotated[
        dict[str, Any] | None,
        Field(
            description="What the connector of a deployment whose encoders run elsewhere needs to know of this request."
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
            description="How long they may run, in milliseconds; null where the model did not say."
        ),
    ]
    max_output_length: Annotated[
        int | None,
        Field(
            description="How many characters of their output are wanted; null where the model did not say."
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
        Field(
            description="Where the commands are to run; null where that was not said."
        ),
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
    What commands of a shell gave.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["shell_call_output"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[
        list[ResponseShellOutput], Field(description="What each command gave.")
    ]
    max_output_length: Annotated[
        int | None, Field(description="How many characters were wanted.")
    ]


class ResponseShellCallOutputParam(ContractModel):
    """
    What commands of a shell gave.
    """

    type: Annotated[Literal["shell_call_output"], Field(description="The item's type.")]
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[
        list[ResponseShellOutputParam], Field(description="What each command gave.")
    ]
    max_output_length: Annotated[
        int | None, Field(description="How many characters were wanted.")
    ] = None
    id: ResponseGivenItemId | None = None
    status: ResponseGivenItemStatus | None = None


class ResponseShellCallParam(ContractModel):
    """
    Commands of a shell that a model asked for before.
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
        int | None, Field(description="The exit status. Absent where it did not exit.")
    ] = None


class ResponseShellOutcomeParam(ContractModel):
    """
    How a command ended.
    """

    type: Annotated[str, Field(description="`exit`, or `timeout`.", examples=["exit"])]
    exit_code: Annotated[int | None, Field(description="The exit status.")] = None


class ResponseShellOutput(ContractModel):
    """
    What a command gave.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    stdout: Annotated[str, Field(description="Its standard output.")]
    stderr: Annotated[str, Field(description="Its standard error.")]
    outcome: ResponseShellOutcome


class ResponseShellOutputParam(ContractModel):
    """
    What a command gave.
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
            description="Where the commands run; null where the request did not say."
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
            description="Where the commands run. Anything but a `local` one is a server's; the tool is then left out, and named in `x-ignored-parameters`."
        ),
    ] = None


ResponseStatus = TypeAliasType(
    "ResponseStatus",
    Annotated[
        Literal[
            "queued", "in_progress", "completed", "failed", "incomplete", "cancelled"
        ],
        Field(
            description="How far the response is. `incomplete` is one that was cut off, `cancelled` one that a client stopped."
        ),
    ],
)


class ResponseStreamOptionsParam(ContractModel):
    """
    How to stream.
    """

    include_obfuscation: Annotated[
        bool | None,
        Field(
            description="Whether to pad events against guessing from their length. Accepted; this server never pads."
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
    The form that the answer's text takes.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    format: ResponseTextFormat
    verbosity: Annotated[
        Literal["low", "medium", "high"] | None,
        Field(
            description="How wordy the answer is to be. Absent where the request did not say."
        ),
    ] = None


class ResponseTextConfigParam(ContractModel):
    """
    The form that the answer's text takes.
    """

    format: Annotated[
        ResponseTextFormatParam | None,
        Field(description="The format. Plain text where it is not given."),
    ] = None
    verbosity: Annotated[
        str | None,
        Field(
            description="How wordy the answer is to be. It is given back, and changes nothing. One of `low`, `medium` or `high`; any other is ignored, and named in `x-ignored-parameters`.",
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
        Field(
            description="What the text that a custom tool takes looks like.",
            discriminator="type",
        ),
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
        Field(description="What the text that a custom tool takes looks like."),
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
    Let the model call only some of the tools.
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
        Field(description="The tool's namespace. Absent where the request named none."),
    ] = None


class ResponseToolChoiceCustomParam(ContractModel):
    """
    Make the model call one custom tool.
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
            description="The function's namespace. Absent where the request named none."
        ),
    ] = None


class ResponseToolChoiceFunctionParam(ContractModel):
    """
    Make the model call one function.
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
        str | None, Field(description="The tool's name. Absent where any will do.")
    ] = None


class ResponseToolChoiceMcpParam(ContractModel):
    """
    Make the model call a tool of an MCP server. One that is not there is refused.
    """

    type: Annotated[Literal["mcp"], Field(description="The tool's type.")]
    server_label: Annotated[
        str, Field(description="The MCP server's label in `tools`.")
    ]
    name: Annotated[
        str | None,
        Field(
            description="The tool's name. Any of the MCP server's tools where it is not given."
        ),
    ] = None


ResponseToolChoiceMode = TypeAliasType(
    "ResponseToolChoiceMode",
    Annotated[
        Literal["none", "auto", "required"],
        Field(
            description="Whether the model calls tools, `none` for never, `auto` for where it sees fit, `required` for at least once."
        ),
    ],
)


ResponseToolChoiceModeParam = TypeAliasType(
    "ResponseToolChoiceModeParam",
    Annotated[
        str,
        Field(
            description="Whether the model calls tools, `none` for never, `auto` for where it sees fit, `required` for at least once. Any other is ignored, and named in `x-ignored-parameters`.",
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
    Make the model call the tool of a type, such as `apply_patch` or `shell`. One that is not there is refused.
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
        Field(description="One thing that the model made.", discriminator="type"),
    ],
)


class ResponseToolSearchCallParam(ContractModel):
    """
    A search for tools that a model asked for before.
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
        Field(
            description="One item that a response was given. A message of the assistant is a message that a model wrote."
        ),
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
            description="One item of the input. An item of a response's output can be given back as it came."
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
        Field(
            description="The arguments of a search; null where the request had none."
        ),
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
            description="Who runs it, `client` or `server`. Only a search that the client runs can be had here; any other is left out, and named in `x-ignored-parameters`."
        ),
    ] = None
    description: Annotated[str | None, Field(description="What can be found.")] = None
    parameters: Annotated[
        dict[str, Any] | None,
        Field(
            description="The arguments of a search. Where they are not given, a `query`."
        ),
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
            description="The token's own bytes, to put together characters that several tokens make up; empty where it has none."
        ),
    ]


class ResponseUsage(ContractModel):
    """
    How many tokens were read and written.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    input_tokens: Annotated[int, Field(description="The tokens of the prompt.", ge=0)]
    input_tokens_details: ResponseInputTokensDetails
    output_tokens: Annotated[
        int,
        Field(description="The tokens that the model wrote, reasoning included.", ge=0),
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
            description="What more to put into the answer. Accepted; what was kept is what is given."
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
            description="The number of the last event that the client has. Only later ones are sent.",
            ge=0,
        ),
    ] = None
    include: Annotated[
        list[str] | None,
        Field(
            description="What more to put into the answer, as in the request that created the response. Accepted; what was stored is what is given."
        ),
    ] = None
    include_obfuscation: Annotated[
        bool | None,
        Field(
            description="Whether to pad events against guessing from their length. Accepted; this server never pads."
        ),
    ] = None


ReturnTokenIds = TypeAliasType(
    "ReturnTokenIds",
    Annotated[
        bool | None,
        Field(
            description="Whether the answer has the ids of the prompt's and the generated tokens too. False where it is not given."
        ),
    ],
)


ReturnTokensAsTokenIds = TypeAliasType(
    "ReturnTokensAsTokenIds",
    Annotated[
        bool | None,
        Field(
            description="Whether tokens in log probabilities are written as `token_id:ID`, so that those that are not whole characters can be told apart. False where it is not given."
        ),
    ],
)


class Root(ContractModel):
    """
    What this server is, and the paths to go on with.
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
        str, Field(description="The path of the contract, where it is published.")
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
        Field(description="The same, as it is the most that an answer can have.", ge=1),
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
            description="What a conversation's, or an agent's, requests have in common, for parts of the engine that treat them alike. It counts before the header `x-session-id`, and that before `session_id` in `vllm_xargs`.",
            max_length=1024,
        ),
    ],
)


SkipSpecialTokens = TypeAliasType(
    "SkipSpecialTokens",
    Annotated[
        bool | None,
        Field(
            description="Whether special tokens are left out of the text. True where it is not given."
        ),
    ],
)


SpacesBetweenSpecialTokens = TypeAliasType(
    "SpacesBetweenSpecialTokens",
    Annotated[
        bool | None,
        Field(
            description="Whether special tokens that are in the text have spaces between them. True where it is not given."
        ),
    ],
)


StopReason = TypeAliasType(
    "StopReason",
    Annotated[
        str | int,
        Field(
            description="The stop string or the stop token that ended the choice. Absent where something else did."
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
            description="A string, or up to 32 of them, at which generation ends. The answer does not hold the one that ended it."
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
        Field(
            description="The text, that of all parts where there are several; null where there is none."
        ),
    ]
    refusal: Annotated[
        str | None, Field(description="What the model said in declining to answer.")
    ]
    content_parts: Annotated[
        list[StoredContentPart] | None,
        Field(
            description="The texts and images, where the message had parts; null where it had a text."
        ),
    ]
    name: Annotated[
        str | None,
        Field(description="The author's name. Absent where the message had none."),
    ] = None
    tool_calls: Annotated[
        list[ChatCompletionToolCall] | None,
        Field(
            description="The tools that the model called. Absent where it called none.",
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
    Where an image is.
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
        Field(description="How closely to look. Absent where the message did not say."),
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
            description="Whether to send the answer as server-sent events while it is being generated. False where it is not given."
        ),
    ],
)


StreamInterval = TypeAliasType(
    "StreamInterval",
    Annotated[
        int | None,
        Field(
            description="How many tokens a stream gathers before it says them; the first and the last come at once. It can only raise the server's own interval, which is 1 unless configured.",
            ge=1,
            le=2147483647,
        ),
    ],
)


class StreamOptions(ContractModel):
    """
    What a stream carries besides the text. Only allowed where `stream` is true.
    """

    include_usage: Annotated[
        bool | None,
        Field(
            description="Whether to send one more chunk before `[DONE]`, with the request's token counts in `usage` and no choices. Every other chunk then has a null `usage`. False where it is not given."
        ),
    ] = None
    include_obfuscation: Annotated[
        bool | None,
        Field(
            description="Whether to pad chunks against traffic analysis. It is accepted and has no effect; chunks are never padded."
        ),
    ] = None
    continuous_usage_stats: Annotated[
        bool | None,
        Field(
            description="Whether every chunk has the token counts so far in `usage`. Needs `include_usage`. False where it is not given."
        ),
    ] = None


class StructuredOutputs(ContractModel):
    """
    A constraint that the answer is made to satisfy. Exactly one of `json`, `regex`, `choice`, `grammar`, `json_object` and `structural_tag` must be given.
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
            description="Whether JSON is written without optional whitespace. False where it is not given."
        ),
    ] = None
    disable_additional_properties: Annotated[
        bool | None,
        Field(
            description="Whether objects are held to the properties that their JSON Schema names. False where it is not given."
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
            description="How much chance there is in the choice of each token. 0 always takes the most likely one; higher values vary more.",
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
            description="The prompt's token ids, `token_ids` of the render endpoint's answer. The text begins where they end, and they may open the model's reasoning, or close it. Where they are not given, the prompt is rendered from the original request."
        ),
    ],
)
"""
The prompt's token ids, `token_ids` of the render endpoint's answer. The text begins where they end, and they may open the model's reasoning, or close it. Where they are not given, the prompt is rendered from the original request.
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
            description="Whether to end with the opening of the assistant's next message. Where it is not given, true unless `continue_final_message` is."
        ),
    ] = None
    continue_final_message: Annotated[
        bool | None,
        Field(
            description="Whether to leave the last message open, for the model to go on with. False where it is not given; true excludes `add_generation_prompt`."
        ),
    ] = None
    add_special_tokens: Annotated[
        bool | None,
        Field(
            description="Whether to add the tokenizer's special tokens to those that the template wrote. False where it is not given."
        ),
    ] = None
    return_token_strs: Annotated[
        bool | None,
        Field(
            description="Whether to answer with the tokens as strings too. False where it is not given."
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
            description="Whether to add the special tokens that the tokenizer puts around a text, such as one for its beginning. True where it is not given."
        ),
    ] = None
    return_token_strs: Annotated[
        bool | None,
        Field(
            description="Whether to answer with the tokens as strings too. False where it is not given."
        ),
    ] = None


TokenizeRequest = TypeAliasType(
    "TokenizeRequest",
    Annotated[
        TokenizePromptRequest | TokenizeChatRequest,
        Field(
            description="What to tokenize, a text or a conversation. Where both are given, one is taken, and the other is named in `x-ignored-parameters`."
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
    count: Annotated[int, Field(description="How many tokens there are.", ge=0)]
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
    What a called tool answered.
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
            description="The share of the probability that is sampled from. Only the most likely tokens that make up this share are considered.",
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
            description="How many tokens of the prompt to keep, where it is longer. -1 keeps as many as the model takes. Where it is not given, a long prompt is refused.",
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
            description="Which side `truncate_prompt_tokens` cuts from. `left` keeps the end of the prompt, `right` its beginning. The tokenizer's own side where it is not given."
        ),
    ],
)


class UnloadLoraAdapterRequest(ContractModel):
    """
    Which LoRA adapter to serve no more.
    """

    lora_name: Annotated[str, Field(description="The adapter's name.")]
    lora_int_id: Annotated[
        int | None,
        Field(
            description="vLLM's number of the adapter. It is accepted, as by vLLM, and has no effect."
        ),
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
    What the user says.
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
    What is running.
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
    A video at a URL. Refused where the model takes none, but in what a tool gave, which the model is told of in a line of text.
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
            description="A text, or parts of several kinds. What the model cannot see or hear is told to it as a line of text, and named in `x-ignored-parameters`."
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
            description="Whether the answer bears the watermark that the engine is configured with. As the server has it where it is not given."
        ),
    ],
)


MessageDocumentBlockParam.model_rebuild()
MessageImageBlockParam.model_rebuild()
MessageRequest.model_rebuild()
MessageSourceParam.model_rebuild()
MessageToolResultBlockParam.model_rebuild()
