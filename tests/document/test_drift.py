"""Server and contract cannot diverge: each attempt, on a copy of the tree, fails a gate."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HANDLER = "src/handlers/management.py"
CONTRACT = "openapi/schemas/management.yaml"


@dataclass(frozen=True)
class Tree:
    """A copy of the gates' input; `cache` is mypy's."""

    folder: Path
    cache: Path

    def replace(self, file: str, old: str, new: str) -> int:
        """Change one place of a file and return its line."""
        path = self.folder / file
        text = path.read_text()
        assert text.count(old) == 1, f"{file} has {text.count(old)} times: {old}"
        path.write_text(text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def mypy(self) -> str:
        return self._run("mypy", "--cache-dir", str(self.cache), "-m", "accord.handlers.management")

    def codegen(self, *options: str) -> str:
        return self._run("codegen", *options)

    def _run(self, module: str, *options: str) -> str:
        """Return the output of a gate; nothing if it passes."""
        run = subprocess.run(
            [sys.executable, "-m", module, *options],
            cwd=self.folder,
            env=os.environ | {"MYPYPATH": str(self.folder / "path"), "PYTHONPATH": ""},
            capture_output=True,
            text=True,
        )
        return run.stdout + run.stderr if run.returncode else ""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of mypy's cache of the repository, if it has one; without it, the first run takes 16 s of CPU.

    It consists of SQLite databases, which another mypy may be writing.
    """
    folder = tmp_path_factory.mktemp("mypy")
    for file in (ROOT / ".mypy_cache").glob("3.*/cache.*.db"):
        copy = folder / file.relative_to(ROOT / ".mypy_cache")
        copy.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(file)) as theirs, closing(sqlite3.connect(copy)) as ours:
            theirs.backup(ours)
    return folder


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drift") / "tree"
    (folder / "path").mkdir(parents=True)
    (folder / "path" / "accord").symlink_to("../src")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def tree(copied: Path, cache: Path) -> Tree:
    """The repository's tree, in the same folder each time, so that mypy checks only the changes."""
    for name in ("openapi", "codegen", "docs", "src"):
        shutil.rmtree(copied / name, ignore_errors=True)
        shutil.copytree(
            ROOT / name, copied / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    return Tree(copied, cache)


VERSION = "models.Version(release=call.services.release, api=call.services.contract_version)"

REQUIRED = """  required: [release, api]
  properties:
    release:
      type: string
"""
BUILT = "    built: {type: string, description: When the release was built.}\n"
FIELD_MORE = REQUIRED.replace("api]", "api, built]").replace("    release:", BUILT + "    release:")


def test_the_tree_as_it_is_passes(tree: Tree) -> None:
    assert tree.codegen("--check") == ""
    assert tree.mypy() == ""


def test_a_field_less_in_a_handlers_answer(tree: Tree) -> None:
    line = tree.replace(HANDLER, VERSION, "models.Version(release=call.services.release)")
    assert f'{HANDLER}:{line}: error: Missing named argument "api" for "Version"' in _from_src(tree.mypy())


def test_another_type_in_a_handlers_answer(tree: Tree) -> None:
    line = tree.replace(HANDLER, VERSION, VERSION.replace("call.services.release", "1"))
    said = _from_src(tree.mypy())
    assert f'{HANDLER}:{line}: error: Argument "release" to "Version" has incompatible type "int"' in said


def test_another_model_than_the_operations(tree: Tree) -> None:
    other = 'models.HealthLive(object="health.response", message="Live.", status="live")'
    line = tree.replace(HANDLER, VERSION, other)
    said = _from_src(tree.mypy())
    assert f"{HANDLER}:{line}: error: Incompatible return value type" in said


def test_a_field_more_in_the_contract(tree: Tree) -> None:
    tree.replace(CONTRACT, REQUIRED, FIELD_MORE)
    said = tree.codegen("--check")
    assert "src/generated/openapi.json#/components/schemas/Version/" in said
    assert "src/generated/models.py:" in said
    assert tree.codegen() == ""
    assert f'{HANDLER}:{_line(VERSION)}: error: Missing named argument "built"' in _from_src(tree.mypy())


def test_another_type_in_the_contract(tree: Tree) -> None:
    tree.replace(CONTRACT, REQUIRED, REQUIRED.replace("string", "integer"))
    said = tree.codegen("--check")
    assert "src/generated/openapi.json#/components/schemas/Version/properties/release/type" in said
    assert tree.codegen() == ""
    said = _from_src(tree.mypy())
    assert f'{HANDLER}:{_line(VERSION)}: error: Argument "release" to "Version" has incompatible type' in said


def test_generated_code_changed_by_hand(tree: Tree) -> None:
    line = tree.replace("src/generated/contract.py", 'VERSION = "', 'VERSION = "9')
    assert f"src/generated/contract.py:{line} is not what" in tree.codegen("--check")


def _line(text: str) -> int:
    source = (ROOT / HANDLER).read_text()
    return source[: source.index(text)].count("\n") + 1


def _from_src(said: str) -> str:
    return said.replace("path/accord/", "src/")
