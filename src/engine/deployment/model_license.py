"""Finds a model's license: a text in its folder, or a name in its card or GGUF file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from accord.engine.deployment.gguf_metadata import gguf_metadata
from accord.engine.deployment.model_files import ModelFiles
from accord.licenses import License

TEXTS = ("license", "licence", "copying")
CARD = "README.md"


def model_license(files: ModelFiles) -> License | None:
    """Return the model's license; None if its files name none."""
    declared = _from_card(files.folder / CARD) or _from_gguf(files.origin)
    text = next((f for f in sorted(files.folder.iterdir()) if _is_text(f)), None)
    if text is None:
        return declared
    content = text.read_text(errors="replace")
    heading = next((line.strip("# \t") for line in content.splitlines() if line.strip("# \t")), text.name)
    return License(declared.name if declared else heading, text, content, declared.url if declared else None)


def _is_text(file: Path) -> bool:
    return file.is_file() and file.name.lower().split(".")[0] in TEXTS


def _from_card(card: Path) -> License | None:
    """Return the YAML at the top of a Hugging Face model card."""
    try:
        _, front, *_ = card.read_text(errors="replace").split("---\n", 2)
        fields = yaml.safe_load(front)
    except (OSError, ValueError, yaml.YAMLError):
        return None
    return _declared(
        fields if isinstance(fields, dict) else {}, "license", "license_name", "license_link", card
    )


def _from_gguf(file: Path | None) -> License | None:
    if file is None or not file.is_file():
        return None
    prefix = "general.license"
    return _declared(gguf_metadata(file), prefix, f"{prefix}.name", f"{prefix}.link", file)


def _declared(fields: dict[str, Any], key: str, name: str, link: str, path: Path) -> License | None:
    license_ = fields.get(key)
    if not isinstance(license_, str):
        return None
    own_name = fields.get(name) if license_ == "other" else None  # Hugging Face's value for a custom license
    url = fields.get(link)
    return License(str(own_name or license_), path, url=url if isinstance(url, str) else None)
