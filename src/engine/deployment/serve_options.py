"""How Accord treats each option of `vllm serve` beyond the engine's: used, refused, or without effect.

An option is refused if it changes or protects what is served and is not supported: ignoring an API key, for
example, would be worse than an error. A test compares the table with vLLM's own command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """How the server treats an option."""

    USED = "used"
    REPLACED = "replaced"
    """Refused: a setting of Accord, which the text names, replaces it."""
    MISSING = "missing"
    """Refused: Accord does not support it, and the text says what it does instead."""
    WITHOUT_EFFECT = "without effect"
    """Accepted, and logged once, with the reason."""


@dataclass(frozen=True, slots=True)
class ServeOption:
    """How one option is treated, and why. A value in `same_as_default` requests what the server does."""

    outcome: Outcome
    text: str
    same_as_default: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        return self.outcome in (Outcome.REPLACED, Outcome.MISSING)


def _used(text: str) -> ServeOption:
    return ServeOption(Outcome.USED, text)


def _replaced(text: str, *same_as_default: str) -> ServeOption:
    return ServeOption(Outcome.REPLACED, text, same_as_default)


def _missing(text: str, *same_as_default: str) -> ServeOption:
    return ServeOption(Outcome.MISSING, text, same_as_default)


def _without_effect(text: str) -> ServeOption:
    return ServeOption(Outcome.WITHOUT_EFFECT, text)


_OWN = _used("a setting of Accord's by the same name")
_RENDERING = _used("given to vLLM's renderer of prompts")
_PARSING = _used("given to vLLM's parsers of answers")
_SEVERAL_PORTS = _missing(
    "Start one Accord server for each data parallel rank instead, each on its own port."
)
_NO_GRPC = _missing("Accord speaks HTTP only.")
_NO_FINGERPRINT = "Responses have no system_fingerprint."

SERVE_OPTIONS: dict[str, ServeOption] = {
    # Processes
    "--headless": _used("the node runs workers, without HTTP"),
    "--api-server-count": _OWN,
    "--config": _OWN,
    "--grpc": _NO_GRPC,
    "--grpc-port": _NO_GRPC,
    "--data-parallel-multi-port-external-lb": _SEVERAL_PORTS,
    "--data-parallel-supervisor-port": _SEVERAL_PORTS,
    "--dp-supervisor-probe-interval-s": _SEVERAL_PORTS,
    "--dp-supervisor-probe-timeout-s": _SEVERAL_PORTS,
    "--dp-supervisor-probe-failure-threshold": _SEVERAL_PORTS,
    # Prompts and answers
    "--lora-modules": _used("loaded when the engine has started"),
    "--chat-template": _RENDERING,
    "--chat-template-content-format": _RENDERING,
    "--trust-request-chat-template": _RENDERING,
    "--trust-request-mm-kwargs": _RENDERING,
    "--default-chat-template-kwargs": _RENDERING,
    "--reasoning-effort-map": _RENDERING,  # since 0.33
    "--exclude-tools-when-tool-choice-none": _RENDERING,
    "--cohere-format": _RENDERING,
    "--tool-call-parser": _PARSING,
    "--tool-parser-plugin": _PARSING,
    "--tool-strict-level": _PARSING,
    "--enable-auto-tool-choice": _without_effect("Tool calls are always parsed."),
    "--tool-server": _missing(
        "Accord has no built-in tools; clients run their tools, and ACCORD_MCP_SERVERS names MCP servers."
    ),
    "--response-role": _missing("The role of an answer is always 'assistant'.", "assistant"),
    "--return-tokens-as-token-ids": _used("the default of the requests' field of the same name"),
    "--enable-prompt-tokens-details": _without_effect("Usage always includes the number of cached tokens."),
    "--enable-force-include-usage": _OWN,
    "--enable-per-request-metrics": _missing(
        "Responses contain no timings; the access log, /metrics and traces have them."
    ),
    "--sse-keep-alive-interval": _OWN,
    "--cohere-is-reasoning-model": _without_effect("There is no /cohere/v2/chat."),
    "--anthropic-disabled-thinking-effort": _missing(
        "Accord passes disabled thinking to the chat template as enable_thinking, not as an effort."
    ),
    "--fingerprint-mode": _missing(_NO_FINGERPRINT, "none"),
    "--fingerprint-value": _missing(_NO_FINGERPRINT),
    # Endpoints
    "--tokens-only": _missing("Accord always serves every endpoint of its contract."),
    "--enable-scale-out": _without_effect("Rendering and /inference/v1/generate are always served."),
    "--enable-tokenizer-info-endpoint": _missing("There is no /tokenizer_info."),
    "--enable-server-load-tracking": _without_effect("/load always counts."),
    "--disable-fastapi-docs": _replaced("Use ACCORD_DOCS=0."),
    "--enable-offline-docs": _without_effect("The documentation always works without a network."),
    "--enable-flash-late-interaction": _used("given to the engine's configuration"),
    # Logs
    "--max-log-len": _without_effect("Prompts are never logged."),
    "--enable-log-outputs": _missing("Generated text is never logged."),
    "--enable-log-deltas": _without_effect("Generated text is never logged."),
    "--log-error-stack": _without_effect("Server errors are always logged with their stack trace."),
    "--uvicorn-log-level": _without_effect("NIM_LOG_LEVEL sets the log level."),
    "--disable-uvicorn-access-log": _without_effect(
        "The access log is at INFO level; NIM_LOG_LEVEL=WARNING turns it off."
    ),
    "--disable-access-log-for-endpoints": _without_effect(
        "Health checks and scrapes are logged at DEBUG level."
    ),
    # HTTP
    "--host": _OWN,
    "--port": _OWN,
    "--uds": _missing("Accord listens on a TCP port: use ACCORD_HOST and NIM_SERVER_PORT."),
    "--root-path": _missing(
        "Accord serves the paths of its contract; configure the proxy to strip the prefix."
    ),
    "--middleware": _missing("Accord has no middleware interface."),
    "--enable-request-id-headers": _without_effect("Every response has x-request-id."),
    "--h11-max-incomplete-event-size": _replaced("Use ACCORD_MAX_HEADER_BYTES, in bytes."),
    "--h11-max-header-count": _replaced(
        "Use ACCORD_MAX_HEADER_BYTES, which limits the size of all headers together."
    ),
    "--api-key": _replaced(
        "Use ACCORD_API_KEYS or ACCORD_API_KEYS_FILE: every user of a machine can read its command lines."
    ),
    "--allow-credentials": _missing("Browsers send API keys in headers, not as cookies."),
    "--allowed-origins": _replaced("Use NIM_CORS_ALLOW_ORIGINS, separated by commas."),
    "--allowed-methods": _replaced("Use NIM_CORS_ALLOW_METHODS, separated by commas."),
    "--allowed-headers": _replaced("Use NIM_CORS_ALLOW_HEADERS, separated by commas."),
    "--ssl-keyfile": _replaced("Use NIM_SSL_KEY_PATH with NIM_SSL_MODE=TLS."),
    "--ssl-certfile": _replaced("Use NIM_SSL_CERTS_PATH with NIM_SSL_MODE=TLS."),
    "--ssl-ca-certs": _replaced("Use NIM_SSL_CA_CERTS_PATH with NIM_SSL_MODE=MTLS."),
    "--ssl-cert-reqs": _replaced("Use NIM_SSL_MODE=MTLS to require client certificates.", "0"),
    "--enable-ssl-refresh": _without_effect("Certificates are always reloaded when they change."),
    "--ssl-ciphers": _missing("The ciphers are Python's defaults."),
}
