"""The parts of vLLM that Accord uses exist in the next release, with the same parameters and behavior."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.upstream import use
from tests.upstream.conftest import CACHE, NEXT_CACHE
from tests.upstream.releases import NEXT, SOURCE, modules, pytest_on_next
from tests.upstream.use import Use

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="session", autouse=True)
def next_release() -> None:
    assert (NEXT / ".done").exists(), "The source of vLLM's next release is missing: make .vllm-next/.done"


def test_modules_are_those_of_the_next_release(uses: list[Use]) -> None:
    """mypy would report a module that is gone in the installed release."""
    imported = {each.module for each in uses if each.how == "imported" and each.file != "compat.py"}
    places = [SOURCE.joinpath(*module.split(".")) for module in imported]
    gone = [place for place in places if not place.is_dir() and not place.with_suffix(".py").is_file()]
    assert not gone


def problems(source: Path | None, cache: Path) -> set[str]:
    """Return mypy's errors in Accord's modules, without lines.

    `compat.py` tries what only one release has.
    """
    found = use.errors(source, cache)
    return {
        f"{path}: {message}"
        for path, _, message in (each.split(":", 2) for each in found)
        if not path.endswith("/compat.py")
    }


def test_names_and_arguments_are_those_of_the_next_release() -> None:
    new = problems(SOURCE, NEXT_CACHE) - problems(None, CACHE)
    assert not new, "\n".join(sorted(new))


def test_a_name_and_an_argument_that_are_gone_are_reported(
    errors_in: Callable[[str, Path], list[str]],
) -> None:
    code = """
    from vllm.renderers.chat_utils import gone
    from vllm.sampling_params import SamplingParams
    from vllm.v1.engine.async_llm import AsyncLLM

    async def reach(llm: AsyncLLM):
        llm.gone
        await llm.abort("id", because="gone")
        SamplingParams(gone=1)
    """
    assert [each.split(": ", 1)[1] for each in errors_in(code, SOURCE)] == [
        'Module "vllm.renderers.chat_utils" has no attribute "gone"',
        '"AsyncLLM" has no attribute "gone"',
        'Unexpected keyword argument "because" for "abort" of "AsyncLLM"',
        'Unexpected keyword argument "gone" for "SamplingParams"',
    ]


def test_the_unit_tests_pass_on_the_next_release() -> None:
    assert len(modules()) > 10
    run = pytest_on_next(*map(str, modules()))
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]


def test_it_is_the_next_release_that_they_run_on(tmp_path: Path) -> None:
    module = tmp_path / "test_where.py"
    module.write_text(f"import vllm\ndef test_where(): assert vllm.__file__.startswith({str(SOURCE)!r})\n")
    run = pytest_on_next(str(module))
    assert run.returncode == 0, run.stdout
