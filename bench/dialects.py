"""The content of an answer in each API: its text, its finish reason, and its count of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Dialect = Literal["chat", "completions", "messages", "responses"]

PATHS: dict[Dialect, str] = {
    "chat": "/v1/chat/completions",
    "completions": "/v1/completions",
    "messages": "/v1/messages",
    "responses": "/v1/responses",
}

Json = dict[str, Any]


@dataclass
class Answer:
    """One answer, whole. Tool calls are in the text, as name and arguments."""

    text: str = ""
    finish: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0


class AnswerError(Exception):
    """The server answered with an error."""


def read_event(dialect: Dialect, event: Json, answer: Answer) -> bool:
    """Add one event of a stream to `answer`. Returns whether it contained text."""
    if event.get("error") or event.get("type") in ("error", "response.failed"):
        raise AnswerError(str(event))
    if dialect == "messages":
        piece = _messages_event(event, answer)
    elif dialect == "responses":
        piece = _responses_event(event, answer)
    else:
        piece = _choices_event(event, answer)
    answer.text += piece
    return bool(piece)


def read_body(dialect: Dialect, body: Json) -> Answer:
    """Read an answer that is one body."""
    if dialect in ("chat", "completions"):
        choice = body["choices"][0]
        text = choice["text"] if dialect == "completions" else _message(choice["message"])
        return Answer(text, choice["finish_reason"], *_usage(body["usage"]))
    if dialect == "messages":
        return Answer("".join(map(_block, body["content"])), body["stop_reason"], *_usage(body["usage"]))
    parts = [part for item in body["output"] for part in item.get("content") or []]
    return Answer("".join(part["text"] for part in parts), body["status"], *_usage(body["usage"]))


def _choices_event(event: Json, answer: Answer) -> str:
    if event.get("usage"):
        answer.prompt_tokens, answer.output_tokens = _usage(event["usage"])
    piece = ""
    for choice in event["choices"]:
        answer.finish = choice.get("finish_reason") or answer.finish
        piece += choice.get("text") or _message(choice.get("delta") or {})
    return piece


def _messages_event(event: Json, answer: Answer) -> str:
    match event["type"]:
        case "message_start":
            answer.prompt_tokens, _ = _usage(event["message"]["usage"])
        case "message_delta":
            answer.finish = event["delta"]["stop_reason"]
            answer.output_tokens = event["usage"]["output_tokens"]
        case "content_block_start" if event["content_block"]["type"] == "tool_use":
            return str(event["content_block"]["name"])
        case "content_block_delta":
            delta = event["delta"]
            return str(delta.get("text") or delta.get("partial_json") or delta.get("thinking") or "")
    return ""


def _responses_event(event: Json, answer: Answer) -> str:
    if event["type"] in ("response.completed", "response.incomplete"):
        answer.finish = event["response"]["status"]
        answer.prompt_tokens, answer.output_tokens = _usage(event["response"]["usage"])
    return str(event["delta"]) if event["type"].endswith(".delta") else ""


def _message(message: Json) -> str:
    calls = [call["function"] for call in message.get("tool_calls") or []]
    said = (message.get("reasoning") or "") + (message.get("content") or "")
    return said + "".join((call.get("name") or "") + (call.get("arguments") or "") for call in calls)


def _block(block: Json) -> str:
    return str(block.get("text") or block.get("name") or "")


def _usage(usage: Json) -> tuple[int, int]:
    """Return tokens in and out, by either of their names. Messages reports cached tokens separately."""
    if "prompt_tokens" in usage:
        return usage["prompt_tokens"], usage["completion_tokens"]
    cached = (usage.get(f"cache_{how}_input_tokens") or 0 for how in ("read", "creation"))
    return usage["input_tokens"] + sum(cached), usage["output_tokens"]
