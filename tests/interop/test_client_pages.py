"""The programs in docs/clients, run as they are written."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interop.test_clients import HERE, LANGCHAIN, NODE, ROOT
from tests.serving import RunningServer

PAGES = ROOT / "docs" / "clients"
PYTHON = {
    "openai": sys.executable,
    "anthropic": sys.executable,
    "sdk": sys.executable,
    "langchain": LANGCHAIN,
    "litellm": str(ROOT / ".venv-agents/bin/python"),
}
"""The interpreter whose environment has what a page imports."""
PROGRAMS = [
    pytest.param(page.stem, language, code, id=f"{page.stem}-{number}")
    for page in sorted(PAGES.glob("*.md"))
    for number, (language, code) in enumerate(
        re.findall(r"```(python|js)\n(.*?)```", page.read_text(), re.DOTALL)
    )
    if page.stem in PYTHON or language == "js"
]


@pytest.mark.parametrize(("page", "language", "code"), PROGRAMS)
def test_a_page_runs(server: RunningServer, tmp_path: Path, page: str, language: str, code: str) -> None:
    here = code.replace("http://localhost:8000", server.url).replace("my-model", server.model)
    if language == "js":
        command = [NODE, "--input-type=module", "--eval", here]
    elif not Path(PYTHON[page]).exists():
        pytest.skip(f"{PYTHON[page]} is not there; `make agents` installs it")
    else:
        command = [PYTHON[page], "-c", here]
    environment = {"PYTHONPATH": str(ROOT / "sdk/python/src"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    ran = subprocess.run(
        command, cwd=HERE, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
