"""`accord config`: prints every setting with its value and source."""

from __future__ import annotations

from typing import Any

from accord.server.settings import Settings
from accord.server.sources import Configuration
from accord.store.address import without_passwords

WIDEST = 40
"""The width of the column of values; a longer value shifts its own source."""
SECRET = ("key", "keys", "token", "secret", "password")


def config_report(configured: Configuration) -> str:
    """Return a line for each setting, with secrets masked, and one for vLLM's options."""
    rows = []
    for name, info in Settings.model_fields.items():
        value = getattr(configured.settings, name)
        rows.append((str(info.validation_alias), _text(name, value), configured.origins[name]))
    rows.append(("vLLM options", _masked_options(configured.vllm_arguments), ""))
    widths = [max(len(row[0]) for row in rows), WIDEST]
    return "\n".join(f"{n:<{widths[0]}}  {v:<{widths[1]}}  {o}".rstrip() for n, v, o in rows)


def _is_secret(name: str) -> bool:
    """Return whether the last word of `name` indicates a secret. A path to a secret is not one."""
    return name.replace("-", "_").lower().rsplit("_", 1)[-1] in SECRET


def _text(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if _is_secret(name):
        return "****"
    return without_passwords(",".join(map(str, value)) if isinstance(value, list) else str(value))


def _masked_options(arguments: list[str]) -> str:
    masked = []
    secret = False
    for argument in arguments:
        name, separator, _ = argument.partition("=")
        is_option = argument.startswith("--")
        if is_option and separator and _is_secret(name):
            argument = f"{name}=****"
        masked.append("****" if secret and not is_option else argument)
        secret = is_option and not separator and _is_secret(name)
    return " ".join(masked) or "-"
