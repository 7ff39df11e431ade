"""Input items: as a request gives them, as they are kept, and as a chat template reads them.

A kept item is JSON in the form in which `input_items` lists it, so that what a request gives and what an
earlier response holds are read in one way.
"""

from __future__ import annotations

from typing import Any

from accord.dialects.responses import new_id
from accord.dialects.responses.reasoning import decoded_reasoning
from accord.errors import InvalidRequest, NotFound
from accord.generated import models

Item = dict[str, Any]

_ASSISTANT_FIELDS = ("reasoning", "content", "tool_calls")
_PREFIXES = {"message": "msg", "function_call": "fc", "function_call_output": "fco", "reasoning": "rs"}


def referenced_ids(given: models.ResponseInput | None) -> list[str]:
    """Return the ids of the items that the input only names."""
    items = given if isinstance(given, list) else []
    return [item.id for item in items if isinstance(item, models.ResponseItemReferenceParam)]


def input_items(
    given: models.ResponseInput | None, referenced: dict[str, Item], text_only: bool, field: str = "input"
) -> list[Item]:
    """Return the input as items to keep. `text_only` refuses what is not text, by its place in `field`."""
    if isinstance(given, str):
        return [_message("user", [{"type": "input_text", "text": given}])]
    return [_kept(item, f"{field}.{index}", referenced, text_only) for index, item in enumerate(given or ())]


def _kept(item: models.ResponseInputItem, where: str, referenced: dict[str, Item], text_only: bool) -> Item:
    if isinstance(item, models.ResponseItemReferenceParam):
        if item.id not in referenced:
            raise NotFound(
                f"{where}.id: there is no item '{item.id}'. Items are kept with the response or "
                "conversation that they belong to.",
                param=f"{where}.id",
            )
        return referenced[item.id]
    match item:
        case models.ResponseMessageParam():
            kept = _kept_message(item, where, text_only)
        case models.ResponseFunctionCallParam():
            kept = {
                "type": item.type,
                "call_id": item.call_id,
                "name": item.name,
                "arguments": item.arguments,
            }
        case models.ResponseFunctionCallOutputParam():
            kept = {"type": item.type, "call_id": item.call_id, "output": item.output}
            if not isinstance(item.output, str):
                kept["output"] = [
                    _input_part(part, f"{where}.output.{place}", text_only)
                    for place, part in enumerate(item.output)
                ]
            if item.name is not None:
                kept["name"] = item.name
        case models.ResponseReasoningParam():
            kept = _kept_reasoning(item, where)
    return {"id": item.id or new_id(_PREFIXES[kept["type"]]), "status": item.status or "completed"} | kept


def _message(role: str, content: list[Item]) -> Item:
    return {"id": new_id("msg"), "type": "message", "status": "completed", "role": role, "content": content}


def _kept_message(item: models.ResponseMessageParam, where: str, text_only: bool) -> Item:
    written = item.role == "assistant"
    if isinstance(item.content, str):
        content = [_output_text(item.content) if written else {"type": "input_text", "text": item.content}]
    else:
        places = [(part, f"{where}.content.{place}") for place, part in enumerate(item.content)]
        content = [_output_part(*p) if written else _input_part(*p, text_only) for p in places]
    kept: Item = {"type": "message", "role": item.role, "content": content}
    return kept | {"phase": item.phase} if written and item.phase else kept


def _kept_reasoning(item: models.ResponseReasoningParam, where: str) -> Item:
    kept: Item = {
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": part.text} for part in item.summary],
    }
    if item.content is not None:
        kept["content"] = [{"type": "reasoning_text", "text": part.text} for part in item.content]
    if item.encrypted_content is not None:
        decoded_reasoning(item.encrypted_content, where)
        kept["encrypted_content"] = item.encrypted_content
    return kept


def _output_text(text: str) -> Item:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _output_part(part: models.ResponseContentPartParam, where: str) -> Item:
    match part:
        case models.ResponseRefusalParam():
            return {"type": "refusal", "refusal": part.refusal}
        case models.ResponseOutputTextParam() | models.ResponseInputTextParam():
            return _output_text(part.text)
    raise InvalidRequest(
        f"{where}.type: a message of the assistant has no '{part.type}'; output_text was expected.",
        param=f"{where}.type",
    )


def _input_part(part: models.ResponseContentPartParam, where: str, text_only: bool) -> Item:
    match part:
        case models.ResponseInputTextParam() | models.ResponseOutputTextParam():
            return {"type": "input_text", "text": part.text}
        case models.ResponseInputImageParam():
            return _input_image(part, where, text_only)
        case models.ResponseInputFileParam():
            raise InvalidRequest(
                f"{where}: a file cannot be read here; give its text as input_text.", param=where
            )
    raise InvalidRequest(
        f"{where}.type: only a message of the assistant has a '{part.type}'; input_text was expected.",
        param=f"{where}.type",
    )


def _input_image(part: models.ResponseInputImageParam, where: str, text_only: bool) -> Item:
    if text_only:
        raise InvalidRequest(f"{where}: the model takes text only, and this is an image.", param=where)
    if part.image_url is None:
        raise InvalidRequest(
            f"{where}.image_url: Field required; this server keeps no uploaded files.",
            param=f"{where}.image_url",
        )
    detail = part.detail or "auto"
    return {"type": "input_image", "detail": detail, "image_url": part.image_url, "file_id": None}


# --- as a chat template reads them


def chat_messages(instructions: str | None, items: list[Item]) -> list[dict[str, Any]]:
    """Return `items` as chat messages, with `instructions` before them.

    What the model said in a row (reasoning, a text, calls) is one message of the assistant's. A call that was
    cut off was never made, unless an output answers it.
    """
    answered = {item["call_id"] for item in items if item["type"] == "function_call_output"}
    messages: list[dict[str, Any]] = []
    if instructions:
        messages.append({"role": "system", "content": instructions})
    for item in items:
        if item["type"] == "function_call" and _is_cut(item) and item["call_id"] not in answered:
            continue
        said = _said(item)
        last = messages[-1] if messages else None
        if last and _continues(last, said):
            _continue(last, said)
        else:
            messages.append(said)
    return [_whole(message) for message in messages if not _only_thought(message)]


def _is_cut(call: Item) -> bool:
    return bool(call["status"] != "completed")


def _said(item: Item) -> dict[str, Any]:
    """Return the message that the item is; its reasoning in a list, where more can follow."""
    match item["type"]:
        case "message" if item["role"] == "assistant":
            return {"role": "assistant", "content": _text(item["content"])}
        case "message":
            return {"role": item["role"], "content": _parts(item["content"])}
        case "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            call = {"id": item["call_id"], "type": "function", "function": function}
            return {"role": "assistant", "tool_calls": [call]}
        case "function_call_output":
            return {"role": "tool", "tool_call_id": item["call_id"], "content": _result(item["output"])}
        case _:
            return {"role": "assistant", "reasoning": [_reasoning(item)]}


def _continues(last: dict[str, Any], said: dict[str, Any]) -> bool:
    """Whether what is said belongs to the last message: reasoning, a text, and calls, in that order."""
    if not said["role"] == last["role"] == "assistant":
        return False
    [name] = said.keys() & set(_ASSISTANT_FIELDS)
    highest = max(_ASSISTANT_FIELDS.index(field) for field in _ASSISTANT_FIELDS if field in last)
    place = _ASSISTANT_FIELDS.index(name)
    return place > highest or (place == highest and name != "content")


def _continue(last: dict[str, Any], said: dict[str, Any]) -> None:
    if "tool_calls" in said:
        last.setdefault("tool_calls", []).extend(said["tool_calls"])
    elif "reasoning" in said:
        last["reasoning"].extend(said["reasoning"])
    else:
        last["content"] = said["content"]


def _whole(message: dict[str, Any]) -> dict[str, Any]:
    """Make the reasoning one text, now that no more of it comes."""
    if "reasoning" in message:
        message["reasoning"] = "\n".join(message["reasoning"])
    return message


def _only_thought(message: dict[str, Any]) -> bool:
    return message["role"] == "assistant" and "content" not in message and "tool_calls" not in message


def _text(parts: list[Item]) -> str:
    return "".join(part["refusal"] if part["type"] == "refusal" else part.get("text", "") for part in parts)


def _parts(parts: list[Item]) -> str | list[Item]:
    """Return the one text, which every template reads, or the parts."""
    if [part["type"] for part in parts] == ["input_text"]:
        text: str = parts[0]["text"]
        return text
    return [
        {"type": "text", "text": part["text"]}
        if part["type"] == "input_text"
        else {"type": "image_url", "image_url": {"url": part["image_url"], "detail": part["detail"]}}
        for part in parts
    ]


def _result(output: str | list[Item]) -> str | list[Item]:
    """Return a tool's result as one text, where it is text: many templates write nothing else."""
    if isinstance(output, str):
        return output
    if all(part["type"] == "input_text" for part in output):
        return "\n".join(part["text"] for part in output)
    return _parts(output)


def _reasoning(item: Item) -> str:
    if parts := item.get("content") or item["summary"]:
        return "\n".join(part["text"] for part in parts)
    return decoded_reasoning(item.get("encrypted_content"), item["id"])
