"""What becomes of each option of `vllm serve` that is not its engine's: used, refused, or without effect.

Refused is what would change what is served, or protect it, and cannot be done here: a key that protects
nothing would be worse than an error. A test holds the table to vLLM's own command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """What a server does with an option."""

    USED = "used"
    REPLACED = "replaced"
    """Refused: a setting of Accord's, which the text names, is there for it."""
    MISSING = "missing"
    """Refused: Accord cannot do it, and the text says what it does."""
    WITHOUT_EFFECT = "without effect"
    """Accepted, and said once in the log, with the reason."""


@dataclass(frozen=True, slots=True)
class ServeOption:
    """What becomes of one option, and why; a value in `alike` asks for what is done here anyway."""

    outcome: Outcome
    text: str
    alike: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        return self.outcome in (Outcome.REPLACED, Outcome.MISSING)


def _used(text: str) -> ServeOption:
    return ServeOption(Outcome.USED, text)


def _replaced(text: str, *alike: str) -> ServeOption:
    return ServeOption(Outcome.REPLACED, text, alike)


def _missing(text: str, *alike: str) -> ServeOption:
    return ServeOption(Outcome.MISSING, text, alike)


def _without_effect(text: str) -> ServeOption:
    return ServeOption(Outcome.WITHOUT_EFFECT, text)


_OWN = _used("a setting of Accord's by the same name")
_RENDERING = _used("given to vLLM's renderer of prompts")
_PARSING = _used("given to vLLM's parsers of answers")
_SEVERAL_PORTS = _missing("Accord starts one server; start one for each data parallel rank, on a port each.")
_NO_GRPC = _missing("Accord speaks HTTP only.")
_NO_FINGERPRINT = "Accord's answers have no system_fingerprint."

SERVE_OPTIONS: dict[str, ServeOption] = {
    # Processes
    "--headless": _missing("Accord always serves HTTP; a node without it is started with vllm serve."),
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
    "--enable-auto-tool-choice": _without_effect("Tool calls are always read."),
    "--tool-server": _missing("Accord runs no tools of its own; clients run the tools that they offer."),
    "--response-role": _missing("The role of an answer is always 'assistant'.", "assistant"),
    "--return-tokens-as-token-ids": _used("the default of the requests' field of the same name"),
    "--enable-prompt-tokens-details": _without_effect("Usage always tells how many tokens were cached."),
    "--enable-force-include-usage": _OWN,
    "--enable-per-request-metrics": _missing(
        "Answers have no timings; the request's line in the log, /metrics and traces tell them."
    ),
    "--sse-keep-alive-interval": _OWN,
    "--cohere-is-reasoning-model": _without_effect("There is no /cohere/v2/chat."),
    "--anthropic-disabled-thinking-effort": _missing(
        "Messages tell the chat template that thinking is disabled by enable_thinking, not by an effort."
    ),
    "--fingerprint-mode": _missing(_NO_FINGERPRINT, "none"),
    "--fingerprint-value": _missing(_NO_FINGERPRINT),
    # Endpoints
    "--tokens-only": _missing("Accord always serves every endpoint of its contract."),
    "--enable-scale-out": _without_effect("Rendering and /inference/v1/generate are always served."),
    "--enable-tokenizer-info-endpoint": _missing("There is no /tokenizer_info."),
    "--enable-server-load-tracking": _missing("There is no /load; /metrics has vllm:num_requests_running."),
    "--disable-fastapi-docs": _replaced("It is ACCORD_DOCS=0."),
    "--enable-offline-docs": _without_effect("The documentation always comes from the server itself."),
    "--enable-flash-late-interaction": _used("given to the engine's configuration"),
    # Logs
    "--max-log-len": _without_effect("Prompts are never logged."),
    "--enable-log-outputs": _missing("What a model says is never logged."),
    "--enable-log-deltas": _without_effect("What a model says is never logged."),
    "--log-error-stack": _without_effect("An error of the server is always logged with its stack."),
    "--uvicorn-log-level": _without_effect("NIM_LOG_LEVEL sets the level of the log."),
    "--disable-uvicorn-access-log": _without_effect(
        "Each request has a line, of the logger accord.access; NIM_LOG_LEVEL=WARNING leaves it out."
    ),
    "--disable-access-log-for-endpoints": _without_effect("Probes and scrapes are on the DEBUG level."),
    # HTTP
    "--host": _OWN,
    "--port": _OWN,
    "--uds": _missing("Accord listens on a port: ACCORD_HOST, NIM_SERVER_PORT."),
    "--root-path": _missing("Accord's paths are those of its contract; have the proxy take the prefix away."),
    "--middleware": _missing("Accord takes no middleware; it speaks its contract, and nothing else."),
    "--enable-request-id-headers": _without_effect("Every answer has x-request-id."),
    "--h11-max-incomplete-event-size": _replaced("It is ACCORD_MAX_HEADER_BYTES, in bytes."),
    "--h11-max-header-count": _replaced("ACCORD_MAX_HEADER_BYTES bounds all headers together."),
    "--api-key": _replaced(
        "Keys are ACCORD_API_KEYS or ACCORD_API_KEYS_FILE: everyone on a machine can read command lines."
    ),
    "--allow-credentials": _missing("Pages of other origins send keys in headers, and no cookies."),
    "--allowed-origins": _replaced("It is NIM_CORS_ALLOW_ORIGINS, separated by commas."),
    "--allowed-methods": _replaced("It is NIM_CORS_ALLOW_METHODS, separated by commas."),
    "--allowed-headers": _replaced("It is NIM_CORS_ALLOW_HEADERS, separated by commas."),
    "--ssl-keyfile": _replaced("It is NIM_SSL_KEY_PATH, with NIM_SSL_MODE=TLS."),
    "--ssl-certfile": _replaced("It is NIM_SSL_CERTS_PATH, with NIM_SSL_MODE=TLS."),
    "--ssl-ca-certs": _replaced("It is NIM_SSL_CA_CERTS_PATH, with NIM_SSL_MODE=MTLS."),
    "--ssl-cert-reqs": _replaced("Clients need a certificate with NIM_SSL_MODE=MTLS.", "0"),
    "--enable-ssl-refresh": _without_effect("Certificates are always read again when they change."),
    "--ssl-ciphers": _missing("The ciphers are those of Python's defaults."),
}
