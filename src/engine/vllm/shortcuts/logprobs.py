"""Keeps log probabilities without the tokens' texts, and without an object for each token.

vLLM decodes the texts one by one. They are not used: the server reports each token as it is by itself
(`engine/vllm/spellings.py`). A long answer or prompt has hundreds of thousands of the objects and of their
numbers; making them, collecting garbage among them and freeing them holds the event loop.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any, overload

import numpy as np
import torch
from vllm.logprobs import FlatLogprobs, LogprobsOnePosition, append_logprobs_for_next_position
from vllm.sampling_params import SamplingParams
from vllm.v1.engine import EngineCoreOutput, EngineCoreRequest
from vllm.v1.engine.logprobs import NONES, LogprobsProcessor
from vllm.v1.outputs import LogprobsLists, LogprobsTensors

from accord.engine.vllm.shortcuts.examples import ID, example_request
from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters

MADE = "from_new_request"
PROMPTS = "_update_prompt_logprobs"
_FROM_NEW_REQUEST = LogprobsProcessor.from_new_request


class PromptPositions(Sequence[LogprobsOnePosition | None]):
    """What is known of a prompt's tokens, as the engine sends it; each position is made as it is read.

    The first one is None, as nothing predicts a prompt's first token.
    """

    def __init__(self, top: int) -> None:
        self._top = top
        self._blocks: list[LogprobsTensors] = []

    def add(self, tensors: LogprobsTensors) -> None:
        """Add the next positions."""
        self._blocks.append(tensors)

    def __len__(self) -> int:
        return 1 + sum(len(block.logprobs) for block in self._blocks)

    @overload
    def __getitem__(self, place: int) -> LogprobsOnePosition | None: ...
    @overload
    def __getitem__(self, place: slice) -> list[LogprobsOnePosition | None]: ...
    def __getitem__(
        self, place: int | slice
    ) -> LogprobsOnePosition | list[LogprobsOnePosition | None] | None:
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        row = range(len(self))[place] - 1
        if row < 0:
            return None
        for token_ids, logprobs, ranks, *_ in self._blocks:
            if row < len(logprobs):
                read: list[LogprobsOnePosition] = []
                of_row = token_ids[row].tolist(), logprobs[row].tolist(), NONES, ranks[row].item()
                append_logprobs_for_next_position(read, *of_row, self._top)
                return read[0]
            row -= len(logprobs)
        raise IndexError(place)


class _NoTexts:
    """In place of the list of the tokens' texts."""

    def append(self, text: None) -> None:
        pass

    def __getitem__(self, place: int | slice) -> _NoTexts | None:
        return self if isinstance(place, slice) else None


class CompactLogprobs(FlatLogprobs):  # type: ignore[misc]  # vllm is not followed
    """vLLM's compact form with arrays in place of its lists.

    An array is a quarter of a list's size, does not concern the garbage collector, and is freed at once.
    """

    def __init__(self) -> None:
        super().__init__(
            start_indices=array("q"),
            end_indices=array("q"),
            token_ids=array("q"),
            logprobs=array("d"),
            ranks=array("q"),
            decoded_tokens=_NoTexts(),
        )

    def append_fast(
        self,
        token_ids: list[int],
        logprobs: list[float],
        ranks: Iterable[int],
        decoded_tokens: Iterable[str | None],
    ) -> None:
        given = list(islice(ranks, len(token_ids)))
        self.start_indices.append(len(self.logprobs))
        self.token_ids.extend(token_ids[: len(given)])
        self.logprobs.extend(logprobs[: len(given)])
        self.ranks.extend(given)
        self.end_indices.append(len(self.logprobs))


def compact(request: EngineCoreRequest) -> LogprobsProcessor:
    """Return what keeps the log probabilities of a request, in vLLM's compact form and in ours."""
    kept = _FROM_NEW_REQUEST(None, request)
    if kept.logprobs is not None:
        kept.logprobs = CompactLogprobs()
    if kept.prompt_logprobs is not None:
        kept.prompt_logprobs = PromptPositions(kept.num_prompt_logprobs or 0)
        kept._update_prompt_logprobs = kept.prompt_logprobs.add
    return kept


class WithoutTexts(Shortcut):
    """Hides the tokenizer from vLLM's log probabilities of a request, and makes few objects of them."""

    name = "logprobs"
    what = "Does not decode the texts of the tokens in log probabilities, and makes few objects of them."

    def fits(self) -> str | None:
        if reason := other_parameters(LogprobsProcessor, MADE, "tokenizer request") or other_parameters(
            LogprobsProcessor, PROMPTS, "self prompt_logprobs_tensors"
        ):
            return reason
        parameters = "self token_ids logprobs ranks decoded_tokens"
        if reason := other_parameters(FlatLogprobs, "append_fast", parameters):
            return reason
        request = example_request([1, 2, 3], SamplingParams(logprobs=2, prompt_logprobs=1))
        vllms = LogprobsProcessor.from_new_request(tokenizer=self.backend.tokenizer, request=request)
        ways = [self._stored(processor) for processor in (vllms, compact(request))]
        return None if ways[0] == ways[1] else "without texts vLLM returns other log probabilities"

    def _stored(self, processor: LogprobsProcessor) -> list[Any]:
        """Return what vLLM keeps of an example, but for the texts."""
        tensors = torch.tensor([[5, 7], [6, 6]]), torch.tensor([[-2.5, -0.5], [-1.5, -1.5]])
        rows = LogprobsTensors(*tensors, torch.tensor([3, 1]))
        for token in (5, 6):
            row = LogprobsLists(
                np.array([[token, 7, 5, 9]]), np.array([[-2.5, -0.5, -1.0, -4.0]]), np.array([3])
            )
            output = EngineCoreOutput(ID, [token], new_logprobs=row, new_prompt_logprobs_tensors=rows)
            processor.update_from_output(output)
        prompt = processor.pop_prompt_logprobs() or ()
        kept = [
            position and {i: (p.logprob, p.rank) for i, p in position.items()}
            for position in chain(processor.logprobs, prompt)
        ]
        return [kept, processor.cumulative_logprob]

    def install(self) -> None:
        def from_new_request(tokenizer: Any, request: EngineCoreRequest) -> LogprobsProcessor:
            return compact(request)

        self.patches.replace(LogprobsProcessor, MADE, staticmethod(from_new_request))


SHORTCUT = WithoutTexts
