"""A generated request and EngineCore's outputs for it, with which a shortcut is compared with vLLM's code."""

from __future__ import annotations

from typing import Any

from vllm.sampling_params import RequestOutputKind, SamplingParams
from vllm.v1.engine import EngineCoreOutput, EngineCoreRequest, FinishReason
from vllm.v1.engine.output_processor import OutputProcessor, RequestOutputCollector

from accord.engine.vllm.detokenizing import engine_request

PROMPT = "The quick brown fox, 漢字, jumps over 1,234 lazy dogs.\n\n  And then it says: "
OUTPUT = "Hello, 漢字とかな 🏳️\u200d🌈 e\u0301 and so on.\n\n\tThe end, isn't it? 3.14"
ID = "example"


def example_request(prompt: list[int], params: SamplingParams | None = None) -> EngineCoreRequest:
    """Return a streamed request that continues `prompt`."""
    params = params or SamplingParams()
    params.output_kind = RequestOutputKind.DELTA
    return engine_request(ID, prompt, params)


def begin(processor: OutputProcessor, prompt: list[int]) -> RequestOutputCollector:
    """Register an example with `processor`, and return the collector of its outputs."""
    collector = RequestOutputCollector(RequestOutputKind.DELTA, ID)
    processor.add_request(example_request(prompt), None, queue=collector)
    return collector


def core_outputs(token_ids: list[int]) -> list[list[EngineCoreOutput]]:
    """Return the steps in which EngineCore sends `token_ids`: one by one, but two in the second step."""
    pieces = [token_ids[:1], token_ids[1:3], *([token] for token in token_ids[3:])]
    steps = [[EngineCoreOutput(ID, piece)] for piece in pieces]
    steps[-1][0].finish_reason = FinishReason.LENGTH
    return steps


def read(output: Any) -> tuple[str, list[int], str | None]:
    """Return the content of one of vLLM's outputs for the only choice."""
    [choice] = output.outputs
    return choice.text, list(choice.token_ids), choice.finish_reason
