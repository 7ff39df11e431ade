# Generated from Accord's OpenAPI document by `make sdk`. Never edited by hand.

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AllowedToolChoice(TypedDict):
    """
    A choice from some of the request's tools.
    """

    type: Literal["allowed_tools"]
    """
    Always `allowed_tools`.
    """
    allowed_tools: AllowedTools


class AllowedTools(TypedDict):
    """
    The tools that the model may call, and whether it must.
    """

    mode: Literal["auto", "required"]
    """
    `auto`: the model decides whether to call one of them. `required`: it calls at least one.
    """
    tools: list[AllowedTool]
    """
    The tools, each of them one of the request's.
    """


class AssistantCustomCall(TypedDict):
    """
    The tool that the model called.
    """

    name: str
    """
    The tool's name.
    """
    input: str
    """
    The text that it was given.
    """


class AssistantCustomToolCall(TypedDict):
    """
    A call of a custom tool.
    """

    id: str
    """
    The call's id, which the tool's answer repeats.
    """
    type: Literal["custom"]
    """
    Always `custom`.
    """
    custom: AssistantCustomCall


class AssistantFunctionCall(TypedDict):
    """
    The function that the model called.
    """

    name: str
    """
    The function's name.
    """
    arguments: str
    """
    The arguments, as JSON text.
    """


class AssistantFunctionToolCall(TypedDict):
    """
    A call of a function.
    """

    id: str
    """
    The call's id, which the tool's answer repeats.
    """
    type: Literal["function"]
    """
    Always `function`.
    """
    function: AssistantFunctionCall


class AssistantMessage(TypedDict):
    """
    An earlier message of the model, with text or tool calls. Without either it is an empty message.
    """

    role: Literal["assistant"]
    """
    Always `assistant`.
    """
    content: NotRequired[AssistantContent | None]
    """
    The text of the message; optional if it has tool calls.
    """
    refusal: NotRequired[str | None]
    """
    The refusal, if the model declined to answer.
    """
    reasoning: NotRequired[str | None]
    """
    The model's reasoning before this message, for templates that write it into the prompt.
    """
    reasoning_content: NotRequired[str | None]
    """
    The older name of `reasoning`, which takes precedence.
    """
    tool_calls: NotRequired[list[AssistantToolCall] | None]
    """
    The tools that the model called.
    """
    function_call: NotRequired[AssistantFunctionCall | None]
    """
    The older form of `tool_calls`, of one call. A message of role `function` with its answer follows.
    """
    name: NotRequired[str | None]
    """
    The author's name, to tell apart authors of one role.
    """


AssistantToolCall: TypeAlias = AssistantFunctionToolCall | AssistantCustomToolCall
"""
A call that the model made earlier.
"""


class AudioPart(TypedDict):
    """
    Audio. Refused if the model does not accept audio, except in a tool's result, where a line of text replaces it.
    """

    type: Literal["input_audio"]
    """
    Always `input_audio`.
    """
    input_audio: AudioPartData


class AudioPartData(TypedDict):
    """
    The audio data.
    """

    data: str
    """
    The audio data, in base64.
    """
    format: str
    """
    The encoding of the audio, such as `wav`, `mp3`, `flac` or `ogg`.
    """


class AudioUrlPart(TypedDict):
    """
    Audio at a URL. Refused if the model does not accept audio, except in a tool's result, where a line of text replaces it.
    """

    type: Literal["audio_url"]
    """
    Always `audio_url`.
    """
    audio_url: MediaUrl


BadWord: TypeAlias = str
"""
A word that may not be generated.
"""


BadWords: TypeAlias = list[BadWord] | None
"""
Words that may not be generated.
"""


CacheSalt: TypeAlias = str | None
"""
A salt for the prefix cache: only requests with the same salt share cached prefixes, so that others cannot find out by timing what this one contained.
"""


class ChatCompletionRequest(TypedDict):
    """
    A conversation and the parameters of the answer.
    """

    messages: list[ChatMessage]
    """
    The conversation, oldest message first.
    """
    model: NotRequired[ModelName]
    frequency_penalty: NotRequired[FrequencyPenalty]
    logit_bias: NotRequired[LogitBias]
    logprobs: NotRequired[bool | None]
    """
    Whether to report the log probability of each generated token. Default: false.
    """
    top_logprobs: NotRequired[int | None]
    """
    How many of the most likely tokens to report at each position; at most as many as the server allows, by default 20. -1 means the whole vocabulary. Needs `logprobs`. Default: 0.
    """
    max_completion_tokens: NotRequired[int | None]
    """
    The maximum number of tokens to generate, including reasoning. Default: as many as the model's context has room for.
    """
    max_tokens: NotRequired[int | None]
    """
    The older name of `max_completion_tokens`, which takes precedence.
    """
    metadata: NotRequired[RequestMetadata]
    n: NotRequired[ChoiceCount]
    parallel_tool_calls: NotRequired[bool | None]
    """
    Whether one answer may call several tools. Default: true.
    """
    presence_penalty: NotRequired[PresencePenalty]
    prompt_cache_key: NotRequired[str | None]
    """
    A hint for OpenAI's prompt cache. Accepted, but has no effect; equal prefixes are always cached.
    """
    reasoning_effort: NotRequired[
        Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None
    ]
    """
    The amount of reasoning, for models whose chat template supports it.
    """
    response_format: NotRequired[ResponseFormat | None]
    """
    The format of the answer. Default: text of any form.
    """
    safety_identifier: NotRequired[str | None]
    """
    An id for the end user, for OpenAI's abuse monitoring. Accepted, but has no effect.
    """
    seed: NotRequired[Seed]
    service_tier: NotRequired[
        Literal["auto", "default", "flex", "scale", "priority", "fast"] | None
    ]
    """
    A class of service at OpenAI. Accepted, but has no effect.
    """
    stop: NotRequired[Stop]
    store: NotRequired[bool | None]
    """
    Whether to store the completion, so that it can be retrieved and listed. Default: false.
    """
    stream: NotRequired[Stream]
    stream_options: NotRequired[StreamOptions | None]
    """
    Stream options. Only allowed if `stream` is true.
    """
    temperature: NotRequired[Temperature]
    tool_choice: NotRequired[ToolChoice | None]
    """
    Whether the model calls tools, and which. By default, `auto` if there are tools, else `none`.
    """
    tools: NotRequired[list[ChatTool] | None]
    """
    The tools that the model may call.
    """
    functions: NotRequired[list[FunctionDefinition] | None]
    """
    The older form of `tools`, not to be given with it. The answer has the call in the older form, too, as the message's `function_call`, one at most.
    """
    function_call: NotRequired[FunctionCallMode | NamedToolFunction | None]
    """
    The older form of `tool_choice`, for `functions`.
    """
    top_p: NotRequired[TopP]
    user: NotRequired[EndUser]
    verbosity: NotRequired[Literal["low", "medium", "high"] | None]
    """
    The verbosity of the answer. Accepted, but has no effect.
    """
    top_k: NotRequired[TopK]
    min_p: NotRequired[MinP]
    repetition_penalty: NotRequired[RepetitionPenalty]
    stop_token_ids: NotRequired[StopTokenIds]
    include_stop_str_in_output: NotRequired[IncludeStopStrInOutput]
    ignore_eos: NotRequired[IgnoreEos]
    min_tokens: NotRequired[MinTokens]
    skip_special_tokens: NotRequired[SkipSpecialTokens]
    spaces_between_special_tokens: NotRequired[SpacesBetweenSpecialTokens]
    truncate_prompt_tokens: NotRequired[TruncatePromptTokens]
    truncation_side: NotRequired[TruncationSide]
    prompt_logprobs: NotRequired[PromptLogprobsCount]
    logprob_token_ids: NotRequired[LogprobTokenIds]
    allowed_token_ids: NotRequired[AllowedTokenIds]
    bad_words: NotRequired[BadWords]
    echo: NotRequired[bool | None]
    """
    Whether the answer begins with the text of the last message, if it is the assistant's. Default: false.
    """
    add_generation_prompt: NotRequired[bool | None]
    """
    Whether the prompt ends with the beginning of the assistant's next message. Default: the opposite of `continue_final_message`.
    """
    continue_final_message: NotRequired[bool | None]
    """
    Whether to leave the last message open, so that the model continues it. Default: false; true excludes `add_generation_prompt`.
    """
    add_special_tokens: NotRequired[bool | None]
    """
    Whether to add the tokenizer's special tokens to those that the template wrote. Default: false.
    """
    documents: NotRequired[list[dict[str, str]] | None]
    """
    Documents for retrieval-augmented generation, usually with `title` and `text`, for chat templates that support them.
    """
    chat_template: NotRequired[str | None]
    """
    A Jinja template to use in place of the model's. Refused unless the server runs with `--trust-request-chat-template`.
    """
    chat_template_kwargs: NotRequired[dict[str, Any] | None]
    """
    More variables for the template, such as `enable_thinking`.
    """
    media_io_kwargs: NotRequired[MediaIoKwargs]
    mm_processor_kwargs: NotRequired[dict[str, Any] | None]
    """
    Arguments for the model's own processor of images, audio and videos. Refused unless the server runs with `--trust-request-mm-kwargs`.
    """
    mm_payload: NotRequired[MmPayload]
    structured_outputs: NotRequired[StructuredOutputs | None]
    """
    A constraint on the answer that `response_format` cannot express.
    """
    priority: NotRequired[Priority]
    request_id: NotRequired[EngineRequestId]
    return_tokens_as_token_ids: NotRequired[ReturnTokensAsTokenIds]
    return_token_ids: NotRequired[ReturnTokenIds]
    return_token_offsets: NotRequired[bool | None]
    """
    Whether the result of the render endpoint includes the position of each token in the prompt's text, if the tokenizer supports it. Generated answers do not include it. Default: false.
    """
    return_prompt_text: NotRequired[bool | None]
    """
    Whether the answer includes the prompt's text, as rendered by the chat template. Default: false.
    """
    cache_salt: NotRequired[CacheSalt]
    include_reasoning: NotRequired[bool | None]
    """
    Whether the answer includes the model's reasoning. Default: true.
    """
    thinking_token_budget: NotRequired[ThinkingTokenBudget]
    vllm_xargs: NotRequired[VllmXargs]
    session_id: NotRequired[SessionId]
    kv_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)
    """
    ec_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the connector of a deployment with separate encoders.
    """
    stream_interval: NotRequired[StreamInterval]
    watermarking: NotRequired[Watermarking]
    repetition_detection: NotRequired[RepetitionDetection | None]
    """
    When to end an answer that repeats itself. Off by default.
    """


class ChatCompletionUpdateRequest(TypedDict):
    """
    What to change of a stored chat completion.
    """

    metadata: dict[str, RequestMetadataValue] | None
    """
    Up to 16 pairs of strings that replace the existing ones. Null removes all.
    """


ChoiceCount: TypeAlias = int | None
"""
How many answers to generate for each prompt. Default: 1; more than 1 needs a temperature above 0.
"""


class CompletionRequest(TypedDict):
    """
    A prompt and the parameters of the answer.
    """

    model: NotRequired[ModelName]
    prompt: CompletionPrompt
    best_of: NotRequired[int | None]
    """
    From how many answers to take the best `n`. Only as many as `n`, since answers are not compared here.
    """
    echo: NotRequired[bool | None]
    """
    Whether each answer begins with its prompt. Default: false.
    """
    frequency_penalty: NotRequired[FrequencyPenalty]
    logit_bias: NotRequired[LogitBias]
    logprobs: NotRequired[int | None]
    """
    How many of the most likely tokens to report at each position, besides the token that is there; at most as many as the server allows, by default 20. 0 reports that token only, -1 the whole vocabulary. By default, nothing is reported.
    """
    max_tokens: NotRequired[int | None]
    """
    The maximum number of tokens to generate. Default: 16; 0 needs `echo` and returns the prompt alone.
    """
    n: NotRequired[ChoiceCount]
    presence_penalty: NotRequired[PresencePenalty]
    seed: NotRequired[Seed]
    stop: NotRequired[Stop]
    stream: NotRequired[Stream]
    stream_options: NotRequired[StreamOptions | None]
    """
    Stream options. Only allowed if `stream` is true.
    """
    suffix: NotRequired[str | None]
    """
    The text after the answer, for infilling. Refused if the model does not support it.
    """
    temperature: NotRequired[Temperature]
    top_p: NotRequired[TopP]
    user: NotRequired[EndUser]
    top_k: NotRequired[TopK]
    min_p: NotRequired[MinP]
    repetition_penalty: NotRequired[RepetitionPenalty]
    stop_token_ids: NotRequired[StopTokenIds]
    include_stop_str_in_output: NotRequired[IncludeStopStrInOutput]
    ignore_eos: NotRequired[IgnoreEos]
    min_tokens: NotRequired[MinTokens]
    skip_special_tokens: NotRequired[SkipSpecialTokens]
    spaces_between_special_tokens: NotRequired[SpacesBetweenSpecialTokens]
    truncate_prompt_tokens: NotRequired[TruncatePromptTokens]
    truncation_side: NotRequired[TruncationSide]
    prompt_logprobs: NotRequired[PromptLogprobsCount]
    logprob_token_ids: NotRequired[LogprobTokenIds]
    allowed_token_ids: NotRequired[AllowedTokenIds]
    bad_words: NotRequired[BadWords]
    add_special_tokens: NotRequired[bool | None]
    """
    Whether to add the special tokens that the tokenizer puts around a text, such as one for its beginning. Default: true.
    """
    response_format: NotRequired[ResponseFormat | None]
    """
    The format of the answer. Default: text of any form.
    """
    structured_outputs: NotRequired[StructuredOutputs | None]
    """
    A constraint on the answer that `response_format` cannot express.
    """
    priority: NotRequired[Priority]
    request_id: NotRequired[EngineRequestId]
    return_tokens_as_token_ids: NotRequired[ReturnTokensAsTokenIds]
    return_token_ids: NotRequired[ReturnTokenIds]
    return_token_offsets: NotRequired[bool | None]
    """
    Whether the result of the render endpoint includes the position of each token in the prompt's text, if the tokenizer supports it. Generated answers do not include it. Default: false.
    """
    cache_salt: NotRequired[CacheSalt]
    thinking_token_budget: NotRequired[ThinkingTokenBudget]
    vllm_xargs: NotRequired[VllmXargs]
    session_id: NotRequired[SessionId]
    kv_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)
    """
    ec_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the connector of a deployment with separate encoders.
    """
    stream_interval: NotRequired[StreamInterval]
    watermarking: NotRequired[Watermarking]
    repetition_detection: NotRequired[RepetitionDetection | None]
    """
    When to end an answer that repeats itself. Off by default.
    """


class ConversationItemsRequest(TypedDict):
    """
    Items to append to a conversation.
    """

    items: list[ResponseInputItem]
    """
    The items, up to 20. An item that the conversation has already is refused.
    """


class ConversationRequest(TypedDict):
    """
    A new conversation.
    """

    items: NotRequired[list[ResponseInputItem] | None]
    """
    The initial items, up to 20. More can be added later.
    """
    metadata: NotRequired[dict[str, RequestMetadataValue] | None]
    """
    Up to 16 pairs of strings that are stored with the conversation and returned with it.
    """


class ConversationUpdateRequest(TypedDict):
    """
    What to change of a conversation.
    """

    metadata: dict[str, RequestMetadataValue] | None
    """
    Up to 16 pairs of strings that replace the existing ones. Null removes all.
    """


class CustomTool(TypedDict):
    """
    A tool of the client's that takes text.
    """

    type: Literal["custom"]
    """
    Always `custom`.
    """
    custom: CustomToolDefinition


class CustomToolDefinition(TypedDict):
    """
    The tool's name, description and format.
    """

    name: str
    """
    The tool's name.
    """
    description: NotRequired[str | None]
    """
    A description of the tool, which tells the model when to call it.
    """
    format: NotRequired[CustomToolGrammarFormat | CustomToolTextFormat | None]
    """
    The format of its text. Default: any text. If the model's calls cannot be constrained by a grammar, `x-ignored-parameters` names the format.
    """


class CustomToolGrammar(TypedDict):
    """
    A grammar.
    """

    syntax: Literal["lark", "regex"]
    """
    What the grammar is written in, llguidance's Lark or a regular expression.
    """
    definition: str
    """
    The grammar.
    """


class CustomToolGrammarFormat(TypedDict):
    """
    Text by a grammar.
    """

    type: Literal["grammar"]
    """
    Always `grammar`.
    """
    grammar: CustomToolGrammar


class CustomToolTextFormat(TypedDict):
    """
    Any text. A format of a type that is not known is read as this one, and named in `x-ignored-parameters`.
    """

    type: str
    """
    The format's type, `text`.
    """


class DerenderChatStreamRequest(TypedDict):
    """
    One chunk of a stream of generated tokens, to be made a chunk of a chat completion.
    """

    stream: Literal[True]
    """
    Always true.
    """
    model: NotRequired[ModelName]
    generate_chunk: GenerateChunkParam
    stream_state: NotRequired[GivenStreamState]
    prompt_tokens: NotRequired[PromptTokenCountParam]
    prompt_token_ids: NotRequired[PromptTokenIdsParam]
    chat_request: NotRequired[OriginalChatRequest]


class DerenderChatWholeRequest(TypedDict):
    """
    A whole answer of generated tokens, to be made a chat completion.
    """

    stream: NotRequired[Literal[False] | None]
    """
    False, or not given.
    """
    model: NotRequired[ModelName]
    generate_response: GenerateResponseParam
    prompt_tokens: NotRequired[PromptTokenCountParam]
    prompt_token_ids: NotRequired[PromptTokenIdsParam]
    chat_request: NotRequired[OriginalChatRequest]


DerenderChatRequest: TypeAlias = DerenderChatStreamRequest | DerenderChatWholeRequest
"""
What `/inference/v1/generate` answered for a rendered chat, whole, or one chunk of it.
"""


class DerenderCompletionStreamRequest(TypedDict):
    """
    One chunk of a stream of generated tokens, to be made a chunk of a completion. Each prompt's stream has a state of its own.
    """

    stream: Literal[True]
    """
    Always true.
    """
    model: NotRequired[ModelName]
    generate_chunk: GenerateChunkParam
    stream_state: NotRequired[GivenStreamState]
    prompt_tokens: NotRequired[PromptTokenCountParam]
    prompt_token_ids: NotRequired[PromptTokenIdsParam]
    completion_request: NotRequired[OriginalCompletionRequest]


class DerenderCompletionWholeRequest(TypedDict):
    """
    Whole answers of generated tokens, one a prompt, to be made a completion.
    """

    stream: NotRequired[Literal[False] | None]
    """
    False, or not given.
    """
    model: NotRequired[ModelName]
    generate_responses: list[GenerateResponseParam]
    """
    One answer for each prompt, in the order of the render endpoint's answer.
    """
    prompt_tokens: NotRequired[list[int] | None]
    """
    The number of tokens of each prompt. Default: the `usage` of each answer, or the number of the prompt's token ids.
    """
    prompt_token_ids: NotRequired[list[PromptTokenIdsParam] | None]
    """
    The token ids of each prompt, null if unknown; see the derendering of a chat completion.
    """
    completion_request: NotRequired[OriginalCompletionRequest]


DerenderCompletionRequest: TypeAlias = (
    DerenderCompletionStreamRequest | DerenderCompletionWholeRequest
)
"""
What `/inference/v1/generate` answered for rendered completions, whole, or one chunk of one answer.
"""


class DerenderStreamStateParam(TypedDict):
    """
    The state of a choice after its chunks so far. The server stores nothing between the calls.
    """

    created: NotRequired[int | None]
    """
    When the first chunk came, in Unix seconds.
    """
    output_token_ids: NotRequired[list[TokenId] | None]
    """
    The choice's token ids so far. With the prompt's, as many as the model takes.
    """
    output_chunk_lens: NotRequired[list[int] | None]
    """
    How many of them each chunk brought; together all of them.
    """
    last_tool_call_ids: NotRequired[list[str] | None]
    """
    The ids of the tool calls so far.
    """
    logprob_text_offset: NotRequired[int | None]
    """
    Where the next token's log probability stands in the text, in characters.
    """


class DetokenizeRequest(TypedDict):
    """
    The tokens to turn into text.
    """

    model: NotRequired[ModelName]
    tokens: list[TokenId]
    """
    The token ids, in order.
    """


class DeveloperMessage(TypedDict):
    """
    Instructions from the developer, which newer clients send in place of a system message.
    """

    role: Literal["developer"]
    """
    Always `developer`.
    """
    content: TextContent
    name: NotRequired[str | None]
    """
    The author's name, to tell apart authors of one role.
    """


EndUser: TypeAlias = str | None
"""
An id for the end user on whose behalf the client asks. Accepted, but has no effect.
"""


EngineRequestId: TypeAlias = str | None
"""
An id for the request in the engine, which the answer's `id` ends with. Default: generated by the server.
"""


class FilePart(TypedDict):
    """
    A file. The model reads the text of text files and PDFs. A line of text replaces any other file, and `x-ignored-parameters` names it, as it does a PDF of which only the first pages are read.
    """

    type: Literal["file"]
    """
    Always `file`.
    """
    file: FilePartData


class FilePartData(TypedDict):
    """
    The file itself, or the id of one uploaded earlier.
    """

    file_data: NotRequired[str | None]
    """
    The file, in base64 or as a `data:` URL.
    """
    file_id: NotRequired[str | None]
    """
    The id of an uploaded file.
    """
    filename: NotRequired[str | None]
    """
    The file's name.
    """


FrequencyPenalty: TypeAlias = float | None
"""
A penalty on a token for each of its occurrences in the generated text. Negative values favour repetition.
"""


FunctionCallMode: TypeAlias = Literal["none", "auto"]
"""
`none`: the model calls no function. `auto`: it decides.
"""


class FunctionDefinition(TypedDict):
    """
    The function's name, description and parameters.
    """

    name: str
    """
    The function's name.
    """
    description: NotRequired[str | None]
    """
    A description of the function, which tells the model when to call it.
    """
    parameters: NotRequired[dict[str, Any] | None]
    """
    A JSON Schema for the arguments. By default, the function takes none.
    """
    strict: NotRequired[bool | None]
    """
    Whether the arguments must satisfy the schema. Default: false.
    """


class FunctionMessage(TypedDict):
    """
    The result of a function call, in the older form.
    """

    role: Literal["function"]
    """
    Always `function`.
    """
    content: str | None
    """
    The function's answer.
    """
    name: str
    """
    The function's name.
    """


class FunctionTool(TypedDict):
    """
    A function of the client's that the model may call.
    """

    type: Literal["function"]
    """
    Always `function`.
    """
    function: FunctionDefinition


ChatTool: TypeAlias = FunctionTool | CustomTool
"""
A tool of the client's that the model may call; its `type` says of which kind.
"""


class GenerateChoiceParam(TypedDict):
    """
    A generated sequence.
    """

    index: int
    """
    The choice's number, from 0.
    """
    token_ids: list[TokenId]
    """
    The generated token ids, in order.
    """
    text: NotRequired[GivenText]
    logprobs: NotRequired[GivenLogprobs]
    finish_reason: NotRequired[Literal["stop", "length", "repetition"] | None]
    """
    Why the sequence ended. Default: `stop`.
    """
    stop_reason: NotRequired[GivenStopReason]


class GenerateChunkChoiceParam(TypedDict):
    """
    How a sequence went on.
    """

    index: int
    """
    The choice's number, from 0.
    """
    token_ids: list[TokenId]
    """
    The new token ids.
    """
    text: NotRequired[GivenText]
    logprobs: NotRequired[GivenLogprobs]
    finish_reason: NotRequired[Literal["stop", "length", "repetition"] | None]
    """
    Why the sequence ended; null until then.
    """
    stop_reason: NotRequired[GivenStopReason]


class GenerateChunkParam(TypedDict):
    """
    One event of a stream of `/inference/v1/generate`.
    """

    request_id: NotRequired[str | None]
    """
    The request's id, which becomes the answer's. Default: generated by the server.
    """
    choices: list[GenerateChunkChoiceParam]
    """
    The choice that went on. Empty in the event that has only `usage`.
    """
    usage: NotRequired[GivenUsage]


class GenerateContentPart(TypedDict):
    """
    An image, audio or a video.
    """

    type: Literal["image_url", "audio_url", "video_url"]
    """
    What it is.
    """
    url: str
    """
    Its URL, or the data itself as a `data:` URL. Which URLs are fetched is set by the server's operator.
    """


class GenerateLogprobsParam(TypedDict):
    """
    The log probabilities of generated tokens.
    """

    content: NotRequired[list[GenerateTokenLogprobsParam] | None]
    """
    One entry a token.
    """


class GeneratePromptTokensDetailsParam(TypedDict):
    """
    What the prompt's tokens were.
    """

    cached_tokens: NotRequired[int | None]
    """
    Those that came from the prefix cache.
    """
    cache_write_tokens: NotRequired[int | None]
    """
    Those that were put into the prefix cache.
    """


class GenerateRequest(TypedDict):
    """
    Token ids to continue, and the parameters of the generation.
    """

    model: NotRequired[ModelName]
    token_ids: list[TokenId]
    """
    The prompt's token ids, in order.
    """
    sampling_params: NotRequired[GenerateSamplingParams | None]
    """
    The sampling parameters. Default: the model's generation config.
    """
    output_mode: NotRequired[Literal["tokens", "text"] | None]
    """
    With `text`, the answer has the text too, as with `sampling_params.detokenize`.
    """
    stream: NotRequired[Stream]
    stream_options: NotRequired[StreamOptions | None]
    """
    Stream options. Only allowed if `stream` is true.
    """
    request_id: NotRequired[str | None]
    """
    An id for the request in the engine, which the answer repeats. Default: generated by the server.
    """
    return_token_ids: NotRequired[bool | None]
    """
    Whether the answer repeats the prompt's token ids. Default: false; the generated ones are always there.
    """
    cache_salt: NotRequired[CacheSalt]
    priority: NotRequired[Priority]
    kv_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)
    """
    ec_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the connector of a deployment with separate encoders.
    """
    reasoning_ended: NotRequired[bool | None]
    """
    Whether the model's reasoning has ended at the end of the prompt, as the render endpoints return it. If it is true, `structured_outputs` applies from the first token; if it is false, from the end of the reasoning. By default, the engine finds out itself, if it knows how the model reasons.
    """
    reasoning_parser_kwargs: NotRequired[ReasoningParserKwargs | None]
    """
    Arguments for the engine's reasoning parser, as the render endpoints return them.
    """
    features: NotRequired[MultiModalFeatures | None]
    """
    The prompt's processed images, audio and videos, as a render endpoint returned them. The engine caches them for all clients under the given hashes, so they are refused unless the server runs with `--trust-request-mm-kwargs`.
    """
    content_parts: NotRequired[list[GenerateContentPart] | None]
    """
    The images, audio and videos themselves, in place of `features`. `token_ids` has one placeholder for each, which the server expands.
    """


class GenerateResponseParam(TypedDict):
    """
    What `/inference/v1/generate` answered.
    """

    request_id: NotRequired[str | None]
    """
    The request's id, which becomes the answer's. Default: generated by the server.
    """
    created: NotRequired[int | None]
    """
    When it was generated, in Unix seconds. Default: now.
    """
    choices: list[GenerateChoiceParam]
    """
    The generated sequences.
    """
    model: NotRequired[str | None]
    """
    The model that generated. Accepted, but has no effect.
    """
    usage: NotRequired[GivenUsage]
    prompt_logprobs: NotRequired[list[PromptPositionParam] | None]
    """
    The log probabilities at each position of the prompt, by token id.
    """
    prompt_token_ids: NotRequired[PromptTokenIdsParam]
    kv_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters from a KV connector for the server that continues the request, which the answer repeats.
    """
    ec_transfer_params: NotRequired[dict[str, Any] | None]
    """
    The same from the connector of a deployment with separate encoders.
    """


class GenerateSamplingParams(TypedDict):
    """
    Sampling parameters. Their defaults are those of the model's generation config.
    """

    n: NotRequired[ChoiceCount]
    temperature: NotRequired[Temperature]
    top_p: NotRequired[TopP]
    top_k: NotRequired[TopK]
    min_p: NotRequired[MinP]
    presence_penalty: NotRequired[PresencePenalty]
    frequency_penalty: NotRequired[FrequencyPenalty]
    repetition_penalty: NotRequired[RepetitionPenalty]
    seed: NotRequired[Seed]
    stop: NotRequired[Stop]
    stop_token_ids: NotRequired[StopTokenIds]
    include_stop_str_in_output: NotRequired[IncludeStopStrInOutput]
    ignore_eos: NotRequired[IgnoreEos]
    max_tokens: NotRequired[int | None]
    """
    The maximum number of tokens to generate. By default, as many as the model's length leaves room for.
    """
    min_tokens: NotRequired[MinTokens]
    logprobs: NotRequired[int | None]
    """
    How many of the most likely tokens to report for each generated one, besides its own log probability; at most as many as the server allows, by default 20. -1 means the whole vocabulary.
    """
    prompt_logprobs: NotRequired[int | None]
    """
    How many of the most likely tokens to report at each position of the prompt, besides the token that is there. Not available in a stream.
    """
    logprob_token_ids: NotRequired[list[TokenId] | None]
    """
    The tokens to report for each generated one, in place of the most likely. If `logprobs` is given too, it is their number.
    """
    detokenize: NotRequired[bool | None]
    """
    Whether the answer includes the text. Default: false.
    """
    skip_special_tokens: NotRequired[SkipSpecialTokens]
    spaces_between_special_tokens: NotRequired[SpacesBetweenSpecialTokens]
    logit_bias: NotRequired[LogitBias]
    allowed_token_ids: NotRequired[AllowedTokenIds]
    bad_words: NotRequired[BadWords]
    structured_outputs: NotRequired[StructuredOutputs | None]
    """
    A constraint on the answer.
    """
    thinking_token_budget: NotRequired[ThinkingTokenBudget]
    repetition_detection: NotRequired[RepetitionDetection | None]
    """
    When to end an answer that repeats itself. Off by default.
    """
    stream_interval: NotRequired[StreamInterval]
    watermarking: NotRequired[Watermarking]
    extra_args: NotRequired[VllmXargs]


class GenerateTokenLogprobsParam(TypedDict):
    """
    The log probability of the token at one place, and of others that could have stood there.
    """

    token_id: TokenId
    logprob: float
    """
    The natural logarithm of its probability.
    """
    rank: NotRequired[int | None]
    """
    Its rank among all tokens.
    """
    token: NotRequired[GivenText]
    top_logprobs: NotRequired[list[GenerateTopLogprobParam] | None]
    """
    The tokens that were asked for, the most likely first.
    """


class GenerateTopLogprobParam(TypedDict):
    """
    The log probability of a token at one place.
    """

    token_id: TokenId
    logprob: float
    """
    The natural logarithm of its probability.
    """
    rank: NotRequired[int | None]
    """
    Its rank among all tokens.
    """
    token: NotRequired[GivenText]


class GenerateUsageParam(TypedDict):
    """
    Token counts.
    """

    prompt_tokens: NotRequired[int | None]
    """
    The tokens of the prompt.
    """
    completion_tokens: NotRequired[int | None]
    """
    The generated tokens.
    """
    total_tokens: NotRequired[int | None]
    """
    The tokens of the prompt and the generated ones. Accepted, but has no effect.
    """
    completion_tokens_details: NotRequired[dict[str, Any] | None]
    """
    What the generated tokens were. Accepted, but has no effect; reasoning is counted anew.
    """
    prompt_tokens_details: NotRequired[GeneratePromptTokensDetailsParam | None]
    """
    What the prompt's tokens were.
    """


class GenerativeScoringItemsRequest(TypedDict):
    """
    A query, and items to score the labels after, each on its own with the query.
    """

    model: NotRequired[ModelName]
    query: ScoringQuery
    items: ScoringItems
    item_first: NotRequired[bool | None]
    """
    Whether an item stands before the query. Default: false.
    """
    label_token_ids: LabelTokenIds
    apply_softmax: NotRequired[bool | None]
    """
    Whether the labels' probabilities add up to 1. If it is false, they are those within the whole vocabulary. Default: true.
    """
    add_special_tokens: NotRequired[bool | None]
    """
    Whether to add the special tokens that the tokenizer puts around a text, to the query. Default: true.
    """
    request_id: NotRequired[EngineRequestId]
    cache_salt: NotRequired[CacheSalt]
    priority: NotRequired[Priority]


class GenerativeScoringPromptRequest(TypedDict):
    """
    A prompt to score the labels after.
    """

    model: NotRequired[ModelName]
    prompt: ScoringPrompt
    label_token_ids: LabelTokenIds
    apply_softmax: NotRequired[bool | None]
    """
    Whether the labels' probabilities add up to 1. If it is false, they are those within the whole vocabulary. Default: true.
    """
    add_special_tokens: NotRequired[bool | None]
    """
    Whether to add the special tokens that the tokenizer puts around a text. Default: true.
    """
    request_id: NotRequired[EngineRequestId]
    cache_salt: NotRequired[CacheSalt]
    priority: NotRequired[Priority]


GenerativeScoringRequest: TypeAlias = (
    GenerativeScoringPromptRequest | GenerativeScoringItemsRequest
)
"""
What to score: a prompt, or a query with items. If both are given, one is taken, and the other is named in `x-ignored-parameters`.
"""


GivenLogprobs: TypeAlias = GenerateLogprobsParam | None
"""
The log probabilities of the tokens.
"""


GivenStopReason: TypeAlias = str | int | None
"""
The stop string or the stop token that ended the sequence.
"""


GivenStreamState: TypeAlias = DerenderStreamStateParam | None
"""
The state that the call for the choice's previous chunk returned. Absent or null for its first chunk.
"""


GivenText: TypeAlias = str | None
"""
The tokens as text. Accepted, but has no effect; the text is made of the tokens.
"""


GivenUsage: TypeAlias = GenerateUsageParam | None
"""
The token counts.
"""


IgnoreEos: TypeAlias = bool | None
"""
Whether to generate past the model's end token, up to the length limit. Default: false.
"""


class ImagePart(TypedDict):
    """
    An image. Refused if the model does not accept images, except in a tool's result, where a line of text replaces it.
    """

    type: Literal["image_url"]
    """
    Always `image_url`.
    """
    image_url: ImagePartUrl


class ImagePartUrl(TypedDict):
    """
    The source of the image.
    """

    url: str
    """
    The image's URL, or the image itself as a `data:` URL. Which URLs are fetched is set by the server's operator.
    """
    detail: NotRequired[Literal["auto", "low", "high", "original"] | None]
    """
    The level of detail. Accepted, but has no effect.
    """


IncludeStopStrInOutput: TypeAlias = bool | None
"""
Whether the answer includes the stop string that ended it. Default: false.
"""


class JsonSchemaFormat(TypedDict):
    """
    A JSON Schema with a name.
    """

    name: str
    """
    The format's name.
    """
    description: NotRequired[str | None]
    """
    What the format is for. Accepted, but has no effect.
    """
    schema: NotRequired[dict[str, Any] | None]
    """
    The schema that the answer satisfies. By default, any JSON object does.
    """
    strict: NotRequired[bool | None]
    """
    Whether to hold the answer to the schema. Accepted, but has no effect; the answer always satisfies the schema.
    """


class LoadLoraAdapterRequest(TypedDict):
    """
    The LoRA adapter to load.
    """

    lora_name: str
    """
    The name that requests give in `model`. It must differ from the names of the served model.
    """
    lora_path: str
    """
    The absolute path of the adapter's folder on the server, with `adapter_config.json` and the weights in it; if the server has a folder of adapters, it must be inside that.
    """
    load_inplace: NotRequired[bool | None]
    """
    Whether to replace an adapter of the same name; otherwise that is an error. Running requests finish with the old weights.
    """
    is_3d_lora_weight: NotRequired[bool | None]
    """
    Whether the weights of a mixture's experts are fused into one tensor a layer. Has an effect only if vLLM runs with `--enable-mixed-moe-lora-format`.
    """


LogitBiasValue: TypeAlias = float
"""
What to add to the token's logit.
"""


LogitBias: TypeAlias = dict[str, LogitBiasValue] | None
"""
What to add to the logits of some tokens before sampling, by token id. -100 practically forbids a token, 100 practically forces it.
"""


MediaIoKwargs: TypeAlias = dict[str, dict[str, Any]] | None
"""
How images, audio and videos are read, by `image`, `audio` and `video`, such as the number of frames of a video. Refused unless the server runs with `--trust-request-mm-kwargs`.
"""


class MediaUrl(TypedDict):
    """
    The source of the audio or the video.
    """

    url: str
    """
    Its URL, or the data itself as a `data:` URL. Which URLs are fetched is set by the server's operator.
    """


class MessageCacheControlParam(TypedDict):
    """
    How to cache. Accepted everywhere, but has no effect, since prefixes are cached by content.
    """

    type: str
    """
    The kind of cache.
    """
    ttl: NotRequired[str | None]
    """
    How long to keep it.
    """


class MessageCitationsConfigParam(TypedDict):
    """
    Whether to cite.
    """

    enabled: NotRequired[bool | None]
    """
    Whether the answer is to cite the document.
    """


class MessageClearThinkingParam(TypedDict):
    """
    Removes the model's thinking of earlier turns.
    """

    type: Literal["clear_thinking_20251015"]
    """
    The kind of edit.
    """
    keep: NotRequired[Literal["all"] | MessageThinkingTurnsParam | None]
    """
    How many of the latest `thinking_turns` keep their thinking, or `all`. A turn is all that the model says until the user says something that is not a tool's result. Default: 1.
    """


class MessageClearToolUsesParam(TypedDict):
    """
    Clears the oldest tool results of a long conversation. A line of text replaces each. Results that add tools (`tool_reference`) stay.
    """

    type: Literal["clear_tool_uses_20250919"]
    """
    The kind of edit.
    """
    trigger: NotRequired[MessageContextAmountParam | None]
    """
    How many `input_tokens` or `tool_uses` a conversation must exceed. Default: 100,000 tokens.
    """
    keep: NotRequired[MessageContextAmountParam | None]
    """
    How many of the latest `tool_uses` stay as they are. Default: 3.
    """
    clear_at_least: NotRequired[MessageContextAmountParam | None]
    """
    The minimum number of `input_tokens` to clear; otherwise nothing is cleared.
    """
    exclude_tools: NotRequired[list[str] | None]
    """
    The tools whose results are never cleared, by name.
    """
    clear_tool_inputs: NotRequired[bool | list[str] | None]
    """
    Whether to clear the arguments of the calls, too, of all tools, or of those that are named.
    """


class MessageCompactParam(TypedDict):
    """
    Summarize the conversation once it is long. The model itself writes the summary, which is the answer's first block, `compaction`, and goes on from it alone. A conversation that ends with such a block is not summarized again. If the model writes no summary, it reads the whole conversation.
    """

    type: Literal["compact_20260112"]
    """
    The kind of edit.
    """
    trigger: NotRequired[MessageContextAmountParam | None]
    """
    How many `input_tokens` a conversation must exceed. Default: 150,000, or three quarters of the context if that is less.
    """
    pause_after_compaction: NotRequired[bool | None]
    """
    Whether the message ends after the block, with the stop reason `compaction`, for the client to go on from.
    """
    instructions: NotRequired[str | None]
    """
    Additional instructions for the summary.
    """


class MessageCompactionBlockParam(TypedDict):
    """
    A summary of the conversation so far. In the prompt it replaces all messages and blocks before it.
    """

    type: Literal["compaction"]
    """
    The block's type.
    """
    content: NotRequired[str | None]
    """
    The summary. If it is null or empty, the block has no effect.
    """
    tool_changes: NotRequired[list[MessageToolChangeBlockParam] | None]
    """
    The tools that were added or removed before it. They are shown to the model with the summary.
    """
    encrypted_content: NotRequired[str | None]
    """
    Accepted, but has no effect: the summary is in `content`.
    """
    signature: NotRequired[str | None]
    """
    Accepted, but not verified.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageCompactionParam(TypedDict):
    """
    How to summarize a conversation.
    """

    type: Literal["summarize"]
    """
    The kind of compaction, a summary by the model itself.
    """
    instructions: NotRequired[str | None]
    """
    Instructions that replace the server's own. An empty text counts as none.
    """


class MessageContextAmountParam(TypedDict):
    """
    An amount, of tokens or of calls.
    """

    type: str
    """
    What is counted, `input_tokens` or `tool_uses`. An edit that counts something else is ignored and named in `x-ignored-parameters`.
    """
    value: int
    """
    How many.
    """


class MessageContextManagementParam(TypedDict):
    """
    What to clear of a conversation, or to summarize, as it grows.
    """

    edits: NotRequired[list[MessageContextEditParam] | None]
    """
    The edits, in the order in which they are made.
    """


class MessageCustomToolParam(TypedDict):
    """
    A tool that the client runs.
    """

    type: NotRequired[Literal["custom"] | None]
    """
    The tool's type. It may be left out.
    """
    name: str
    """
    The tool's name.
    """
    description: NotRequired[str | None]
    """
    A description of the tool, which tells the model when to call it.
    """
    input_schema: dict[str, Any]
    """
    A JSON Schema, written by the client.
    """
    strict: NotRequired[bool | None]
    """
    Whether the arguments must match the schema.
    """
    defer_loading: NotRequired[bool | None]
    """
    Whether to show the tool to the model only when a block refers to it, such as a `tool_reference` in a tool's result. Until then it uses no tokens, and the beginning of the prompt does not change.
    """
    eager_input_streaming: NotRequired[bool | None]
    """
    Whether to stream the arguments as they are written. Accepted; they always are.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageDocumentBlockParam(TypedDict):
    """
    A document: text, or a PDF with text. A line of text replaces a document that cannot be read, and `x-ignored-parameters` names it.
    """

    type: Literal["document"]
    """
    The block's type.
    """
    source: MessageSourceParam
    title: NotRequired[str | None]
    """
    The document's title.
    """
    context: NotRequired[str | None]
    """
    What the document is about.
    """
    citations: NotRequired[MessageCitationsConfigParam | None]
    """
    Whether the answer is to cite the document. Accepted; answers here do not cite.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageImageBlockParam(TypedDict):
    """
    An image. Refused if the model does not accept images, except in a tool's result, where a line of text replaces it.
    """

    type: Literal["image"]
    """
    The block's type.
    """
    source: MessageSourceParam
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageJsonFormatParam(TypedDict):
    """
    JSON that matches a schema.
    """

    type: Literal["json_schema"]
    """
    The format's type.
    """
    schema: dict[str, Any]
    """
    A JSON Schema, written by the client.
    """


class MessageMetadataParam(TypedDict):
    """
    Metadata of the request.
    """

    user_id: NotRequired[str | None]
    """
    An id of the end user. Has no effect.
    """


class MessageOtherBlockParam(TypedDict):
    """
    A block of any other type, such as those of hosted tools and those that newer clients send. It is ignored and named in `x-ignored-parameters`.
    """

    type: str
    """
    The block's type.
    """


class MessageOtherChoiceParam(TypedDict):
    """
    A choice of another type.
    """

    type: str
    """
    The type of the choice.
    """


class MessageOtherEditParam(TypedDict):
    """
    An edit of another kind. It is ignored and named in `x-ignored-parameters`.
    """

    type: str
    """
    The kind of edit.
    """


MessageContextEditParam: TypeAlias = (
    MessageClearToolUsesParam
    | MessageClearThinkingParam
    | MessageCompactParam
    | MessageOtherEditParam
)
"""
One edit of a conversation.
"""


class MessageOtherFormatParam(TypedDict):
    """
    A format of another type. It is ignored and named in `x-ignored-parameters`.
    """

    type: str
    """
    The format's type.
    """


class MessageOtherThinkingParam(TypedDict):
    """
    Thinking of another type.
    """

    type: str
    """
    The kind of thinking.
    """


class MessageOtherToolChangeParam(TypedDict):
    """
    A change of another type. It is ignored and named in `x-ignored-parameters`.
    """

    type: str
    """
    The type of the change.
    """


class MessageOtherToolParam(TypedDict):
    """
    A tool of any other type. One with an `input_schema` is called like any that the client runs, and so are `bash_*`, `text_editor_*` and `memory_*`, whose schema is Anthropic's, and which may leave out their name. The others, such as those that Anthropic's servers run, are ignored and named in `x-ignored-parameters`.
    """

    type: str
    """
    The tool's type, with its version.
    """
    name: NotRequired[str | None]
    """
    The tool's name.
    """
    description: NotRequired[str | None]
    """
    What the tool does.
    """
    input_schema: NotRequired[dict[str, Any] | None]
    """
    The schema of its arguments.
    """
    strict: NotRequired[bool | None]
    """
    Whether the arguments must match the schema.
    """
    defer_loading: NotRequired[bool | None]
    """
    Whether to show the tool to the model only when a block refers to it.
    """


class MessageOutputConfigParam(TypedDict):
    """
    The form that the answer's text takes, and how much to think.
    """

    effort: NotRequired[str | None]
    """
    How much to think: `low`, `medium`, `high`, `xhigh` or `max`. It is passed to the chat template; another value is ignored and named in `x-ignored-parameters`.
    """
    format: NotRequired[MessageJsonFormatParam | MessageOtherFormatParam | None]
    """
    The format of the answer's text. Default: plain text.
    """


class MessageParam(TypedDict):
    """
    One message of a conversation.
    """

    role: Literal["user", "assistant", "system"]
    """
    The author's role. A `system` message is an instruction that applies from there on.
    """
    content: str | list[MessageContentBlockParam]
    """
    The content, a text or a list of blocks.
    """
    clear_at: NotRequired[str | None]
    """
    How long the model is shown a `system` message: `next_user_message` until the user's next message, otherwise throughout.
    """


class MessageRedactedThinkingBlockParam(TypedDict):
    """
    Encrypted thinking, which only its provider can read. It is left out of the prompt and named in `x-ignored-parameters`.
    """

    type: Literal["redacted_thinking"]
    """
    The block's type.
    """
    data: NotRequired[str | None]
    """
    The encrypted thinking.
    """


class MessageRequest(TypedDict):
    """
    A conversation and the parameters of the next message.
    """

    model: NotRequired[ModelName]
    max_tokens: int
    """
    The maximum number of tokens to generate, including thinking. With 0, the prompt is only processed and cached.
    """
    messages: list[MessageParam]
    """
    The conversation, oldest message first. If the last one is the assistant's, the model continues its text.
    """
    system: NotRequired[MessageSystemParam | None]
    """
    The system prompt.
    """
    stop_sequences: NotRequired[list[StopString] | None]
    """
    Texts at which the answer ends. They are not part of it.
    """
    stream: NotRequired[Stream]
    temperature: NotRequired[float | None]
    """
    The sampling temperature. 0 always selects the most likely token.
    """
    top_p: NotRequired[TopP]
    top_k: NotRequired[int | None]
    """
    Sample only from this many of the most likely tokens; 0 for all of them.
    """
    tools: NotRequired[list[MessageToolParam] | None]
    """
    The tools that the model may call. Only tools that the client runs can be called; those of other types are ignored and named in `x-ignored-parameters`, as `tools.2.web_search_20250305` is.
    """
    tool_choice: NotRequired[MessageToolChoiceParam | None]
    """
    Which tools the model may or must call. Default: `auto`.
    """
    thinking: NotRequired[MessageThinkingParam | None]
    """
    Whether and how the model thinks.
    """
    output_config: NotRequired[MessageOutputConfigParam | None]
    """
    The form that the answer's text takes, and how much to think.
    """
    context_management: NotRequired[MessageContextManagementParam | None]
    """
    What to clear of the conversation, or to summarize, before the model reads it, as it grows. The edits are made one after the other, and the response's `context_management` tells those that cleared anything.
    """
    compaction: NotRequired[MessageCompactionParam | None]
    """
    Asks for a summary of the whole conversation, and no answer: the response is one `compaction` block, which a later request begins with in the place of these messages. `context_management` cannot be given with it.
    """
    metadata: NotRequired[MessageMetadataParam | None]
    """
    Metadata of the request.
    """
    service_tier: NotRequired[str | None]
    """
    The class of service. Accepted; this server has one class, `standard`.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    Where to cache the prompt. Accepted, but has no effect, since prefixes are cached by content.
    """
    chat_template_kwargs: NotRequired[dict[str, Any] | None]
    """
    More variables for the chat template, such as `enable_thinking`. An extension of vLLM's.
    """
    mm_payload: NotRequired[MmPayload]
    cache_salt: NotRequired[CacheSalt]
    structured_outputs: NotRequired[StructuredOutputs | None]
    """
    A constraint on the answer that `output_config.format` cannot express.
    """
    vllm_xargs: NotRequired[VllmXargs]
    kv_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)
    """
    ec_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the connector of a deployment with separate encoders.
    """
    watermarking: NotRequired[Watermarking]


class MessageSearchResultBlockParam(TypedDict):
    """
    What a search found. The model reads its title, its source and its text.
    """

    type: Literal["search_result"]
    """
    The block's type.
    """
    source: str
    """
    Where it is from, such as a URL.
    """
    title: str
    """
    The title.
    """
    content: list[MessageTextBlockParam]
    """
    The text.
    """
    citations: NotRequired[MessageCitationsConfigParam | None]
    """
    Whether the answer is to cite it. Accepted; answers here do not cite.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageSourceParam(TypedDict):
    """
    Where an image or a document is.
    """

    type: str
    """
    What kind of source it is, such as `base64`, `url`, `file` or `text`.
    """
    media_type: NotRequired[str | None]
    """
    The media type of `data`.
    """
    data: NotRequired[str | None]
    """
    The content, in base64 unless `type` is `text`.
    """
    url: NotRequired[str | None]
    """
    The content's URL.
    """
    file_id: NotRequired[str | None]
    """
    The id of an uploaded file. This server keeps no files.
    """
    content: NotRequired[str | list[MessageToolResultContentParam] | None]
    """
    The text of a document of type `content`, or blocks of text.
    """


class MessageTextBlockParam(TypedDict):
    """
    Text.
    """

    type: Literal["text"]
    """
    The block's type.
    """
    text: str
    """
    The text.
    """
    citations: NotRequired[list[dict[str, Any]] | None]
    """
    The sources that the text cites. The model does not see them.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageThinkingAdaptiveParam(TypedDict):
    """
    The model decides how much to think.
    """

    type: Literal["adaptive"]
    """
    The kind of thinking.
    """
    display: NotRequired[str | None]
    """
    How to show the thinking, such as `summarized`. Accepted; it is always shown, and never summarized.
    """


class MessageThinkingBetweenToolsParam(TypedDict):
    """
    Think between calls of tools. Models think as their chat template has it, as with `adaptive`.
    """

    type: Literal["between_tools"]
    """
    The kind of thinking.
    """


class MessageThinkingBlockParam(TypedDict):
    """
    The model's earlier thinking.
    """

    type: Literal["thinking"]
    """
    The block's type.
    """
    thinking: str
    """
    The thinking.
    """
    signature: NotRequired[str | None]
    """
    Its signature. A block that was altered since this server signed it is left out and named in `x-ignored-parameters`. One with a signature of another server or key is read, and its signature is named.
    """


class MessageThinkingDisabledParam(TypedDict):
    """
    Do not think.
    """

    type: Literal["disabled"]
    """
    The kind of thinking.
    """


class MessageThinkingEnabledParam(TypedDict):
    """
    Think, within a budget.
    """

    type: Literal["enabled"]
    """
    The kind of thinking.
    """
    budget_tokens: int
    """
    How many tokens to think at most. It has to be less than `max_tokens`.
    """
    display: NotRequired[str | None]
    """
    How to show the thinking, such as `summarized`. Accepted; it is always shown, and never summarized.
    """


MessageThinkingParam: TypeAlias = (
    MessageThinkingEnabledParam
    | MessageThinkingDisabledParam
    | MessageThinkingAdaptiveParam
    | MessageThinkingBetweenToolsParam
    | MessageOtherThinkingParam
)
"""
Whether and how the model thinks. It is passed to the chat template. One of an unknown type is ignored and named in `x-ignored-parameters`.
"""


class MessageThinkingTurnsParam(TypedDict):
    """
    A number of turns, or all.
    """

    type: Literal["thinking_turns", "all"]
    """
    `thinking_turns`, or `all`.
    """
    value: NotRequired[int | None]
    """
    How many turns.
    """


class MessageTokenCountRequest(TypedDict):
    """
    A conversation whose tokens to count.
    """

    model: NotRequired[ModelName]
    messages: list[MessageParam]
    """
    The conversation, oldest message first.
    """
    system: NotRequired[MessageSystemParam | None]
    """
    The system prompt.
    """
    tools: NotRequired[list[MessageToolParam] | None]
    """
    The tools that the model may call.
    """
    tool_choice: NotRequired[MessageToolChoiceParam | None]
    """
    Which tools the model may or must call. With `none` the model is still told of the tools, and calls none.
    """
    thinking: NotRequired[MessageThinkingParam | None]
    """
    Whether and how the model thinks.
    """
    output_config: NotRequired[MessageOutputConfigParam | None]
    """
    The form that the answer's text takes, and how much to think.
    """
    context_management: NotRequired[MessageContextManagementParam | None]
    """
    What to clear of the conversation before the model reads it, as it grows. The edits are made one after the other, and `input_tokens` counts what is left. Nothing is summarized.
    """
    compaction: NotRequired[MessageCompactionParam | None]
    """
    Accepted, but has no effect. The conversation is counted as it is.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    Where to cache the prompt. Accepted, but has no effect.
    """
    chat_template_kwargs: NotRequired[dict[str, Any] | None]
    """
    More variables for the chat template, such as `enable_thinking`. An extension of vLLM's.
    """


class MessageToolAdditionBlockParam(TypedDict):
    """
    A tool that the model may call from here on. Its definition replaces the block in the prompt.
    """

    type: Literal["tool_addition"]
    """
    The block's type.
    """
    tool: MessageToolChangeParam
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageToolChangeParam(TypedDict):
    """
    Which tool. One of a type other than these two is left out.
    """

    type: str
    """
    `tool_reference`, with a `name` among `tools`, or `tool_definition`, with a `definition`.
    """
    name: NotRequired[str | None]
    """
    The tool's name.
    """
    definition: NotRequired[MessageToolParam | None]
    """
    The tool.
    """


class MessageToolChoiceAnyParam(TypedDict):
    """
    The model must call a tool.
    """

    type: Literal["any"]
    """
    The type of the choice.
    """
    disable_parallel_tool_use: NotRequired[bool | None]
    """
    Whether the model makes exactly one call.
    """


class MessageToolChoiceAutoParam(TypedDict):
    """
    The model decides whether to call tools.
    """

    type: Literal["auto"]
    """
    The type of the choice.
    """
    disable_parallel_tool_use: NotRequired[bool | None]
    """
    Whether the model may make one call at most.
    """


class MessageToolChoiceNoneParam(TypedDict):
    """
    The model must not call tools.
    """

    type: Literal["none"]
    """
    The type of the choice.
    """


class MessageToolChoiceToolParam(TypedDict):
    """
    The model must call this tool.
    """

    type: Literal["tool"]
    """
    The type of the choice.
    """
    name: str
    """
    The tool's name.
    """
    disable_parallel_tool_use: NotRequired[bool | None]
    """
    Whether the model makes exactly one call.
    """


MessageToolChoiceParam: TypeAlias = (
    MessageToolChoiceAutoParam
    | MessageToolChoiceAnyParam
    | MessageToolChoiceToolParam
    | MessageToolChoiceNoneParam
    | MessageOtherChoiceParam
)
"""
Which tools the model may or must call. A choice of an unknown type is ignored and named in `x-ignored-parameters`.
"""


MessageToolParam: TypeAlias = MessageCustomToolParam | MessageOtherToolParam
"""
A tool that the model may call.
"""


class MessageToolReferenceBlockParam(TypedDict):
    """
    A tool that a tool search found. Its definition replaces the block in the prompt, so that the model can call the tool from here on, and the cached beginning of the conversation stays valid.
    """

    type: Literal["tool_reference"]
    """
    The block's type.
    """
    tool_name: str
    """
    The tool's name, among `tools`.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


class MessageToolRemovalBlockParam(TypedDict):
    """
    A tool that the model may not call any more. A line of text in the prompt says so.
    """

    type: Literal["tool_removal"]
    """
    The block's type.
    """
    tool: MessageToolChangeParam
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


MessageToolChangeBlockParam: TypeAlias = (
    MessageToolAdditionBlockParam
    | MessageToolRemovalBlockParam
    | MessageOtherToolChangeParam
)
"""
A change of the tools.
"""


class MessageToolResultBlockParam(TypedDict):
    """
    The result of a tool call.
    """

    type: Literal["tool_result"]
    """
    The block's type.
    """
    tool_use_id: str
    """
    The id of the call that this answers.
    """
    content: NotRequired[str | list[MessageToolResultContentParam] | None]
    """
    What the tool returned, a text or a list of blocks. By default, nothing.
    """
    is_error: NotRequired[bool | None]
    """
    Whether the call failed.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


MessageToolResultContentParam: TypeAlias = (
    MessageTextBlockParam
    | MessageImageBlockParam
    | MessageDocumentBlockParam
    | MessageSearchResultBlockParam
    | MessageToolReferenceBlockParam
    | MessageOtherBlockParam
)
"""
One block of what a tool returned.
"""


class MessageToolUseBlockParam(TypedDict):
    """
    A call that the model made earlier.
    """

    type: Literal["tool_use"]
    """
    The block's type.
    """
    id: str
    """
    The call's id. The block with its result names it.
    """
    name: str
    """
    The tool's name.
    """
    input: dict[str, Any]
    """
    The arguments.
    """
    cache_control: NotRequired[MessageCacheControlParam | None]
    """
    That the prompt up to here is to be cached. Has no effect.
    """


MessageContentBlockParam: TypeAlias = (
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
    | MessageOtherBlockParam
)
"""
One block of a message. Blocks of a response's content can be sent back unchanged.
"""


MessageSystemParam: TypeAlias = str | list[MessageContentBlockParam]
"""
The system prompt, a text or a list of text blocks.
"""


MinP: TypeAlias = float | None
"""
The least probability that a token needs to be considered, as a share of the most likely token's. 0 means none.
"""


MinTokens: TypeAlias = int | None
"""
How many tokens to generate before an end token or a stop token may end the answer. Default: 0.
"""


MmPayload: TypeAlias = Literal["tensors", "none"] | None
"""
For the render endpoints, whether the `features` of a prompt include the processed images, audio and videos, which is the default, or only their positions. Has no effect elsewhere.
"""


ModelName: TypeAlias = str | None
"""
The id of the model, as `/v1/models` lists it. By default, the server's model.
"""


class MultiModalFeatures(TypedDict):
    """
    The processed images, audio and videos of a prompt by modality (`image`, `audio`, `video`), in order.
    """

    mm_hashes: dict[str, list[str]]
    """
    A hash of each, which identifies it in the engine's cache.
    """
    mm_placeholders: dict[str, list[PlaceholderRange]]
    """
    Where in `token_ids` each stands.
    """
    kwargs_data: NotRequired[dict[str, list[str | None]] | None]
    """
    The output of the model's processor for each, in base64.
    """
    mm_metadata: NotRequired[dict[str, list[str | None]] | None]
    """
    The part that is needed if encoders run elsewhere.
    """


class NamedCustomTool(TypedDict):
    """
    One of the request's custom tools.
    """

    type: Literal["custom"]
    """
    Always `custom`.
    """
    custom: NamedToolCustom


class NamedTool(TypedDict):
    """
    One of the request's tools.
    """

    type: Literal["function"]
    """
    Always `function`.
    """
    function: NamedToolFunction


AllowedTool: TypeAlias = NamedTool | NamedCustomTool
"""
One of the request's tools.
"""


class NamedToolCustom(TypedDict):
    """
    The tool.
    """

    name: str
    """
    The tool's name.
    """


class NamedToolFunction(TypedDict):
    """
    The tool's function.
    """

    name: str
    """
    The function's name.
    """


OriginalChatRequest: TypeAlias = ChatCompletionRequest | None
"""
The request that was rendered. It determines how the tokens are parsed, and what the answer contains: tools, stop strings, log probabilities. By default, the answer is text, and reasoning if the model reasons.
"""


OriginalCompletionRequest: TypeAlias = CompletionRequest | None
"""
The request that was rendered. It determines what the answer contains. By default, the answer is text.
"""


class PlaceholderRange(TypedDict):
    """
    Where one of the images, audio and videos stands among the tokens.
    """

    offset: int
    """
    The place of its first token.
    """
    length: int
    """
    How many tokens stand for it.
    """
    is_embed: NotRequired[list[bool] | None]
    """
    Which of its tokens stand for the media itself; the others are text around it. Default: all of them.
    """


PresencePenalty: TypeAlias = float | None
"""
A penalty on a token that occurs in the generated text. Negative values favour repetition.
"""


Priority: TypeAlias = int | None
"""
The request's priority in the queue; lower is served earlier, if the server schedules by priority (`--scheduling-policy priority`). Default: 0.
"""


class PromptLogprobParam(TypedDict):
    """
    How likely the model found a token at a position of the prompt.
    """

    logprob: float
    """
    The natural logarithm of its probability.
    """
    rank: NotRequired[int | None]
    """
    Its rank among all tokens.
    """
    decoded_token: NotRequired[str | None]
    """
    The token's text.
    """


PromptLogprobsCount: TypeAlias = int | None
"""
How many of the most likely tokens to report at each position of the prompt, besides the token that is there; at most as many as the server allows, by default 20. -1 means the whole vocabulary. Not available in a stream.
"""


PromptTexts: TypeAlias = list[str]
"""
Several texts, each of which is a prompt.
"""


PromptTokenCountParam: TypeAlias = int | None
"""
The number of the prompt's tokens, for `usage`. Default: the answer's own `usage`, or the number of `prompt_token_ids`.
"""


PromptTokenLogprobsParam: TypeAlias = dict[str, PromptLogprobParam]
"""
The log probabilities at one position of the prompt, by token id.
"""


PromptPositionParam: TypeAlias = PromptTokenLogprobsParam | None
"""
The log probabilities at one position of the prompt; null at the first.
"""


class ReasoningParserKwargs(TypedDict):
    """
    Arguments for a reasoning parser.
    """

    chat_template_kwargs: NotRequired[dict[str, Any] | None]
    """
    The variables with which the chat template rendered the prompt, such as `enable_thinking`.
    """


class RefusalPart(TypedDict):
    """
    The refusal, if the model declined to answer.
    """

    type: Literal["refusal"]
    """
    Always `refusal`.
    """
    refusal: str
    """
    The text.
    """


class RepetitionDetection(TypedDict):
    """
    When to end an answer that repeats itself. Off if `max_pattern_size` is 0.
    """

    max_pattern_size: NotRequired[int | None]
    """
    The longest token pattern to detect. Default: 0, which detects none.
    """
    min_pattern_size: NotRequired[int | None]
    """
    The shortest token pattern to detect, at most `max_pattern_size`. Default: 0, which means 1.
    """
    min_count: NotRequired[int | None]
    """
    The number of repetitions after which the answer ends, at least 2 if patterns are detected.
    """


RepetitionPenalty: TypeAlias = float | None
"""
A penalty factor on tokens that occur in the prompt or in the generated text. Above 1 discourages repetition, below 1 favours it.
"""


RequestMetadataValue: TypeAlias = str
"""
The value of a pair.
"""


RequestMetadata: TypeAlias = dict[str, RequestMetadataValue] | None
"""
Key-value pairs of the client's own, up to 16. Accepted, but have no effect on the answer.
"""


class ResponseAdditionalToolsParam(TypedDict):
    """
    More tools that the model may call.
    """

    type: Literal["additional_tools"]
    """
    The item's type.
    """
    role: NotRequired[str | None]
    """
    Who offers them. It has no effect.
    """
    tools: list[ResponseToolParam]
    """
    The tools.
    """
    id: NotRequired[ResponseGivenItemId]


class ResponseAllowedToolParam(TypedDict):
    """
    A tool of the request, by its type and, if it has one, its name.
    """

    type: str
    """
    The tool's type.
    """
    name: NotRequired[str | None]
    """
    The tool's name; of a namespace, all its tools are meant.
    """
    namespace: NotRequired[str | None]
    """
    The tool's namespace.
    """
    server_label: NotRequired[str | None]
    """
    The label of the tool's MCP server. If no name is given, all its tools are meant.
    """


class ResponseApplyPatchCallOutputParam(TypedDict):
    """
    Whether a change to a file was made.
    """

    type: Literal["apply_patch_call_output"]
    """
    The item's type.
    """
    call_id: str
    """
    The id of the call that this answers.
    """
    status: NotRequired[str | None]
    """
    `completed` or `failed`.
    """
    output: NotRequired[str | None]
    """
    What the client says to it.
    """
    id: NotRequired[ResponseGivenItemId]


class ResponseApplyPatchCallParam(TypedDict):
    """
    A change to a file that a model requested earlier.
    """

    type: Literal["apply_patch_call"]
    """
    The item's type.
    """
    call_id: str
    """
    The call's id. The item with its output has the same.
    """
    operation: ResponsePatchOperationParam
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


class ResponseApplyPatchToolParam(TypedDict):
    """
    Changes to the client's files, one file at a time.
    """

    type: Literal["apply_patch"]
    """
    The tool's type.
    """


class ResponseCompactRequest(TypedDict):
    """
    What to compact.
    """

    model: NotRequired[ModelName]
    input: NotRequired[ResponseInput | None]
    """
    The conversation. Optional if `previous_response_id` is given.
    """
    previous_response_id: NotRequired[str | None]
    """
    The id of a stored response. Its input and output, and those before it, are put before the input.
    """
    instructions: NotRequired[str | None]
    """
    A system message that the model reads before what it compacts. It is not part of the compaction. Default: the instructions of the previous response.
    """
    tools: NotRequired[list[ResponseToolParam] | None]
    """
    The tools of the conversation, as in its responses. The model calls none of them, but they are at the beginning of the prompt, so that the prefix cache has it. Default: the tools of the previous response.
    """
    reasoning: NotRequired[ResponseReasoningConfigParam | None]
    """
    The reasoning effort. The default is that of the previous response.
    """
    prompt_cache_key: NotRequired[str | None]
    """
    A key for requests with a common prefix. It has no effect: prefixes are always cached by their content.
    """
    prompt_cache_retention: NotRequired[str | None]
    """
    How long to keep the prompt cached. Accepted, but has no effect.
    """
    service_tier: NotRequired[str | None]
    """
    The class of service. Accepted; this server has one class, `default`.
    """
    priority: NotRequired[Priority]
    cache_salt: NotRequired[CacheSalt]


class ResponseCompactionParam(TypedDict):
    """
    A compaction that this server made before. The model is told its summary, in the place of all that comes before it but the messages of the system, the developer and, as many as the compaction has kept, the user. One that this server cannot read is ignored and named in `x-ignored-parameters`.
    """

    type: Literal["compaction"]
    """
    The item's type.
    """
    id: NotRequired[str | None]
    """
    The item's id.
    """
    encrypted_content: str
    """
    The compaction as it came.
    """


class ResponseCompactionTriggerParam(TypedDict):
    """
    Requests a compaction of the items before it. It must be the last item of the input. The response's output is one `compaction` item instead of an answer.
    """

    type: Literal["compaction_trigger"]
    """
    The item's type.
    """


class ResponseContextManagementParam(TypedDict):
    """
    A way to limit the length of the prompt.
    """

    type: str
    """
    The type. Only `compaction` is supported; any other is ignored and named in `x-ignored-parameters`.
    """
    compact_threshold: NotRequired[int | None]
    """
    The number of prompt tokens above which the conversation is compacted. Default: three quarters of the context.
    """


class ResponseConversationParam(TypedDict):
    """
    A conversation, by its id.
    """

    id: str
    """
    The conversation's id.
    """


class ResponseCustomToolCallOutputParam(TypedDict):
    """
    The result of a custom tool call.
    """

    type: Literal["custom_tool_call_output"]
    """
    The item's type.
    """
    call_id: str
    """
    The id of the call that this answers.
    """
    output: ResponseToolOutputParam
    name: NotRequired[str | None]
    """
    The tool's name.
    """
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


class ResponseCustomToolCallParam(TypedDict):
    """
    A call of a custom tool that a model made earlier.
    """

    type: Literal["custom_tool_call"]
    """
    The item's type.
    """
    call_id: str
    """
    The call's id. The item with its output has the same.
    """
    name: str
    """
    The tool's name.
    """
    namespace: NotRequired[str | None]
    """
    The tool's namespace.
    """
    input: str
    """
    The text that the tool was given.
    """
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


class ResponseCustomToolParam(TypedDict):
    """
    A tool of the client's that takes text. To chat templates it is a function with the one argument `input`.
    """

    type: Literal["custom"]
    """
    The tool's type.
    """
    name: str
    """
    The tool's name.
    """
    description: NotRequired[str | None]
    """
    A description of the tool, which tells the model when to call it.
    """
    format: NotRequired[ResponseCustomToolFormatParam | None]
    """
    The format of the text. Default: any text.
    """
    defer_loading: NotRequired[bool | None]
    """
    Whether to show the tool to the model only after a tool search has found it. Without `tool_search` in `tools`, it is shown immediately.
    """


class ResponseFormatJsonObject(TypedDict):
    """
    Some JSON object. The prompt should say that JSON is wanted, and which.
    """

    type: Literal["json_object"]
    """
    Always `json_object`.
    """


class ResponseFormatJsonSchema(TypedDict):
    """
    JSON that satisfies a schema.
    """

    type: Literal["json_schema"]
    """
    Always `json_schema`.
    """
    json_schema: JsonSchemaFormat


class ResponseFormatText(TypedDict):
    """
    Text of any form, as by default.
    """

    type: Literal["text"]
    """
    Always `text`.
    """


ResponseFormat: TypeAlias = (
    ResponseFormatText | ResponseFormatJsonObject | ResponseFormatJsonSchema
)
"""
The format of the answer.
"""


class ResponseFunctionCallOutputParam(TypedDict):
    """
    The result of a function call.
    """

    type: Literal["function_call_output"]
    """
    The item's type.
    """
    call_id: NotRequired[str | None]
    """
    The id of the call that this answers.
    """
    output: ResponseToolOutputParam
    name: NotRequired[str | None]
    """
    The function's name.
    """
    namespace: NotRequired[str | None]
    """
    The function's namespace.
    """
    id: NotRequired[str | None]
    """
    The item's id, if it came from a list of input items.
    """
    status: NotRequired[ResponseGivenItemStatus]


class ResponseFunctionCallParam(TypedDict):
    """
    A call that a model made earlier.
    """

    type: Literal["function_call"]
    """
    The item's type.
    """
    call_id: str
    """
    The call's id. The item with its output has the same.
    """
    name: str
    """
    The function's name.
    """
    namespace: NotRequired[str | None]
    """
    The function's namespace.
    """
    arguments: str
    """
    The arguments, as a JSON text.
    """
    id: NotRequired[str | None]
    """
    The item's id, if it came from a response.
    """
    status: NotRequired[ResponseGivenItemStatus]


class ResponseFunctionToolParam(TypedDict):
    """
    A function of the client's that the model may call.
    """

    type: Literal["function"]
    """
    The tool's type.
    """
    name: str
    """
    The function's name.
    """
    description: NotRequired[str | None]
    """
    A description of the function, which tells the model when to call it.
    """
    parameters: NotRequired[dict[str, Any] | None]
    """
    The arguments that the function takes. By default, it takes none.
    """
    strict: NotRequired[bool | None]
    """
    Whether the arguments must match the schema.
    """
    defer_loading: NotRequired[bool | None]
    """
    Whether to show the tool to the model only after a tool search has found it. Without `tool_search` in `tools`, it is shown immediately.
    """


ResponseGivenItemId: TypeAlias = str | None
"""
The item's id, if it came from a response.
"""


ResponseGivenItemStatus: TypeAlias = str | None
"""
The item's status, if it came from a response. An unknown one is read as `completed`.
"""


class ResponseGrammarFormatParam(TypedDict):
    """
    Text by a grammar.
    """

    type: Literal["grammar"]
    """
    The format's type.
    """
    syntax: Literal["lark", "regex"]
    """
    What the grammar is written in, llguidance's Lark or a regular expression.
    """
    definition: str
    """
    The grammar.
    """


class ResponseHostedToolParam(TypedDict):
    """
    A tool of any other type, such as one that a server runs (`web_search`, `file_search`, `code_interpreter`, `image_generation`, `computer`). It is ignored and named in `x-ignored-parameters`. If the operator has named an MCP server `web_search` or `code_interpreter`, its tools replace the tool of that type and need no approval; the response lists it and its calls as those of an MCP server.
    """

    type: str
    """
    The tool's type, such as `web_search`.
    """


ResponseIncludable: TypeAlias = str
"""
Output that a response contains only on request. `message.output_text.logprobs` adds log probabilities and `reasoning.encrypted_content` reasoning that can be given back without being stored; others concern hosted tools and add nothing. An unknown one is ignored and named in `x-ignored-parameters`.
"""


class ResponseInputFileParam(TypedDict):
    """
    A file. The model reads the text of text files and PDFs. A line of text replaces any other file, and `x-ignored-parameters` names it, as it does a PDF of which only the first pages are read.
    """

    type: Literal["input_file"]
    """
    The part's type.
    """
    file_data: NotRequired[str | None]
    """
    The file's content in base64, or as a `data:` URL.
    """
    file_id: NotRequired[str | None]
    """
    The id of an uploaded file.
    """
    file_url: NotRequired[str | None]
    """
    The file's URL.
    """
    filename: NotRequired[str | None]
    """
    The file's name.
    """
    detail: NotRequired[Literal["auto", "low", "high"] | None]
    """
    The level of detail of the file's pages.
    """


class ResponseInputImageParam(TypedDict):
    """
    An image. Refused if the model does not accept images, except in a tool's result, where a line of text replaces it.
    """

    type: Literal["input_image"]
    """
    The part's type.
    """
    image_url: NotRequired[str | None]
    """
    The image's URL, or a data URL with the image in base64.
    """
    file_id: NotRequired[str | None]
    """
    The id of an uploaded file. This server keeps no files, so a request with one is refused.
    """
    detail: NotRequired[Literal["low", "high", "auto", "original"] | None]
    """
    The level of detail.
    """


class ResponseInputTextParam(TypedDict):
    """
    Text for the model to read.
    """

    type: Literal["input_text"]
    """
    The part's type.
    """
    text: str
    """
    The text.
    """


class ResponseItemReferenceParam(TypedDict):
    """
    An item of a stored response, by its id.
    """

    type: NotRequired[Literal["item_reference"] | None]
    """
    The item's type. It may be left out.
    """
    id: str
    """
    The id of the item that is meant.
    """


class ResponseLocalShellActionParam(TypedDict):
    """
    The command.
    """

    type: NotRequired[str | None]
    """
    Always `exec`.
    """
    command: list[str]
    """
    The program and its arguments.
    """
    env: NotRequired[dict[str, str] | None]
    """
    Environment variables.
    """
    timeout_ms: NotRequired[int | None]
    """
    How long the command may run, in milliseconds.
    """
    user: NotRequired[str | None]
    """
    The user to run it as.
    """
    working_directory: NotRequired[str | None]
    """
    Where to run it.
    """


class ResponseLocalShellCallOutputParam(TypedDict):
    """
    The output of a local shell command.
    """

    type: Literal["local_shell_call_output"]
    """
    The item's type.
    """
    id: NotRequired[str | None]
    """
    The id of the call that this answers, if `call_id` is not given.
    """
    call_id: NotRequired[str | None]
    """
    The id of the call that this answers.
    """
    output: str
    """
    The output; in OpenAI's specification a JSON text.
    """
    status: NotRequired[ResponseGivenItemStatus]


class ResponseLocalShellCallParam(TypedDict):
    """
    A command of a local shell that a model requested earlier.
    """

    type: Literal["local_shell_call"]
    """
    The item's type.
    """
    call_id: NotRequired[str | None]
    """
    The call's id. The item with its output has the same. By default, `id` is.
    """
    action: ResponseLocalShellActionParam
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


class ResponseLocalShellToolParam(TypedDict):
    """
    A shell of the client's, for one command at a time.
    """

    type: Literal["local_shell"]
    """
    The tool's type.
    """


class ResponseMcpApprovalFilterParam(TypedDict):
    """
    Which tools need an approval and which do not.
    """

    always: NotRequired[ResponseMcpToolFilterParam | None]
    """
    Those that need one.
    """
    never: NotRequired[ResponseMcpToolFilterParam | None]
    """
    Those that need none.
    """


class ResponseMcpApprovalRequestParam(TypedDict):
    """
    A call of an MCP server's tool that waits for the client's approval.
    """

    type: Literal["mcp_approval_request"]
    """
    The item's type.
    """
    id: str
    """
    The item's id.
    """
    server_label: str
    """
    The MCP server's label.
    """
    name: str
    """
    The tool's name.
    """
    arguments: str
    """
    The arguments as JSON.
    """


class ResponseMcpApprovalResponseParam(TypedDict):
    """
    The client's answer to a request for an approval. A call that is approved is made before the model goes on; `tools` must have its MCP server.
    """

    type: Literal["mcp_approval_response"]
    """
    The item's type.
    """
    id: NotRequired[ResponseGivenItemId]
    approval_request_id: str
    """
    The id of the request.
    """
    approve: bool
    """
    Whether the call is to be made.
    """
    reason: NotRequired[str | None]
    """
    Why, for the model to know.
    """


class ResponseMcpCallParam(TypedDict):
    """
    An earlier MCP tool call and its result.
    """

    type: Literal["mcp_call"]
    """
    The item's type.
    """
    id: NotRequired[ResponseGivenItemId]
    server_label: NotRequired[str | None]
    """
    The MCP server's label.
    """
    name: str
    """
    The tool's name.
    """
    arguments: NotRequired[str | None]
    """
    The arguments as JSON.
    """
    output: NotRequired[str | None]
    """
    The call's result.
    """
    error: NotRequired[str | dict[str, Any] | None]
    """
    Why it failed.
    """
    approval_request_id: NotRequired[str | None]
    """
    The id of the request for an approval that the call had waited for.
    """
    status: NotRequired[ResponseGivenItemStatus]


class ResponseMcpListToolsParam(TypedDict):
    """
    The tools of an MCP server, as listed earlier. If `tools` contains the MCP server, by its label, they are shown to the model and not listed again; otherwise they are ignored.
    """

    type: Literal["mcp_list_tools"]
    """
    The item's type.
    """
    id: NotRequired[ResponseGivenItemId]
    server_label: str
    """
    The MCP server's label.
    """
    tools: list[ResponseMcpListedToolParam]
    """
    The tools.
    """
    error: NotRequired[str | None]
    """
    Why they could not be listed.
    """


class ResponseMcpListedToolParam(TypedDict):
    """
    A tool of an MCP server.
    """

    name: str
    """
    The tool's name.
    """
    description: NotRequired[str | None]
    """
    What the tool does.
    """
    input_schema: NotRequired[dict[str, Any] | None]
    """
    The arguments that the tool takes.
    """
    annotations: NotRequired[dict[str, Any] | None]
    """
    The MCP server's annotations of the tool.
    """


class ResponseMcpToolFilterParam(TypedDict):
    """
    A filter for an MCP server's tools. All given conditions must hold.
    """

    tool_names: NotRequired[list[str] | None]
    """
    The tools' names.
    """
    read_only: NotRequired[bool | None]
    """
    Whether the MCP server annotates a tool as read-only (`readOnlyHint`).
    """


class ResponseMcpToolParam(TypedDict):
    """
    The tools of an MCP server, which this server calls. The operator sets which MCP servers are allowed; the tool of any other is ignored and named in `x-ignored-parameters`. The model sees each tool as `LABEL__NAME`.
    """

    type: Literal["mcp"]
    """
    The tool's type.
    """
    server_label: NotRequired[str | None]
    """
    A name for the MCP server in this request and its items. Without `server_url` and `connector_id`, it is also the name that the operator has given the server. A tool without a label is ignored.
    """
    server_url: NotRequired[str | None]
    """
    The MCP server's URL, for streamable HTTP, one that the operator has allowed. Other URLs work if the operator allows clients to use any server.
    """
    connector_id: NotRequired[str | None]
    """
    The name that the operator has given the MCP server. OpenAI's connectors are not supported.
    """
    server_description: NotRequired[str | None]
    """
    The purpose of the MCP server. It is shown to the model with the first of its tools.
    """
    allowed_tools: NotRequired[list[str] | ResponseMcpToolFilterParam | None]
    """
    The tools that may be called. Default: all of the MCP server's tools.
    """
    require_approval: NotRequired[
        Literal["always", "never"] | ResponseMcpApprovalFilterParam | None
    ]
    """
    Which calls wait for the client's approval. Default: `always`. With filters, a tool that `never` names needs none and one that `always` names needs it; any other needs it, unless `always` alone is given.
    """
    authorization: NotRequired[str | None]
    """
    An OAuth access token for the MCP server. It is neither stored nor returned. If the operator has set the MCP server's authorization, it is ignored and named in `x-ignored-parameters`.
    """
    headers: NotRequired[dict[str, str] | None]
    """
    Headers for the MCP server, under the same rules as `authorization`.
    """


class ResponseMessageParam(TypedDict):
    """
    A message of any role, including one that a model generated earlier.
    """

    type: NotRequired[Literal["message"] | None]
    """
    The item's type. It may be left out.
    """
    role: Literal["user", "assistant", "system", "developer"]
    """
    The author's role. `system` and `developer` messages are instructions. A chat template that does not know one of these roles gets the other, or the text as part of a neighbouring turn.
    """
    content: str | list[ResponseContentPartParam]
    """
    The content, a text or a list of parts.
    """
    id: NotRequired[str | None]
    """
    The item's id, if it came from a response.
    """
    status: NotRequired[ResponseGivenItemStatus]
    phase: NotRequired[str | None]
    """
    Whether an assistant's message is commentary (`commentary`) or the final answer (`final_answer`). It is stored, but has no effect.
    """


class ResponseNamespaceToolParam(TypedDict):
    """
    Tools under a common name, such as those of one MCP server. The model sees each as `NAMESPACE__NAME`.
    """

    type: Literal["namespace"]
    """
    The tool's type.
    """
    name: str
    """
    The namespace.
    """
    description: NotRequired[str | None]
    """
    The purpose of the tools. It is shown to the model with the first of them.
    """
    tools: list[ResponseNamespacedToolParam]
    """
    The tools. Those that are neither a function nor custom are ignored and named in `x-ignored-parameters`.
    """


class ResponseOtherItemParam(TypedDict):
    """
    An item of any other type, such as a call of a server's tool, or one that is newer than this document. Its text, if it has any, is shown to the model as a line of the user's message; otherwise it is ignored. `x-ignored-parameters` names it.
    """

    type: str
    """
    The item's type.
    """


class ResponseOtherNamespacedToolParam(TypedDict):
    """
    A tool of any other type. It is ignored and named in `x-ignored-parameters`.
    """

    type: str
    """
    The tool's type.
    """


ResponseNamespacedToolParam: TypeAlias = (
    ResponseFunctionToolParam
    | ResponseCustomToolParam
    | ResponseOtherNamespacedToolParam
)
"""
A tool of a namespace.
"""


class ResponseOtherPartParam(TypedDict):
    """
    A part of any other type. Its text, if it has any, is shown to the model; otherwise it is ignored. `x-ignored-parameters` names it.
    """

    type: str
    """
    The part's type.
    """


class ResponseOutputTextParam(TypedDict):
    """
    Text that a model generated earlier.
    """

    type: Literal["output_text"]
    """
    The part's type.
    """
    text: str
    """
    The text.
    """
    annotations: NotRequired[list[dict[str, Any]] | None]
    """
    The annotations that came with the text. The model does not see them.
    """
    logprobs: NotRequired[list[dict[str, Any]] | None]
    """
    The log probabilities that came with the text. The model does not see them.
    """


class ResponsePatchOperationParam(TypedDict):
    """
    The change.
    """

    type: str
    """
    `create_file`, `update_file` or `delete_file`.
    """
    path: str
    """
    The file.
    """
    diff: NotRequired[str | None]
    """
    What changes in it.
    """


class ResponseReasoningConfigParam(TypedDict):
    """
    How a model that reasons does so.
    """

    effort: NotRequired[str | None]
    """
    How much to reason. It is passed to the chat template. One of `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`; any other is ignored and named in `x-ignored-parameters`.
    """
    summary: NotRequired[str | None]
    """
    If a summary is requested, the complete reasoning is returned as `summary` instead of `content`. One of `auto`, `concise` or `detailed`; any other is ignored and named in `x-ignored-parameters`.
    """
    generate_summary: NotRequired[str | None]
    """
    The former name of `summary`. One of `auto`, `concise` or `detailed`; any other is ignored and named in `x-ignored-parameters`.
    """


class ResponseReasoningParam(TypedDict):
    """
    Reasoning that a model generated earlier.
    """

    type: Literal["reasoning"]
    """
    The item's type.
    """
    id: NotRequired[str | None]
    """
    The item's id, if it came from a response.
    """
    summary: list[ResponseSummaryTextParam]
    """
    A summary of the reasoning.
    """
    content: NotRequired[list[ResponseReasoningTextParam] | None]
    """
    The reasoning itself.
    """
    encrypted_content: NotRequired[str | None]
    """
    The reasoning in the form that a response of this server gave it. It is read if there is no `content` and no `summary`. Another server's cannot be read; it is ignored and named in `x-ignored-parameters`.
    """
    status: NotRequired[ResponseGivenItemStatus]


class ResponseReasoningTextParam(TypedDict):
    """
    One part of reasoning.
    """

    type: str
    """
    The part's type. Any is read as this one.
    """
    text: str
    """
    The text.
    """


class ResponseRefusalParam(TypedDict):
    """
    A refusal that a model generated earlier.
    """

    type: Literal["refusal"]
    """
    The part's type.
    """
    refusal: str
    """
    The refusal's text.
    """


ResponseContentPartParam: TypeAlias = (
    ResponseInputTextParam
    | ResponseInputImageParam
    | ResponseInputFileParam
    | ResponseOutputTextParam
    | ResponseRefusalParam
    | ResponseOtherPartParam
)
"""
One part of a message.
"""


ResponseFunctionCallOutputPartParam: TypeAlias = (
    ResponseInputTextParam
    | ResponseInputImageParam
    | ResponseInputFileParam
    | ResponseOutputTextParam
    | ResponseRefusalParam
    | ResponseOtherPartParam
)
"""
One part of a function's result.
"""


class ResponseRequest(TypedDict):
    """
    The parameters of a response.
    """

    model: NotRequired[ModelName]
    input: NotRequired[ResponseInput | None]
    """
    The input. Optional if `previous_response_id` or `conversation` is given.
    """
    instructions: NotRequired[str | None]
    """
    A system message before the input. It does not apply to a response that continues this one.
    """
    previous_response_id: NotRequired[str | None]
    """
    The id of a stored response to continue. Its input and output are put before the input.
    """
    conversation: NotRequired[str | ResponseConversationParam | None]
    """
    The conversation that the response belongs to. Its items are put before the input. When the response is complete, its input and output are appended to the conversation, unless it failed or was cancelled. Concurrent responses see the conversation as it was when they began, and append to it one after the other. Excludes `previous_response_id`.
    """
    context_management: NotRequired[list[ResponseContextManagementParam] | None]
    """
    How to limit the length of the prompt. With `compaction`, the model summarizes the conversation before it answers, if the prompt has more tokens than the threshold; the output then begins with a `compaction` item. `usage` counts the prompt of the answer itself.
    """
    max_output_tokens: NotRequired[int | None]
    """
    The maximum number of tokens to generate, including reasoning. Default: as many as the context has room for.
    """
    max_tool_calls: NotRequired[int | None]
    """
    The maximum number of MCP tool calls in this response. Further calls are not made, and the model is told so. The server has a limit of its own, too.
    """
    temperature: NotRequired[Temperature]
    top_p: NotRequired[TopP]
    top_logprobs: NotRequired[int | None]
    """
    How many of the most likely tokens to report at each position, if `include` asks for log probabilities; at most as many as the server allows, by default 20. -1 means the whole vocabulary.
    """
    include: NotRequired[list[ResponseIncludable] | None]
    """
    Additional output to include in the response.
    """
    tools: NotRequired[list[ResponseToolParam] | None]
    """
    The tools that the model may call. Those that a server would run, and those of an unknown type, are ignored and named in `x-ignored-parameters`.
    """
    tool_choice: NotRequired[ResponseToolChoiceParam | None]
    """
    Which tools the model may or must call. Default: `auto`.
    """
    parallel_tool_calls: NotRequired[bool | None]
    """
    Whether the model may make several tool calls in one answer. Default: true.
    """
    text: NotRequired[ResponseTextConfigParam | None]
    """
    The format of the answer's text.
    """
    reasoning: NotRequired[ResponseReasoningConfigParam | None]
    """
    How a model that reasons does so.
    """
    store: NotRequired[bool | None]
    """
    Whether to store the response, so that it can be retrieved and continued. Default: true.
    """
    background: NotRequired[bool | None]
    """
    Whether to answer immediately with status `queued` and to generate the response in the background. Requires `store`.
    """
    stream: NotRequired[Stream]
    stream_options: NotRequired[ResponseStreamOptionsParam | None]
    """
    Stream options. Only for requests with `stream`.
    """
    metadata: NotRequired[dict[str, RequestMetadataValue] | None]
    """
    Up to 16 pairs of strings that are stored with the response and returned with it.
    """
    truncation: NotRequired[str | None]
    """
    How to handle an input that is longer than the context. `auto` drops the oldest items; `disabled`, the default, refuses it. One of `auto` or `disabled`; any other is ignored and named in `x-ignored-parameters`.
    """
    user: NotRequired[str | None]
    """
    An id of the end user. It is returned, but has no effect; `safety_identifier` and `prompt_cache_key` replace it.
    """
    safety_identifier: NotRequired[str | None]
    """
    A stable id of the end user. It is returned, but has no effect.
    """
    prompt_cache_key: NotRequired[str | None]
    """
    A key for requests with a common prefix. It is returned, but has no effect: prefixes are always cached by their content.
    """
    prompt_cache_retention: NotRequired[str | None]
    """
    How long to keep the prompt cached. Accepted, but has no effect. One of `in_memory`, `in-memory` or `24h`; any other is ignored and named in `x-ignored-parameters`.
    """
    service_tier: NotRequired[str | None]
    """
    The class of service. Accepted; this server has one class, `default`. One of `auto`, `default`, `flex`, `scale`, `priority`, `fast` or `ultrafast`; any other is ignored and named in `x-ignored-parameters`.
    """
    top_k: NotRequired[TopK]
    min_p: NotRequired[MinP]
    frequency_penalty: NotRequired[FrequencyPenalty]
    presence_penalty: NotRequired[PresencePenalty]
    repetition_penalty: NotRequired[RepetitionPenalty]
    seed: NotRequired[Seed]
    stop: NotRequired[Stop]
    min_tokens: NotRequired[MinTokens]
    ignore_eos: NotRequired[IgnoreEos]
    stop_token_ids: NotRequired[StopTokenIds]
    include_stop_str_in_output: NotRequired[IncludeStopStrInOutput]
    skip_special_tokens: NotRequired[SkipSpecialTokens]
    spaces_between_special_tokens: NotRequired[SpacesBetweenSpecialTokens]
    logit_bias: NotRequired[LogitBias]
    include_reasoning: NotRequired[bool | None]
    """
    Whether the response includes the model's reasoning. Default: true. An extension of vLLM's.
    """
    chat_template_kwargs: NotRequired[dict[str, Any] | None]
    """
    More variables for the chat template, such as `enable_thinking`. An extension of vLLM's.
    """
    media_io_kwargs: NotRequired[MediaIoKwargs]
    mm_processor_kwargs: NotRequired[dict[str, Any] | None]
    """
    Arguments for the model's own processor of images, audio and videos. Refused unless the server runs with `--trust-request-mm-kwargs`.
    """
    mm_payload: NotRequired[MmPayload]
    priority: NotRequired[Priority]
    cache_salt: NotRequired[CacheSalt]
    structured_outputs: NotRequired[StructuredOutputs | None]
    """
    A constraint on the answer that `text.format` cannot express.
    """
    request_id: NotRequired[str | None]
    """
    An id for the request in the engine's logs and traces. The response's `id` is generated by the server.
    """
    vllm_xargs: NotRequired[VllmXargs]
    session_id: NotRequired[SessionId]
    kv_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the KV connector of a disaggregated deployment. `prompt_token_ids` in it are the prompt's tokens from the server that computed the prompt, so that it is not tokenized again. (In completions and generate, the tokens of the request itself take precedence.)
    """
    ec_transfer_params: NotRequired[dict[str, Any] | None]
    """
    Parameters for the connector of a deployment with separate encoders.
    """
    watermarking: NotRequired[Watermarking]


class ResponseShellActionParam(TypedDict):
    """
    The commands.
    """

    commands: list[str]
    """
    The commands, in order.
    """
    timeout_ms: NotRequired[int | None]
    """
    How long they may run, in milliseconds.
    """
    max_output_length: NotRequired[int | None]
    """
    How many characters of their output are wanted.
    """


class ResponseShellCallOutputParam(TypedDict):
    """
    The output of shell commands.
    """

    type: Literal["shell_call_output"]
    """
    The item's type.
    """
    call_id: str
    """
    The id of the call that this answers.
    """
    output: list[ResponseShellOutputParam]
    """
    The output of each command.
    """
    max_output_length: NotRequired[int | None]
    """
    How many characters were wanted.
    """
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


class ResponseShellCallParam(TypedDict):
    """
    Commands of a shell that a model requested earlier.
    """

    type: Literal["shell_call"]
    """
    The item's type.
    """
    call_id: str
    """
    The call's id. The item with its output has the same.
    """
    action: ResponseShellActionParam
    environment: NotRequired[dict[str, Any] | None]
    """
    Where the commands were to run.
    """
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


class ResponseShellOutcomeParam(TypedDict):
    """
    How a command ended.
    """

    type: str
    """
    `exit`, or `timeout`.
    """
    exit_code: NotRequired[int | None]
    """
    The exit status.
    """


class ResponseShellOutputParam(TypedDict):
    """
    The output of a command.
    """

    stdout: str
    """
    Its standard output.
    """
    stderr: str
    """
    Its standard error.
    """
    outcome: ResponseShellOutcomeParam


class ResponseShellToolParam(TypedDict):
    """
    A shell of the client's, for several commands at a time.
    """

    type: Literal["shell"]
    """
    The tool's type.
    """
    environment: NotRequired[dict[str, Any] | None]
    """
    Where the commands run. Only `local` is supported; a tool with another environment is ignored and named in `x-ignored-parameters`.
    """


class ResponseStreamOptionsParam(TypedDict):
    """
    Stream options.
    """

    include_obfuscation: NotRequired[bool | None]
    """
    Whether to pad events against traffic analysis. Accepted, but has no effect: events are never padded.
    """


class ResponseSummaryTextParam(TypedDict):
    """
    One part of a summary of reasoning.
    """

    type: str
    """
    The part's type. Any is read as this one.
    """
    text: str
    """
    The text.
    """


class ResponseTextConfigParam(TypedDict):
    """
    The format of the answer's text.
    """

    format: NotRequired[ResponseTextFormatParam | None]
    """
    The format. Default: plain text.
    """
    verbosity: NotRequired[str | None]
    """
    The verbosity of the answer. It is returned, but has no effect. One of `low`, `medium` or `high`; any other is ignored and named in `x-ignored-parameters`.
    """


class ResponseTextFormatJsonObjectParam(TypedDict):
    """
    Some JSON object.
    """

    type: Literal["json_object"]
    """
    The format's type.
    """


class ResponseTextFormatJsonSchemaParam(TypedDict):
    """
    JSON that matches a schema.
    """

    type: Literal["json_schema"]
    """
    The format's type.
    """
    name: str
    """
    The format's name.
    """
    description: NotRequired[str | None]
    """
    What the format is for.
    """
    schema: dict[str, Any]
    """
    A JSON Schema, written by the client.
    """
    strict: NotRequired[bool | None]
    """
    Whether the answer must match the schema. It always does here.
    """


class ResponseTextFormatPlainParam(TypedDict):
    """
    Plain text.
    """

    type: Literal["text"]
    """
    The format's type.
    """


ResponseTextFormatParam: TypeAlias = (
    ResponseTextFormatPlainParam
    | ResponseTextFormatJsonObjectParam
    | ResponseTextFormatJsonSchemaParam
)
"""
A format of the answer's text.
"""


class ResponseTextInputFormatParam(TypedDict):
    """
    Any text. A format of a type that is not known is read as this one, and named in `x-ignored-parameters`.
    """

    type: str
    """
    The format's type, `text`.
    """


ResponseCustomToolFormatParam: TypeAlias = (
    ResponseGrammarFormatParam | ResponseTextInputFormatParam
)
"""
The format of a custom tool's text.
"""


class ResponseToolChoiceAllowedParam(TypedDict):
    """
    The model may call only some of the tools.
    """

    type: Literal["allowed_tools"]
    """
    The type of the choice.
    """
    mode: str
    """
    Whether one of them must be called (`required`) or not (`auto`). Any other is read as `auto`, and named in `x-ignored-parameters`.
    """
    tools: list[ResponseAllowedToolParam]
    """
    The tools that may be called.
    """


class ResponseToolChoiceCustomParam(TypedDict):
    """
    The model must call one custom tool.
    """

    type: Literal["custom"]
    """
    The tool's type.
    """
    name: str
    """
    The tool's name, for one of a namespace with or without `NAMESPACE__`.
    """
    namespace: NotRequired[str | None]
    """
    The tool's namespace.
    """


class ResponseToolChoiceFunctionParam(TypedDict):
    """
    The model must call one function.
    """

    type: Literal["function"]
    """
    The tool's type.
    """
    name: str
    """
    The function's name, for one of a namespace with or without `NAMESPACE__`.
    """
    namespace: NotRequired[str | None]
    """
    The function's namespace.
    """


class ResponseToolChoiceMcpParam(TypedDict):
    """
    The model must call a tool of an MCP server. A tool that does not exist is refused.
    """

    type: Literal["mcp"]
    """
    The tool's type.
    """
    server_label: str
    """
    The MCP server's label in `tools`.
    """
    name: NotRequired[str | None]
    """
    The tool's name. Default: any of the MCP server's tools.
    """


ResponseToolChoiceModeParam: TypeAlias = str
"""
Whether the model calls tools, `none` for never, `auto` for its own decision, `required` for at least once. Any other is ignored, and named in `x-ignored-parameters`.
"""


class ResponseToolChoiceTypeParam(TypedDict):
    """
    The model must call the tool of a type, such as `apply_patch` or `shell`. A tool that does not exist is refused.
    """

    type: str
    """
    The tool's type.
    """


ResponseToolChoiceParam: TypeAlias = (
    ResponseToolChoiceModeParam
    | ResponseToolChoiceFunctionParam
    | ResponseToolChoiceCustomParam
    | ResponseToolChoiceAllowedParam
    | ResponseToolChoiceMcpParam
    | ResponseToolChoiceTypeParam
)
"""
Which tools the model may or must call.
"""


ResponseToolOutputParam: TypeAlias = str | list[ResponseFunctionCallOutputPartParam]
"""
What the tool returned, a text or a list of parts.
"""


class ResponseToolSearchCallParam(TypedDict):
    """
    A search for tools that a model requested earlier.
    """

    type: Literal["tool_search_call"]
    """
    The item's type.
    """
    call_id: NotRequired[str | None]
    """
    The call's id. The item with its output has the same. A search without one was a server's, and is left out.
    """
    execution: NotRequired[str | None]
    """
    Who ran it.
    """
    arguments: Any
    """
    The search's arguments.
    """
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


class ResponseToolSearchOutputParam(TypedDict):
    """
    The tools that a search has found. The model may call them from then on.
    """

    type: Literal["tool_search_output"]
    """
    The item's type.
    """
    call_id: NotRequired[str | None]
    """
    The id of the call that this answers.
    """
    execution: NotRequired[str | None]
    """
    Who ran the search.
    """
    tools: list[ResponseToolParam]
    """
    The tools.
    """
    id: NotRequired[ResponseGivenItemId]
    status: NotRequired[ResponseGivenItemStatus]


ResponseInputItem: TypeAlias = (
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
    | ResponseOtherItemParam
)
"""
One item of the input. Items of a response's output can be sent back unchanged.
"""


ResponseInput: TypeAlias = str | list[ResponseInputItem]
"""
The input, a user's text or a list of items.
"""


class ResponseToolSearchToolParam(TypedDict):
    """
    A search for tools. The client runs it, and answers with the tools that it has found, which the model may then call.
    """

    type: Literal["tool_search"]
    """
    The tool's type.
    """
    execution: NotRequired[str | None]
    """
    Who runs it, `client` or `server`. Only a search that the client runs is supported; any other is ignored and named in `x-ignored-parameters`.
    """
    description: NotRequired[str | None]
    """
    What can be found.
    """
    parameters: NotRequired[dict[str, Any] | None]
    """
    The arguments of a search. By default, a `query`.
    """


ResponseToolParam: TypeAlias = (
    ResponseFunctionToolParam
    | ResponseCustomToolParam
    | ResponseNamespaceToolParam
    | ResponseToolSearchToolParam
    | ResponseLocalShellToolParam
    | ResponseShellToolParam
    | ResponseApplyPatchToolParam
    | ResponseMcpToolParam
    | ResponseHostedToolParam
)
"""
A tool that the model may call.
"""


ReturnTokenIds: TypeAlias = bool | None
"""
Whether the answer includes the ids of the prompt's and the generated tokens. Default: false.
"""


ReturnTokensAsTokenIds: TypeAlias = bool | None
"""
Whether tokens in log probabilities are written as `token_id:ID`, so that tokens which are not whole characters can be distinguished. Default: false.
"""


Seed: TypeAlias = int | None
"""
The seed for sampling. The same request with the same seed gives the same answer as far as the hardware allows.
"""


SessionId: TypeAlias = str | None
"""
An id that the requests of one conversation or agent share, for engine components that treat them alike. It takes precedence over the header `x-session-id`, and that over `session_id` in `vllm_xargs`.
"""


SkipSpecialTokens: TypeAlias = bool | None
"""
Whether special tokens are left out of the text. Default: true.
"""


SpacesBetweenSpecialTokens: TypeAlias = bool | None
"""
Whether special tokens that are in the text have spaces between them. Default: true.
"""


StopString: TypeAlias = str
"""
A string at which generation ends.
"""


StopStrings: TypeAlias = list[StopString]
"""
Strings at which generation ends.
"""


Stop: TypeAlias = StopString | StopStrings | None
"""
A string, or up to 32 of them, at which generation ends. The answer does not include the one that ended it.
"""


Stream: TypeAlias = bool | None
"""
Whether to send the answer as server-sent events while it is being generated. Default: false.
"""


StreamInterval: TypeAlias = int | None
"""
How many tokens a stream collects before it sends them; the first and the last are sent immediately. It can only raise the server's own interval, which is 1 unless configured.
"""


class StreamOptions(TypedDict):
    """
    Stream options. Only allowed if `stream` is true.
    """

    include_usage: NotRequired[bool | None]
    """
    Whether to send one more chunk before `[DONE]`, with the request's token counts in `usage` and no choices. Every other chunk then has a null `usage`. Default: false.
    """
    include_obfuscation: NotRequired[bool | None]
    """
    Whether to pad chunks against traffic analysis. Accepted, but has no effect; chunks are never padded.
    """
    continuous_usage_stats: NotRequired[bool | None]
    """
    Whether every chunk has the token counts so far in `usage`. Needs `include_usage`. Default: false.
    """


class StructuredOutputs(TypedDict):
    """
    A constraint on the answer. Exactly one of `json`, `regex`, `choice`, `grammar`, `json_object` and `structural_tag` must be given.
    """

    json: NotRequired[dict[str, Any] | str | None]
    """
    A JSON Schema that the answer satisfies, as an object or as text.
    """
    regex: NotRequired[str | None]
    """
    A regular expression that the whole answer matches.
    """
    choice: NotRequired[list[str] | None]
    """
    The answers to choose from.
    """
    grammar: NotRequired[str | None]
    """
    A context-free grammar that the answer follows, in EBNF.
    """
    json_object: NotRequired[bool | None]
    """
    Whether the answer is some JSON object.
    """
    structural_tag: NotRequired[str | None]
    """
    A structural tag, as JSON text, which constrains the parts of the answer between given tags.
    """
    disable_any_whitespace: NotRequired[bool | None]
    """
    Whether JSON is written without optional whitespace. Default: false.
    """
    disable_additional_properties: NotRequired[bool | None]
    """
    Whether objects are held to the properties that their JSON Schema names. Default: false.
    """
    whitespace_pattern: NotRequired[str | None]
    """
    A regular expression for the whitespace that may stand between the parts of JSON.
    """


class SystemMessage(TypedDict):
    """
    Instructions that the model follows throughout the conversation.
    """

    role: Literal["system"]
    """
    Always `system`.
    """
    content: TextContent
    name: NotRequired[str | None]
    """
    The author's name, to tell apart authors of one role.
    """


Temperature: TypeAlias = float | None
"""
The sampling temperature. 0 always selects the most likely token; higher values give more varied text.
"""


class TextPart(TypedDict):
    """
    A text.
    """

    type: Literal["text"]
    """
    Always `text`.
    """
    text: str
    """
    The text.
    """


AssistantContentPart: TypeAlias = TextPart | RefusalPart
"""
A part of an assistant's message; its `type` says of which kind.
"""


AssistantContentParts: TypeAlias = list[AssistantContentPart]
"""
The parts of an assistant's message, in order.
"""


AssistantContent: TypeAlias = str | AssistantContentParts
"""
A text, or parts that are text or a refusal.
"""


TextParts: TypeAlias = list[TextPart]
"""
Text parts, in order.
"""


TextContent: TypeAlias = str | TextParts
"""
A text, or text parts that are joined.
"""


ThinkingTokenBudget: TypeAlias = int | None
"""
How many tokens a reasoning model may spend on reasoning. -1 means no limit.
"""


TokenId: TypeAlias = int
"""
The id of a token in the model's vocabulary.
"""


AllowedTokenIds: TypeAlias = list[TokenId] | None
"""
The only tokens that may be generated.
"""


LabelTokenIds: TypeAlias = list[TokenId]
"""
The tokens to score; `score` is that of the first.
"""


LogprobTokenIds: TypeAlias = list[TokenId] | None
"""
The tokens whose log probabilities to report at each position, in place of the most likely ones. Needs `logprobs`.
"""


PromptTokenIdsParam: TypeAlias = list[TokenId] | None
"""
The prompt's token ids, `token_ids` of the render endpoint's answer. The text begins where they end, and they may open or close the model's reasoning. By default, the prompt is rendered from the original request.
"""


PromptTokens: TypeAlias = list[TokenId]
"""
The tokens of one prompt.
"""


PromptTokenLists: TypeAlias = list[PromptTokens]
"""
The tokens of several prompts.
"""


CompletionPrompt: TypeAlias = str | PromptTexts | PromptTokens | PromptTokenLists
"""
A text, several texts, the tokens of a text, or those of several. Each must come to at least one token.
"""


ScoringItems: TypeAlias = list[str] | list[list[TokenId]]
"""
The items, all as text or all as token ids.
"""


ScoringPrompt: TypeAlias = str | list[TokenId]
"""
A prompt, as text or as token ids.
"""


ScoringQuery: TypeAlias = str | list[TokenId]
"""
What all items have in common, as text or as token ids.
"""


StopTokenIds: TypeAlias = list[TokenId] | None
"""
Tokens at which generation ends, besides the model's own end tokens.
"""


class TokenizeChatRequest(TypedDict):
    """
    A conversation to write with the model's chat template and to tokenize.
    """

    model: NotRequired[ModelName]
    messages: list[ChatMessage]
    """
    The conversation, oldest message first.
    """
    tools: NotRequired[list[FunctionTool] | None]
    """
    The tools that the model may call, for templates that write them into the prompt.
    """
    add_generation_prompt: NotRequired[bool | None]
    """
    Whether to end with the beginning of the assistant's next message. Default: the opposite of `continue_final_message`.
    """
    continue_final_message: NotRequired[bool | None]
    """
    Whether to leave the last message open, so that the model continues it. Default: false; true excludes `add_generation_prompt`.
    """
    add_special_tokens: NotRequired[bool | None]
    """
    Whether to add the tokenizer's special tokens to those that the template wrote. Default: false.
    """
    return_token_strs: NotRequired[bool | None]
    """
    Whether to return the tokens as strings, too. Default: false.
    """
    chat_template: NotRequired[str | None]
    """
    A Jinja template to use in place of the model's. Refused unless the server runs with `--trust-request-chat-template`.
    """
    chat_template_kwargs: NotRequired[dict[str, Any] | None]
    """
    More variables for the template, such as `enable_thinking`.
    """
    media_io_kwargs: NotRequired[MediaIoKwargs]
    mm_processor_kwargs: NotRequired[dict[str, Any] | None]
    """
    Arguments for the model's own processor of images, audio and videos. Refused unless the server runs with `--trust-request-mm-kwargs`.
    """


class TokenizePromptRequest(TypedDict):
    """
    A text to tokenize.
    """

    model: NotRequired[ModelName]
    prompt: str
    """
    The text.
    """
    add_special_tokens: NotRequired[bool | None]
    """
    Whether to add the special tokens that the tokenizer puts around a text, such as one for its beginning. Default: true.
    """
    return_token_strs: NotRequired[bool | None]
    """
    Whether to return the tokens as strings, too. Default: false.
    """


TokenizeRequest: TypeAlias = TokenizePromptRequest | TokenizeChatRequest
"""
What to tokenize, a text or a conversation. If both are given, one is taken, and the other is named in `x-ignored-parameters`.
"""


ToolChoiceMode: TypeAlias = Literal["none", "auto", "required"]
"""
`none`: it calls no tool. `auto`: it decides. `required`: it calls at least one.
"""


ToolChoiceObject: TypeAlias = NamedTool | NamedCustomTool | AllowedToolChoice
"""
Which tool the model calls, or from which it may choose.
"""


ToolChoice: TypeAlias = ToolChoiceMode | ToolChoiceObject
"""
Whether the model calls tools, and which.
"""


class ToolMessage(TypedDict):
    """
    The result of a tool call.
    """

    role: Literal["tool"]
    """
    Always `tool`.
    """
    content: ToolContent
    tool_call_id: str
    """
    The id of the call that this answers.
    """


TopK: TypeAlias = int | None
"""
How many of the most likely tokens are considered. 0 and -1 mean all.
"""


TopP: TypeAlias = float | None
"""
Nucleus sampling: only the most likely tokens whose probabilities add up to this share are considered.
"""


TruncatePromptTokens: TypeAlias = int | None
"""
How many tokens of a longer prompt to keep. -1 keeps as many as the model's context has room for. By default, a prompt that is too long is refused.
"""


TruncationSide: TypeAlias = Literal["left", "right"] | None
"""
Which side `truncate_prompt_tokens` cuts from. `left` keeps the end of the prompt, `right` its beginning. Default: the tokenizer's own side.
"""


class UnloadLoraAdapterRequest(TypedDict):
    """
    The LoRA adapter to unload.
    """

    lora_name: str
    """
    The adapter's name.
    """
    lora_int_id: NotRequired[int | None]
    """
    vLLM's number of the adapter. Accepted, but has no effect.
    """


class UserMessage(TypedDict):
    """
    A message of the user.
    """

    role: Literal["user"]
    """
    Always `user`.
    """
    content: UserContent
    name: NotRequired[str | None]
    """
    The author's name, to tell apart authors of one role.
    """


ChatMessage: TypeAlias = (
    DeveloperMessage
    | SystemMessage
    | UserMessage
    | AssistantMessage
    | ToolMessage
    | FunctionMessage
)
"""
A message of the conversation; its `role` says whose.
"""


class VideoUrlPart(TypedDict):
    """
    A video at a URL. Refused if the model does not accept videos, except in a tool's result, where a line of text replaces it.
    """

    type: Literal["video_url"]
    """
    Always `video_url`.
    """
    video_url: MediaUrl


UserContentPart: TypeAlias = (
    TextPart | ImagePart | AudioPart | AudioUrlPart | VideoUrlPart | FilePart
)
"""
A part of a user's message; its `type` says of which kind.
"""


UserContentParts: TypeAlias = list[UserContentPart]
"""
The parts of a user's message, in order.
"""


ToolContent: TypeAlias = str | UserContentParts
"""
A text, or parts of several kinds. A line of text replaces what the model does not accept, and `x-ignored-parameters` names it.
"""


UserContent: TypeAlias = str | UserContentParts
"""
A text, or parts of several kinds.
"""


VllmXargScalar: TypeAlias = str | int | float
"""
A string or a number.
"""


VllmXarg: TypeAlias = VllmXargScalar | list[VllmXargScalar]
"""
A string, a number, or an array of them.
"""


VllmXargs: TypeAlias = dict[str, VllmXarg] | None
"""
Arguments for extensions of the engine, by name.
"""


Watermarking: TypeAlias = bool | None
"""
Whether the answer bears the watermark that the engine is configured with. Default: as the server is configured.
"""
