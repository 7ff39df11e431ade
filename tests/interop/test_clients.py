"""Third-party clients against a running server, each in its own environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import RunningServer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NODE = str(Path(sys.executable).parent / "node")
# One event loop for all: LangChain keeps its connections for as long as the process runs.
LOOP = [f"asyncio_default_{kind}_loop_scope=session" for kind in ("fixture", "test")]
ASYNCIO = [option for value in ("asyncio_mode=auto", *LOOP) for option in ("-o", value)]
LANGCHAIN = str(ROOT / ".venv-interop/bin/python")


def run(server: RunningServer, *command: str) -> None:
    ran = subprocess.run(
        command,
        cwd=HERE,
        env=os.environ | {"ACCORD_URL": server.url, "ACCORD_MODEL": server.model, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("client", ["openai", "anthropic", "ai_sdk"])
def test_a_client_for_node(server: RunningServer, client: str) -> None:
    run(server, NODE, "--test", f"{client}.test.mjs")


def test_langchain(server: RunningServer) -> None:
    options = ["-c", os.devnull, "--rootdir", str(HERE), "-p", "no:cacheprovider", "--confcutdir", str(HERE)]
    run(server, LANGCHAIN, "-m", "pytest", "-q", *options, *ASYNCIO, "langchain_clients.py")
