"""Requests whose engine arguments are compared, and the intended differences."""

from typing import Any, NamedTuple

from vllm.sampling_params import RequestOutputKind

CONNECTOR = '{"kv_connector": "ExampleConnector", "kv_role": "kv_both"}'
OPTIONS = ["--served-model-name", "m", "--max-model-len", "2048", "--enforce-eager", "--disable-log-stats"]
OPTIONS += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes", "--kv-transfer-config", CONNECTOR]
CHAT, COMPLETION, RESPONSE, MESSAGE, GENERATE, SCORING = (
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/responses",
    "/v1/messages",
    "/inference/v1/generate",
    "/generative_scoring",
)
HELLO = [{"role": "user", "content": "Hello"}]
LEAST: dict[str, dict[str, Any]] = {
    CHAT: {"messages": HELLO},
    COMPLETION: {"prompt": "Hello"},
    RESPONSE: {"input": "Hello", "store": False},
    MESSAGE: {"messages": HELLO, "max_tokens": 20},
    GENERATE: {"token_ids": [5, 6, 7], "sampling_params": {}},
    SCORING: {"query": "Hello", "items": [" a", " b"], "label_token_ids": [5, 6]},
}
GENERATED = [CHAT, COMPLETION, RESPONSE, MESSAGE, GENERATE]
HEADERS = {"x-data-parallel-rank": "0", "x-vllm-priority": "-3", "x-session-id": "s-1"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL: dict[str, Any] = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}
TOOLS: dict[str, Any] = {"tools": [TOOL]}
RESPONSE_TOOLS: dict[str, Any] = {"tools": [{"type": "function", **TOOL["function"]}]}
MESSAGE_TOOLS: dict[str, Any] = {"tools": [{"name": "weather", "input_schema": SCHEMA}]}
XARGS = {"vllm_xargs": {"session_id": "s-2", "script": [1, 2], "mode": "a"}}
KV = {"kv_transfer_params": {"do_remote_decode": True, "remote_engine_id": None}}
REUSED = {"kv_transfer_params": {"do_remote_prefill": True, "prompt_token_ids": [5, 6, 7]}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}
PENALTIES = {"presence_penalty": -1, "frequency_penalty": 2, "repetition_penalty": 1.1}
SAMPLED: list[dict[str, Any]] = [
    {"temperature": 0.5, "top_p": 0.8, "top_k": 7, "min_p": 0.1, "seed": 7},
    {"temperature": 0},
    PENALTIES,
    {"stop": "a"},
    {"stop": ["a", "bc"], "stop_token_ids": [3, 9], "include_stop_str_in_output": True},
    {"ignore_eos": True, "skip_special_tokens": False, "logit_bias": {"5": 1.5, "6": -100}},
    {"watermarking": False},
]
OPENAI: list[dict[str, Any]] = [
    *SAMPLED,
    {"n": 2, "temperature": 1},
    {"max_tokens": 7, "min_tokens": 3},
    {
        "min_tokens": 3,
        "spaces_between_special_tokens": False,
        "allowed_token_ids": [5, 6],
        "bad_words": ["no"],
    },
    {"prompt_logprobs": 2},
    {"truncate_prompt_tokens": 1, "truncation_side": "right"},
    {"response_format": {"type": "json_object"}},
    {"response_format": FORMAT},
    {"structured_outputs": {"choice": ["a", "b"]}},
    {"thinking_token_budget": -1},
    {"repetition_detection": {"max_pattern_size": 9, "min_pattern_size": 2, "min_count": 3}},
    {"stream": True, "stream_interval": 4},
    {"priority": 5, "session_id": "s-3", "ec_transfer_params": {"a": {"b": 1}}, "request_id": "one"},
]
EVERYWHERE: list[dict[str, Any]] = [{}, {"stream": True}, {"cache_salt": "salt"}, KV, XARGS | KV]
CASES: dict[str, list[dict[str, Any]]] = {
    CHAT: [
        *EVERYWHERE,
        *OPENAI,
        REUSED,
        {"max_completion_tokens": 9},
        {"logprobs": True, "top_logprobs": 3},
        {"logprobs": True, "logprob_token_ids": [5, 6]},
        {"tools": [TOOL]},
        {"tools": [TOOL], "tool_choice": "none"},
        {"tools": [TOOL], "tool_choice": "required"},
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "weather"}}},
        {"tools": [{"type": "function", "function": {**TOOL["function"], "strict": True}}]},
        {"chat_template_kwargs": {"enable_thinking": False}},
        {"reasoning_effort": "low"},
        {
            "messages": [*HELLO, {"role": "assistant", "content": "Hel"}],
            "continue_final_message": True,
            "add_generation_prompt": False,
        },
        {"echo": True},
        {"return_prompt_text": True},
    ],
    COMPLETION: [
        *EVERYWHERE,
        *OPENAI,
        {"logprobs": 3},
        {"logprobs": 2, "logprob_token_ids": [5, 6]},
        {"prompt": [5, 6, 7]},
        {"prompt": ["Hello", "Bye"]},
        {"echo": True, "max_tokens": 0},
        {"echo": True, "logprobs": 1},
        {"add_special_tokens": False},
    ],
    RESPONSE: [
        *EVERYWHERE,
        *SAMPLED,
        REUSED,
        {"max_output_tokens": 9},
        {"include": ["message.output_text.logprobs"], "top_logprobs": 3},
        {"text": {"format": {"type": "json_object"}}},
        {"text": {"format": {"type": "json_schema", "name": "a", "schema": SCHEMA}}},
        RESPONSE_TOOLS,
        RESPONSE_TOOLS | {"tool_choice": "none"},
        RESPONSE_TOOLS | {"tool_choice": "required"},
        RESPONSE_TOOLS | {"tool_choice": {"type": "function", "name": "weather"}},
        {"reasoning": {"effort": "low"}},
        {"priority": 5, "session_id": "s-3", "ec_transfer_params": {"a": {"b": 1}}},
        {"chat_template_kwargs": {"enable_thinking": False}},
        {"truncation": "auto"},
        {"structured_outputs": {"choice": ["a", "b"]}},
        {"request_id": "one"},
    ],
    MESSAGE: [
        *EVERYWHERE,
        {"temperature": 0.5, "top_p": 0.8, "top_k": 7},
        {"stop_sequences": ["a", "bc"]},
        {"watermarking": False, "ec_transfer_params": {"a": {"b": 1}}},
        REUSED,
        {"system": "Be brief."},
        MESSAGE_TOOLS,
        MESSAGE_TOOLS | {"tool_choice": {"type": "none"}},
        MESSAGE_TOOLS | {"tool_choice": {"type": "any"}},
        MESSAGE_TOOLS | {"tool_choice": {"type": "tool", "name": "weather"}},
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        {"output_config": {"effort": "low"}},
        {"thinking": {"type": "disabled"}},
    ],
    GENERATE: [
        {},
        {"stream": True},
        {"return_token_ids": True},
        {"cache_salt": "salt", "priority": 5},
        KV,
        {"ec_transfer_params": {"a": {"b": 1}}},
        {
            "reasoning_ended": True,
            "reasoning_parser_kwargs": {"chat_template_kwargs": {"enable_thinking": True}},
        },
        {
            "sampling_params": {
                "detokenize": True,
                "max_tokens": 7,
                "temperature": 0.5,
                "extra_args": {"mode": "a"},
            }
        },
        {"sampling_params": {"logprobs": 2, "prompt_logprobs": 1, "stop_token_ids": [3]}},
        {"sampling_params": {"logprob_token_ids": [5, 6]}},
    ],
    SCORING: [{}, {"cache_salt": "salt", "priority": 5}, {"item_first": True, "add_special_tokens": False}],
}
THINKING: dict[str, list[dict[str, Any]]] = {
    CHAT: [
        {},
        {"stream": True},
        {"response_format": FORMAT},
        {"thinking_token_budget": 5},
        {"chat_template_kwargs": {"enable_thinking": False}, "response_format": FORMAT},
        {"include_reasoning": False},
        {"reasoning_effort": "none"},
        {"tools": [TOOL]},
        {"logprobs": True, "top_logprobs": -1},
        {"logprobs": True, "top_logprobs": 30},
    ],
    COMPLETION: [{"logprobs": -1}, {"logprobs": 30}, {"prompt_logprobs": 30}],
    RESPONSE: [
        {},
        {"stream": True},
        {"reasoning": {"effort": "low"}},
        {"include_reasoning": False},
        RESPONSE_TOOLS,
    ],
    MESSAGE: [
        {},
        {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 1100},
        {"thinking": {"type": "disabled"}},
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
    ],
}


class Difference(NamedTuple):
    """A field in which Accord differs on purpose: in requests to `paths` of which `when` is true."""

    field: str
    paths: tuple[str, ...]
    reason: str
    when: Any = None

    def explains(self, field: str, path: str, body: dict[str, Any], theirs: Any, ours: Any) -> bool:
        return (
            self.field == field
            and path in self.paths
            and (self.when is None or self.when(body, theirs, ours))
        )


CHATS = (CHAT, RESPONSE, MESSAGE)


def forced(body: dict[str, Any]) -> bool:
    choice = body.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, dict) else choice
    return kind in ("required", "function", "any", "tool")


INTENDED = [
    Difference(
        "params.structured_outputs",
        (*CHATS, COMPLETION),
        "one grammar engine for all requests, llguidance, which holds forced and strict calls, too",
        lambda body, theirs, ours: theirs is not None and ours is not None,
    ),
    Difference(
        "params.skip_special_tokens",
        CHATS,
        "a forced call is JSON, without the special tokens that its parser would look for",
        lambda body, theirs, ours: forced(body) and ours is True,
    ),
    Difference(
        "data_parallel_rank",
        (RESPONSE, SCORING),
        "the header counts here as everywhere",
        lambda _, theirs, ours: ours == 0,
    ),
    Difference(
        "priority",
        (GENERATE, SCORING),
        "the header counts here as everywhere",
        lambda _, theirs, ours: ours == int(HEADERS["x-vllm-priority"]),
    ),
    Difference(
        "params.extra_args",
        (RESPONSE,),
        "none are none, which vLLM's responses write as an empty object",
        lambda _, theirs, ours: theirs == {} and ours is None,
    ),
    Difference(
        "params.output_kind",
        (RESPONSE,),
        "log probabilities are told apart token by token, in a whole response too",
        lambda body, theirs, ours: "include" in body and ours is RequestOutputKind.DELTA,
    ),
    Difference(
        "params.prompt_logprobs",
        (CHAT,),
        "an echoed text has no log probabilities unless they are asked for: they cost the prefix cache",
        lambda body, theirs, ours: "echo" in body and ours is None,
    ),
    Difference(
        "params.skip_reading_prefix_cache",
        (CHAT,),
        "follows from the one above",
        lambda body, theirs, ours: "echo" in body and ours is False,
    ),
    Difference(
        "params.detokenize",
        (GENERATE, SCORING),
        "token ids are answered with token ids: text is made where it is asked for, or has to be looked at",
        lambda _, theirs, ours: ours is False,
    ),
    Difference(
        "session_id",
        (SCORING,),
        "the header counts here as everywhere",
        lambda _, theirs, ours: theirs is None and ours == HEADERS["x-session-id"],
    ),
    Difference(
        "params.temperature",
        (SCORING,),
        "nobody sees the token; the labels' log probabilities are those before any temperature",
    ),
    Difference("params.logprobs", (SCORING,), "their number follows from logprob_token_ids"),
    Difference("params.output_kind", (SCORING,), "there is one output"),
    Difference("params.skip_clone", (GENERATE, SCORING), "the parameters are made for this request alone"),
    Difference(
        "reasoning_ended",
        (RESPONSE,),
        "said as for a chat; vLLM's responses leave the engine to look for itself",
        lambda _, theirs, ours: theirs is None,
    ),
    Difference(
        "reasoning_parser_kwargs",
        (MESSAGE,),
        "templates are told of thinking by both names in use; vLLM says an effort of none, or nothing",
        lambda body, theirs, ours: "thinking" in body,
    ),
]
