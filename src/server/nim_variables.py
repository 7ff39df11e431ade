"""Variables of a NIM container that are options of vLLM here, and those without effect.

Variables that are settings of Accord are in `settings.py`. A test compares docs/nim.md with both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from accord.engine.deployment.options import check_vllm_arguments

OPTIONS = {
    "NIM_NUM_COMPUTE_NODES": "--nnodes",
    "NIM_NODE_RANK": "--node-rank",
    "LWS_LEADER_ADDRESS": "--master-addr",
    "NIM_MAX_GPU_LORAS": "--max-loras",
    "NIM_MAX_CPU_LORAS": "--max-cpu-loras",
    "NIM_MAX_LORA_RANK": "--max-lora-rank",
    "NIM_MAX_NUM_SEQS": "--max-num-seqs",
    "NIM_KVCACHE_PERCENT": "--gpu-memory-utilization",
}
"""Variables, each with its option of vLLM."""
_OF_SEVERAL_NODES = ("NIM_NUM_COMPUTE_NODES", "NIM_NODE_RANK", "LWS_LEADER_ADDRESS")

SPECULATION = ("NIM_SPECDEC_ENABLE", "NIM_SPECDEC_ARGS", "NIM_DRAFT_MODEL_PATH")
"""The variables for vLLM's --speculative-config."""
DRAFT_TOKENS = 4
"""The default number of speculative tokens of a draft model."""

WITHOUT_EFFECT = {
    "NIM_CAPTURE_ENABLE": "Accord does not record requests.",
    "NIM_MIDDLEWARE_CONFIG_PATH": "Accord takes no middleware.",
    "NIM_NGINX_DIR": "Accord has no proxy inside.",
    "NIM_SAGEMAKER_MODE": "There is no /invocations; /ping is always served.",
    "NIM_REPOSITORY_OVERRIDE": "Nothing is downloaded from NGC; HF_ENDPOINT names another hub.",
    "NIM_ENABLE_OTEL": "Set OTEL_EXPORTER_OTLP_ENDPOINT for traces.",
}
"""Variables without effect, each with the reason."""
_OFF = ("", "0", "false", "no", "off")


class WrongVariable(ValueError):
    """A variable is wrong. The message is one line: its name, its value and what was expected."""


def vllm_options(environment: Mapping[str, str]) -> list[str]:
    """Return vLLM's options for NIM's variables. Raises WrongVariable."""
    several = environment.get("NIM_NUM_COMPUTE_NODES", "") not in ("", "1")
    options: list[str] = []
    for variable, option in OPTIONS.items():
        value = environment.get(variable)
        if not value or (variable in _OF_SEVERAL_NODES and not several):
            continue
        if wrong := check_vllm_arguments([option, value]):
            raise WrongVariable(f"{variable}, which sets vLLM's {wrong}")
        options += [option, value]
    return options + _speculation(environment)


def without_effect(environment: Mapping[str, str]) -> list[str]:
    """Return a line for each variable that is set but has no effect, with the reason."""
    lines = [
        f"{variable} has no effect. {reason}"
        for variable, reason in WITHOUT_EFFECT.items()
        if environment.get(variable, "").lower() not in _OFF
    ]
    if environment.get("NIM_SPECDEC_ENABLE", "").lower() not in _OFF and not _speculation(environment):
        lines.append(
            "NIM_SPECDEC_ENABLE has no effect. Profiles have no draft model; set NIM_SPECDEC_ARGS or "
            "NIM_DRAFT_MODEL_PATH."
        )
    return lines


def _speculation(environment: Mapping[str, str]) -> list[str]:
    enabled, given, draft = (environment.get(name, "") for name in SPECULATION)
    if not (given or draft) or (enabled and enabled.lower() in _OFF):
        return []
    config = _json_object("NIM_SPECDEC_ARGS", given) if given else {}
    if draft.startswith("ngc://"):
        raise WrongVariable(
            f"NIM_DRAFT_MODEL_PATH: got '{draft}'. Models of NGC are for NIM containers; give a folder or hf://ID."
        )
    if draft:
        config = {"model": draft.removeprefix("hf://"), "num_speculative_tokens": DRAFT_TOKENS} | config
    return ["--speculative-config", json.dumps(config)]


def _json_object(variable: str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise WrongVariable(
            f"{variable}: got '{text}'; expected a JSON object with fields of vLLM's --speculative-config."
        )
    return found
