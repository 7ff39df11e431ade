"""The loads: kinds of requests, and how many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench import agent
from bench.client import Request
from bench.prompts import Prompts
from bench.requests import (
    chat,
    chat_biased,
    chat_json,
    chat_logprobs,
    chat_parts,
    chat_parts_stream,
    chat_stream,
    chat_tools,
    message_stream,
    response_stream,
)
from bench.servers import Server

_WARM_STREAMS = 64
_WARM_TOKENS = 16


@dataclass(frozen=True)
class Workload:
    """`requests` requests of one kind, `streams` at a time."""

    name: str
    description: str
    make: Callable[[str, int], Request]
    """Makes a request of a prompt and a number of tokens to answer."""
    streams: int
    requests: int
    tokens_in: int = 128
    tokens_out: int = 128
    tokenizer: bool = False
    """Whether much of it is tokenizing, so that it is measured with each tokenizer."""

    def fits(self, server: Server) -> bool:
        """Return whether the server is measured with it."""
        answered = self.make("", 1).dialect in server.dialects and self.name not in server.lacks
        return answered and (self.tokenizer or not server.tokenizing_only)

    def load(self, prompts: Prompts, scale: float = 1) -> list[Request]:
        count = max(self.streams, round(self.requests * scale))
        return [self._request(prompts, f"{self.name}-{i}", self.tokens_out) for i in range(count)]

    def warm_up(self, prompts: Prompts) -> list[Request]:
        """Return other prompts of the same kind, for shorter answers."""
        count = min(max(self.streams, 4), _WARM_STREAMS)
        tokens = min(self.tokens_out, _WARM_TOKENS)
        return [self._request(prompts, f"warm-{self.name}-{i}", tokens) for i in range(count)]

    def _request(self, prompts: Prompts, seed: str, tokens_out: int) -> Request:
        return self.make(prompts.text(seed, self.tokens_in), tokens_out)


class NonAscii(Workload):
    """Prompts of words in many languages, answers of letters beyond ASCII."""

    def _request(self, prompts: Prompts, seed: str, tokens_out: int) -> Request:
        text = prompts.foreign(seed, self.tokens_in // 3)
        start = int(seed.rpartition("-")[2])
        return chat_biased(f"{start} {text}", tokens_out, prompts.foreign_tokens[start % 32 :: 32])


class Agents(Workload):
    """The last turns of as many conversations as there are streams; the cache has all but their ends.

    The warm-up requests the turn before the first measured one, so that the cache has the conversation.
    """

    def load(self, prompts: Prompts, scale: float = 1) -> list[Request]:
        turns = max(1, round(self.requests * scale) // self.streams)
        first = agent.TURNS - min(turns, agent.TURNS)
        return [
            agent.request(prompts, f"agent-{i}", turn, self.tokens_out)
            for turn in range(first, agent.TURNS)
            for i in range(self.streams)
        ]

    def warm_up(self, prompts: Prompts) -> list[Request]:
        turn = max(0, agent.TURNS - self.requests // self.streams - 1)
        return [agent.request(prompts, f"agent-{i}", turn, _WARM_TOKENS) for i in range(self.streams)]


WORKLOADS = [
    Workload("chat-1", "chat, 1 stream", chat_parts_stream, 1, 10),
    Workload("chat-32", "chat, 32 streams", chat_parts_stream, 32, 96, tokenizer=True),
    Workload("chat-32-string", "the same, content as a string", chat_stream, 32, 64),
    Workload("chat-128", "chat, 128 streams", chat_parts_stream, 128, 128),
    Workload("chat-512", "chat, 512 streams, 64 tokens out", chat_parts_stream, 512, 512, tokens_out=64),
    Workload("messages", "Messages, 32 streams", message_stream, 32, 64),
    Workload("responses", "Responses, 32 streams", response_stream, 32, 64),
    NonAscii("non-ascii", "chat, non-ASCII text, 32 streams", chat_parts_stream, 32, 64),
    Workload("logprobs", "chat, 5 log probabilities per token, 32 streams", chat_logprobs, 32, 64),
    Workload("json-schema", "chat, an answer that follows a JSON schema, 32 streams", chat_json, 32, 32),
    Workload("tools", "a forced tool call, 32 streams", chat_tools, 32, 32),
    Workload("one-token", "1 token out, not streamed, 32 at a time", chat_parts, 32, 512, 128, 1, True),
    Workload("one-token-string", "the same, content as a string", chat, 32, 512, 128, 1),
    Workload("long-prompt", "6,000 tokens in, 32 out", chat_parts_stream, 2, 12, 6000, 32, True),
    Agents("agent", "an agent's turn: 15,000 tokens in, 64 out", chat_parts_stream, 2, 20, 15000, 64, True),
]
