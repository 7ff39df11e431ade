"""Keeps log probabilities without the tokens' texts, which vLLM decodes one by one.

They are not used: the server reports each token as it is by itself (`engine/vllm/spellings.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from vllm.sampling_params import SamplingParams
from vllm.v1.engine import EngineCoreOutput, EngineCoreRequest
from vllm.v1.engine.logprobs import LogprobsProcessor
from vllm.v1.outputs import LogprobsLists

from accord.engine.vllm.shortcuts.examples import ID, example_request
from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters

MADE = "from_new_request"


class WithoutTexts(Shortcut):
    """Hides the tokenizer from vLLM's log probabilities of a request."""

    name = "logprobs"
    what = "Does not decode the texts of the tokens in log probabilities."

    def fits(self) -> str | None:
        if reason := other_parameters(LogprobsProcessor, MADE, "tokenizer request"):
            return reason
        ways = [self._stored(tokenizer) for tokenizer in (self.backend.tokenizer, None)]
        return None if ways[0] == ways[1] else "without texts vLLM returns other log probabilities"

    def _stored(self, tokenizer: Any) -> list[Any]:
        """Return what vLLM keeps of an example, but for the texts."""
        request = example_request([1, 2, 3], SamplingParams(logprobs=2))
        processor = LogprobsProcessor.from_new_request(tokenizer=tokenizer, request=request)
        for token in (5, 6):
            row = LogprobsLists(np.array([[token, 7, 5]]), np.array([[-2.5, -0.5, -1.0]]), np.array([3]))
            processor.update_from_output(EngineCoreOutput(ID, [token], new_logprobs=row))
        kept = [{i: (p.logprob, p.rank) for i, p in position.items()} for position in processor.logprobs]
        return [kept, processor.cumulative_logprob]

    def install(self) -> None:
        vllms = LogprobsProcessor.from_new_request

        def from_new_request(tokenizer: Any, request: EngineCoreRequest) -> LogprobsProcessor:
            return vllms(None, request)

        self.patches.replace(LogprobsProcessor, MADE, staticmethod(from_new_request))


SHORTCUT = WithoutTexts
