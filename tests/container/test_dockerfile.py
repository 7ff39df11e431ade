"""The Dockerfile's build steps, run in a fresh folder, because CI has no container engine."""

import filecmp
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.serving import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
"""Until a server says that it lives, the first time that its modules are imported, on a busy machine."""
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def instructions(stage: int) -> list[tuple[str, str]]:
    """The instructions of one stage, in order."""
    stages = re.split(r"(?m)^FROM ", DOCKERFILE)[1:]
    found = re.findall(r"(?m)^(COPY|RUN) (.+)$", stages[stage])
    return [(keyword, rest.strip()) for keyword, rest in found]


def in_build_context(name: str) -> bool:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    return any(fnmatch.fnmatch(name, pattern) for pattern in kept)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build stage leaves in its work folder, for the CPU."""
    folder = tmp_path_factory.mktemp("build")
    for keyword, rest in instructions(0):
        if keyword == "COPY":
            *sources, target = rest.split()
            for source in sources:
                assert in_build_context(source), f"{source} is not in the build context"
                if (ROOT / source).is_dir():
                    shutil.copytree(
                        ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__")
                    )
                else:
                    shutil.copy(ROOT / source, folder / target)
        elif rest.startswith("make"):
            uncompiled = {} if ".venv" in os.listdir(folder) else UNCOMPILED
            subprocess.run(
                ["bash", "-eo", "pipefail", "-c", rest],
                cwd=folder,
                check=True,
                env=os.environ | {"DEVICE": "cpu"} | uncompiled,
            )
            if uncompiled:
                take_bytecode(folder / ".venv")
    return folder


UNCOMPILED = {"UV_COMPILE_BYTECODE": "0", "PIP_NO_COMPILE": "1"}
"""For `make env`: it has made the tests' own environment, too, which has the bytecode of the same modules (a
minute of CPU). If it compiles none, there is none to take."""


def take_bytecode(environment: Path) -> None:
    """Link the bytecode of the modules that the tests' own environment has, too."""
    [own] = (Path(sys.prefix) / "lib").glob("python3*/site-packages")
    [new] = (environment / "lib").glob("python3*/site-packages")
    for compiled in own.rglob(f"__pycache__/*.{sys.implementation.cache_tag}.pyc"):
        source = compiled.parent.parent / f"{compiled.name.split('.')[0]}.py"
        target = new / source.relative_to(own)
        if not (source.exists() and target.exists()):
            continue
        if not same(source, target):
            continue
        (target.parent / "__pycache__").mkdir(exist_ok=True)
        with suppress(FileExistsError):
            os.link(compiled, target.parent / "__pycache__" / compiled.name)


def same(source: Path, target: Path) -> bool:
    """Whether the bytecode of a module is that of another, which gets its time, since bytecode has that."""
    if source.samefile(target):
        return True
    if target.stat().st_nlink > 1 or not filecmp.cmp(source, target, shallow=False):
        return False
    os.utime(target, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
    return True


def test_the_built_environment_runs_accord_from_a_copy_of_its_sources(image: Path) -> None:
    accord = image / ".venv/bin/accord"
    version = subprocess.run([accord, "--version"], capture_output=True, text=True, check=True, cwd="/")
    assert version.stdout.startswith("accord ")
    where = [str(image / ".venv/bin/python"), "-c", "import accord; print(accord.__file__)"]
    found = subprocess.run(where, capture_output=True, text=True, check=True, cwd="/").stdout
    assert found.startswith(str(image / ".venv/lib"))


def test_the_image_has_the_bytecode_of_what_it_runs(image: Path) -> None:
    """Its user may not write there: each start of each process would compile every module anew."""
    [packages] = (image / ".venv/lib").glob("python3*/site-packages")
    for name in ("accord", "vllm", "torch", "transformers"):
        modules = list((packages / name).rglob("*.py"))
        without = [each for each in modules if not compiled(each)]
        assert len(without) < 0.02 * len(modules), without[:10]  # some are no code of this Python's


def compiled(module: Path) -> bool:
    return bool(list((module.parent / "__pycache__").glob(f"{module.stem}.cpython-*.pyc")))


def test_the_image_lists_what_it_holds(image: Path) -> None:
    """Every package that is locked, at its version; the tool that writes the list has validated it."""
    listed = json.loads((image / ".venv/sbom.cdx.json").read_text())
    assert listed["bomFormat"] == "CycloneDX"
    held = {
        (normalized(component["name"]), component["version"])
        for component in listed["components"]
        if component["purl"].startswith("pkg:pypi/")
    }
    locked = installed_here((ROOT / "requirements/cpu.txt").read_text())
    assert len(locked) > 100
    assert locked.items() <= held
    assert "torch" in {name for name, _ in held}
    assert not (image / ".venv-audit").exists()


def normalized(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_here(requirements: str) -> dict[str, str]:
    """The packages that a requirements file names for this Python on this machine."""
    logical = requirements.replace("\\\n", " ")
    parsed = (Requirement(line.split(" --hash")[0]) for line in logical.splitlines() if "==" in line)
    return {
        normalized(each.name): str(each.specifier).removeprefix("==")
        for each in parsed
        if each.marker is None or each.marker.evaluate()
    }


def test_the_health_check_follows_the_server(image: Path, tmp_path: Path) -> None:
    accord = str(image / ".venv/bin/accord")
    port = str(free_port())
    environment = os.environ | {
        "NIM_SERVER_PORT": port,
        "ACCORD_HOST": "127.0.0.1",
        "NIM_CACHE_PATH": str(tmp_path),
    }
    probe = [accord, "probe"]
    assert subprocess.run(probe, env=environment, capture_output=True).returncode == 1
    with subprocess.Popen(
        [accord, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as server:
        try:
            deadline = time.monotonic() + START_SECONDS
            while subprocess.run(probe, env=environment, capture_output=True).returncode != 0:
                assert server.poll() is None
                assert time.monotonic() < deadline
        finally:
            server.terminate()
        assert server.wait(60) == 0


def test_files_that_the_image_copies_are_in_the_build_context() -> None:
    sources = [
        rest.split()[0] for keyword, rest in instructions(1) if keyword == "COPY" and "--from" not in rest
    ]
    assert sources == ["deploy/nim/model_manifest.yaml"]
    for source in sources:
        assert (ROOT / source).is_file()
        assert in_build_context(str(Path(source).parent))


def test_compose_builds_this_dockerfile() -> None:
    for name in ("compose.yaml", "compose.cuda.yaml"):
        service = yaml.safe_load((ROOT / "deploy" / name).read_text())["services"]["accord"]
        assert service["build"]["args"]["DEVICE"] in ("cpu", "cuda")
