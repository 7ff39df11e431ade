"""`make release` on a copy of the tree."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEW = "0.99.0"


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What is in git here, or could be, in a repository of its own."""
    folder = tmp_path / "tree"
    for name in _git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if name.startswith(("tests/", "bench/", "docs/images/")) or not (ROOT / name).is_file():
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    log = folder / "CHANGELOG.md"  # right after a release, nothing is unreleased
    log.write_text(log.read_text().replace("## [Unreleased]\n", "## [Unreleased]\n\n* A change.\n", 1))
    _git(folder, "init", "--quiet")
    (folder / "tools/node_modules").symlink_to(ROOT / "tools/node_modules")
    (folder / ".git/info/exclude").write_text("node_modules\n")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "Before")
    return folder


def release(tree: Path, version: str) -> subprocess.CompletedProcess[str]:
    names = {f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        [sys.executable, "-m", "codegen.release", version],
        cwd=tree,
        env=os.environ | names | {"PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )


def test_a_release_has_its_version_everywhere(tree: Path) -> None:
    ran = release(tree, NEW)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for name in ("pyproject.toml", "src/__init__.py", "openapi/openapi.yaml", "Dockerfile"):
        assert NEW in (tree / name).read_text(), name
    assert NEW in (tree / "src/generated/contract.py").read_text()
    assert NEW in (tree / "sdk/python/pyproject.toml").read_text()
    assert json.loads((tree / "sdk/typescript/package.json").read_text())["version"] == NEW
    assert json.loads((tree / f"openapi/released/{NEW}.json").read_text())["info"]["version"] == NEW
    assert f"## [Unreleased]\n\n## [{NEW}] - 20" in (tree / "CHANGELOG.md").read_text()
    assert f"version: {NEW}" in (tree / "deploy/helm/accord/Chart.yaml").read_text()
    assert f"tag: {NEW}" in (tree / "docs/nim.md").read_text()
    assert _git(tree, "tag").split() == [f"v{NEW}"]
    assert not _git(tree, "status", "--porcelain")


def test_an_unready_tree_is_not_released(tree: Path) -> None:
    assert "a version is three numbers" in release(tree, "1.0").stderr
    (tree / "stray").touch()
    assert "changes that are not committed:\n?? stray" in release(tree, NEW).stderr
    (tree / "stray").unlink()
    log = tree / "CHANGELOG.md"
    log.write_text("# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-11-23\n\n* First.\n")
    _git(tree, "commit", "--quiet", "--all", "--message", "Nothing new")
    assert "CHANGELOG.md says nothing under '## [Unreleased]'" in release(tree, NEW).stderr
    log.write_text("# Changelog\n\n## [Unreleased]\n\n* More.\n")
    _git(tree, "commit", "--quiet", "--all", "--message", "Something new")
    too_low = release(tree, "0.1.0")
    assert "0.1.0.json has been released already" in too_low.stdout
    assert "nothing is changed" in too_low.stderr
    assert not _git(tree, "status", "--porcelain")
    assert not _git(tree, "tag")
