# Written by `python -m codegen` from openapi/. Never edited by hand.
"""Every operation of the contract."""

from typing import Any, Literal, NamedTuple

from accord.generated import models
from accord.generated.base import ContractModel


class Operation(NamedTuple):
    """An operation: a pattern of its paths, the types of its body and parameters, the shape of its errors."""

    id: str
    tag: str
    method: str
    pattern: str
    body: Any
    parameters: type[ContractModel] | None
    error_shape: Literal["openai", "anthropic"]


OPERATIONS: dict[str, Operation] = {
    "create_chat_completion": Operation(
        "create_chat_completion",
        "chat",
        "POST",
        r"/v1/chat/completions",
        models.ChatCompletionRequest,
        None,
        "openai",
    ),
    "create_completion": Operation(
        "create_completion",
        "completions",
        "POST",
        r"/v1/completions",
        models.CompletionRequest,
        None,
        "openai",
    ),
    "list_models": Operation("list_models", "models", "GET", r"/v1/models", None, None, "openai"),
    "retrieve_model": Operation(
        "retrieve_model", "models", "GET", r"/v1/models/.+", None, models.RetrieveModelParameters, "openai"
    ),
    "tokenize": Operation("tokenize", "tokens", "POST", r"/tokenize", models.TokenizeRequest, None, "openai"),
    "detokenize": Operation(
        "detokenize", "tokens", "POST", r"/detokenize", models.DetokenizeRequest, None, "openai"
    ),
    "get_health_live": Operation(
        "get_health_live", "management", "GET", r"/v1/health/live", None, None, "openai"
    ),
    "get_health_ready": Operation(
        "get_health_ready", "management", "GET", r"/v1/health/ready", None, None, "openai"
    ),
    "get_version": Operation("get_version", "management", "GET", r"/v1/version", None, None, "openai"),
    "get_metrics": Operation("get_metrics", "management", "GET", r"/v1/metrics", None, None, "openai"),
    "get_prometheus_metrics": Operation(
        "get_prometheus_metrics", "management", "GET", r"/metrics", None, None, "openai"
    ),
}
