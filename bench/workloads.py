"""The loads: who asks for what, how many at a time."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.client import Request
from bench.dialects import Json
from bench.tiny_model import NAME

_NOTE = {
    "type": "function",
    "function": {
        "name": "take_note",
        "description": "Keep a note.",
        "strict": True,  # without, vLLM holds the arguments to no schema
        "parameters": {
            "type": "object",
            # So long that the note cannot end before the tokens do.
            "properties": {"note": {"type": "string", "minLength": 4000}},
            "required": ["note"],
            "additionalProperties": False,
        },
    },
}


class Prompts:
    """Texts of words that are one token each, and of which no two begin alike, so that no cache helps."""

    def __init__(self, model: Path) -> None:
        vocabulary = json.loads((model / "tokenizer.json").read_text())["model"]["vocab"]
        self._words = sorted(
            word[1:] for word in vocabulary if word[0] == "Ġ" and word[1:].isascii() and word[4:].islower()
        )

    def text(self, seed: str, tokens: int) -> str:
        return " ".join(random.Random(seed).choices(self._words, k=tokens))


@dataclass(frozen=True)
class Workload:
    """`requests` requests of one kind, `streams` at a time."""

    name: str
    says: str
    make: Callable[[str, int], Request]
    """Makes a request of a prompt and a number of tokens to answer."""
    streams: int
    requests: int
    tokens_in: int = 128
    tokens_out: int = 128

    def load(self, prompts: Prompts, scale: float = 1) -> list[Request]:
        count = max(self.streams, round(self.requests * scale))
        return [self._request(prompts, f"{self.name}-{i}", self.tokens_out) for i in range(count)]

    def warm_up(self, prompts: Prompts) -> list[Request]:
        """Other prompts of the same kind, for shorter answers."""
        tokens = min(self.tokens_out, 16)
        return [self._request(prompts, f"warm-{self.name}-{i}", tokens) for i in range(max(self.streams, 4))]

    def _request(self, prompts: Prompts, seed: str, tokens_out: int) -> Request:
        return self.make(prompts.text(seed, self.tokens_in), tokens_out)


def _chat(prompt: str, tokens: int) -> Json:
    return {
        "model": NAME,
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": tokens,
        "temperature": 0,
        "ignore_eos": True,
    }


def chat(prompt: str, tokens: int) -> Request:
    return Request("chat", _chat(prompt, tokens))


def chat_stream(prompt: str, tokens: int) -> Request:
    return Request("chat", _streamed(_chat(prompt, tokens)))


def chat_tools(prompt: str, tokens: int) -> Request:
    choice = {"type": "function", "function": {"name": "take_note"}}
    return Request("chat", _streamed(_chat(prompt, tokens)) | {"tools": [_NOTE], "tool_choice": choice})


def completion(prompt: str, tokens: int) -> Request:
    body = {"model": NAME, "prompt": prompt, "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
    return Request("completions", body)


def completion_stream(prompt: str, tokens: int) -> Request:
    return Request("completions", _streamed(completion(prompt, tokens).body))


def message(prompt: str, tokens: int) -> Request:
    """Without `ignore_eos`, which vLLM's Messages API does not have; the model has never ended by itself."""
    messages = [{"role": "user", "content": prompt}]
    return Request("messages", {"model": NAME, "messages": messages, "max_tokens": tokens, "temperature": 0})


def message_stream(prompt: str, tokens: int) -> Request:
    return Request("messages", message(prompt, tokens).body | {"stream": True})


def response(prompt: str, tokens: int) -> Request:
    """Not stored: vLLM's server keeps nothing unless a variable says so."""
    body = {"model": NAME, "input": prompt, "max_output_tokens": tokens, "temperature": 0}
    return Request("responses", body | {"ignore_eos": True, "store": False})


def response_stream(prompt: str, tokens: int) -> Request:
    return Request("responses", response(prompt, tokens).body | {"stream": True})


def _streamed(body: Json) -> Json:
    return body | {"stream": True, "stream_options": {"include_usage": True}}


WORKLOADS = [
    Workload("chat-1", "streaming chat, 1 stream", chat_stream, 1, 16),
    Workload("chat-32", "streaming chat, 32 streams", chat_stream, 32, 128),
    Workload("chat-128", "streaming chat, 128 streams", chat_stream, 128, 256),
    Workload("one-token", "chat in one piece, 1 token out, 32 at a time", chat, 32, 512, tokens_out=1),
    Workload("long-prompt", "streaming chat, 6,000 tokens in", chat_stream, 2, 12, 6000, 32),
    Workload("tools", "streaming chat, a tool call's arguments, 32 streams", chat_tools, 32, 64),
    Workload("messages", "streaming Messages, 32 streams", message_stream, 32, 128),
    Workload("responses", "streaming Responses, 32 streams", response_stream, 32, 128),
]
