"""Input items: as requests have them, as they are stored, and as chat messages.

A stored item is JSON in the form of `input_items`, so that the items of a request and of an earlier response
are read in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accord.dialects import turns
from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown, line_about
from accord.dialects.responses import compaction, new_id
from accord.dialects.responses.mcp_items import MCP_ITEMS, McpItemParam, approval_requests, stored_mcp_item
from accord.dialects.responses.mcp_items import messages as mcp_messages
from accord.dialects.responses.reasoning import decoded_reasoning
from accord.dialects.responses.tool_items import (
    CALLS,
    OUTPUTS,
    PREFIXES,
    called,
    result_text,
    stored_tool_item,
    tools_text,
)
from accord.dialects.responses.tools import first_turn
from accord.errors import InvalidRequest, NotFound
from accord.generated import models

Item = dict[str, Any]

_ASSISTANT_FIELDS = ("reasoning", "content", "tool_calls")
_PREFIXES: dict[str, str] = PREFIXES | {"message": "msg", "reasoning": "rs"}
PHASES = ("commentary", "final_answer")
_STATUSES = ("in_progress", "completed", "incomplete")
_OTHER_STATUSES = {
    "apply_patch_call_output": ("completed", "failed"),
    "mcp_call": (*_STATUSES, "calling", "failed"),
}
_WITHOUT_STATUS = {"additional_tools", *MCP_ITEMS} - {"mcp_call"}
_TEXTS = ("text", "content", "output", "summary", "message", "input")
"""The fields in which an item of an unknown type may have text."""


def referenced_ids(given: models.ResponseInput | None) -> list[str]:
    """Return the ids of the items that the input refers to."""
    items = given if isinstance(given, list) else []
    return [item.id for item in items if isinstance(item, models.ResponseItemReferenceParam)]


def input_items(
    given: models.ResponseInput | None,
    referenced: dict[str, Item],
    shown: Shown,
    ignored: Ignored,
    field: str = "input",
) -> list[Item]:
    """Return the input as items to store. Errors name the path of an item in `field`."""
    if isinstance(given, str):
        return [_message("user", [{"type": "input_text", "text": given}])]
    reading = _Reading(referenced, shown, ignored)
    items = [reading.kept(item, f"{field}.{index}") for index, item in enumerate(given or ())]
    return [item for item in items if item is not None]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads the items of one input."""

    referenced: dict[str, Item]
    shown: Shown
    ignored: Ignored

    def kept(self, item: models.ResponseInputItem, where: str) -> Item | None:
        """Return the item to store; None if it is left out."""
        kept: Item | None
        match item:
            case models.ResponseItemReferenceParam():
                return self._referenced(item.id, where)
            case models.ResponseOtherItemParam():
                return self._other(item, where)
            case models.ResponseCompactionTriggerParam():
                return None
            case models.ResponseCompactionParam():
                return self._compaction(item, where)
            case models.ResponseMessageParam():
                kept = self._message(item, where)
            case models.ResponseReasoningParam():
                kept = self._reasoning(item, where)
            case models.ResponseFunctionCallOutputParam() | models.ResponseCustomToolCallOutputParam():
                kept = self._output(item, where)
            case _ if isinstance(item, McpItemParam):
                kept = stored_mcp_item(item)
            case _:
                kept = stored_tool_item(item, where, self.ignored)
        if kept is None:
            return None
        made = {"id": item.id or new_id(_PREFIXES[kept["type"]])}
        if kept["type"] in _WITHOUT_STATUS:
            return made | kept
        return made | {"status": _status(getattr(item, "status", None), kept["type"])} | kept

    def _referenced(self, id_: str, where: str) -> Item:
        if id_ not in self.referenced:
            raise NotFound(
                f"{where}.id: there is no item '{id_}'. Items are kept with the response or "
                "conversation that they belong to.",
                param=f"{where}.id",
            )
        return self.referenced[id_]

    def _compaction(self, item: models.ResponseCompactionParam, where: str) -> Item | None:
        kept = compaction.stored_compaction(item)
        if kept is None:
            self.ignored.leave_out(where, item.type)
        return kept

    def _other(self, item: models.ResponseOtherItemParam, where: str) -> Item | None:
        """Convert an unknown item to a line of the user, so that it gets no higher authority."""
        self.ignored.leave_out(where, item.type)
        text = _readable(item.__pydantic_extra__ or {})
        return _message("user", [{"type": "input_text", "text": f"[{item.type}] {text}"}]) if text else None

    def _message(self, item: models.ResponseMessageParam, where: str) -> Item:
        written = item.role == "assistant"
        if isinstance(item.content, str):
            content = [
                _output_text(item.content) if written else {"type": "input_text", "text": item.content}
            ]
        else:
            content = self._parts(item.content, f"{where}.content", written)
        kept: Item = {"type": "message", "role": item.role, "content": content}
        return kept | {"phase": item.phase} if written and item.phase in PHASES else kept

    def _output(
        self,
        item: models.ResponseFunctionCallOutputParam | models.ResponseCustomToolCallOutputParam,
        where: str,
    ) -> Item:
        kept: Item = {"type": item.type, "call_id": item.call_id, "output": item.output}
        if not isinstance(item.output, str):
            kept["output"] = self._parts(item.output, f"{where}.output", written=False, in_result=True)
        if item.name is not None:
            kept["name"] = item.name
        if namespace := getattr(item, "namespace", None):
            kept["namespace"] = namespace
        return kept

    def _reasoning(self, item: models.ResponseReasoningParam, where: str) -> Item | None:
        kept: Item = {
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": part.text} for part in item.summary],
        }
        if item.content is not None:
            kept["content"] = [{"type": "reasoning_text", "text": part.text} for part in item.content]
        if item.encrypted_content is not None:
            if decoded_reasoning(item.encrypted_content) is None:
                self.ignored.add(f"{where}.encrypted_content")
                return kept if item.content or item.summary else None
            kept["encrypted_content"] = item.encrypted_content
        return kept

    def _parts(
        self,
        parts: Sequence[models.ResponseContentPartParam],
        where: str,
        written: bool,
        in_result: bool = False,
    ) -> list[Item]:
        found = [
            _output_part(part, f"{where}.{place}", self.ignored)
            if written
            else self._input_part(part, f"{where}.{place}", in_result)
            for place, part in enumerate(parts)
        ]
        return [part for part in found if part is not None]

    def _input_part(self, part: models.ResponseContentPartParam, where: str, in_result: bool) -> Item | None:
        match part:
            case models.ResponseInputTextParam() | models.ResponseOutputTextParam():
                return _input_text(part.text)
            case models.ResponseRefusalParam():
                return _input_text(part.refusal)
            case models.ResponseInputImageParam():
                return self._input_image(part, where, in_result)
            case models.ResponseInputFileParam():
                return _input_text(self.shown.text_of(where, data=part.file_data, name=part.filename))
        text = _other_part(part, where, self.ignored)
        return _input_text(text) if text else None

    def _input_image(self, part: models.ResponseInputImageParam, where: str, in_result: bool) -> Item:
        if part.image_url is None and self.shown.modalities:
            raise InvalidRequest(
                f"{where}.image_url: Field required; this server keeps no uploaded files.",
                param=f"{where}.image_url",
            )
        url = part.image_url or "file_id"
        if not self.shown.accepts("image", url, where, in_result=in_result) and part.image_url is None:
            return _input_text(line_about("image"))
        detail = part.detail or "auto"
        return {"type": "input_image", "detail": detail, "image_url": part.image_url, "file_id": None}


def _status(given: str | None, type_: str) -> str:
    known = _OTHER_STATUSES.get(type_, _STATUSES)
    return given if given is not None and given in known else "completed"


def _readable(value: Any) -> str:
    """Return the text of an unknown item or part; empty if it has none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, map(_readable, value)))
    if isinstance(value, dict):
        return "\n".join(filter(None, (_readable(value.get(name)) for name in _TEXTS)))
    return ""


def _message(role: str, content: list[Item]) -> Item:
    return {"id": new_id("msg"), "type": "message", "status": "completed", "role": role, "content": content}


def _output_text(text: str) -> Item:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _output_part(part: models.ResponseContentPartParam, where: str, ignored: Ignored) -> Item | None:
    match part:
        case models.ResponseRefusalParam():
            return {"type": "refusal", "refusal": part.refusal}
        case models.ResponseOutputTextParam() | models.ResponseInputTextParam():
            return _output_text(part.text)
        case models.ResponseOtherPartParam():
            text = _other_part(part, where, ignored)
            return _output_text(text) if text else None
    raise InvalidRequest(
        f"{where}.type: a message of the assistant has no '{part.type}'; output_text was expected.",
        param=f"{where}.type",
    )


def _other_part(part: models.ResponseOtherPartParam, where: str, ignored: Ignored) -> str:
    ignored.leave_out(where, part.type)
    return _readable(part.__pydantic_extra__ or {})


def _input_text(text: str) -> Item:
    return {"type": "input_text", "text": text}


# --- for a chat template


def chat_messages(instructions: str | None, items: list[Item], shown: Shown) -> list[dict[str, Any]]:
    """Return `items` as chat messages, with `instructions` before them.

    Consecutive output of the model (reasoning, text, calls) is one assistant message. A truncated call is
    left out, unless an output answers it.
    """
    messages: list[dict[str, Any]] = []
    if instructions:
        messages.append({"role": "system", "content": instructions})
    for message in _messages_of(items, shown):
        turns.add(messages, message, continues=bool(messages) and _continues(messages[-1], message))
    return [turns.with_reasoning_text(each, separator="\n") for each in messages if not _only_thought(each)]


def _messages_of(items: list[Item], shown: Shown) -> Iterator[dict[str, Any]]:
    """Yield the message or messages of each item."""
    answered = {item["call_id"] for item in items if item["type"] in OUTPUTS}
    requests = approval_requests(items)
    begin = first_turn(items)
    for place, item in enumerate(items):
        if item["type"] == "additional_tools":
            if place >= begin and (text := tools_text(item)):
                yield {"role": "developer", "content": text}
        elif item["type"] in MCP_ITEMS:
            yield from mcp_messages(item, requests)
        elif not (item["type"] in CALLS and _is_truncated(item) and item["call_id"] not in answered):
            yield _as_message(item, shown)


def _is_truncated(call: Item) -> bool:
    return bool(call["status"] != "completed")


def _as_message(item: Item, shown: Shown) -> dict[str, Any]:
    """Return the message of an item; its reasoning is a list, which later items can extend."""
    type_ = item["type"]
    if type_ == "compaction":
        return compaction.message(item)
    if type_ == "message":
        if item["role"] == "assistant":
            return {"role": "assistant", "content": _text(item["content"])}
        return {"role": item["role"], "content": _parts(item["content"], shown)}
    if type_ in CALLS:
        name, arguments = called(item)
        call = {
            "id": item["call_id"],
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        return {"role": "assistant", "tool_calls": [call]}
    if type_ in OUTPUTS:
        return {"role": "tool", "tool_call_id": item["call_id"], "content": _result(item, shown)}
    return {"role": "assistant", "reasoning": [_reasoning(item)]}


def _continues(last: dict[str, Any], message: dict[str, Any]) -> bool:
    """Whether `message` continues the last one: reasoning, text and calls come in that order."""
    if not message["role"] == last["role"] == "assistant":
        return False
    [name] = message.keys() & set(_ASSISTANT_FIELDS)
    highest = max(_ASSISTANT_FIELDS.index(field) for field in _ASSISTANT_FIELDS if field in last)
    place = _ASSISTANT_FIELDS.index(name)
    return place > highest or (place == highest and name != "content")


def _only_thought(message: dict[str, Any]) -> bool:
    return message["role"] == "assistant" and "content" not in message and "tool_calls" not in message


def _text(parts: list[Item]) -> str:
    return "".join(part["refusal"] if part["type"] == "refusal" else part.get("text", "") for part in parts)


def _parts(parts: list[Item], shown: Shown) -> str | list[Item]:
    """Return a single text as a string, which every template accepts, else the parts."""
    found = [_part(part, shown) for part in parts]
    if [part["type"] for part in found] == ["text"]:
        text: str = found[0]["text"]
        return text
    return found


def _part(part: Item, shown: Shown) -> Item:
    if part["type"] == "input_text":
        return {"type": "text", "text": part["text"]}
    if not shown.still_accepts("image"):
        return {"type": "text", "text": line_about("image")}
    return {"type": "image_url", "image_url": {"url": part["image_url"], "detail": part["detail"]}}


def _result(item: Item, shown: Shown) -> str | list[Item]:
    """Return a tool's result as one text if it is text: many templates render nothing else."""
    output = item.get("output")
    if item["type"] not in ("function_call_output", "custom_tool_call_output") or isinstance(output, str):
        return result_text(item)
    parts = [_part(part, shown) for part in item["output"]]
    if all(part["type"] == "text" for part in parts):
        return "\n".join(part["text"] for part in parts)
    return parts


def _reasoning(item: Item) -> str:
    if parts := item.get("content") or item["summary"]:
        return "\n".join(part["text"] for part in parts)
    return decoded_reasoning(item.get("encrypted_content")) or ""
