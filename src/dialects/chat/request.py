"""Converts a chat completion request to a conversation and sampling parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accord.dialects.chat.custom import as_function, called_function, grammars
from accord.dialects.chat.functions import in_newer_form, tools_of
from accord.dialects.dumping import dumped_all
from accord.dialects.ignored import Ignored
from accord.dialects.media import Part, Shown, line_about
from accord.dialects.sampling import check_sampling, shared_sampling
from accord.engine import Conversation, Sampling
from accord.errors import InvalidRequest
from accord.generated import models

_MODALITIES = {"image_url": "image", "audio_url": "audio", "video_url": "video", "input_audio": "audio"}
"""The kind of media of each type of part; the field of the same name has its URL."""
_SHOWING = ("user", "tool")
"""The roles whose messages may have parts other than text."""


def sampling(body: models.ChatCompletionRequest) -> Sampling:
    """Return the sampling parameters. Raises InvalidRequest if fields contradict each other."""
    check_sampling(body)
    if body.top_logprobs and not body.logprobs:
        raise InvalidRequest("top_logprobs: needs logprobs to be true.", param="top_logprobs")
    given = shared_sampling(body)
    if body.max_completion_tokens is not None:
        given["max_tokens"] = body.max_completion_tokens
    if body.logprobs:
        given["logprobs"] = body.top_logprobs or 0
    if body.logprob_token_ids is not None:
        given |= {"logprob_token_ids": body.logprob_token_ids, "logprobs": len(body.logprob_token_ids)}
    return Sampling(**given)


def conversation(body: models.ChatCompletionRequest, shown: Shown) -> Conversation:
    """Return the conversation."""
    older = body.functions is not None or body.function_call is not None
    tools, tool_choice = tools_of(body) if older else _tools(body)
    return Conversation(
        messages=chat_messages(body.messages, shown),
        tools=tools,
        tool_choice=tool_choice,
        tool_grammars=grammars(body.tools, Ignored(shown.left_out)) if body.tools else {},
        parallel_tool_calls=body.parallel_tool_calls is not False and not older,
        reasoning_effort=body.reasoning_effort,
        include_reasoning=body.include_reasoning is not False,
        add_generation_prompt=adds_generation_prompt(
            body.add_generation_prompt, bool(body.continue_final_message)
        ),
        continue_final_message=bool(body.continue_final_message),
        add_special_tokens=bool(body.add_special_tokens),
        documents=body.documents,
        chat_template=body.chat_template,
        chat_template_kwargs=body.chat_template_kwargs,
        return_prompt_text=body.return_prompt_text,
        media_io_kwargs=body.media_io_kwargs,
        mm_processor_kwargs=body.mm_processor_kwargs,
        media=shown.media,
    )


def adds_generation_prompt(asked: bool | None, continue_final_message: bool) -> bool:
    """Whether the prompt begins a new assistant message; false if the last one is to be continued."""
    if asked and continue_final_message:
        raise InvalidRequest(
            "continue_final_message: cannot be true together with add_generation_prompt.",
            param="continue_final_message",
        )
    return not continue_final_message if asked is None else asked


def chat_messages(messages: list[models.ChatMessage], shown: Shown) -> list[dict[str, Any]]:
    """Return the messages as chat templates read them."""
    dumped = dumped_all(messages)
    for index, message in enumerate(dumped):
        role = message["role"]
        if role == "assistant":
            _as_template_reads_it(message)
            if "function_call" in message:
                in_newer_form(dumped)
        elif role in _SHOWING and isinstance(content := message["content"], list):
            for number, part in enumerate(content):
                if part["type"] != "text":
                    where = f"messages.{index}.content.{number}"
                    content[number] = _part(part, shown, where, in_result=role == "tool")
    return dumped


def _as_template_reads_it(message: dict[str, Any]) -> None:
    """Convert reasoning and calls of custom tools in an assistant message to the form of templates."""
    if (reasoning := message.pop("reasoning_content", None)) is not None:
        message.setdefault("reasoning", reasoning)
    if calls := message.get("tool_calls"):
        message["tool_calls"] = [
            called_function(call) if call["type"] == "custom" else call for call in calls
        ]


def _part(part: Part, shown: Shown, field: str, in_result: bool) -> Part:
    kind = part["type"]
    if kind == "file":
        file = part["file"]
        text = shown.text_of(field, data=file.get("file_data"), name=file.get("filename"))
        return {"type": "text", "text": text}
    if (modality := _MODALITIES.get(kind)) is None:
        return part
    where = part[kind]
    if not shown.accepts(modality, where.get("url") or where.get("data"), field, in_result=in_result):
        return {"type": "text", "text": line_about(modality)}
    # Without a uuid, with which vLLM would show one client the media of another.
    return {"type": kind, kind: where}


def tool_dicts(tools: Sequence[models.ChatTool] | None) -> list[dict[str, Any]] | None:
    """Return the tools as chat templates read them."""
    if not tools:
        return None
    dumped = dumped_all(tools)
    for index, tool in enumerate(tools):
        if isinstance(tool, models.CustomTool):
            dumped[index] = as_function(tool)
    return dumped


def _tools(
    body: models.ChatCompletionRequest,
) -> tuple[list[dict[str, Any]] | None, str | dict[str, Any] | None]:
    """Return the tools and the tool choice in the engine's form."""
    tools = tool_dicts(body.tools)
    choice = body.tool_choice
    if choice is None or choice in ("none", "auto"):
        return tools, choice if tools else None
    if tools is None:
        raise InvalidRequest("tool_choice: needs tools to choose from.", param="tool_choice")
    if isinstance(choice, models.AllowedToolChoice):
        allowed = set(map(_named, choice.allowed_tools.tools))
        _check_known(allowed, tools)
        return [t for t in tools if t["function"]["name"] in allowed], choice.allowed_tools.mode
    if isinstance(choice, models.NamedTool | models.NamedCustomTool):
        name = _named(choice)
        _check_known({name}, tools)
        return tools, {"type": "function", "function": {"name": name}}
    return tools, choice


def _named(tool: models.AllowedTool) -> str:
    return tool.custom.name if isinstance(tool, models.NamedCustomTool) else tool.function.name


def _check_known(names: set[str], tools: list[dict[str, Any]]) -> None:
    known = {tool["function"]["name"] for tool in tools}
    for name in sorted(names - known):
        raise InvalidRequest(
            f"tool_choice: there is no tool '{name}' among tools ({', '.join(sorted(known))}).",
            param="tool_choice",
        )


def echoed(body: models.ChatCompletionRequest) -> str:
    """Return the text at the beginning of the answer: with `echo`, the last assistant message."""
    last = body.messages[-1]
    if not (body.echo and isinstance(last, models.AssistantMessage)):
        return ""
    if last.content is None or isinstance(last.content, str):
        return last.content or ""
    return "".join(part.text for part in last.content if isinstance(part, models.TextPart))
