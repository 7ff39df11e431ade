"""Each private name of vLLM that Accord uses is listed, with the reason for it."""

from collections.abc import Callable

import pytest

from tests.upstream.private_names import LIST, is_private, unlisted, unused
from tests.upstream.use import FOLDER, Use

LLM = "vllm.v1.engine.async_llm"
RENDERER = "vllm.renderers.base"


def test_every_private_name_is_listed(uses: list[Use]) -> None:
    missing = sorted({f'{use.file}:{use.line}: "{use.name}" ({use.how})' for use in unlisted(uses, LIST)})
    assert not missing, "Say in src/engine/vllm/private_names.toml why these are needed:\n" + "\n".join(
        missing
    )


def test_every_listed_name_is_used(uses: list[Use]) -> None:
    gone = unused(uses, LIST)
    assert not gone, "Take out of src/engine/vllm/private_names.toml:\n" + "\n".join(gone)


@pytest.mark.parametrize("file", LIST)
def test_every_entry_gives_the_reason(file: str) -> None:
    assert (FOLDER / file).is_file()
    for entry in LIST[file]:
        assert entry.keys() == {"names", "why", "without"}, file
        assert entry["names"]
        assert all(entry[key].endswith(".") for key in ("why", "without")), file


@pytest.mark.parametrize(
    "use",
    [
        Use(
            "backend.py", 1, "vllm.v1.worker.worker_base.WorkerBase", "imported", "vllm.v1.worker.worker_base"
        ),
        Use("backend.py", 1, "AsyncLLM._add_request", "read", LLM),
        Use("backend.py", 1, "AsyncLLM.generate", "set", LLM),
        Use("backend.py", 1, "AsyncLLM.generate", "overridden", LLM),
        Use("backend.py", 1, "Worker.rank", "read", "vllm.v1.worker.worker_base"),
        Use("backend.py", 1, "?._anything", "read"),
    ],
    ids=lambda use: f"{use.name} {use.how}",
)
def test_a_new_private_name_is_reported(use: Use) -> None:
    assert unlisted([use], LIST) == [use]


@pytest.mark.parametrize(
    "use",
    [
        Use("backend.py", 1, "vllm.inputs.TextPrompt", "imported", "vllm.inputs"),
        Use("backend.py", 1, "AsyncLLM.generate", "read", LLM),
        Use("backend.py", 1, "SamplingParams.max_tokens", "set", "vllm.sampling_params"),
        Use("backend.py", 1, "BaseRenderer.tokenizer", "read", RENDERER),
    ],
    ids=lambda use: f"{use.name} {use.how}",
)
def test_public_names_and_members_of_listed_classes_need_no_entry(use: Use) -> None:
    assert unlisted([use], LIST) == []


def test_a_listed_name_that_is_no_longer_used_is_reported() -> None:
    entries = {"backend.py": [{"names": ["AsyncLLM._gone", "AsyncLLM._here"]}]}
    used = [Use("backend.py", 1, "AsyncLLM._here", "read", LLM)]
    assert all(is_private(use) for use in used)
    assert unused(used, entries) == ["backend.py: AsyncLLM._gone"]


def test_names_are_found_however_they_are_used(used_in: Callable[[str], list[Use]]) -> None:
    code = """
    from vllm.v1.engine.async_llm import AsyncLLM
    from vllm.v1.engine import output_processor

    def reach(llm: AsyncLLM, unknown):
        processor = llm.output_processor
        processor.process_outputs = None
        setattr(processor, "propagate_error", None)
        output_processor.STREAM_FINISHED = None
        return getattr(llm, "_add_request"), unknown._secret

    class Mine(AsyncLLM):
        def shutdown(self):
            self._run_output_handler()
    """
    assert {(use.name, use.how) for use in used_in(code)} == {
        ("vllm.v1.engine.async_llm.AsyncLLM", "imported"),
        ("vllm.v1.engine.output_processor", "imported"),
        ("AsyncLLM.output_processor", "read"),
        ("OutputProcessor.process_outputs", "set"),
        ("OutputProcessor.propagate_error", "set"),
        ("vllm.v1.engine.output_processor.STREAM_FINISHED", "set"),
        ("AsyncLLM._add_request", "read"),
        ("?._secret", "read"),
        ("AsyncLLM.shutdown", "overridden"),
        ("AsyncLLM._run_output_handler", "read"),
    }
