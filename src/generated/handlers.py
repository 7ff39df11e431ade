# Written by `python -m codegen` from openapi/. Never edited by hand.
"""What each module in handlers/ must define."""

from typing import Protocol, TypeVar

from accord.generated import models

Call_contra = TypeVar("Call_contra", contravariant=True)
Stream_co = TypeVar("Stream_co", covariant=True)


class ChatHandlers(Protocol[Call_contra, Stream_co]):
    """The operations tagged `chat`."""

    async def create_chat_completion(
        self, call: Call_contra, body: models.ChatCompletionRequest, /
    ) -> models.ChatCompletion | Stream_co:
        """Answer a conversation: POST /v1/chat/completions."""
        ...


class CompletionsHandlers(Protocol[Call_contra, Stream_co]):
    """The operations tagged `completions`."""

    async def create_completion(
        self, call: Call_contra, body: models.CompletionRequest, /
    ) -> models.Completion | Stream_co:
        """Go on with a text: POST /v1/completions."""
        ...


class ManagementHandlers(Protocol[Call_contra]):
    """The operations tagged `management`."""

    async def get_health_live(self, call: Call_contra, /) -> models.HealthLive:
        """Liveness probe: GET /v1/health/live."""
        ...

    async def get_health_ready(self, call: Call_contra, /) -> models.HealthReady | models.HealthNotReady:
        """Readiness probe: GET /v1/health/ready."""
        ...

    async def get_version(self, call: Call_contra, /) -> models.Version:
        """Version: GET /v1/version."""
        ...

    async def get_metrics(self, call: Call_contra, /) -> str:
        """Metrics: GET /v1/metrics."""
        ...

    async def get_prometheus_metrics(self, call: Call_contra, /) -> str:
        """Metrics, where scrapers look: GET /metrics."""
        ...


class ModelsHandlers(Protocol[Call_contra]):
    """The operations tagged `models`."""

    async def list_models(self, call: Call_contra, /) -> models.ModelList:
        """List models: GET /v1/models."""
        ...

    async def retrieve_model(
        self, call: Call_contra, parameters: models.RetrieveModelParameters, /
    ) -> models.ServedModel:
        """Retrieve a model: GET /v1/models/{model}."""
        ...


class TokensHandlers(Protocol[Call_contra]):
    """The operations tagged `tokens`."""

    async def tokenize(self, call: Call_contra, body: models.TokenizeRequest, /) -> models.TokenizeResponse:
        """Tokenize a prompt or a conversation: POST /tokenize."""
        ...

    async def detokenize(
        self, call: Call_contra, body: models.DetokenizeRequest, /
    ) -> models.DetokenizeResponse:
        """Turn token ids into text: POST /detokenize."""
        ...
