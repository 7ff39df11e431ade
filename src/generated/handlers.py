# Written by `python -m codegen` from openapi/. Never edited by hand.
"""What each module in handlers/ must define."""

from typing import Protocol, TypeVar

from accord.generated import models

Call_contra = TypeVar("Call_contra", contravariant=True)
Written_co = TypeVar("Written_co", covariant=True)
Stream_co = TypeVar("Stream_co", covariant=True)


class ChatHandlers(Protocol[Call_contra, Written_co, Stream_co]):
    """The operations tagged `chat`."""

    async def list_chat_completions(
        self, call: Call_contra, parameters: models.ListChatCompletionsParameters, /
    ) -> models.ChatCompletionList | Written_co:
        """List stored chat completions: GET /v1/chat/completions."""
        ...

    async def create_chat_completion(
        self,
        call: Call_contra,
        body: models.ChatCompletionRequest,
        parameters: models.CreateChatCompletionParameters,
        /,
    ) -> models.ChatCompletion | Written_co | Stream_co:
        """Create a chat completion: POST /v1/chat/completions."""
        ...

    async def retrieve_chat_completion(
        self, call: Call_contra, parameters: models.RetrieveChatCompletionParameters, /
    ) -> models.ChatCompletion | Written_co:
        """Retrieve a stored chat completion: GET /v1/chat/completions/{completion_id}."""
        ...

    async def update_chat_completion(
        self,
        call: Call_contra,
        body: models.ChatCompletionUpdateRequest,
        parameters: models.UpdateChatCompletionParameters,
        /,
    ) -> models.ChatCompletion | Written_co:
        """Update a stored chat completion: POST /v1/chat/completions/{completion_id}."""
        ...

    async def delete_chat_completion(
        self, call: Call_contra, parameters: models.DeleteChatCompletionParameters, /
    ) -> models.ChatCompletionDeleted | Written_co:
        """Delete a stored chat completion: DELETE /v1/chat/completions/{completion_id}."""
        ...

    async def list_chat_completion_messages(
        self, call: Call_contra, parameters: models.ListChatCompletionMessagesParameters, /
    ) -> models.ChatCompletionMessageList | Written_co:
        """List the messages of a stored chat completion: GET /v1/chat/completions/{completion_id}/messages."""
        ...

    async def render_chat_completion(
        self, call: Call_contra, body: models.ChatCompletionRequest, /
    ) -> models.RenderedPrompt | Written_co:
        """Render the prompt of a chat completion: POST /v1/chat/completions/render."""
        ...

    async def derender_chat_completion(
        self, call: Call_contra, body: models.DerenderChatRequest, /
    ) -> models.DerenderChatResponse | Written_co:
        """Convert generated tokens to a chat completion: POST /v1/chat/completions/derender."""
        ...


class CompletionsHandlers(Protocol[Call_contra, Written_co, Stream_co]):
    """The operations tagged `completions`."""

    async def create_completion(
        self,
        call: Call_contra,
        body: models.CompletionRequest,
        parameters: models.CreateCompletionParameters,
        /,
    ) -> models.Completion | Written_co | Stream_co:
        """Create a completion: POST /v1/completions."""
        ...

    async def render_completion(
        self, call: Call_contra, body: models.CompletionRequest, /
    ) -> models.RenderedPrompts | Written_co:
        """Render the prompt of a completion: POST /v1/completions/render."""
        ...

    async def derender_completion(
        self, call: Call_contra, body: models.DerenderCompletionRequest, /
    ) -> models.DerenderCompletionResponse | Written_co:
        """Convert generated tokens to a completion: POST /v1/completions/derender."""
        ...


class ConversationsHandlers(Protocol[Call_contra]):
    """The operations tagged `conversations`."""

    async def create_conversation(
        self, call: Call_contra, body: models.ConversationRequest, /
    ) -> models.Conversation:
        """Create a conversation: POST /v1/conversations."""
        ...

    async def retrieve_conversation(
        self, call: Call_contra, parameters: models.RetrieveConversationParameters, /
    ) -> models.Conversation:
        """Retrieve a conversation: GET /v1/conversations/{conversation_id}."""
        ...

    async def update_conversation(
        self,
        call: Call_contra,
        body: models.ConversationUpdateRequest,
        parameters: models.UpdateConversationParameters,
        /,
    ) -> models.Conversation:
        """Update a conversation: POST /v1/conversations/{conversation_id}."""
        ...

    async def delete_conversation(
        self, call: Call_contra, parameters: models.DeleteConversationParameters, /
    ) -> models.ConversationDeleted:
        """Delete a conversation: DELETE /v1/conversations/{conversation_id}."""
        ...

    async def list_conversation_items(
        self, call: Call_contra, parameters: models.ListConversationItemsParameters, /
    ) -> models.ConversationItemList:
        """List the items of a conversation: GET /v1/conversations/{conversation_id}/items."""
        ...

    async def create_conversation_items(
        self,
        call: Call_contra,
        body: models.ConversationItemsRequest,
        parameters: models.CreateConversationItemsParameters,
        /,
    ) -> models.ConversationItemList:
        """Add items to a conversation: POST /v1/conversations/{conversation_id}/items."""
        ...

    async def retrieve_conversation_item(
        self, call: Call_contra, parameters: models.RetrieveConversationItemParameters, /
    ) -> models.ResponseItem:
        """Retrieve an item of a conversation: GET /v1/conversations/{conversation_id}/items/{item_id}."""
        ...

    async def delete_conversation_item(
        self, call: Call_contra, parameters: models.DeleteConversationItemParameters, /
    ) -> models.Conversation:
        """Delete an item of a conversation: DELETE /v1/conversations/{conversation_id}/items/{item_id}."""
        ...


class GenerateHandlers(Protocol[Call_contra, Written_co, Stream_co]):
    """The operations tagged `generate`."""

    async def generate(
        self, call: Call_contra, body: models.GenerateRequest, parameters: models.GenerateParameters, /
    ) -> models.GenerateResponse | Written_co | Stream_co:
        """Generate from token ids: POST /inference/v1/generate."""
        ...


class ManagementHandlers(Protocol[Call_contra]):
    """The operations tagged `management`."""

    async def get_root(self, call: Call_contra, /) -> models.Root:
        """Service information: GET /."""
        ...

    async def get_health_live(self, call: Call_contra, /) -> models.HealthLive:
        """Liveness probe: GET /v1/health/live."""
        ...

    async def get_health_ready(self, call: Call_contra, /) -> models.HealthReady | models.HealthNotReady:
        """Readiness probe: GET /v1/health/ready."""
        ...

    async def get_version(self, call: Call_contra, /) -> models.Version:
        """Version: GET /v1/version."""
        ...

    async def get_metadata(self, call: Call_contra, /) -> models.Metadata:
        """Deployment metadata: GET /v1/metadata."""
        ...

    async def get_manifest(self, call: Call_contra, /) -> models.Manifest:
        """Model manifest: GET /v1/manifest."""
        ...

    async def get_license(self, call: Call_contra, /) -> models.License:
        """License: GET /v1/license."""
        ...

    async def get_metrics(self, call: Call_contra, /) -> str:
        """Metrics: GET /v1/metrics."""
        ...

    async def get_prometheus_metrics(self, call: Call_contra, /) -> str:
        """Metrics, at Prometheus' default path: GET /metrics."""
        ...


class MessagesHandlers(Protocol[Call_contra, Written_co, Stream_co]):
    """The operations tagged `messages`."""

    async def create_message(
        self, call: Call_contra, body: models.MessageRequest, parameters: models.CreateMessageParameters, /
    ) -> models.Message | Written_co | Stream_co:
        """Create a message: POST /v1/messages."""
        ...

    async def count_message_tokens(
        self,
        call: Call_contra,
        body: models.MessageTokenCountRequest,
        parameters: models.CountMessageTokensParameters,
        /,
    ) -> models.MessageTokenCount | Written_co:
        """Count the tokens of a conversation: POST /v1/messages/count_tokens."""
        ...

    async def render_message(
        self, call: Call_contra, body: models.MessageRequest, parameters: models.RenderMessageParameters, /
    ) -> models.RenderedPrompt | Written_co:
        """Render the prompt of a message: POST /v1/messages/render."""
        ...


class ModelsHandlers(Protocol[Call_contra]):
    """The operations tagged `models`."""

    async def list_models(
        self, call: Call_contra, parameters: models.ListModelsParameters, /
    ) -> models.ModelList:
        """List models: GET /v1/models."""
        ...

    async def retrieve_model(
        self, call: Call_contra, parameters: models.RetrieveModelParameters, /
    ) -> models.ServedModel:
        """Retrieve a model: GET /v1/models/{model}."""
        ...

    async def load_lora_adapter(self, call: Call_contra, body: models.LoadLoraAdapterRequest, /) -> str:
        """Load a LoRA adapter: POST /v1/load_lora_adapter."""
        ...

    async def unload_lora_adapter(self, call: Call_contra, body: models.UnloadLoraAdapterRequest, /) -> str:
        """Unload a LoRA adapter: POST /v1/unload_lora_adapter."""
        ...


class ResponsesHandlers(Protocol[Call_contra, Written_co, Stream_co]):
    """The operations tagged `responses`."""

    async def create_response(
        self, call: Call_contra, body: models.ResponseRequest, parameters: models.CreateResponseParameters, /
    ) -> models.Response | Written_co | Stream_co:
        """Create a response: POST /v1/responses."""
        ...

    async def retrieve_response(
        self, call: Call_contra, parameters: models.RetrieveResponseParameters, /
    ) -> models.Response | Written_co | Stream_co:
        """Retrieve a response: GET /v1/responses/{response_id}."""
        ...

    async def delete_response(
        self, call: Call_contra, parameters: models.DeleteResponseParameters, /
    ) -> models.ResponseDeleted | Written_co:
        """Delete a response: DELETE /v1/responses/{response_id}."""
        ...

    async def cancel_response(
        self, call: Call_contra, parameters: models.CancelResponseParameters, /
    ) -> models.Response | Written_co:
        """Cancel a response: POST /v1/responses/{response_id}/cancel."""
        ...

    async def list_response_input_items(
        self, call: Call_contra, parameters: models.ListResponseInputItemsParameters, /
    ) -> models.ResponseItemList | Written_co:
        """List the input items of a response: GET /v1/responses/{response_id}/input_items."""
        ...

    async def compact_response(
        self, call: Call_contra, body: models.ResponseCompactRequest, /
    ) -> models.ResponseCompacted | Written_co:
        """Compact a conversation: POST /v1/responses/compact."""
        ...

    async def count_response_input_tokens(
        self, call: Call_contra, body: models.ResponseRequest, /
    ) -> models.ResponseInputTokens | Written_co:
        """Count the input tokens of a response: POST /v1/responses/input_tokens."""
        ...

    async def render_response(
        self, call: Call_contra, body: models.ResponseRequest, /
    ) -> models.RenderedPrompt | Written_co:
        """Render the prompt of a response: POST /v1/responses/render."""
        ...


class RoutingHandlers(Protocol[Call_contra]):
    """The operations tagged `routing`."""

    async def get_health(self, call: Call_contra, /) -> models.HealthReady | models.HealthNotReady:
        """Whether to route requests here: GET /health."""
        ...

    async def get_ping(self, call: Call_contra, /) -> models.HealthReady | models.HealthNotReady:
        """Whether to route requests here, for SageMaker: GET /ping."""
        ...

    async def post_ping(self, call: Call_contra, /) -> models.HealthReady | models.HealthNotReady:
        """The same by POST: POST /ping."""
        ...

    async def get_load(self, call: Call_contra, /) -> models.Load:
        """How many requests run: GET /load."""
        ...

    async def get_vllm_version(self, call: Call_contra, /) -> models.VllmVersion:
        """vLLM's version: GET /version."""
        ...

    async def get_server_info(
        self, call: Call_contra, parameters: models.GetServerInfoParameters, /
    ) -> models.ServerInfo:
        """vLLM's configuration: GET /server_info."""
        ...

    async def get_kv_event_sources(self, call: Call_contra, /) -> models.KvEventSources:
        """Where the prefix cache's changes are published: GET /kv_event_sources."""
        ...


class ScoringHandlers(Protocol[Call_contra]):
    """The operations tagged `scoring`."""

    async def create_generative_scoring(
        self,
        call: Call_contra,
        body: models.GenerativeScoringRequest,
        parameters: models.CreateGenerativeScoringParameters,
        /,
    ) -> models.GenerativeScoringResponse:
        """Score label tokens: POST /generative_scoring."""
        ...


class TokensHandlers(Protocol[Call_contra]):
    """The operations tagged `tokens`."""

    async def tokenize(self, call: Call_contra, body: models.TokenizeRequest, /) -> models.TokenizeResponse:
        """Tokenize a prompt or a conversation: POST /tokenize."""
        ...

    async def detokenize(
        self, call: Call_contra, body: models.DetokenizeRequest, /
    ) -> models.DetokenizeResponse:
        """Detokenize token ids: POST /detokenize."""
        ...
