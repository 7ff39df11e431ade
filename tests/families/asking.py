"""Sends requests in each dialect, and normalizes the answers for comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from tests.families.translating import as_input, as_turns

Json = dict[str, Any]
DIALECTS = ("chat", "responses", "messages")
PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}


@dataclass(frozen=True)
class Question:
    """One request: the script that the model follows, the tools, and the client's options."""

    name: str
    script: str
    dialect: str
    stream: bool
    tools: tuple[Json, ...] = ()
    tool_choice: str | None = None
    """auto, none, required, or a tool's name."""
    parallel: bool = True
    schema: Json | None = None
    stop: tuple[str, ...] = ()
    template: Json | None = None
    """What the chat template is told."""
    messages: tuple[Json, ...] = ()
    """A conversation, as chat completions have it, in the place of the prompt that names the script."""
    max_tokens: int = 200

    @property
    def id(self) -> str:
        return f"{self.dialect}-{'stream' if self.stream else 'whole'}-{self.name}"


@dataclass
class Said:
    """An answer, independent of its dialect and of whether it was streamed."""

    status: int = 200
    text: str = ""
    reasoning: str = ""
    calls: list[list[Any]] = field(default_factory=list)
    finish: str | None = None
    usage: list[int] = field(default_factory=list)

    def as_json(self) -> Json:
        """Return it with arguments parsed if they are JSON, as clients do."""
        said = asdict(self)
        said["calls"] = [[name, _parsed(arguments)] for name, arguments in self.calls]
        return said


def _parsed(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return {"not JSON": arguments}


def body(question: Question, model: str) -> Json:
    """Return the request in its dialect."""
    asked = {"chat": _chat, "responses": _responses, "messages": _messages}[question.dialect](question, model)
    return asked | ({"chat_template_kwargs": question.template} if question.template else {})


def _prompt(question: Question) -> str:
    return f"What is the weather like? script:{question.script}"


def _messages_of(question: Question) -> list[Json]:
    return list(question.messages) or [{"role": "user", "content": _prompt(question)}]


def _conversation(question: Question, model: str) -> Json:
    """Return the fields that chat and messages share."""
    return {
        "model": model,
        "messages": _messages_of(question),
        "max_tokens": question.max_tokens,
        "temperature": 0,
        "stream": question.stream,
    }


def _chat(question: Question, model: str) -> Json:
    asked = _conversation(question, model)
    if question.stream:
        asked["stream_options"] = {"include_usage": True}
    if question.tools:
        asked["tools"] = [{"type": "function", "function": tool} for tool in question.tools]
        asked["tool_choice"] = _choice(question, {"type": "function"}, nested=True)
        asked["parallel_tool_calls"] = question.parallel
    if question.schema:
        schema = {"name": "answer", "schema": question.schema}
        asked["response_format"] = {"type": "json_schema", "json_schema": schema}
    if question.stop:
        asked["stop"] = list(question.stop)
    return asked


def _choice(question: Question, named: Json, nested: bool) -> Any:
    if question.tool_choice in (None, "auto", "none", "required"):
        return question.tool_choice or "auto"
    name = {"name": question.tool_choice}
    return named | ({"function": name} if nested else name)


def _responses(question: Question, model: str) -> Json:
    asked: Json = {
        "model": model,
        "input": as_input(question.messages) if question.messages else _prompt(question),
        "max_output_tokens": question.max_tokens,
        "temperature": 0,
        "stream": question.stream,
        "store": False,
    }
    if question.tools:
        asked["tools"] = [{"type": "function", **tool} for tool in question.tools]
        asked["tool_choice"] = _choice(question, {"type": "function"}, nested=False)
        asked["parallel_tool_calls"] = question.parallel
    if question.schema:
        asked["text"] = {"format": {"type": "json_schema", "name": "answer", "schema": question.schema}}
    return asked


def _messages(question: Question, model: str) -> Json:
    asked = _conversation(question, model) | as_turns(_messages_of(question))
    if question.tools:
        asked["tools"] = [
            {"name": t["name"], "description": t["description"], "input_schema": t["parameters"]}
            for t in question.tools
        ]
        kinds = {"auto": "auto", "none": "none", "required": "any", None: "auto"}
        kind = kinds.get(question.tool_choice)
        asked["tool_choice"] = {"type": kind} if kind else {"type": "tool", "name": question.tool_choice}
        if not question.parallel and kind != "none":
            asked["tool_choice"]["disable_parallel_tool_use"] = True
    if question.schema:
        asked["output_config"] = {"format": {"type": "json_schema", "schema": question.schema}}
    if question.stop:
        asked["stop_sequences"] = list(question.stop)
    return asked


def path(question: Question) -> str:
    """Return the path of the request."""
    return PATHS[question.dialect]


def ask(client: httpx.Client, question: Question, model: str) -> Json:
    """Return the server's answer."""
    try:
        return read(question, client.post(path(question), json=body(question, model)))
    except httpx.RemoteProtocolError:  # it began a stream, and failed
        return {"status": 500}


def read(question: Question, response: httpx.Response) -> Json:
    """Return the content of an answer."""
    if response.status_code != 200:
        return {"status": response.status_code}
    reader = _READERS[question.dialect, question.stream]
    said = Said()
    reader(said, _events(response.text) if question.stream else response.json())
    return said.as_json()


def _events(text: str) -> Iterator[Json]:
    for line in text.splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line[6:])


def _read_chat(said: Said, answer: Json) -> None:
    [choice] = answer["choices"]
    message = choice["message"]
    said.text = message.get("content") or ""
    said.reasoning = message.get("reasoning") or message.get("reasoning_content") or ""
    for call in message.get("tool_calls") or ():
        said.calls.append([call["function"]["name"], call["function"]["arguments"]])
    said.finish = choice["finish_reason"]
    said.usage = [answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]]


def _read_chat_stream(said: Said, events: Iterator[Json]) -> None:
    for event in events:
        if "error" in event:
            said.status = 500
            return
        if usage := event.get("usage"):
            said.usage = [usage["prompt_tokens"], usage["completion_tokens"]]
        for choice in event["choices"]:
            delta = choice["delta"]
            said.text += delta.get("content") or ""
            said.reasoning += delta.get("reasoning") or delta.get("reasoning_content") or ""
            for call in delta.get("tool_calls") or ():
                if call["index"] >= len(said.calls):
                    said.calls.append(["", ""])
                said.calls[call["index"]][0] += call["function"].get("name") or ""
                said.calls[call["index"]][1] += call["function"].get("arguments") or ""
            said.finish = choice.get("finish_reason") or said.finish


def _read_response(said: Said, answer: Json) -> None:
    for item in answer["output"]:
        if item["type"] == "message":
            said.text += "".join(part["text"] for part in item["content"])
        elif item["type"] == "reasoning":
            said.reasoning += "".join(part["text"] for part in item.get("content") or ())
        elif item["type"] == "function_call":
            said.calls.append([item["name"], item["arguments"]])
    said.finish = answer["status"]
    if usage := answer.get("usage"):
        said.usage = [usage["input_tokens"], usage["output_tokens"]]


def _read_response_stream(said: Said, events: Iterator[Json]) -> None:
    """Return the content of the deltas, which clients show, and the response's final status."""
    calls: dict[int, list[Any]] = {}
    for event in events:
        match event["type"]:
            case "response.output_text.delta":
                said.text += event["delta"]
            case "response.reasoning_text.delta":
                said.reasoning += event["delta"]
            case "response.output_item.added" if event["item"]["type"] == "function_call":
                calls[event["output_index"]] = [event["item"]["name"], ""]
            case "response.function_call_arguments.delta":
                calls[event["output_index"]][1] += event["delta"]
            case "response.completed" | "response.incomplete" | "response.failed":
                ended = event["response"]
                said.finish = ended["status"]
                if usage := ended.get("usage"):
                    said.usage = [usage["input_tokens"], usage["output_tokens"]]
            case "error":
                said.status = 500
    said.calls = list(calls.values())


def _read_message(said: Said, answer: Json) -> None:
    for block in answer["content"]:
        if block["type"] == "text":
            said.text += block["text"]
        elif block["type"] == "thinking":
            said.reasoning += block["thinking"]
        elif block["type"] == "tool_use":
            said.calls.append([block["name"], json.dumps(block["input"])])
    said.finish = answer["stop_reason"]
    said.usage = [_input(answer["usage"]), answer["usage"]["output_tokens"]]


def _input(usage: Json) -> int:
    """Return all tokens of the prompt; those that are read from the cache are counted separately."""
    parts = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return sum(usage.get(part) or 0 for part in parts)


def _read_message_stream(said: Said, events: Iterator[Json]) -> None:
    for event in events:
        match event["type"]:
            case "content_block_start" if event["content_block"]["type"] == "tool_use":
                said.calls.append([event["content_block"]["name"], ""])
            case "content_block_delta":
                delta = event["delta"]
                said.text += delta.get("text") or ""
                said.reasoning += delta.get("thinking") or ""
                if delta["type"] == "input_json_delta":
                    said.calls[-1][1] += delta["partial_json"]
            case "message_delta":
                said.finish = event["delta"]["stop_reason"]
                said.usage = [_input(event["usage"]), event["usage"]["output_tokens"]]
            case "error":
                said.status = 500


_READERS: dict[tuple[str, bool], Any] = {
    ("chat", False): _read_chat,
    ("chat", True): _read_chat_stream,
    ("responses", False): _read_response,
    ("responses", True): _read_response_stream,
    ("messages", False): _read_message,
    ("messages", True): _read_message_stream,
}
