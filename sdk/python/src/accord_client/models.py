# Generated from Accord's OpenAPI document by `make sdk`. Never edited by hand.

from __future__ import annotations

from typing import Annotated, Any, Literal

from accord_client._base import Answer
from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType


class ChatCompletion(Answer):
    """
    The answer to a conversation.
    """

    id: Annotated[str, Field(description="The answer's id.")]
    object: Annotated[
        Literal["chat.completion"], Field(description="Always `chat.completion`.")
    ]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.")
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


class ChatCompletionChoice(Answer):
    """
    One of the answers.
    """

    index: Annotated[int, Field(description="The answer's place among the choices.")]
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


class ChatCompletionChunk(Answer):
    """
    A piece of the answer.
    """

    id: Annotated[str, Field(description="The answer's id, the same in every chunk.")]
    object: Annotated[
        Literal["chat.completion.chunk"],
        Field(description="Always `chat.completion.chunk`."),
    ]
    created: Annotated[
        int,
        Field(
            description="When the request came, in Unix seconds, the same in every chunk."
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


class ChatCompletionChunkChoice(Answer):
    """
    What is new in one of the answers.
    """

    index: Annotated[int, Field(description="The answer's place among the choices.")]
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


class ChatCompletionCustomCall(Answer):
    """
    The tool to call.
    """

    name: Annotated[str, Field(description="The tool's name.")]
    input: Annotated[str, Field(description="The text for it.")]


class ChatCompletionCustomDelta(Answer):
    """
    What to add to the call of a custom tool.
    """

    name: Annotated[str | None, Field(description="The tool's name, whole.")] = None
    input: Annotated[str | None, Field(description="More of the text.")] = None


class ChatCompletionCustomToolCall(Answer):
    """
    A call of a custom tool.
    """

    id: Annotated[
        str, Field(description="The call's id, for the tool's answer to repeat.")
    ]
    type: Annotated[Literal["custom"], Field(description="Always `custom`.")]
    custom: ChatCompletionCustomCall


class ChatCompletionDeleted(Answer):
    """
    The chat completion that was deleted.
    """

    id: Annotated[str, Field(description="The completion's id.")]
    object: Annotated[
        Literal["chat.completion.deleted"],
        Field(description="Always `chat.completion.deleted`."),
    ]
    deleted: Annotated[Literal[True], Field(description="Always true.")]


class ChatCompletionDelta(Answer):
    """
    What to add to the message. The first one of an answer has its `role`.
    """

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
        Field(description="More of the calls."),
    ] = None
    function_call: ChatCompletionFunctionDelta | None = None
    reasoning: Annotated[
        str | None, Field(description="More of the model's reasoning.")
    ] = None
    reasoning_content: Annotated[
        str | None, Field(description="The same as `reasoning`, under its older name.")
    ] = None


ChatCompletionEvent = TypeAliasType("ChatCompletionEvent", ChatCompletionChunk)


class ChatCompletionFunctionCall(Answer):
    """
    The function to call.
    """

    name: Annotated[str, Field(description="The function's name.")]
    arguments: Annotated[
        str,
        Field(
            description="The arguments as the model wrote them, JSON text that may not satisfy the function's schema."
        ),
    ]


class ChatCompletionFunctionDelta(Answer):
    """
    What to add to the function of a call.
    """

    name: Annotated[str | None, Field(description="The function's name, whole.")] = None
    arguments: Annotated[
        str | None, Field(description="More of the arguments' JSON text.")
    ] = None


class ChatCompletionFunctionToolCall(Answer):
    """
    A call of a function.
    """

    id: Annotated[
        str, Field(description="The call's id, for the tool's answer to repeat.")
    ]
    type: Annotated[Literal["function"], Field(description="Always `function`.")]
    function: ChatCompletionFunctionCall


class ChatCompletionList(Answer):
    """
    A page of stored chat completions.
    """

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


class ChatCompletionLogprobs(Answer):
    """
    The log probabilities of the generated tokens.
    """

    content: Annotated[
        list[ChatCompletionTokenLogprob] | None,
        Field(description="Those of the answer's tokens, in order."),
    ]
    refusal: Annotated[
        list[ChatCompletionTokenLogprob] | None,
        Field(description="Those of a refusal's tokens; null if there is none."),
    ]


class ChatCompletionMessage(Answer):
    """
    The generated message.
    """

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
        Field(description="The tools that the model called. Absent if it called none."),
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


class ChatCompletionMessageList(Answer):
    """
    A page of the messages that a stored chat completion answers.
    """

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


class ChatCompletionTokenLogprob(Answer):
    """
    A generated token, how likely it was, and what else was.
    """

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


class ChatCompletionToolCallDelta(Answer):
    """
    What to add to a call. The first one of a call has its `id`, its `type` and the name, and the others what is added to its `function` or `custom`.
    """

    index: Annotated[
        int, Field(description="The call's place among the message's calls.")
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


class ChatCompletionTopLogprob(Answer):
    """
    A token that was likely, and how likely.
    """

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


class Completion(Answer):
    """
    The answer to a prompt, or to several.
    """

    id: Annotated[str, Field(description="The answer's id.")]
    object: Annotated[
        Literal["text_completion"], Field(description="Always `text_completion`.")
    ]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.")
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


class CompletionChoice(Answer):
    """
    One of the answers.
    """

    text: Annotated[
        str,
        Field(description="The generated text, after the prompt if `echo` was true."),
    ]
    index: Annotated[int, Field(description="The answer's place among the choices.")]
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


class CompletionChunk(Answer):
    """
    A piece of the answer.
    """

    id: Annotated[str, Field(description="The answer's id, the same in every chunk.")]
    object: Annotated[
        Literal["text_completion"], Field(description="Always `text_completion`.")
    ]
    created: Annotated[
        int,
        Field(
            description="When the request came, in Unix seconds, the same in every chunk."
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


class CompletionChunkChoice(Answer):
    """
    What is new in one of the answers.
    """

    text: Annotated[str, Field(description="More of the text.")]
    index: Annotated[int, Field(description="The answer's place among the choices.")]
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


CompletionEvent = TypeAliasType("CompletionEvent", CompletionChunk)


class CompletionLogprobs(Answer):
    """
    The log probabilities of the answer's tokens, in four arrays of one length.
    """

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


class CompletionTokensDetails(Answer):
    """
    What the generated tokens were.
    """

    reasoning_tokens: Annotated[
        int, Field(description="Those that the model spent on reasoning.")
    ]


class Conversation(Answer):
    """
    A conversation, without its items.
    """

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


class ConversationDeleted(Answer):
    """
    The conversation that was deleted.
    """

    id: Annotated[str, Field(description="The conversation's id.")]
    object: Annotated[
        Literal["conversation.deleted"], Field(description="The object's type.")
    ]
    deleted: Annotated[Literal[True], Field(description="Always true.")]


class ConversationItemList(Answer):
    """
    Items of a conversation.
    """

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


class DerenderChatStreamResponse(Answer):
    """
    A chunk of a chat completion, and the state for the next one.
    """

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


class DerenderCompletionStreamResponse(Answer):
    """
    A chunk of a completion, and the state for the next one.
    """

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


class DerenderStreamState(Answer):
    """
    The state to send unchanged with the next call for the same choice. The server stores nothing between the calls.
    """

    created: Annotated[
        int, Field(description="When the first chunk came, in Unix seconds.")
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
            description="Where the next token's log probability stands in the text, in characters."
        ),
    ]


class DetokenizeResponse(Answer):
    """
    The text of the tokens.
    """

    prompt: Annotated[str, Field(description="The text.")]


class GenerateChoice(Answer):
    """
    A generated sequence.
    """

    index: Annotated[int, Field(description="The choice's number, from 0.")]
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


class GenerateChunk(Answer):
    """
    The tokens that came since the last event.
    """

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


class GenerateChunkChoice(Answer):
    """
    How a sequence went on.
    """

    index: Annotated[int, Field(description="The choice's number, from 0.")]
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


class GenerateLogprobs(Answer):
    """
    The log probabilities of the generated tokens. Present if they were asked for.
    """

    content: Annotated[
        list[GenerateTokenLogprobs], Field(description="One entry a token.")
    ]


class GenerateResponse(Answer):
    """
    The generated tokens.
    """

    request_id: Annotated[
        str, Field(description="The request's id, as it was given or made.")
    ]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.")
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


GenerateStreamEvent = TypeAliasType("GenerateStreamEvent", GenerateChunk)


class GenerateTokenLogprobs(Answer):
    """
    The log probability of the token at one place, and of others that could have stood there.
    """

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
            description="Its rank among all tokens, starting with 1 for the most likely. Absent if unknown."
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


class GenerateTopLogprob(Answer):
    """
    The log probability of a token at one place.
    """

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
            description="Its rank among all tokens, starting with 1 for the most likely. Absent if unknown."
        ),
    ] = None
    token: Annotated[
        str | None,
        Field(description="The token as text. Present if text was asked for."),
    ] = None


class GenerativeScore(Answer):
    """
    The labels' probabilities after one item.
    """

    index: Annotated[int, Field(description="The item's number, from 0.")]
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


class GenerativeScoringResponse(Answer):
    """
    The scores of the prompt, or of each item.
    """

    id: Annotated[str, Field(description="The answer's id.")]
    object: Annotated[Literal["list"], Field(description="Always `list`.")]
    created: Annotated[
        int, Field(description="When the request came, in Unix seconds.")
    ]
    model: Annotated[str, Field(description="The model that was asked.")]
    data: Annotated[
        list[GenerativeScore],
        Field(description="One entry an item, in their order; one for a prompt."),
    ]
    usage: Usage


class HealthLive(Answer):
    """
    The response of a running server.
    """

    object: Annotated[
        Literal["health.response"], Field(description="Always `health.response`.")
    ]
    message: Annotated[str, Field(description="The state, as a sentence.")]
    status: Annotated[Literal["live"], Field(description="The state, for programs.")]


class HealthReady(Answer):
    """
    The response of a server that is ready.
    """

    object: Annotated[
        Literal["health.response"], Field(description="Always `health.response`.")
    ]
    message: Annotated[str, Field(description="The state, as a sentence.")]
    status: Annotated[Literal["ready"], Field(description="The state, for programs.")]


class KvEventSource(Answer):
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


class License(Answer):
    """
    The license of the server, with its text.
    """

    name: Annotated[str, Field(description="The license's name.")]
    path: Annotated[str, Field(description="The file that holds the text.")]
    sha: Annotated[str, Field(description="The SHA-1 of the text.")]
    size: Annotated[int, Field(description="How many characters the text has.")]
    url: Annotated[str, Field(description="Where the license is published.")]
    type: Annotated[
        Literal["file"],
        Field(description="The kind of source that the text is from; always `file`."),
    ]
    content: Annotated[str, Field(description="The full text.")]
    modelLicense: ModelLicense | None = None


class LicenseInfo(Answer):
    """
    The license of the server, without its text.
    """

    name: Annotated[str, Field(description="The license's name.")]
    path: Annotated[str, Field(description="The file that holds the text.")]
    sha: Annotated[str, Field(description="The SHA-1 of the text.")]
    size: Annotated[int, Field(description="How many characters the text has.")]
    url: Annotated[str, Field(description="Where the license is published.")]
    type: Annotated[
        Literal["file"],
        Field(description="The kind of source that the text is from; always `file`."),
    ]


class Load(Answer):
    """
    How busy the server is.
    """

    server_load: Annotated[int, Field(description="How many requests it answers now.")]


class Manifest(Answer):
    """
    The manifest, and the mirror from which models are downloaded.
    """

    manifest_file: Annotated[str, Field(description="The manifest's text, in YAML.")]
    repository_override: Annotated[
        str,
        Field(
            description="The mirror from which models are downloaded; empty if there is none."
        ),
    ]


class Message(Answer):
    """
    The message that the model wrote.
    """

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


class MessageCacheCreation(Answer):
    """
    The tokens that were put into a cache, by how long they are kept.
    """

    ephemeral_5m_input_tokens: Annotated[
        int,
        Field(
            description="Those with a lifetime of five minutes: all of them. They stay until the space is needed."
        ),
    ]
    ephemeral_1h_input_tokens: Annotated[
        int, Field(description="Those with a lifetime of an hour: always 0.")
    ]


class MessageClearedThinking(Answer):
    """
    Thinking that was left out.
    """

    type: Annotated[
        Literal["clear_thinking_20251015"], Field(description="The kind of edit.")
    ]
    cleared_thinking_turns: Annotated[
        int, Field(description="How many turns' thinking was left out.")
    ]
    cleared_input_tokens: Annotated[
        int,
        Field(
            description="The number of prompt tokens that were saved. 0 if the chat template leaves it out, too."
        ),
    ]


class MessageClearedToolUses(Answer):
    """
    Results of tools that were cleared.
    """

    type: Annotated[
        Literal["clear_tool_uses_20250919"], Field(description="The kind of edit.")
    ]
    cleared_tool_uses: Annotated[
        int, Field(description="How many calls' results were cleared.")
    ]
    cleared_input_tokens: Annotated[
        int, Field(description="The number of prompt tokens that were saved.")
    ]


MessageAppliedEdit = TypeAliasType(
    "MessageAppliedEdit",
    Annotated[
        MessageClearedToolUses | MessageClearedThinking,
        Field(description="An edit, and what it cleared.", discriminator="type"),
    ],
)


class MessageCompactionBlock(Answer):
    """
    A summary of the conversation up to here, to send back unchanged. It replaces the messages before it, which may be omitted.
    """

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


class MessageCompactionDelta(Answer):
    """
    The summary, whole. The only delta of its block.
    """

    type: Annotated[Literal["compaction_delta"], Field(description="The delta's type.")]
    content: Annotated[
        str | None,
        Field(description="The summary; null if the model has written none."),
    ]
    encrypted_content: Annotated[None, Field(description="Always null.")]


class MessageContentBlockDeltaEvent(Answer):
    """
    More of a block.
    """

    type: Annotated[
        Literal["content_block_delta"], Field(description="The event's type.")
    ]
    index: Annotated[int, Field(description="The block's place in the message.")]
    delta: MessageContentBlockDelta


class MessageContentBlockStartEvent(Answer):
    """
    A block begins. It is empty.
    """

    type: Annotated[
        Literal["content_block_start"], Field(description="The event's type.")
    ]
    index: Annotated[int, Field(description="The block's place in the message.")]
    content_block: MessageContentBlock


class MessageContentBlockStopEvent(Answer):
    """
    A block is done.
    """

    type: Annotated[
        Literal["content_block_stop"], Field(description="The event's type.")
    ]
    index: Annotated[int, Field(description="The block's place in the message.")]


class MessageContextManagement(Answer):
    """
    How the conversation was edited before the model read it. Present if the request has `context_management`.
    """

    applied_edits: Annotated[
        list[MessageAppliedEdit], Field(description="The edits that changed something.")
    ]


class MessageDelta(Answer):
    """
    What changes in the message.
    """

    stop_reason: MessageStopReason
    stop_sequence: Annotated[
        str | None,
        Field(
            description="The one of `stop_sequences` at which the model stopped; null if it stopped for another reason."
        ),
    ]


class MessageDeltaEvent(Answer):
    """
    Why the model stopped, and how many tokens it took.
    """

    type: Annotated[Literal["message_delta"], Field(description="The event's type.")]
    delta: MessageDelta
    usage: MessageDeltaUsage
    context_management: MessageContextManagement | None = None


class MessageDeltaUsage(Answer):
    """
    The token counts so far.
    """

    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that are in neither of the other two counts. The three together are what `/v1/messages/count_tokens` says."
        ),
    ]
    output_tokens: Annotated[
        int, Field(description="The generated tokens, including thinking.")
    ]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that were added to the prefix cache, for the next prompt with the same beginning. The cache keeps whole blocks of tokens, so the last few of a prompt are not among them."
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that came from the prefix cache. Prefixes are always cached."
        ),
    ]
    iterations: MessageIterations | None = None
    output_tokens_details: MessageOutputTokensDetails | None = None


class MessageInputJsonDelta(Answer):
    """
    More of a call's arguments.
    """

    type: Annotated[Literal["input_json_delta"], Field(description="The delta's type.")]
    partial_json: Annotated[
        str,
        Field(
            description="The JSON text to add. All of them together are the arguments."
        ),
    ]


class MessageIteration(Answer):
    """
    The tokens of one pass of the model.
    """

    type: Annotated[
        Literal["compaction", "message"],
        Field(description="What it generated, the summary or the answer."),
    ]
    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that are in neither of the other two counts."
        ),
    ]
    output_tokens: Annotated[int, Field(description="The generated tokens.")]
    cache_creation_input_tokens: Annotated[
        int, Field(description="The prompt tokens that were added to the prefix cache.")
    ]
    cache_read_input_tokens: Annotated[
        int, Field(description="The prompt tokens that came from the prefix cache.")
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


class MessageOutputTokensDetails(Answer):
    """
    The generated tokens by kind. Absent if the model does not think.
    """

    thinking_tokens: Annotated[int, Field(description="Those of the thinking.")]


class MessagePingEvent(Answer):
    """
    Keeps the connection alive. Clients ignore it.
    """

    type: Annotated[Literal["ping"], Field(description="The event's type.")]


class MessageSignatureDelta(Answer):
    """
    The signature of the thinking. The last delta of its block.
    """

    type: Annotated[Literal["signature_delta"], Field(description="The delta's type.")]
    signature: Annotated[str, Field(description="The signature.")]


class MessageStartEvent(Answer):
    """
    The message begins. It is empty, and its `stop_reason` is null.
    """

    type: Annotated[Literal["message_start"], Field(description="The event's type.")]
    message: Message


class MessageStopEvent(Answer):
    """
    The message is done. The last event.
    """

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
        | MessagePingEvent,
        Field(
            description="One event of a message's stream; the `event:` line has the same name as `type`. The last event is `message_stop` or `error`. `ping` may come anywhere before the last.",
            discriminator="type",
        ),
    ],
)


class MessageTextBlock(Answer):
    """
    Text.
    """

    type: Annotated[Literal["text"], Field(description="The block's type.")]
    text: Annotated[str, Field(description="The text.")]
    citations: Annotated[
        None,
        Field(
            description="The sources that the text cites. Answers here do not cite, so it is always null."
        ),
    ]


class MessageTextDelta(Answer):
    """
    More of a block of text.
    """

    type: Annotated[Literal["text_delta"], Field(description="The delta's type.")]
    text: Annotated[str, Field(description="The text to add.")]


class MessageThinkingBlock(Answer):
    """
    The model's thinking.
    """

    type: Annotated[Literal["thinking"], Field(description="The block's type.")]
    thinking: Annotated[str, Field(description="The thinking.")]
    signature: Annotated[
        str, Field(description="The signature of the thinking, to send back with it.")
    ]


class MessageThinkingDelta(Answer):
    """
    More of the thinking.
    """

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


class MessageTokenCount(Answer):
    """
    How many tokens a conversation has.
    """

    input_tokens: Annotated[
        int,
        Field(description="The tokens of the prompt, as the chat template writes it."),
    ]
    context_management: MessageTokenCountContextManagement | None = None


class MessageTokenCountContextManagement(Answer):
    """
    The conversation before it was edited. Present if the request has `context_management`.
    """

    original_input_tokens: Annotated[int, Field(description="Its tokens.")]


class MessageToolAdditionBlock(Answer):
    """
    A tool that can be called.
    """

    type: Annotated[Literal["tool_addition"], Field(description="The change's type.")]
    tool: MessageToolChange


class MessageToolDefinition(Answer):
    """
    A tool that a message has defined.
    """

    type: Annotated[
        Literal["tool_definition"], Field(description="How the tool is given.")
    ]
    definition: Annotated[
        dict[str, Any], Field(description="Its definition, as it was given.")
    ]


class MessageToolReference(Answer):
    """
    One of the request's tools.
    """

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


class MessageToolRemovalBlock(Answer):
    """
    A tool that cannot be called any more.
    """

    type: Annotated[Literal["tool_removal"], Field(description="The change's type.")]
    tool: MessageToolReference


MessageToolChangeBlock = TypeAliasType(
    "MessageToolChangeBlock",
    Annotated[
        MessageToolAdditionBlock | MessageToolRemovalBlock,
        Field(description="A change of the tools.", discriminator="type"),
    ],
)


class MessageToolUseBlock(Answer):
    """
    A call of a tool that the client is to make.
    """

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


class MessageUsage(Answer):
    """
    The token counts. As in Anthropic's API, all tokens of the prompt are `input_tokens` and the two `cache_` counts together. `message_start` has them, too.
    """

    input_tokens: Annotated[
        int,
        Field(
            description="The tokens of the prompt that are in neither of the other two counts. The three together are what `/v1/messages/count_tokens` says."
        ),
    ]
    output_tokens: Annotated[
        int, Field(description="The generated tokens, including thinking.")
    ]
    cache_creation_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that were added to the prefix cache, for the next prompt with the same beginning. The cache keeps whole blocks of tokens, so the last few of a prompt are not among them."
        ),
    ]
    cache_read_input_tokens: Annotated[
        int,
        Field(
            description="The prompt tokens that came from the prefix cache. Prefixes are always cached."
        ),
    ]
    cache_creation: MessageCacheCreation
    iterations: MessageIterations | None = None
    output_tokens_details: MessageOutputTokensDetails | None = None
    service_tier: Annotated[
        Literal["standard"], Field(description="The class of service.")
    ]


class Metadata(Answer):
    """
    The deployment.
    """

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


class ModelInfo(Answer):
    """
    A model and its source.
    """

    shortName: Annotated[
        str, Field(description="The model's name, as requests give it.")
    ]
    modelUrl: Annotated[
        str,
        Field(description="The repository or folder from which the model was loaded."),
    ]


class ModelLicense(Answer):
    """
    The license of the model. Absent if the model's files do not contain one, or are not downloaded yet.
    """

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
    sha: Annotated[str | None, Field(description="The SHA-1 of the text.")] = None
    size: Annotated[
        int | None, Field(description="How many characters the text has.")
    ] = None
    content: Annotated[
        str | None,
        Field(
            description="The full text. Present, with `sha` and `size`, if the model comes with it."
        ),
    ] = None


class ModelList(Answer):
    """
    The models that this server serves.
    """

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


Probability = TypeAliasType(
    "Probability", Annotated[float, Field(description="A probability.")]
)


class PromptLogprob(Answer):
    """
    How likely the model found a token at a position of the prompt.
    """

    logprob: Annotated[
        float,
        Field(
            description="The natural logarithm of the token's probability; -9999 stands for one that is next to impossible."
        ),
    ]
    rank: Annotated[
        int | None,
        Field(
            description="The token's rank among all tokens, starting with 1 for the most likely; null if unknown."
        ),
    ]
    decoded_token: Annotated[
        str | None, Field(description="The token's text; null if unknown.")
    ]


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


class PromptTokensDetails(Answer):
    """
    What the prompt's tokens were.
    """

    cached_tokens: Annotated[
        int, Field(description="Those that came from the prefix cache.")
    ]
    cache_write_tokens: Annotated[
        int | None,
        Field(
            description="Those that were added to the prefix cache, for the next prompt with the same beginning. The cache keeps whole blocks of tokens."
        ),
    ] = None


class RenderedFeatures(Answer):
    """
    The processed images, audio and videos of the prompt by modality (`image`, `audio`, `video`), in order. Present if there are some.
    """

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


class RenderedPlaceholderRange(Answer):
    """
    Where one of the images, audio and videos stands among the tokens.
    """

    offset: Annotated[int, Field(description="The place of its first token.")]
    length: Annotated[int, Field(description="How many tokens stand for it.")]
    is_embed: Annotated[
        list[bool] | None,
        Field(
            description="Which of its tokens stand for the media itself; the others are text around it. Present if not all of them do."
        ),
    ] = None


class RenderedPrompt(Answer):
    """
    A prompt, as the model reads it, and how the request wants it answered: as it is, the body of a request to `/inference/v1/generate`, which generates the same tokens as the request itself. (`prompt` is for reading, and has no effect there.)
    """

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


class RenderedReasoningParserKwargs(Answer):
    """
    Arguments for the engine's reasoning parser. Present if the model reasons.
    """

    chat_template_kwargs: Annotated[
        dict[str, Any],
        Field(
            description="The variables with which the chat template rendered the prompt, the server's own defaults among them."
        ),
    ]


class RenderedRepetitionDetection(Answer):
    """
    When to end an answer that repeats itself.
    """

    max_pattern_size: Annotated[
        int, Field(description="The longest token pattern to detect.")
    ]
    min_pattern_size: Annotated[
        int, Field(description="The shortest token pattern to detect; 0 means 1.")
    ]
    min_count: Annotated[
        int, Field(description="The number of repetitions after which the answer ends.")
    ]


class RenderedSamplingParams(Answer):
    """
    The request's sampling parameters, combined with the model's generation config and limited by the room that the prompt leaves. Parameters without effect are absent. There is no `detokenize`: the client that generates from the prompt decides whether it wants text.
    """

    n: Annotated[int, Field(description="How many answers to generate.")]
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
            description="The maximum number of tokens to generate. Absent if the prompt fills the context or is longer. Such a prompt is rendered, but there is nothing to be generated from it."
        ),
    ] = None
    min_tokens: Annotated[
        int | None,
        Field(
            description="How many tokens to generate before an end token or a stop token may end the answer."
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


class RenderedStreamOptions(Answer):
    """
    The request's stream options. Present if it was given.
    """

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


class RenderedStructuredOutputs(Answer):
    """
    The constraint that the answer is made to satisfy: what `response_format`, `structured_outputs` or the tools of the request come to. One of `json`, `regex`, `choice`, `grammar`, `json_object` and `structural_tag` is present.
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


class Response(Answer):
    """
    A response, complete or in progress.
    """

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


class ResponseAdditionalTools(Answer):
    """
    More tools that the model may call.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["additional_tools"], Field(description="The item's type.")]
    role: Annotated[str, Field(description="Who offers them.")]
    tools: Annotated[list[ResponseTool], Field(description="The tools.")]


class ResponseAllowedTool(Answer):
    """
    A tool of the request, by its type and, if it has one, its name.
    """

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


class ResponseAnnotation(Answer):
    """
    An annotation of a text.
    """

    type: Annotated[str, Field(description="The annotation's type.")]


class ResponseApplyPatchCall(Answer):
    """
    A change to a file that the client is to make.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["apply_patch_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str, Field(description="The call's id, to be given back with its output.")
    ]
    operation: ResponsePatchOperation


class ResponseApplyPatchCallOutput(Answer):
    """
    Whether a change to a file was made.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["apply_patch_call_output"], Field(description="The item's type.")
    ]
    status: Annotated[
        Literal["completed", "failed"], Field(description="Whether it was made.")
    ]
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[str | None, Field(description="What the client says to it.")]


class ResponseApplyPatchTool(Answer):
    """
    Changes to the client's files, one file at a time.
    """

    type: Annotated[Literal["apply_patch"], Field(description="The tool's type.")]


class ResponseCompacted(Answer):
    """
    The compacted conversation. Send its output, followed by new items, as the input of the next response.
    """

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


class ResponseCompaction(Answer):
    """
    A summary of the conversation so far.
    """

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


class ResponseCompactionCompactingEvent(Answer):
    """
    The model begins to write a compaction. Its text is not streamed.
    """

    type: Annotated[
        Literal["response.compaction.compacting"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]


class ResponseCompletedEvent(Answer):
    """
    The response is complete. The last event.
    """

    type: Annotated[
        Literal["response.completed"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    response: Response


class ResponseContentPartAddedEvent(Answer):
    """
    A part of an item begins.
    """

    type: Annotated[
        Literal["response.content_part.added"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    content_index: Annotated[int, Field(description="The part's place in the item.")]
    part: ResponseContentPart


class ResponseContentPartDoneEvent(Answer):
    """
    A part of an item is done.
    """

    type: Annotated[
        Literal["response.content_part.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    content_index: Annotated[int, Field(description="The part's place in the item.")]
    part: ResponseContentPart


class ResponseConversation(Answer):
    """
    The conversation that the response belongs to. Absent if it belongs to none.
    """

    id: Annotated[str, Field(description="The conversation's id.")]


class ResponseCreatedEvent(Answer):
    """
    The response was created. Always the first event.
    """

    type: Annotated[Literal["response.created"], Field(description="The event's type.")]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream, from 0.")
    ]
    response: Response


class ResponseCustomTool(Answer):
    """
    A tool of the client's that takes text.
    """

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


class ResponseCustomToolCall(Answer):
    """
    A call of a custom tool that the client is to make.
    """

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


class ResponseCustomToolCallInputDeltaEvent(Answer):
    """
    More of the text for a custom tool.
    """

    type: Annotated[
        Literal["response.custom_tool_call_input.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseCustomToolCallInputDoneEvent(Answer):
    """
    The text for a custom tool is done.
    """

    type: Annotated[
        Literal["response.custom_tool_call_input.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    input: Annotated[str, Field(description="The whole text.")]


class ResponseCustomToolCallOutput(Answer):
    """
    The result of a custom tool call.
    """

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


class ResponseDeleted(Answer):
    """
    The response that was deleted.
    """

    id: Annotated[str, Field(description="The response's id.")]
    object: Annotated[Literal["response"], Field(description="The object's type.")]
    deleted: Annotated[Literal[True], Field(description="Always true.")]


class ResponseError(Answer):
    """
    Why a response failed.
    """

    code: Annotated[
        Literal["server_error", "rate_limit_exceeded", "invalid_prompt"],
        Field(description="The class of the error."),
    ]
    message: Annotated[str, Field(description="What went wrong.")]


class ResponseFailedEvent(Answer):
    """
    The response failed; its `error` says why. The last event.
    """

    type: Annotated[Literal["response.failed"], Field(description="The event's type.")]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    response: Response


class ResponseFunctionCall(Answer):
    """
    A call of a function that the client is to make.
    """

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


class ResponseFunctionCallArgumentsDeltaEvent(Answer):
    """
    More of a call's arguments.
    """

    type: Annotated[
        Literal["response.function_call_arguments.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    delta: Annotated[str, Field(description="The JSON text to add.")]


class ResponseFunctionCallArgumentsDoneEvent(Answer):
    """
    A call's arguments are done.
    """

    type: Annotated[
        Literal["response.function_call_arguments.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    name: Annotated[str, Field(description="The function's name.")]
    arguments: Annotated[str, Field(description="The whole arguments, as a JSON text.")]


class ResponseFunctionCallOutput(Answer):
    """
    The result of a function call.
    """

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


class ResponseFunctionTool(Answer):
    """
    A function of the client's that the model may call.
    """

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


class ResponseGrammarFormat(Answer):
    """
    Text by a grammar.
    """

    type: Annotated[Literal["grammar"], Field(description="The format's type.")]
    syntax: Annotated[
        Literal["lark", "regex"], Field(description="What the grammar is written in.")
    ]
    definition: Annotated[str, Field(description="The grammar.")]


class ResponseInProgressEvent(Answer):
    """
    The response is being generated.
    """

    type: Annotated[
        Literal["response.in_progress"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    response: Response


class ResponseIncompleteDetails(Answer):
    """
    Why a response is incomplete.
    """

    reason: Annotated[
        Literal["max_output_tokens"],
        Field(
            description="The reason. The limit of tokens, or the end of the context, was reached."
        ),
    ]


class ResponseIncompleteEvent(Answer):
    """
    The response was cut off by a limit. The last event.
    """

    type: Annotated[
        Literal["response.incomplete"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    response: Response


class ResponseInputFile(Answer):
    """
    A file that the model was given.
    """

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


class ResponseInputImage(Answer):
    """
    An image that the model was given.
    """

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


class ResponseInputMessage(Answer):
    """
    A message that the model was given.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["message"], Field(description="The item's type.")]
    status: ResponseItemStatus
    role: Annotated[
        Literal["user", "system", "developer"], Field(description="The author's role.")
    ]
    content: Annotated[
        list[ResponseInputContent], Field(description="The message's parts.")
    ]


class ResponseInputText(Answer):
    """
    Text that the model was given.
    """

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


class ResponseInputTokens(Answer):
    """
    How many tokens the prompt of a response has.
    """

    object: Annotated[
        Literal["response.input_tokens"], Field(description="The object's type.")
    ]
    input_tokens: Annotated[int, Field(description="The tokens of the prompt.")]


class ResponseInputTokensDetails(Answer):
    """
    The tokens of the prompt by kind.
    """

    cached_tokens: Annotated[
        int, Field(description="Those that came from the prefix cache.")
    ]
    cache_write_tokens: Annotated[
        int,
        Field(
            description="Those that were added to the prefix cache, in whole blocks."
        ),
    ]


class ResponseItemList(Answer):
    """
    A page of the input items of a response.
    """

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


ResponseItemStatus = TypeAliasType(
    "ResponseItemStatus",
    Annotated[
        Literal["in_progress", "completed", "incomplete"],
        Field(description="The status of the item. `incomplete`: it was cut off."),
    ],
)


class ResponseLocalShellAction(Answer):
    """
    The command.
    """

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


class ResponseLocalShellCall(Answer):
    """
    A command that the client is to run.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["local_shell_call"], Field(description="The item's type.")]
    status: ResponseItemStatus
    call_id: Annotated[
        str, Field(description="The call's id, to be given back with its output.")
    ]
    action: ResponseLocalShellAction


class ResponseLocalShellCallOutput(Answer):
    """
    The output of a local shell command.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["local_shell_call_output"], Field(description="The item's type.")
    ]
    status: ResponseItemStatus
    call_id: Annotated[str, Field(description="The id of the call that this answers.")]
    output: Annotated[str, Field(description="The output.")]


class ResponseLocalShellTool(Answer):
    """
    A shell of the client's, for one command at a time.
    """

    type: Annotated[Literal["local_shell"], Field(description="The tool's type.")]


class ResponseLogprob(Answer):
    """
    A token of the text with its log probability, and the most likely tokens in its place.
    """

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


class ResponseMcpApprovalFilter(Answer):
    """
    Which tools need an approval and which do not.
    """

    always: ResponseMcpToolFilter | None = None
    never: ResponseMcpToolFilter | None = None


class ResponseMcpApprovalRequest(Answer):
    """
    A call of an MCP server's tool that waits for the client's approval, which is an `mcp_approval_response` in the next input.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["mcp_approval_request"], Field(description="The item's type.")
    ]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    name: Annotated[str, Field(description="The tool's name.")]
    arguments: Annotated[str, Field(description="The arguments as JSON.")]


class ResponseMcpApprovalResponse(Answer):
    """
    The client's answer to a request for an approval.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[
        Literal["mcp_approval_response"], Field(description="The item's type.")
    ]
    approval_request_id: Annotated[str, Field(description="The id of the request.")]
    approve: Annotated[bool, Field(description="Whether the call is to be made.")]
    reason: Annotated[str | None, Field(description="Why.")]


class ResponseMcpCall(Answer):
    """
    An MCP tool call and its result.
    """

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


class ResponseMcpCallArgumentsDeltaEvent(Answer):
    """
    More of the arguments for an MCP server's tool.
    """

    type: Annotated[
        Literal["response.mcp_call_arguments.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseMcpCallArgumentsDoneEvent(Answer):
    """
    The arguments for an MCP server's tool are done.
    """

    type: Annotated[
        Literal["response.mcp_call_arguments.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    arguments: Annotated[str, Field(description="The whole arguments as JSON.")]


class ResponseMcpCallCompletedEvent(Answer):
    """
    An MCP tool call has a result.
    """

    type: Annotated[
        Literal["response.mcp_call.completed"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]


class ResponseMcpCallFailedEvent(Answer):
    """
    A call of an MCP server's tool has failed.
    """

    type: Annotated[
        Literal["response.mcp_call.failed"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]


class ResponseMcpCallInProgressEvent(Answer):
    """
    A call of an MCP server's tool begins.
    """

    type: Annotated[
        Literal["response.mcp_call.in_progress"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]


class ResponseMcpExecutionError(Answer):
    """
    The tool itself has failed.
    """

    type: Annotated[
        Literal["mcp_tool_execution_error"], Field(description="The error's type.")
    ]
    content: Annotated[
        list[dict[str, Any]], Field(description="What the tool says, as MCP's content.")
    ]


class ResponseMcpHttpError(Answer):
    """
    The MCP server has answered with an HTTP error.
    """

    type: Annotated[Literal["http_error"], Field(description="The error's type.")]
    code: Annotated[int, Field(description="The HTTP status.")]
    message: Annotated[str, Field(description="What went wrong.")]


class ResponseMcpListTools(Answer):
    """
    The tools that an MCP server has, of those that the request allows.
    """

    id: Annotated[str, Field(description="The item's id.")]
    type: Annotated[Literal["mcp_list_tools"], Field(description="The item's type.")]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    tools: Annotated[list[ResponseMcpListedTool], Field(description="The tools.")]
    error: Annotated[
        str | None,
        Field(description="Why they could not be listed. Absent if they were."),
    ] = None


class ResponseMcpListToolsCompletedEvent(Answer):
    """
    The tools of an MCP server are listed.
    """

    type: Annotated[
        Literal["response.mcp_list_tools.completed"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]


class ResponseMcpListToolsFailedEvent(Answer):
    """
    The tools of an MCP server could not be listed.
    """

    type: Annotated[
        Literal["response.mcp_list_tools.failed"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]


class ResponseMcpListToolsInProgressEvent(Answer):
    """
    The tools of an MCP server are being listed.
    """

    type: Annotated[
        Literal["response.mcp_list_tools.in_progress"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]


class ResponseMcpListedTool(Answer):
    """
    A tool of an MCP server.
    """

    name: Annotated[str, Field(description="The tool's name.")]
    description: Annotated[str | None, Field(description="What the tool does.")]
    input_schema: Annotated[
        dict[str, Any], Field(description="A JSON Schema, written by the client.")
    ]
    annotations: Annotated[
        dict[str, Any] | None,
        Field(description="The MCP server's annotations of the tool."),
    ]


class ResponseMcpProtocolError(Answer):
    """
    The call was not made, or the answer violates the protocol.
    """

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


class ResponseMcpTool(Answer):
    """
    The tools of an MCP server. What authorizes the client there is not given back.
    """

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


class ResponseMcpToolFilter(Answer):
    """
    A filter for an MCP server's tools. All given conditions must hold.
    """

    tool_names: Annotated[list[str] | None, Field(description="The tools' names.")] = (
        None
    )
    read_only: Annotated[
        bool | None, Field(description="Whether a tool is read-only.")
    ] = None


class ResponseNamespaceTool(Answer):
    """
    Tools under a common name.
    """

    type: Annotated[Literal["namespace"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The namespace.")]
    description: Annotated[str | None, Field(description="What the tools are for.")]
    tools: Annotated[list[ResponseNamespacedTool], Field(description="The tools.")]


ResponseNamespacedTool = TypeAliasType(
    "ResponseNamespacedTool",
    Annotated[
        ResponseFunctionTool | ResponseCustomTool,
        Field(description="A tool of a namespace.", discriminator="type"),
    ],
)


class ResponseOutputItemAddedEvent(Answer):
    """
    An item of the output begins.
    """

    type: Annotated[
        Literal["response.output_item.added"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    item: ResponseOutputItem


class ResponseOutputItemDoneEvent(Answer):
    """
    An item of the output is done.
    """

    type: Annotated[
        Literal["response.output_item.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    item: ResponseOutputItem


class ResponseOutputMessage(Answer):
    """
    A message that a model wrote.
    """

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


class ResponseOutputRefusal(Answer):
    """
    A refusal that a model wrote.
    """

    type: Annotated[Literal["refusal"], Field(description="The part's type.")]
    refusal: Annotated[str, Field(description="The refusal's text.")]


class ResponseOutputText(Answer):
    """
    Text that a model wrote.
    """

    type: Annotated[Literal["output_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]
    annotations: Annotated[
        list[ResponseAnnotation],
        Field(
            description="Annotations of the text. This server makes none, so the list is empty."
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


class ResponseOutputTokensDetails(Answer):
    """
    The generated tokens by kind.
    """

    reasoning_tokens: Annotated[int, Field(description="Those of the reasoning.")]


class ResponsePatchOperation(Answer):
    """
    The change.
    """

    type: Annotated[
        str, Field(description="`create_file`, `update_file` or `delete_file`.")
    ]
    path: Annotated[str, Field(description="The file.")]
    diff: Annotated[
        str | None,
        Field(description="What changes in it. Absent if the file is deleted."),
    ] = None


class ResponseQueuedEvent(Answer):
    """
    A background response is queued.
    """

    type: Annotated[Literal["response.queued"], Field(description="The event's type.")]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    response: Response


class ResponseReasoning(Answer):
    """
    The model's reasoning.
    """

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


class ResponseReasoningConfig(Answer):
    """
    The request's reasoning options.
    """

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


class ResponseReasoningSummaryPartAddedEvent(Answer):
    """
    A part of the summary of reasoning begins.
    """

    type: Annotated[
        Literal["response.reasoning_summary_part.added"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    summary_index: Annotated[int, Field(description="The part's place in the summary.")]
    part: ResponseSummaryText


class ResponseReasoningSummaryPartDoneEvent(Answer):
    """
    A part of the summary of reasoning is done.
    """

    type: Annotated[
        Literal["response.reasoning_summary_part.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    summary_index: Annotated[int, Field(description="The part's place in the summary.")]
    part: ResponseSummaryText


class ResponseReasoningSummaryTextDeltaEvent(Answer):
    """
    More of the summary of reasoning.
    """

    type: Annotated[
        Literal["response.reasoning_summary_text.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    summary_index: Annotated[int, Field(description="The part's place in the summary.")]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseReasoningSummaryTextDoneEvent(Answer):
    """
    The text of a part of the summary is done.
    """

    type: Annotated[
        Literal["response.reasoning_summary_text.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    summary_index: Annotated[int, Field(description="The part's place in the summary.")]
    text: Annotated[str, Field(description="The whole text.")]


class ResponseReasoningText(Answer):
    """
    One part of reasoning.
    """

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


class ResponseReasoningTextDeltaEvent(Answer):
    """
    More of the reasoning.
    """

    type: Annotated[
        Literal["response.reasoning_text.delta"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    content_index: Annotated[int, Field(description="The part's place in the item.")]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseReasoningTextDoneEvent(Answer):
    """
    The reasoning is done.
    """

    type: Annotated[
        Literal["response.reasoning_text.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    content_index: Annotated[int, Field(description="The part's place in the item.")]
    text: Annotated[str, Field(description="The whole text.")]


class ResponseShellAction(Answer):
    """
    The commands.
    """

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


class ResponseShellCall(Answer):
    """
    Commands that the client is to run.
    """

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


class ResponseShellCallCommandAddedEvent(Answer):
    """
    A command of a shell call begins.
    """

    type: Annotated[
        Literal["response.shell_call_command.added"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    command_index: Annotated[int, Field(description="The command's place in the call.")]
    command: Annotated[str, Field(description="The command so far, empty.")]


class ResponseShellCallCommandDeltaEvent(Answer):
    """
    More of a command of a shell call.
    """

    type: Annotated[
        Literal["response.shell_call_command.delta"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    command_index: Annotated[int, Field(description="The command's place in the call.")]
    delta: Annotated[str, Field(description="The text to add.")]


class ResponseShellCallCommandDoneEvent(Answer):
    """
    A command of a shell call is done.
    """

    type: Annotated[
        Literal["response.shell_call_command.done"],
        Field(description="The event's type."),
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    command_index: Annotated[int, Field(description="The command's place in the call.")]
    command: Annotated[str, Field(description="The whole command.")]


class ResponseShellCallOutput(Answer):
    """
    The output of shell commands.
    """

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


class ResponseShellOutcome(Answer):
    """
    How a command ended.
    """

    type: Annotated[str, Field(description="`exit`, or `timeout`.")]
    exit_code: Annotated[
        int | None, Field(description="The exit status. Absent if it did not exit.")
    ] = None


class ResponseShellOutput(Answer):
    """
    The output of a command.
    """

    stdout: Annotated[str, Field(description="Its standard output.")]
    stderr: Annotated[str, Field(description="Its standard error.")]
    outcome: ResponseShellOutcome


class ResponseShellTool(Answer):
    """
    A shell of the client's, for several commands at a time.
    """

    type: Annotated[Literal["shell"], Field(description="The tool's type.")]
    environment: Annotated[
        dict[str, Any] | None,
        Field(
            description="Where the commands run; null if the request did not set it."
        ),
    ]


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


class ResponseSummaryText(Answer):
    """
    One part of a summary of reasoning.
    """

    type: Annotated[Literal["summary_text"], Field(description="The part's type.")]
    text: Annotated[str, Field(description="The text.")]


class ResponseTextConfig(Answer):
    """
    The format of the answer's text.
    """

    format: ResponseTextFormat
    verbosity: Annotated[
        Literal["low", "medium", "high"] | None,
        Field(
            description="The verbosity of the answer. Absent if the request did not set it."
        ),
    ] = None


class ResponseTextDeltaEvent(Answer):
    """
    More of a message's text.
    """

    type: Annotated[
        Literal["response.output_text.delta"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    content_index: Annotated[int, Field(description="The part's place in the item.")]
    delta: Annotated[str, Field(description="The text to add.")]
    logprobs: Annotated[
        list[ResponseLogprob],
        Field(
            description="The added tokens with their log probabilities. Empty unless `include` asked for them."
        ),
    ]


class ResponseTextDoneEvent(Answer):
    """
    A message's text is done.
    """

    type: Annotated[
        Literal["response.output_text.done"], Field(description="The event's type.")
    ]
    sequence_number: Annotated[
        int, Field(description="The event's number in the stream.")
    ]
    item_id: Annotated[str, Field(description="The item's id.")]
    output_index: Annotated[int, Field(description="The item's place in the output.")]
    content_index: Annotated[int, Field(description="The part's place in the item.")]
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
        | ResponseMcpCallFailedEvent,
        Field(
            description="One event of a response's stream; the `event:` line has the same name as `type`. The last event is `response.completed`, `response.incomplete`, `response.failed` or `error`.",
            discriminator="type",
        ),
    ],
)


class ResponseTextFormatJsonObject(Answer):
    """
    Some JSON object.
    """

    type: Annotated[Literal["json_object"], Field(description="The format's type.")]


class ResponseTextFormatJsonSchema(Answer):
    """
    JSON that matches a schema.
    """

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


class ResponseTextFormatPlain(Answer):
    """
    Plain text.
    """

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


class ResponseTextInputFormat(Answer):
    """
    Any text.
    """

    type: Annotated[Literal["text"], Field(description="The format's type.")]


ResponseCustomToolFormat = TypeAliasType(
    "ResponseCustomToolFormat",
    Annotated[
        ResponseTextInputFormat | ResponseGrammarFormat,
        Field(description="The format of a custom tool's text.", discriminator="type"),
    ],
)


class ResponseToolChoiceAllowed(Answer):
    """
    The model may call only some of the tools.
    """

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


class ResponseToolChoiceCustom(Answer):
    """
    The model must call one custom tool.
    """

    type: Annotated[Literal["custom"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The tool's name.")]
    namespace: Annotated[
        str | None,
        Field(description="The tool's namespace. Absent if the request named none."),
    ] = None


class ResponseToolChoiceFunction(Answer):
    """
    The model must call one function.
    """

    type: Annotated[Literal["function"], Field(description="The tool's type.")]
    name: Annotated[str, Field(description="The function's name.")]
    namespace: Annotated[
        str | None,
        Field(
            description="The function's namespace. Absent if the request named none."
        ),
    ] = None


class ResponseToolChoiceMcp(Answer):
    """
    The model must call a tool of an MCP server.
    """

    type: Annotated[Literal["mcp"], Field(description="The tool's type.")]
    server_label: Annotated[str, Field(description="The MCP server's label.")]
    name: Annotated[
        str | None, Field(description="The tool's name. Absent if any will do.")
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


class ResponseToolChoiceType(Answer):
    """
    The model must call the tool of a type.
    """

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


ResponseToolOutput = TypeAliasType(
    "ResponseToolOutput",
    Annotated[
        str | list[ResponseInputContent],
        Field(description="What the tool returned, a text or a list of parts."),
    ],
)


class ResponseToolSearchCall(Answer):
    """
    A search for tools that the client is to run.
    """

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


class ResponseToolSearchOutput(Answer):
    """
    The tools that a search has found.
    """

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


class ResponseToolSearchTool(Answer):
    """
    A search for tools, which the client runs.
    """

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


class ResponseTopLogprob(Answer):
    """
    A token that could have been in this place, with its log probability.
    """

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


class ResponseUsage(Answer):
    """
    The token counts.
    """

    input_tokens: Annotated[int, Field(description="The tokens of the prompt.")]
    input_tokens_details: ResponseInputTokensDetails
    output_tokens: Annotated[
        int, Field(description="The generated tokens, including reasoning.")
    ]
    output_tokens_details: ResponseOutputTokensDetails
    total_tokens: Annotated[int, Field(description="Both together.")]


class Root(Answer):
    """
    The server's name and release, and the paths of its main endpoints.
    """

    name: Annotated[Literal["Accord"], Field(description="The server's name.")]
    release: Annotated[str, Field(description="The release of the server.")]
    models: Annotated[str, Field(description="The path of the models that are served.")]
    health: Annotated[
        str, Field(description="The path that says whether the server is ready.")
    ]
    contract: Annotated[
        str, Field(description="The path of the contract, if it is published.")
    ]


class ServedModel(Answer):
    """
    A model, or an adapter over one, that requests can name in `model`.
    """

    id: Annotated[str, Field(description="The name to give in `model`.")]
    object: Annotated[Literal["model"], Field(description="Always `model`.")]
    created: Annotated[
        int,
        Field(
            description="When this server began to serve the model, in Unix seconds."
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
            description="How many tokens the prompt and the answer may have together; absent for an adapter."
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
        str, Field(description="When this server began to serve the model.")
    ]
    lifecycle: Annotated[Literal["active"], Field(description="Always `active`.")]
    max_input_tokens: Annotated[
        int | None,
        Field(
            description="How many tokens the prompt and the answer may have together; absent until the model is loaded."
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(description="The maximum number of tokens of an answer: the same."),
    ] = None
    context_length: Annotated[
        int | None,
        Field(
            description="The same, under the name that OpenRouter and clients for it have for it."
        ),
    ] = None
    context_window: Annotated[
        int | None,
        Field(description="The same, under another name that clients look for."),
    ] = None


class ServerInfo(Answer):
    """
    What vLLM says of itself; its parts differ from release to release.
    """

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


StopReason = TypeAliasType(
    "StopReason",
    Annotated[
        str | int,
        Field(
            description="The stop string or the stop token that ended the choice. Absent if something else did."
        ),
    ],
)


class StoredChatMessage(Answer):
    """
    A message that a stored chat completion answers.
    """

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
        Field(description="The tools that the model called. Absent if it called none."),
    ] = None
    tool_call_id: Annotated[
        str | None,
        Field(
            description="The id of the call that this answers. Present on a tool's message."
        ),
    ] = None


class StoredImagePart(Answer):
    """
    An image.
    """

    type: Annotated[Literal["image_url"], Field(description="Always `image_url`.")]
    image_url: StoredImageUrl


class StoredImageUrl(Answer):
    """
    The source of an image.
    """

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


class StoredTextPart(Answer):
    """
    A text.
    """

    type: Annotated[Literal["text"], Field(description="Always `text`.")]
    text: Annotated[str, Field(description="The text.")]


StoredContentPart = TypeAliasType(
    "StoredContentPart",
    Annotated[
        StoredTextPart | StoredImagePart,
        Field(description="A part of a message.", discriminator="type"),
    ],
)


TokenId = TypeAliasType(
    "TokenId",
    Annotated[int, Field(description="The id of a token in the model's vocabulary.")],
)


TokenOffsets = TypeAliasType(
    "TokenOffsets",
    Annotated[list[int], Field(description="Where a token begins and ends.")],
)
"""
Where a token begins and ends.
"""


class TokenizeResponse(Answer):
    """
    The tokens of the text or of the conversation.
    """

    count: Annotated[int, Field(description="The number of tokens.")]
    max_model_len: Annotated[
        int,
        Field(
            description="How many tokens the model takes, prompt and answer together."
        ),
    ]
    tokens: Annotated[list[TokenId], Field(description="The token ids, in order.")]
    token_strs: Annotated[
        list[str] | None,
        Field(
            description="The tokens as the vocabulary spells them, one for each id. Present when `return_token_strs` was true."
        ),
    ] = None


class Usage(Answer):
    """
    How many tokens the request took.
    """

    prompt_tokens: Annotated[int, Field(description="The tokens of the prompt.")]
    completion_tokens: Annotated[
        int, Field(description="The generated tokens, those of every choice together.")
    ]
    total_tokens: Annotated[
        int, Field(description="The tokens of the prompt and the generated ones.")
    ]
    prompt_tokens_details: PromptTokensDetails | None = None
    completion_tokens_details: CompletionTokensDetails | None = None


class Version(Answer):
    """
    The running versions.
    """

    release: Annotated[str, Field(description="The server's release.")]
    api: Annotated[
        str,
        Field(
            description="The contract's version, as in `info.version` of the OpenAPI document."
        ),
    ]


class VllmVersion(Answer):
    """
    What the engine is.
    """

    version: Annotated[str, Field(description="vLLM's version.")]
