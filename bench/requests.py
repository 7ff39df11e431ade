"""The requests of typical clients, from a prompt and a number of tokens to generate."""

from __future__ import annotations

from collections.abc import Sequence

from bench.client import Request
from bench.dialects import Json
from bench.tiny_model import NAME

_NOTE = {
    "type": "function",
    "function": {
        "name": "take_note",
        "description": "Keep a note.",
        "strict": True,  # otherwise vLLM does not constrain the arguments to a schema
        "parameters": {
            "type": "object",
            # Long enough that the note does not end before the tokens do.
            "properties": {"note": {"type": "string", "minLength": 4000}},
            "required": ["note"],
            "additionalProperties": False,
        },
    },
}
_STEP = {
    "type": "object",
    "properties": {"explanation": {"type": "string"}, "output": {"type": "string"}},
    "required": ["explanation", "output"],
    "additionalProperties": False,
}
_SOLUTION = {
    "type": "object",
    # Long enough that the answer does not end before the tokens do.
    "properties": {"steps": {"type": "array", "items": _STEP, "minItems": 200}, "answer": {"type": "string"}},
    "required": ["steps", "answer"],
    "additionalProperties": False,
}


def chat_body(messages: list[Json], tokens: int) -> Json:
    sampling = {"max_tokens": tokens, "temperature": 0, "ignore_eos": True}
    return {"model": NAME, "messages": messages, **sampling}


def streamed(body: Json) -> Json:
    return body | {"stream": True, "stream_options": {"include_usage": True}}


def _parts(prompt: str, kind: str = "text") -> list[Json]:
    """Return a text in the form of the AI SDK, LangChain, agents and vLLM's own client."""
    return [{"type": kind, "text": prompt}]


def chat(prompt: str, tokens: int) -> Request:
    return Request("chat", chat_body([{"role": "user", "content": prompt}], tokens))


def chat_stream(prompt: str, tokens: int) -> Request:
    return Request("chat", streamed(chat(prompt, tokens).body))


def chat_parts(prompt: str, tokens: int) -> Request:
    return Request("chat", chat_body([{"role": "user", "content": _parts(prompt)}], tokens))


def chat_parts_stream(prompt: str, tokens: int) -> Request:
    return Request("chat", streamed(chat_parts(prompt, tokens).body))


def chat_tools(prompt: str, tokens: int) -> Request:
    choice = {"type": "function", "function": {"name": "take_note"}}
    return Request("chat", chat_parts_stream(prompt, tokens).body | {"tools": [_NOTE], "tool_choice": choice})


def chat_json(prompt: str, tokens: int) -> Request:
    schema = {"name": "solution", "strict": True, "schema": _SOLUTION}
    form = {"response_format": {"type": "json_schema", "json_schema": schema}}
    return Request("chat", chat_parts_stream(prompt, tokens).body | form)


def chat_logprobs(prompt: str, tokens: int) -> Request:
    asked = {"logprobs": True, "top_logprobs": 5}
    return Request("chat", chat_parts_stream(prompt, tokens).body | asked)


def chat_biased(prompt: str, tokens: int, towards: Sequence[int]) -> Request:
    """Restrict the model to these tokens."""
    bias = {"logit_bias": {str(token): 100 for token in towards}}
    return Request("chat", chat_parts_stream(prompt, tokens).body | bias)


def chat_large(prompt: str, choices: int, tokens: int) -> Request:
    """Request an answer of about 2 kB per token: many choices, with the 20 most likely tokens each."""
    asked = {"n": choices, "temperature": 1, "seed": 1, "logprobs": True, "top_logprobs": 20}
    return Request("chat", chat_parts(prompt, tokens).body | asked)


def completion(prompt: str, tokens: int) -> Request:
    body = {"model": NAME, "prompt": prompt, "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
    return Request("completions", body)


def completion_stream(prompt: str, tokens: int) -> Request:
    return Request("completions", streamed(completion(prompt, tokens).body))


def message(prompt: str, tokens: int) -> Request:
    """Without `ignore_eos`, which vLLM's Messages API does not have; the model has never ended by itself."""
    messages = [{"role": "user", "content": _parts(prompt)}]
    return Request("messages", {"model": NAME, "messages": messages, "max_tokens": tokens, "temperature": 0})


def message_stream(prompt: str, tokens: int) -> Request:
    return Request("messages", message(prompt, tokens).body | {"stream": True})


def response(prompt: str, tokens: int) -> Request:
    """Not stored: vLLM's server stores nothing by default."""
    item = {"type": "message", "role": "user", "content": _parts(prompt, "input_text")}
    body = {"model": NAME, "input": [item], "max_output_tokens": tokens, "temperature": 0}
    return Request("responses", body | {"ignore_eos": True, "store": False})


def response_stream(prompt: str, tokens: int) -> Request:
    return Request("responses", response(prompt, tokens).body | {"stream": True})
