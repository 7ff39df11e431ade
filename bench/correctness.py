"""Compares the servers' answers: same prompts, same seeds, one request at a time, in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import agent
from bench.client import Request, read, run_load
from bench.dialects import Answer, AnswerError
from bench.prompts import Prompts
from bench.requests import (
    chat,
    chat_json,
    chat_parts_stream,
    chat_stream,
    chat_tools,
    completion,
    completion_stream,
    message,
    message_stream,
    response,
    response_stream,
)
from bench.servers import RunningServer, ServerName

TOKENS = 32
_HELD = ("chat_json", "chat_tools")
"""Cases whose answers follow a grammar."""


@dataclass
class Comparison:
    """The first answer to each case, and every later one that differs from it."""

    first: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    compared: int = 0

    def ask(self, server: RunningServer, prompts: Prompts) -> None:
        """Send every case to `server`."""
        kind = server.server
        cases = {
            name: case
            for name, case in _cases(prompts)
            if case.dialect in kind.dialects and not (kind.own_grammars and name.startswith(_HELD))
        }
        exchanges = run_load(server.port, list(cases.values()), 1)
        for name, exchange in zip(cases, exchanges, strict=True):
            try:
                answer = read(exchange).answer
            except AnswerError as error:
                answer = Answer(str(error), "error")
            if "tools" in name:
                answer.text = _called(server.name, answer.text)
            self._take(server.name, name, answer)

    def _take(self, server: str, case: str, answer: Answer) -> None:
        earlier_server, earlier = self.first.setdefault(case, (server, answer))
        self.compared += 1
        if earlier != answer:
            self.differences.append(
                f"{case}: {earlier_server} {earlier}\n{' ' * len(case)}  {server} {answer}"
            )


def _called(server: ServerName, call: str) -> str:
    """Return the name that a forced call has, and its arguments if Accord's are invalid.

    The servers' arguments differ, because their grammars do: vLLM makes the model write the call in its own
    format with tags, and loses pieces of it in a stream; Accord makes it write only the arguments.
    """
    begun = r'\s*(\{\s*("(n(o(t(e("\s*(:\s*(".*)?)?)?)?)?)?)?)?)?'
    name, arguments = call[: len("take_note")], call[len("take_note") :]
    return name if server == "vllm" or re.fullmatch(begun, arguments, re.DOTALL) else call


def _cases(prompts: Prompts) -> Iterator[tuple[str, Request]]:
    kinds = (
        *(chat, chat_stream, chat_parts_stream, chat_json, chat_tools, completion, completion_stream),
        *(message, message_stream, response, response_stream),
    )
    for kind in kinds:
        for i in range(3):
            request = kind(prompts.text(f"same-{i}", 40 + 40 * i), TOKENS)
            yield f"{kind.__name__}-greedy-{i}", request
            if request.dialect in ("chat", "completions"):
                sampled = request.body | {"temperature": 0.8, "top_p": 0.95, "seed": 7 + i}
                yield f"{kind.__name__}-seeded-{i}", Request(request.dialect, sampled)
    yield "chat_parts_stream-non-ascii", chat_parts_stream(prompts.foreign("same", 40), TOKENS)
    yield "agent", agent.request(prompts, "same", 6, TOKENS)
