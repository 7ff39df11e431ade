"""Requests as vLLM's engine has them."""

from vllm.sampling_params import SamplingParams
from vllm.v1.engine import EngineCoreRequest


def engine_request(id_: str, prompt: list[int], params: SamplingParams) -> EngineCoreRequest:
    """Return a request for what follows `prompt`."""
    return EngineCoreRequest(
        request_id=id_,
        prompt_token_ids=prompt,
        mm_features=None,
        sampling_params=params,
        pooling_params=None,
        arrival_time=0.0,
        lora_request=None,
        cache_salt=None,
        data_parallel_rank=None,
        external_req_id=id_,
    )
