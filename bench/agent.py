"""An agent's conversation: a long system prompt, twenty tools, a call and its result in each of its turns."""

from __future__ import annotations

import json

from bench.client import Request
from bench.dialects import Json
from bench.prompts import Prompts
from bench.requests import chat_body, streamed

TURNS = 40
SYSTEM_TOKENS = 1600
SAID_TOKENS = 20
RESULT_TOKENS = 90
_TOOLS = [
    *("read_file", "write_file", "edit_file", "list_files", "search_text"),
    *("run_command", "fetch_page", "open_issue", "close_issue", "list_issues"),
    *("commit_changes", "create_branch", "show_diff", "run_tests", "lint_file"),
    *("format_file", "ask_user", "take_note", "plan_steps", "finish_task"),
]


def tools(prompts: Prompts) -> list[Json]:
    return [_tool(prompts, name) for name in _TOOLS]


def _tool(prompts: Prompts, name: str) -> Json:
    def text(what: str, kind: str = "string") -> Json:
        return {"type": kind, "description": prompts.text(f"{name}-{what}", 15)}

    properties = {
        "path": text("path"),
        "reason": text("reason"),
        "mode": text("mode") | {"enum": ["fast", "careful", "dry-run"]},
        "limit": text("limit", "integer") | {"minimum": 1, "maximum": 2000},
        "lines": text("lines", "array") | {"items": {"type": "integer"}},
    }
    parameters = {"type": "object", "properties": properties, "required": ["path"]}
    description = prompts.text(f"{name}-description", 60)
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": parameters},
    }


def messages(prompts: Prompts, seed: str, turns: int) -> list[Json]:
    """Return the conversation after `turns` turns of the agent, before the next one."""
    task = [{"type": "text", "text": prompts.text(f"{seed}-task", 100)}]
    said: list[Json] = [
        {"role": "system", "content": prompts.text(f"{seed}-system", SYSTEM_TOKENS)},
        {"role": "user", "content": task},
    ]
    for turn in range(turns):
        called = _TOOLS[turn % len(_TOOLS)]
        arguments = {"path": prompts.text(f"{seed}-{turn}-path", 5), "mode": "careful", "limit": turn + 1}
        function = {"name": called, "arguments": json.dumps(arguments)}
        call = {"id": f"call_{seed}_{turn}", "type": "function", "function": function}
        said += [
            {
                "role": "assistant",
                "content": prompts.text(f"{seed}-{turn}-said", SAID_TOKENS),
                "tool_calls": [call],
            },
            {
                "role": "tool",
                "tool_call_id": call["id"],
                "content": prompts.text(f"{seed}-{turn}-result", RESULT_TOKENS),
            },
        ]
    return said


def request(prompts: Prompts, seed: str, turns: int, tokens: int) -> Request:
    """Return the streamed request for the turn after `turns` turns, with all tools."""
    body = streamed(chat_body(messages(prompts, seed, turns), tokens))
    return Request("chat", body | {"tools": tools(prompts), "tool_choice": "auto"})
