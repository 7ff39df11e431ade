"""All settings: their names, values and defaults.

A value comes from the command line, else NIM_PASSTHROUGH_ARGS, else the environment, else the config file,
else the model's profile, else the default (`sources.py`).
"""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from accord.engine.deployment.device import longest_step
from accord.engine.vllm.shortcuts import NAMES
from accord.server.setting_types import (
    Aliases,
    ApiKeys,
    DatabaseUrl,
    Folder,
    Length,
    Level,
    McpServerList,
    Names,
    Port,
    ReadableFile,
    Shortcuts,
    SigningKey,
    default_cache,
    enabled_shortcuts,
    upper,
)
from accord.store.address import Address
from accord.store.folders import is_writable, network_file_system, temporary_folder
from accord.store.responses import Retention

DEFAULT_MODEL_NAME = "smollm2-135m-instruct"
API_KEYS = "ACCORD_API_KEYS"
API_KEYS_FILE = "ACCORD_API_KEYS_FILE"
SIGNING_KEY = "ACCORD_SIGNING_KEY"
HANG_MARGIN_SECONDS = 30
"""Seconds beyond vLLM's own limit for a step, so that vLLM logs its reason first."""
RATE_LIMIT_FIELDS = ("limit", "remaining", "reset")
READ_BY_CLIENTS = [
    *("x-request-id", "request-id", "x-ignored-parameters", "retry-after"),
    *(f"x-ratelimit-{field}-{kind}" for kind in ("requests", "tokens") for field in RATE_LIMIT_FIELDS),
    *(
        f"anthropic-ratelimit-{kind}-{field}"
        for kind in ("requests", "tokens")
        for field in RATE_LIMIT_FIELDS
    ),
]
"""Response headers that pages of other origins can read."""
NO_OPTION = {"option": False}
"""Secrets have no option: every user of a machine can read command lines."""
REPEATED = {"repeated": True}
"""Lists whose option takes several values, and can be given several times."""


def _setting(variable: str, takes: str, **kwargs: Any) -> Any:
    """Return a setting with the name `variable` in the environment; --help and errors use its description."""
    kwargs.setdefault("default", None)
    if "default_factory" in kwargs:
        del kwargs["default"]
    return Field(validation_alias=variable, description=takes, **kwargs)


class Settings(BaseSettings):
    """How to serve. Options on the command line are the fields' names with dashes."""

    model_config = SettingsConfigDict(
        case_sensitive=True, populate_by_name=True, extra="ignore", protected_namespaces=(), frozen=True
    )

    model: str | None = _setting(
        "NIM_MODEL_PATH", "a folder, a Hugging Face id or hf://ID; SmolLM2-135M-Instruct where not given"
    )
    served_model_name: Names | None = _setting(
        "NIM_SERVED_MODEL_NAME", "model names that requests use, separated by commas in the variable"
    )
    model_alias: Aliases = _setting(
        "ACCORD_MODEL_ALIAS",
        "rules PATTERN=NAME, separated by commas in the variable: model names that match the pattern, like "
        "claude-*, refer to the served model or adapter NAME",
        default_factory=list,
        json_schema_extra=REPEATED,
    )
    model_profile: str | None = _setting("NIM_MODEL_PROFILE", "the id or the name of a profile")
    host: str = _setting("ACCORD_HOST", "an address to listen on", default="0.0.0.0")  # noqa: S104
    port: Port = _setting("NIM_SERVER_PORT", "a port, 1 to 65535", default=8000)
    health_port: Port | None = _setting(
        "NIM_HEALTH_PORT", "a second port for health checks and metrics only, without TLS"
    )
    api_server_count: Annotated[int, Field(ge=1)] | None = _setting(
        "ACCORD_API_SERVER_COUNT",
        "a number of HTTP processes for one engine; by default one, or one per data parallel engine",
        json_schema_extra={"short": "-asc"},
    )
    api_keys: ApiKeys | None = _setting(
        API_KEYS,
        "keys, separated by commas: KEY or sha256:DIGEST, optionally followed by a space and a name",
        json_schema_extra=NO_OPTION,
    )
    api_keys_file: ReadableFile | None = _setting(
        API_KEYS_FILE,
        "a readable file, one key per line: KEY or sha256:DIGEST, optionally followed by a space and a name",
    )
    signing_key: SigningKey = _setting(
        SIGNING_KEY,
        "a secret of 16 characters or more that signs thinking in messages, the same for all replicas",
        default_factory=lambda: SecretStr(token_hex(32)),
        json_schema_extra=NO_OPTION,
    )
    metrics_open: bool = _setting(
        "ACCORD_METRICS_OPEN", "1 or 0: serve metrics without an API key", default=True
    )
    max_concurrent_requests: Annotated[int, Field(ge=1)] = _setting(
        "ACCORD_MAX_CONCURRENT_REQUESTS",
        "a number of concurrent requests; further requests are refused with a status that clients retry",
        default=4096,
    )
    key_concurrent_requests: Annotated[int, Field(ge=1)] | None = _setting(
        "ACCORD_KEY_CONCURRENT_REQUESTS", "a number of concurrent requests per API key"
    )
    key_requests_per_minute: Annotated[int, Field(ge=1)] | None = _setting(
        "ACCORD_KEY_REQUESTS_PER_MINUTE", "a number of requests per minute and API key"
    )
    key_tokens_per_minute: Annotated[int, Field(ge=1)] | None = _setting(
        "ACCORD_KEY_TOKENS_PER_MINUTE",
        "a number of prompt and completion tokens per minute and API key",
    )
    request_timeout: Annotated[float, Field(ge=0, allow_inf_nan=False)] = _setting(
        "ACCORD_REQUEST_TIMEOUT", "seconds after which a request is aborted; 0 for no timeout", default=0
    )
    log_level: Annotated[Level, BeforeValidator(upper)] = _setting(
        "NIM_LOG_LEVEL", "DEFAULT, TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL", default="DEFAULT"
    )
    jsonl_logging: bool = _setting("NIM_JSONL_LOGGING", "1 or 0: log JSON lines", default=False)
    validate_responses: Literal["off", "log", "raise"] = _setting(
        "ACCORD_VALIDATE_RESPONSES",
        "off, log or raise: validate responses against the contract, and log violations or fail the request",
        default="off",
        json_schema_extra={"alone": "log"},
    )
    grace_seconds: Annotated[float, Field(ge=0)] = _setting(
        "ACCORD_GRACE_SECONDS", "seconds for running requests to finish when the server stops", default=20
    )
    engine_restarts: Annotated[int, Field(ge=0)] = _setting(
        "ACCORD_ENGINE_RESTARTS",
        "a number of restarts of the engine in a row, after which another failure ends the server",
        default=5,
    )
    engine_hang_seconds: Annotated[float, Field(gt=0)] = _setting(
        "ACCORD_ENGINE_HANG_SECONDS",
        "seconds without a response from the engine, longer than any step, after which it counts as failed",
        default_factory=lambda: longest_step() + HANG_MARGIN_SECONDS,
    )
    engine_stall_seconds: Annotated[float, Field(gt=0)] = _setting(
        "ACCORD_ENGINE_STALL_SECONDS",
        "seconds in which the engine neither responds nor uses the CPU, after which it counts as failed",
        default=60,
    )
    shortcuts: Shortcuts = _setting(
        "ACCORD_SHORTCUTS",
        f"fast paths to use: all, none, or names separated by commas, with a dash before those to disable: "
        f"{', '.join(NAMES)}",
        default="all",
    )
    max_model_len: Length | None = _setting(
        "NIM_MAX_MODEL_LEN",
        "a number of tokens for prompt and answer together, like 8192, 8k or 8K; auto for as many as fit",
    )
    tensor_parallel_size: Annotated[int, Field(ge=1)] | None = _setting(
        "NIM_TENSOR_PARALLEL_SIZE", "a number of GPUs that share each layer"
    )
    pipeline_parallel_size: Annotated[int, Field(ge=1)] | None = _setting(
        "NIM_PIPELINE_PARALLEL_SIZE", "a number of stages to split the layers into"
    )
    cache_path: Path = _setting(
        "NIM_CACHE_PATH",
        "a folder for downloaded models, stored responses and caches",
        default_factory=default_cache,
    )
    disable_model_download: bool = _setting(
        "NIM_DISABLE_MODEL_DOWNLOAD", "1 or 0: never download a model", default=False
    )
    database_url: DatabaseUrl | None = _setting(
        "ACCORD_DATABASE_URL",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, where responses are stored",
    )
    responses_max_age: Annotated[float, Field(ge=0)] = _setting(
        "ACCORD_RESPONSES_MAX_AGE",
        "seconds until stored responses expire; 0 for never",
        default=30 * 24 * 3600,
    )
    responses_max_count: Annotated[int, Field(ge=0)] = _setting(
        "ACCORD_RESPONSES_MAX_COUNT",
        "a number of responses to store, beyond which the oldest expire; 0 for no limit",
        default=1_000_000,
    )
    disable_cuda_graph: bool = _setting(
        "NIM_DISABLE_CUDA_GRAPH", "1 or 0: run the model in eager mode", default=False
    )
    peft_source: Folder | None = _setting(
        "NIM_PEFT_SOURCE", "a folder with a subfolder for each LoRA adapter"
    )
    peft_refresh_interval: Annotated[float, Field(gt=0)] | None = _setting(
        "NIM_PEFT_REFRESH_INTERVAL", "seconds between scans of the adapters' folder"
    )
    allow_runtime_lora_updating: bool = _setting(
        "ACCORD_ALLOW_RUNTIME_LORA_UPDATING",
        "1 or 0: let clients load and unload adapters, like vLLM's VLLM_ALLOW_RUNTIME_LORA_UPDATING",
        default=False,
    )
    max_body_bytes: Annotated[int, Field(ge=1)] = _setting(
        "ACCORD_MAX_BODY_BYTES", "a maximum size of a request's body in bytes", default=64 * 1024 * 1024
    )
    max_header_bytes: Annotated[int, Field(ge=1024)] = _setting(
        "ACCORD_MAX_HEADER_BYTES",
        "a maximum size of a request's line and headers in bytes, 1024 or more",
        default=65536,
    )
    max_choices: Annotated[int, Field(ge=1)] = _setting(
        "ACCORD_MAX_CHOICES", "a maximum number of choices per request: its prompts times `n`", default=1024
    )
    mcp_servers: McpServerList = _setting(
        "ACCORD_MCP_SERVERS",
        "MCP servers that responses may use, as NAME=URL, separated by commas in the variable, or a JSON "
        'object {NAME: {"url": URL, "authorization_file": FILE or "authorization_variable": VARIABLE}}',
        default_factory=list,
        json_schema_extra=REPEATED,
    )
    mcp_client_servers: bool = _setting(
        "ACCORD_MCP_CLIENT_SERVERS",
        "1 or 0: let clients use any MCP server with a public address, by URL",
        default=False,
    )
    mcp_max_calls: Annotated[int, Field(ge=1)] = _setting(
        "ACCORD_MCP_MAX_CALLS",
        "a maximum number of MCP tool calls per response",
        default=32,
    )
    mcp_call_timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] = _setting(
        "ACCORD_MCP_CALL_TIMEOUT",
        "seconds for an MCP server to answer a call, or to list its tools",
        default=60,
    )
    mcp_max_result_bytes: Annotated[int, Field(ge=1024)] = _setting(
        "ACCORD_MCP_MAX_RESULT_BYTES",
        "a maximum size in bytes of an MCP server's result or list of tools, 1024 or more",
        default=2**20,
    )
    receive_timeout: Annotated[float, Field(gt=0)] = _setting(
        "ACCORD_RECEIVE_TIMEOUT",
        "seconds to receive a request's headers, and its body (more for a large one)",
        default=30.0,
    )
    send_timeout: Annotated[float, Field(gt=0)] = _setting(
        "ACCORD_SEND_TIMEOUT",
        "seconds after which a client that does not read its response is disconnected",
        default=60.0,
    )
    sse_keep_alive_interval: Annotated[float, Field(ge=0, allow_inf_nan=False)] = _setting(
        "ACCORD_SSE_KEEP_ALIVE_INTERVAL",
        "seconds after which an idle stream gets a comment or ping, which clients ignore; 0 for never",
        default=15,
    )
    enable_force_include_usage: bool = _setting(
        "ACCORD_FORCE_INCLUDE_USAGE", "1 or 0: include usage in each chunk of every stream", default=False
    )
    docs: bool = _setting(
        "ACCORD_DOCS", "1 or 0: serve the contract at /docs, /redoc and /openapi.json", default=True
    )
    cors_allow_origins: Names = _setting("NIM_CORS_ALLOW_ORIGINS", "origins, or *", default_factory=list)
    cors_allow_methods: Names = _setting(
        "NIM_CORS_ALLOW_METHODS",
        "methods, or *",
        default_factory=lambda: ["GET", "POST", "DELETE", "OPTIONS"],
    )
    cors_allow_headers: Names = _setting(
        "NIM_CORS_ALLOW_HEADERS", "headers, or *", default_factory=lambda: ["*"]
    )
    cors_expose_headers: Names = _setting(
        "NIM_CORS_EXPOSE_HEADERS",
        "response headers that a page may read",
        default_factory=lambda: [*READ_BY_CLIENTS],
    )
    cors_max_age: Annotated[int, Field(ge=0)] = _setting(
        "NIM_CORS_MAX_AGE", "seconds for which browsers may cache a preflight response", default=3600
    )
    ssl_mode: Annotated[Literal["DISABLED", "TLS", "MTLS"], BeforeValidator(upper)] = _setting(
        "NIM_SSL_MODE", "DISABLED, TLS or MTLS", default="DISABLED"
    )
    ssl_certs_path: ReadableFile | None = _setting(
        "NIM_SSL_CERTS_PATH", "a readable PEM file with the certificate chain"
    )
    ssl_key_path: ReadableFile | None = _setting(
        "NIM_SSL_KEY_PATH", "a readable PEM file with the private key"
    )
    ssl_ca_certs_path: ReadableFile | None = _setting(
        "NIM_SSL_CA_CERTS_PATH", "a readable PEM file with the CA certificates that verify clients"
    )

    @property
    def work_path(self) -> Path:
        """The folder for files: the cache, or a temporary folder if the cache is read-only."""
        return self.cache_path if is_writable(self.cache_path) else temporary_folder(self.cache_path)

    @property
    def database(self) -> Address:
        """The database of responses. A SQLite file is not on a network file system unless a URL names it."""
        if self.database_url is not None:
            return Address.parsed(self.database_url)
        shared = network_file_system(self.work_path) is not None
        return Address(
            file=(temporary_folder(self.cache_path) if shared else self.work_path) / "responses.sqlite3"
        )

    @property
    def retention(self) -> Retention:
        """The retention of stored objects."""
        return Retention(self.responses_max_age or None, self.responses_max_count or None)

    @property
    def served_model_names(self) -> list[str]:
        """The names that requests can give in `model`; never empty."""
        if self.served_model_name:
            return self.served_model_name
        if self.model_source is None:
            return [DEFAULT_MODEL_NAME]
        return [Path(self.model_source).resolve().name if self.model_folder else self.model_source]

    @property
    def shortcut_names(self) -> list[str]:
        """The enabled shortcuts."""
        return enabled_shortcuts(self.shortcuts)

    @property
    def model_source(self) -> str | None:
        """The folder or the Hugging Face id; None for the default model."""
        return (self.model or "").removeprefix("hf://") or None

    @property
    def model_folder(self) -> Path | None:
        """The model's folder, if it is one."""
        source = self.model_source
        return Path(source) if source is not None and Path(source).is_dir() else None

    @property
    def runtime_lora_updating(self) -> bool:
        """Whether clients may load and unload adapters. vLLM's own variable counts as vLLM reads it."""
        vllm = os.environ.get("VLLM_ALLOW_RUNTIME_LORA_UPDATING", "")
        return self.allow_runtime_lora_updating or vllm.strip().lower() in ("1", "true")

    def vllm_arguments(self) -> list[str]:
        """Return the settings that vLLM has an option for, as its command line."""
        arguments: list[str] = []
        for name in ("max_model_len", "tensor_parallel_size", "pipeline_parallel_size"):
            if (value := getattr(self, name)) is not None:
                arguments += [f"--{name.replace('_', '-')}", str(value)]
        if self.disable_cuda_graph:
            arguments.append("--enforce-eager")
        return arguments
