"""Encodes streamed chat completions: a frame is prepared once per request and filled with escaped text."""

from __future__ import annotations

from accord.dialects.chat.custom import CustomCalls, custom_names
from accord.dialects.chat.functions import is_older
from accord.dialects.chat.response import chat_logprobs, finish_reason
from accord.dialects.chunks import ChunkStream, openai_head, transferred_json
from accord.dialects.sse import escaped, integers, stop_reason_json
from accord.engine import Delta, Generation, ToolCallDelta
from accord.generated import models


class ChatStream(ChunkStream):
    """Encodes deltas as `chat.completion.chunk` events."""

    def __init__(
        self,
        generation: Generation,
        body: models.ChatCompletionRequest,
        *,
        id: str,  # noqa: A002  the field's name
        created: int,
        model: str,
        opening: str,
    ) -> None:
        super().__init__(
            generation, body.stream_options, openai_head("chat.completion.chunk", id, created, model)
        )
        self.body = body
        self.older = is_older(body)
        self.choices = body.n or 1
        self.opening = opening
        self.with_token_ids = bool(body.return_token_ids)
        self.called_tools: set[int] = set()
        self.customs = CustomCalls(custom_names(body.tools))
        self.text_heads = [
            self.head + b'"choices":[{"index":%d,"delta":{"content":' % index for index in range(self.choices)
        ]
        self.text_tail = b'},"logprobs":null,"finish_reason":null}]' + self.tail
        self.plain = not (self.with_token_ids or self.continuous_usage)

    def begin(self) -> bytes:
        prompt = b""
        if self.with_token_ids:
            prompt = b',"prompt_token_ids":' + integers(self.generation.prompts[0].token_ids)
        if self.body.return_prompt_text:
            prompt += b',"prompt_text":' + escaped(self.generation.prompts[0].text or "")
        delta = b'{"role":"assistant","content":%b,"refusal":null}' % escaped(self.opening)
        return b"".join(
            self._chunk(index, delta, more=prompt if index == 0 else b"") for index in range(self.choices)
        )

    def step(self, deltas: list[Delta]) -> bytes:
        events = b""
        for delta in deltas:
            if delta.text and self.plain and not (delta.reasoning or delta.tool_calls or delta.logprobs):
                events += self.text_heads[delta.index] + escaped(delta.text) + self.text_tail
            else:
                events += self._rich(delta)
            if delta.finish_reason is not None:
                events += self._finish(delta)
        return events

    def _rich(self, delta: Delta) -> bytes:
        """Return a chunk with more than text; nothing if there is nothing to send."""
        parts = []
        if delta.reasoning:
            reasoning = escaped(delta.reasoning)
            parts.append(b'"reasoning":%b,"reasoning_content":%b' % (reasoning, reasoning))
        if delta.text:
            parts.append(b'"content":' + escaped(delta.text))
        if delta.tool_calls:
            self.called_tools.add(delta.index)
            if calls := self._calls(delta.index, delta.tool_calls):
                parts.append(calls)
        if not parts:
            if not (delta.logprobs or (self.with_token_ids and delta.token_ids)):
                return b""
            parts.append(b'"content":""')
        logprobs = b"null"
        if delta.logprobs:
            logprobs = chat_logprobs(delta.logprobs)
        tokens = b',"token_ids":' + integers(delta.token_ids or ()) if self.with_token_ids else b""
        return self._chunk(delta.index, b"{" + b",".join(parts) + b"}", logprobs=logprobs, choice=tokens)

    def _calls(self, choice: int, calls: list[ToolCallDelta]) -> bytes:
        """Return the parts of tool calls as a field of a delta."""
        if self.older:
            return _function_call(calls)
        parts = []
        for call in calls:
            text = self.customs.added(choice, call)
            if text is None:
                parts.append(_tool_call(call, b"function", b"arguments", call.arguments))
            elif text or call.id is not None:
                parts.append(_tool_call(call, b"custom", b"input", text))
        return b'"tool_calls":[' + b",".join(parts) + b"]" if parts else b""

    def _finish(self, delta: Delta) -> bytes:
        assert delta.finish_reason is not None
        reason = finish_reason(delta.finish_reason, delta.index in self.called_tools, self.body)
        stop = stop_reason_json(delta.stop_reason)
        transfer = transferred_json(self.generation.prompts[0])
        rest = b"".join(
            self._chunk(
                delta.index, b'{"tool_calls":[{"index":%d,"custom":{"input":%b}}]}' % (index, escaped(text))
            )
            for index, text in self.customs.rest(delta.index)
        )
        return rest + self._chunk(
            delta.index, b"{}", finish=b'"%b"' % reason.encode(), choice=stop, more=transfer
        )

    def _chunk(
        self,
        index: int,
        delta: bytes,
        *,
        logprobs: bytes = b"null",
        finish: bytes = b"null",
        choice: bytes = b"",
        more: bytes = b"",
    ) -> bytes:
        return b'%b"choices":[{"index":%d,"delta":%b,"logprobs":%b,"finish_reason":%b%b}]%b%b' % (
            self.head,
            index,
            delta,
            logprobs,
            finish,
            choice,
            more,
            self.current_tail(),
        )


def _function_call(calls: list[ToolCallDelta]) -> bytes:
    """Return the parts of one call in the older form, as a field of a delta."""
    name = b"".join(b'"name":%b,' % escaped(call.name) for call in calls if call.name is not None)
    return b'"function_call":{%b"arguments":%b}' % (name, escaped("".join(c.arguments for c in calls)))


def _tool_call(call: ToolCallDelta, kind: bytes, field: bytes, text: str) -> bytes:
    opening = b""
    name = b""
    if call.id is not None:
        opening = b',"id":%b,"type":"%b"' % (escaped(call.id), kind)
    if call.name is not None:
        name = b'"name":%b,' % escaped(call.name)
    return b'{"index":%d%b,"%b":{%b"%b":%b}}' % (call.index, opening, kind, name, field, escaped(text))
