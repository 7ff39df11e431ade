"""`python -m codegen.settings_page` writes the tables of docs/configuration.md from the settings.

Not by `python -m codegen`, which writes modules that the settings import.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from accord.engine.deployment.serve_options import SERVE_OPTIONS, Outcome
from accord.server.settings import NO_OPTION, Settings

PAGE = Path(__file__).parent.parent / "docs" / "configuration.md"
GROUPS: dict[str, tuple[str, ...]] = {
    "Model": (
        "model",
        "served_model_name",
        "model_alias",
        "model_profile",
        "max_model_len",
        "tensor_parallel_size",
        "pipeline_parallel_size",
        "disable_cuda_graph",
        "cache_path",
        "disable_model_download",
    ),
    "LoRA adapters": ("peft_source", "peft_refresh_interval", "allow_runtime_lora_updating"),
    "Network": (
        "host",
        "port",
        "health_port",
        "api_server_count",
        "ssl_mode",
        "ssl_certs_path",
        "ssl_key_path",
        "ssl_ca_certs_path",
        "cors_allow_origins",
        "cors_allow_methods",
        "cors_allow_headers",
        "cors_expose_headers",
        "cors_max_age",
    ),
    "API keys": (
        "api_keys",
        "api_keys_file",
        "metrics_open",
        "key_concurrent_requests",
        "key_requests_per_minute",
        "key_tokens_per_minute",
    ),
    "Limits per request": (
        "max_concurrent_requests",
        "request_timeout",
        "max_body_bytes",
        "max_header_bytes",
        "max_choices",
        "receive_timeout",
        "send_timeout",
    ),
    "Responses": (
        "sse_keep_alive_interval",
        "enable_force_include_usage",
        "signing_key",
        "validate_responses",
        "docs",
    ),
    "MCP servers": (
        "mcp_servers",
        "mcp_client_servers",
        "mcp_max_calls",
        "mcp_call_timeout",
        "mcp_max_result_bytes",
    ),
    "Storage": ("database_url", "responses_max_age", "responses_max_count"),
    "Shutdown and engine failures": (
        "grace_seconds",
        "engine_restarts",
        "engine_hang_seconds",
        "engine_stall_seconds",
        "shortcuts",
    ),
    "Logging": ("log_level", "jsonl_logging"),
}
OTHERS = "Other"
COMPUTED = {
    "cache_path": "`~/.cache/accord`",
    "engine_hang_seconds": "330",
    "signing_key": "a new one at each start",
    "cors_expose_headers": "the headers that Accord sends",
}
"""Defaults that depend on the environment, or are long."""
OUTCOMES = {
    Outcome.REPLACED: "Rejected: use Accord's setting instead",
    Outcome.MISSING: "Rejected: not supported",
    Outcome.WITHOUT_EFFECT: "Accepted, but without effect",
}


def tables() -> dict[str, str]:
    """Return the page's generated sections by their names."""
    return {"settings": _settings(), "vllm": _vllm_options()}


def section(page: str, name: str) -> str:
    """Return the text between a section's markers."""
    found = _marked(name).search(page)
    assert found is not None, f"{PAGE} has no section {name}"
    return found[2].strip()


def _marked(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->\n)(.*?)(<!-- end of {name} -->)", re.DOTALL)


def _settings() -> str:
    grouped = {name for names in GROUPS.values() for name in names}
    others = tuple(name for name in Settings.model_fields if name not in grouped)
    groups = GROUPS | ({OTHERS: others} if others else {})
    parts = []
    for title, names in groups.items():
        rows = ["| variable and option | takes | default |", "| --- | --- | --- |", *map(_row, names)]
        parts.append("\n".join([f"### {title}", "", *rows]))
    return "\n\n".join(parts)


def _row(name: str) -> str:
    info = Settings.model_fields[name]
    option = "" if info.json_schema_extra == NO_OPTION else f"<br>`--{name.replace('_', '-')}`"
    takes = str(info.description).replace("|", "\\|").replace("*", "\\*")
    default = COMPUTED.get(name) or _default(info.get_default(call_default_factory=True))
    return f"| `{info.validation_alias}`{option} | {takes} | {default} |"


def _default(value: Any) -> str:
    if value in (None, [], PydanticUndefined):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"`{','.join(map(str, value))}`" if isinstance(value, list) else f"`{value}`"


def _vllm_options() -> str:
    parts = []
    for outcome, title in OUTCOMES.items():
        rows = [
            f"| `{name}` | {option.text.replace('*', chr(92) + '*')} |"
            for name, option in SERVE_OPTIONS.items()
            if option.outcome is outcome
        ]
        parts.append("\n".join([f"### {title}", "", "| option | reason |", "| --- | --- |", *rows]))
    return "\n\n".join(parts)


def main() -> int:
    page = PAGE.read_text()
    for name, text in tables().items():
        found = _marked(name).search(page)
        assert found is not None, f"{PAGE} has no section {name}"
        page = f"{page[: found.start(2)]}{text}\n{page[found.end(2) :]}"
    PAGE.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
