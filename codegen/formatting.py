"""Formats generated Python as the rest of the code."""

from __future__ import annotations

import subprocess
import sys


def formatted(source: str) -> str:
    """Return `source` as ruff formats it."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "generated.py", "-"]
    return subprocess.run(command, input=source, text=True, capture_output=True, check=True).stdout
