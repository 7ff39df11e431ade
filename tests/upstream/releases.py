"""The source of vLLM's next release, which `make .vllm-next/.done` downloads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.upstream.use import ROOT

NEXT = ROOT / ".vllm-next"
SOURCE = NEXT / "source"
IMPORTS = ("import vllm", "from vllm", "accord.engine.vllm")


def modules() -> list[Path]:
    """Return the unit tests that run some of vLLM's code, themselves or in a helper module."""
    folder = ROOT / "tests" / "unit"
    texts = {file: file.read_text() for file in sorted(folder.glob("*.py"))}
    direct = {file for file, text in texts.items() if any(each in text for each in IMPORTS)}
    helpers = tuple(f"from tests.unit.{file.stem} import" for file in direct)
    return [
        file
        for file, text in texts.items()
        if file.name.startswith("test_") and (file in direct or any(each in text for each in helpers))
    ]


def pytest_on_next(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the next release in place of the installed one; it has no compiled parts."""
    paths = [str(SOURCE), str(NEXT / "needs"), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "VLLM_TARGET_DEVICE": "cpu",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
