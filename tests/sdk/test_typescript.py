"""The TypeScript SDK, in Node: its types hold, its own tests pass, and what is packed of it runs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.serving import RunningServer

ROOT = Path(__file__).parents[2]
SDK = ROOT / "sdk/typescript"
NODE = str(Path(sys.executable).parent / "node")
TSC = str(ROOT / "tools/node_modules/typescript/bin/tsc")


def run(*command: str, cwd: Path = ROOT, environment: Mapping[str, str] | None = None) -> str:
    ran = subprocess.run(
        [NODE, *command],
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1"} | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_types_hold() -> None:
    run(TSC, "--project", "tests/sdk/tsconfig.json")


def test_every_operation(server: RunningServer) -> None:
    environment = {"ACCORD_URL": server.url, "ACCORD_MODEL": server.model}
    assert "\n# fail 0\n" in run("--test", "--test-reporter=tap", "tests/sdk/client.test.mts", environment=environment)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has the SDK installed, compiled."""
    package = tmp_path / "node_modules/accord-client"
    run(TSC, "--project", str(SDK), "--outDir", str(package / "dist"))
    shutil.copy(SDK / "package.json", package)
    return tmp_path


def test_the_quickstart(server: RunningServer, project: Path) -> None:
    [code] = re.findall(r"```typescript\n(.*?)```", (SDK / "README.md").read_text(), re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 10
    (project / "quickstart.ts").write_text(code.replace("http://localhost:8000", server.url))
    (project / "package.json").write_text('{"type": "module"}')
    types = ["--types", "node", "--typeRoots", str(ROOT / "tools/node_modules/@types")]
    run(TSC, "--noEmit", "--strict", "--module", "nodenext", *types, "quickstart.ts", cwd=project)
    assert len(run("quickstart.ts", cwd=project).splitlines()) > 1
