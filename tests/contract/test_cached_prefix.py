"""A conversation's next turn reads the earlier ones from the prefix cache, in every API.

Nothing that differs in each request comes before them: no dates, ids or billing lines.
"""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

BLOCK = 128  # of vLLM's cache on the CPU
TURNS = 10
SAID = "Tell me one thing more about the rivers of Europe and about the towns beside them. " * 3
TOOLS = [{"name": "look", "description": "Looks. " * 20, "input_schema": {"type": "object"}}]
MOST = {"temperature": 0}
INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")

Turn = tuple[int, int, int]
"""Of a prompt: its tokens, those from the cache, and those put into it."""


@pytest.fixture
def ask(client: httpx.Client) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    def asked(path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = client.post(path, json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    return asked


Ask = Callable[[str, dict[str, Any]], dict[str, Any]]


def chat(ask: Ask) -> Iterator[Turn]:
    messages = [{"role": "system", "content": "Chat: be brief. " * 10}]
    while True:
        messages.append({"role": "user", "content": SAID})
        answer = ask("/v1/chat/completions", {"messages": messages, "max_completion_tokens": 8} | MOST)
        messages.append({"role": "assistant", "content": answer["choices"][0]["message"]["content"]})
        details = answer["usage"]["prompt_tokens_details"]
        yield answer["usage"]["prompt_tokens"], details["cached_tokens"], details["cache_write_tokens"]


def completions(ask: Ask) -> Iterator[Turn]:
    prompt = "Completions: be brief. " * 10
    while True:
        prompt += SAID
        answer = ask("/v1/completions", {"prompt": prompt, "max_tokens": 8} | MOST)
        prompt += answer["choices"][0]["text"]
        details = answer["usage"]["prompt_tokens_details"]
        yield answer["usage"]["prompt_tokens"], details["cached_tokens"], details["cache_write_tokens"]


def responses(ask: Ask) -> Iterator[Turn]:
    """Like Codex: all items again in each request."""
    items: list[Any] = []
    while True:
        items.append({"role": "user", "content": SAID})
        body = {"instructions": "Responses: be brief. " * 10, "input": items, "max_output_tokens": 8}
        answer = ask("/v1/responses", body | MOST | {"store": False})
        items += answer["output"]
        yield _of_response(answer["usage"])


def stored_responses(ask: Ask) -> Iterator[Turn]:
    """Items are stored on the server."""
    before = None
    while True:
        body = {"instructions": "Stored: be brief. " * 10, "input": SAID, "max_output_tokens": 8}
        answer = ask("/v1/responses", body | MOST | {"previous_response_id": before})
        before = answer["id"]
        yield _of_response(answer["usage"])


def _of_response(usage: dict[str, Any]) -> Turn:
    details = usage["input_tokens_details"]
    return usage["input_tokens"], details["cached_tokens"], details["cache_write_tokens"]


def messages(ask: Ask) -> Iterator[Turn]:
    """Like Claude Code, with its changing billing line, and reminders."""
    said: list[Any] = []
    for turn in range(TURNS):
        reminder = {"type": "text", "text": f"<system-reminder>Turn {turn}.</system-reminder>"}
        said.append({"role": "user", "content": [reminder, {"type": "text", "text": SAID}]})
        billing = f"x-anthropic-billing-header: cc_version=2.1; cch={turn};"
        system = [{"type": "text", "text": billing}, {"type": "text", "text": "Messages: be brief. " * 10}]
        body = {"system": system, "messages": said, "tools": TOOLS, "max_tokens": 8} | MOST
        answer = ask("/v1/messages?beta=true", body)
        said.append({"role": "assistant", "content": answer["content"]})
        usage = answer["usage"]
        read, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
        yield usage["input_tokens"] + read + written, read, written


@pytest.mark.parametrize("dialect", [chat, completions, responses, stored_responses, messages])
def test_a_turn_reads_the_turns_before_it_from_the_cache(
    ask: Ask, dialect: Callable[[Ask], Iterator[Turn]]
) -> None:
    before = 0
    for _, (prompt, cached, written) in zip(range(TURNS), dialect(ask), strict=False):
        # The last tokens of the previous prompt may change once the answer follows them.
        assert cached >= max(0, before - 4) // BLOCK * BLOCK
        assert cached + written == prompt // BLOCK * BLOCK
        before = prompt
    assert before > 4 * BLOCK


LOOK = {"type": "function", "name": "look", "description": "Looks. " * 20, "parameters": {"type": "object"}}


def compacted_by_id(ask: Ask, asked: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    """Like the Agents SDK."""
    return ask("/v1/responses/compact", {"previous_response_id": first["id"]})


def compacted_by_input(ask: Ask, asked: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    """Like Codex, with its tools."""
    own = {name: asked[name] for name in ("instructions", "tools")}
    return ask("/v1/responses/compact", own | {"input": [*asked["input"], *first["output"]]})


def compacted_by_trigger(ask: Ask, asked: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    items = [*asked["input"], *first["output"], {"type": "compaction_trigger"}]
    return ask("/v1/responses", asked | {"input": items})


@pytest.mark.parametrize("compact", [compacted_by_id, compacted_by_input, compacted_by_trigger])
def test_a_compaction_of_responses_reads_the_turn_before_it_from_the_cache(
    ask: Ask, compact: Callable[[Ask, dict[str, Any], dict[str, Any]], dict[str, Any]]
) -> None:
    instructions = f"Compacted {compact.__name__}: be brief. " * 10
    asked = {"instructions": instructions, "input": [{"role": "user", "content": SAID * 4}], "tools": [LOOK]}
    first = ask("/v1/responses", asked | MOST | {"max_output_tokens": 8})
    before, _, written = _of_response(first["usage"])
    assert written > BLOCK
    prompt, cached, _ = _of_response(compact(ask, asked, first)["usage"])
    assert prompt > cached >= (before - 4) // BLOCK * BLOCK


def test_a_compaction_of_messages_reads_the_turn_before_it_from_the_cache(ask: Ask) -> None:
    asked: dict[str, Any] = {"system": "Compacted message: be brief. " * 10, "tools": TOOLS, "max_tokens": 8}
    said = [{"role": "user", "content": SAID * 4}]
    first = ask("/v1/messages", asked | MOST | {"messages": said})
    said += [{"role": "assistant", "content": first["content"]}, {"role": "user", "content": "And now?"}]
    answer = ask("/v1/messages", asked | {"messages": said, "compaction": {"type": "summarize"}})
    [compaction] = answer["usage"]["iterations"]
    before = sum(first["usage"][name] for name in INPUT)
    assert compaction["cache_read_input_tokens"] >= (before - 4) // BLOCK * BLOCK > BLOCK
