"""A program's environment: a new home folder and a new project."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.agents.pages import Page

HERE = Path(__file__).parent
GREETER = HERE / "greeter.py"
PACKAGES = HERE / "node_modules"
AIDER = HERE.parents[1] / ".venv-agents" / "bin"
CLIENTS = HERE.parents[1] / ".venv-interop" / "bin"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: a program that asks any other host than this one fails at once."""


def link_programs(folder: Path) -> None:
    """Link the programs into one folder: npm installs some for each platform."""
    found = {
        "claude": next(PACKAGES.glob("@anthropic-ai/claude-code-*/claude"), None),
        "opencode": next(PACKAGES.glob("opencode-*/bin/opencode"), None),
        **{name: PACKAGES / ".bin" / name for name in ("codex", "qwen", "cline", "cn")},
        "aider": AIDER / "aider",
        **{name: Path(sys.executable).parent / name for name in ("node", "python")},
    }
    for name, program in found.items():
        if program is not None and program.exists():
            (folder / name).symlink_to(program)


@dataclass(frozen=True)
class Ran:
    """A program's exit code and output."""

    code: int
    output: str
    errors: str


@dataclass
class Workspace:
    """One program's files and environment."""

    folder: Path
    programs: Path
    shell: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        self.project = self.folder / "project"
        self.temporary = self.folder / "tmp"  # without a variable for the home folder
        self.home.mkdir(parents=True)
        self.temporary.mkdir()
        self.project.mkdir()
        (self.project / "greeting.txt").write_text("Hello, wold!\n")
        git = shutil.which("git")
        assert git is not None, "the programs want git: apt-get install git"
        who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
        for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "A greeting"]):
            subprocess.run([git, *arguments], cwd=self.project, check=True)

    @property
    def greeting(self) -> Path:
        return self.project / "greeting.txt"

    def picture(self) -> Path:
        """Add an image to the project."""
        file = self.project / "picture.png"
        file.write_bytes(base64.b64decode(PICTURE))
        return file

    def follow(self, page: Page) -> None:
        """Write the page's files, and keep its commands for the shell that starts the program."""
        for path, text in page.files.items():
            file = self.home / path[2:] if path.startswith("~/") else self.project / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.shell += page.shell

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["/bin/bash", "-c", f'set -e\n{self.shell}\nexec "$@"', "bash", *command],
            cwd=self.project,
            env={
                "PATH": f"{self.programs}{os.pathsep}{os.defpath}:/usr/local/bin",
                "HOME": str(self.home),
                "TMPDIR": str(self.temporary),
                "LANG": "C.UTF-8",
                "TERM": "dumb",
                **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE),
                **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost"),
                **self.environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *command: str, seconds: float = 60) -> Ran:
        """Run a program until it ends."""
        with self.start(*command) as process:
            try:
                output, errors = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                output, errors = process.communicate()
                raise AssertionError(
                    f"{command[0]} took more than {seconds} s:\n{output[-3000:]}\n{errors[-3000:]}"
                ) from None
        return Ran(process.returncode, output, errors)

    def interrupted(self, *command: str, when: Callable[[], bool]) -> None:
        """Start a program, and interrupt it as Ctrl+C does."""
        with self.start(*command) as process:
            deadline = time.monotonic() + 60
            while not when():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline, "it never came to that"
                time.sleep(0.05)
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=120)

    def end(self) -> None:
        """End processes that the programs have left: Cline leaves a hub, which serves its next sessions."""
        for asked in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.monotonic() + 10
            while (left := self._left()) and time.monotonic() < deadline:
                for process in left:
                    with suppress(ProcessLookupError):
                        os.kill(process, asked)
                time.sleep(0.05)
        assert not left, f"they do not end: {left}"

    def _left(self) -> list[int]:
        """Return the running processes that have this home folder."""
        mine = f"HOME={self.home}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mine in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def done(self, *command: str, seconds: float = 60) -> str:
        """Run a program that must succeed, and return its output, without blank lines around it."""
        ran = self.run(*command, seconds=seconds)
        assert ran.code == 0, (
            f"{command[0]} ended with {ran.code}:\n{ran.output[-3000:]}\n{ran.errors[-3000:]}"
        )
        return ran.output.strip()
