"""A request as an agentic coding client sends it: many tools, long system blocks, results, beta fields."""

from typing import Any

EPHEMERAL = {"type": "ephemeral"}
HEADERS = {
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27",
    "x-api-key": "any",
    "x-app": "cli",
}
TOOL_NAMES = [
    *("Task", "Bash", "Glob", "Grep", "Read", "Edit", "MultiEdit", "Write"),
    *("NotebookEdit", "WebFetch", "WebSearch", "TodoWrite", "KillShell", "BashOutput", "ExitPlanMode"),
    "SlashCommand",
]


def tool(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": f"{name}. Usage notes:\n- The file_path must be absolute.\n" * 3,
        "input_schema": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {
                "mode": {"type": "string", "enum": ["fast", "slow"], "description": 'How; "fast" if unsure'},
                "limit": {"type": "integer", "minimum": 1, "maximum": 50},
                "url": {"type": "string", "format": "uri-reference", "maxLength": 8},
                "todos": {
                    "type": "array",
                    "maxItems": 1,
                    "items": {
                        "type": "object",
                        "properties": {"status": {"enum": ["pending", "completed"]}},
                        "required": ["status"],
                        "additionalProperties": False,
                    },
                },
                "labels": {
                    "type": "object",
                    "propertyNames": {"type": "string", "enum": ["a", "b"]},
                    "additionalProperties": {"type": "boolean"},
                },
            },
            "required": ["mode", "limit"],
            "additionalProperties": False,
        },
    }


def agent_request(**fields: Any) -> dict[str, Any]:
    return {
        "max_tokens": 32000,
        "system": [
            {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.0; cch=4f1a2;"},
            {"type": "text", "text": "You are an agent.", "cache_control": EPHEMERAL},
            {"type": "text", "text": "# Tone\nBe brief.\n" * 20, "cache_control": EPHEMERAL | {"ttl": "1h"}},
        ],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "<system-reminder>\nToday is Monday.\n</system-reminder>"},
                    {"type": "text", "text": "Fix the bug.", "cache_control": EPHEMERAL},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "I read both files.", "signature": "EqQBCgIYAg=="},
                    {"type": "text", "text": "I will look."},
                    {
                        "type": "tool_use",
                        "id": "toolu_1",
                        "name": "Read",
                        "input": {"mode": "fast", "limit": 1},
                    },
                    {
                        "type": "tool_use",
                        "id": "toolu_2",
                        "name": "Bash",
                        "input": {"mode": "slow", "limit": 2},
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "toolu_1",
                        "content": [
                            {"type": "text", "text": "1\tdef f():"},
                            {"type": "text", "text": "2\tpass"},
                        ],
                    },
                    {
                        "type": "tool_result",
                        "tool_use_id": "toolu_2",
                        "content": "exit code 1",
                        "is_error": True,
                        "cache_control": EPHEMERAL,
                    },
                    {"type": "text", "text": "Go on."},
                ],
            },
            {"role": "system", "content": "The user is away."},
        ],
        "tools": [tool(name) for name in TOOL_NAMES[:-1]]
        + [tool(TOOL_NAMES[-1]) | {"cache_control": EPHEMERAL}],
        "metadata": {"user_id": "user_1_account__session_2"},
        "thinking": {"type": "adaptive"},
        "output_config": {"effort": "high"},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "temperature": 1,
        "stream": True,
    } | fields
