# Generated from Accord's OpenAPI document by `make sdk`. Never edited by hand.
"""A method for every operation, and one more for its stream where it has one."""

from collections.abc import AsyncIterator, Iterator
from typing import Literal

from pydantic import TypeAdapter

from accord_client import models, params
from accord_client._http import AsyncTransport, Transport

_ChatCompletion: TypeAdapter[models.ChatCompletion] = TypeAdapter(models.ChatCompletion)
_ChatCompletionDeleted: TypeAdapter[models.ChatCompletionDeleted] = TypeAdapter(models.ChatCompletionDeleted)
_ChatCompletionEvent: TypeAdapter[models.ChatCompletionEvent] = TypeAdapter(models.ChatCompletionEvent)
_ChatCompletionList: TypeAdapter[models.ChatCompletionList] = TypeAdapter(models.ChatCompletionList)
_ChatCompletionMessageList: TypeAdapter[models.ChatCompletionMessageList] = TypeAdapter(
    models.ChatCompletionMessageList
)
_Completion: TypeAdapter[models.Completion] = TypeAdapter(models.Completion)
_CompletionEvent: TypeAdapter[models.CompletionEvent] = TypeAdapter(models.CompletionEvent)
_Conversation: TypeAdapter[models.Conversation] = TypeAdapter(models.Conversation)
_ConversationDeleted: TypeAdapter[models.ConversationDeleted] = TypeAdapter(models.ConversationDeleted)
_ConversationItemList: TypeAdapter[models.ConversationItemList] = TypeAdapter(models.ConversationItemList)
_DerenderChatResponse: TypeAdapter[models.DerenderChatResponse] = TypeAdapter(models.DerenderChatResponse)
_DerenderCompletionResponse: TypeAdapter[models.DerenderCompletionResponse] = TypeAdapter(
    models.DerenderCompletionResponse
)
_DetokenizeResponse: TypeAdapter[models.DetokenizeResponse] = TypeAdapter(models.DetokenizeResponse)
_GenerateResponse: TypeAdapter[models.GenerateResponse] = TypeAdapter(models.GenerateResponse)
_GenerateStreamEvent: TypeAdapter[models.GenerateStreamEvent] = TypeAdapter(models.GenerateStreamEvent)
_GenerativeScoringResponse: TypeAdapter[models.GenerativeScoringResponse] = TypeAdapter(
    models.GenerativeScoringResponse
)
_HealthLive: TypeAdapter[models.HealthLive] = TypeAdapter(models.HealthLive)
_HealthReady: TypeAdapter[models.HealthReady] = TypeAdapter(models.HealthReady)
_KvEventSources: TypeAdapter[models.KvEventSources] = TypeAdapter(models.KvEventSources)
_License: TypeAdapter[models.License] = TypeAdapter(models.License)
_Load: TypeAdapter[models.Load] = TypeAdapter(models.Load)
_Manifest: TypeAdapter[models.Manifest] = TypeAdapter(models.Manifest)
_Message: TypeAdapter[models.Message] = TypeAdapter(models.Message)
_MessageStreamEvent: TypeAdapter[models.MessageStreamEvent] = TypeAdapter(models.MessageStreamEvent)
_MessageTokenCount: TypeAdapter[models.MessageTokenCount] = TypeAdapter(models.MessageTokenCount)
_Metadata: TypeAdapter[models.Metadata] = TypeAdapter(models.Metadata)
_ModelList: TypeAdapter[models.ModelList] = TypeAdapter(models.ModelList)
_RenderedPrompt: TypeAdapter[models.RenderedPrompt] = TypeAdapter(models.RenderedPrompt)
_RenderedPrompts: TypeAdapter[models.RenderedPrompts] = TypeAdapter(models.RenderedPrompts)
_Response: TypeAdapter[models.Response] = TypeAdapter(models.Response)
_ResponseCompacted: TypeAdapter[models.ResponseCompacted] = TypeAdapter(models.ResponseCompacted)
_ResponseDeleted: TypeAdapter[models.ResponseDeleted] = TypeAdapter(models.ResponseDeleted)
_ResponseInputTokens: TypeAdapter[models.ResponseInputTokens] = TypeAdapter(models.ResponseInputTokens)
_ResponseItem: TypeAdapter[models.ResponseItem] = TypeAdapter(models.ResponseItem)
_ResponseItemList: TypeAdapter[models.ResponseItemList] = TypeAdapter(models.ResponseItemList)
_ResponseStreamEvent: TypeAdapter[models.ResponseStreamEvent] = TypeAdapter(models.ResponseStreamEvent)
_Root: TypeAdapter[models.Root] = TypeAdapter(models.Root)
_ServedModel: TypeAdapter[models.ServedModel] = TypeAdapter(models.ServedModel)
_ServerInfo: TypeAdapter[models.ServerInfo] = TypeAdapter(models.ServerInfo)
_TokenizeResponse: TypeAdapter[models.TokenizeResponse] = TypeAdapter(models.TokenizeResponse)
_Version: TypeAdapter[models.Version] = TypeAdapter(models.Version)
_VllmVersion: TypeAdapter[models.VllmVersion] = TypeAdapter(models.VllmVersion)


class Accord(Transport):
    """Calls an Accord server."""

    def list_chat_completions(
        self,
        *,
        model: str | None = None,
        metadata: dict[str, str] | None = None,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
    ) -> models.ChatCompletionList:
        """List stored chat completions."""
        return self._call(
            "GET",
            "/v1/chat/completions",
            _ChatCompletionList,
            query={"model": model, "metadata": metadata, "after": after, "limit": limit, "order": order},
        )

    def create_chat_completion(
        self,
        body: params.ChatCompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.ChatCompletion:
        """Create a chat completion."""
        return self._call(
            "POST",
            "/v1/chat/completions",
            _ChatCompletion,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_chat_completion(
        self,
        body: params.ChatCompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> Iterator[models.ChatCompletionEvent]:
        """Create a chat completion, event by event."""
        return self._stream(
            "POST",
            "/v1/chat/completions",
            _ChatCompletionEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def retrieve_chat_completion(self, completion_id: str) -> models.ChatCompletion:
        """Retrieve a stored chat completion."""
        return self._call(
            "GET",
            "/v1/chat/completions/{completion_id}",
            _ChatCompletion,
            path={"completion_id": completion_id},
        )

    def update_chat_completion(
        self, completion_id: str, body: params.ChatCompletionUpdateRequest
    ) -> models.ChatCompletion:
        """Update a stored chat completion."""
        return self._call(
            "POST",
            "/v1/chat/completions/{completion_id}",
            _ChatCompletion,
            path={"completion_id": completion_id},
            body=body,
        )

    def delete_chat_completion(self, completion_id: str) -> models.ChatCompletionDeleted:
        """Delete a stored chat completion."""
        return self._call(
            "DELETE",
            "/v1/chat/completions/{completion_id}",
            _ChatCompletionDeleted,
            path={"completion_id": completion_id},
        )

    def list_chat_completion_messages(
        self,
        completion_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
    ) -> models.ChatCompletionMessageList:
        """List the messages of a stored chat completion."""
        return self._call(
            "GET",
            "/v1/chat/completions/{completion_id}/messages",
            _ChatCompletionMessageList,
            path={"completion_id": completion_id},
            query={"after": after, "limit": limit, "order": order},
        )

    def render_chat_completion(self, body: params.ChatCompletionRequest) -> models.RenderedPrompt:
        """Render the prompt of a chat completion."""
        return self._call("POST", "/v1/chat/completions/render", _RenderedPrompt, body=body)

    def derender_chat_completion(self, body: params.DerenderChatRequest) -> models.DerenderChatResponse:
        """Convert generated tokens to a chat completion."""
        return self._call("POST", "/v1/chat/completions/derender", _DerenderChatResponse, body=body)

    def create_completion(
        self,
        body: params.CompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.Completion:
        """Create a completion."""
        return self._call(
            "POST",
            "/v1/completions",
            _Completion,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_completion(
        self,
        body: params.CompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> Iterator[models.CompletionEvent]:
        """Create a completion, event by event."""
        return self._stream(
            "POST",
            "/v1/completions",
            _CompletionEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def create_message(
        self,
        body: params.MessageRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.Message:
        """Create a message."""
        return self._call(
            "POST",
            "/v1/messages",
            _Message,
            body={**body, "stream": False},
            query={"beta": beta},
            headers={
                "anthropic-version": anthropic_version,
                "anthropic-beta": anthropic_beta,
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_message(
        self,
        body: params.MessageRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> Iterator[models.MessageStreamEvent]:
        """Create a message, event by event."""
        return self._stream(
            "POST",
            "/v1/messages",
            _MessageStreamEvent,
            body={**body, "stream": True},
            query={"beta": beta},
            headers={
                "anthropic-version": anthropic_version,
                "anthropic-beta": anthropic_beta,
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def count_message_tokens(
        self,
        body: params.MessageTokenCountRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
    ) -> models.MessageTokenCount:
        """Count the tokens of a conversation."""
        return self._call(
            "POST",
            "/v1/messages/count_tokens",
            _MessageTokenCount,
            body=body,
            query={"beta": beta},
            headers={"anthropic-version": anthropic_version, "anthropic-beta": anthropic_beta},
        )

    def render_message(
        self,
        body: params.MessageRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
    ) -> models.RenderedPrompt:
        """Render the prompt of a message."""
        return self._call(
            "POST",
            "/v1/messages/render",
            _RenderedPrompt,
            body=body,
            query={"beta": beta},
            headers={"anthropic-version": anthropic_version, "anthropic-beta": anthropic_beta},
        )

    def render_completion(self, body: params.CompletionRequest) -> models.RenderedPrompts:
        """Render the prompt of a completion."""
        return self._call("POST", "/v1/completions/render", _RenderedPrompts, body=body)

    def derender_completion(
        self, body: params.DerenderCompletionRequest
    ) -> models.DerenderCompletionResponse:
        """Convert generated tokens to a completion."""
        return self._call("POST", "/v1/completions/derender", _DerenderCompletionResponse, body=body)

    def create_response(
        self,
        body: params.ResponseRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.Response:
        """Create a response."""
        return self._call(
            "POST",
            "/v1/responses",
            _Response,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_response(
        self,
        body: params.ResponseRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> Iterator[models.ResponseStreamEvent]:
        """Create a response, event by event."""
        return self._stream(
            "POST",
            "/v1/responses",
            _ResponseStreamEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def retrieve_response(
        self,
        response_id: str,
        *,
        starting_after: int | None = None,
        include: list[str] | None = None,
        include_obfuscation: bool | None = None,
    ) -> models.Response:
        """Retrieve a response."""
        return self._call(
            "GET",
            "/v1/responses/{response_id}",
            _Response,
            path={"response_id": response_id},
            query={
                "starting_after": starting_after,
                "include": include,
                "include_obfuscation": include_obfuscation,
            },
        )

    def stream_retrieve_response(
        self,
        response_id: str,
        *,
        starting_after: int | None = None,
        include: list[str] | None = None,
        include_obfuscation: bool | None = None,
    ) -> Iterator[models.ResponseStreamEvent]:
        """Retrieve a response, event by event."""
        return self._stream(
            "GET",
            "/v1/responses/{response_id}",
            _ResponseStreamEvent,
            path={"response_id": response_id},
            query={
                "starting_after": starting_after,
                "include": include,
                "include_obfuscation": include_obfuscation,
                "stream": True,
            },
        )

    def delete_response(self, response_id: str) -> models.ResponseDeleted:
        """Delete a response."""
        return self._call(
            "DELETE", "/v1/responses/{response_id}", _ResponseDeleted, path={"response_id": response_id}
        )

    def cancel_response(self, response_id: str) -> models.Response:
        """Cancel a response."""
        return self._call(
            "POST", "/v1/responses/{response_id}/cancel", _Response, path={"response_id": response_id}
        )

    def list_response_input_items(
        self,
        response_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        include: list[str] | None = None,
    ) -> models.ResponseItemList:
        """List the input items of a response."""
        return self._call(
            "GET",
            "/v1/responses/{response_id}/input_items",
            _ResponseItemList,
            path={"response_id": response_id},
            query={"after": after, "limit": limit, "order": order, "include": include},
        )

    def compact_response(self, body: params.ResponseCompactRequest) -> models.ResponseCompacted:
        """Compact a conversation."""
        return self._call("POST", "/v1/responses/compact", _ResponseCompacted, body=body)

    def count_response_input_tokens(self, body: params.ResponseRequest) -> models.ResponseInputTokens:
        """Count the input tokens of a response."""
        return self._call("POST", "/v1/responses/input_tokens", _ResponseInputTokens, body=body)

    def create_conversation(self, body: params.ConversationRequest) -> models.Conversation:
        """Create a conversation."""
        return self._call("POST", "/v1/conversations", _Conversation, body=body)

    def retrieve_conversation(self, conversation_id: str) -> models.Conversation:
        """Retrieve a conversation."""
        return self._call(
            "GET",
            "/v1/conversations/{conversation_id}",
            _Conversation,
            path={"conversation_id": conversation_id},
        )

    def update_conversation(
        self, conversation_id: str, body: params.ConversationUpdateRequest
    ) -> models.Conversation:
        """Update a conversation."""
        return self._call(
            "POST",
            "/v1/conversations/{conversation_id}",
            _Conversation,
            path={"conversation_id": conversation_id},
            body=body,
        )

    def delete_conversation(self, conversation_id: str) -> models.ConversationDeleted:
        """Delete a conversation."""
        return self._call(
            "DELETE",
            "/v1/conversations/{conversation_id}",
            _ConversationDeleted,
            path={"conversation_id": conversation_id},
        )

    def list_conversation_items(
        self,
        conversation_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        include: list[str] | None = None,
    ) -> models.ConversationItemList:
        """List the items of a conversation."""
        return self._call(
            "GET",
            "/v1/conversations/{conversation_id}/items",
            _ConversationItemList,
            path={"conversation_id": conversation_id},
            query={"after": after, "limit": limit, "order": order, "include": include},
        )

    def create_conversation_items(
        self, conversation_id: str, body: params.ConversationItemsRequest, *, include: list[str] | None = None
    ) -> models.ConversationItemList:
        """Add items to a conversation."""
        return self._call(
            "POST",
            "/v1/conversations/{conversation_id}/items",
            _ConversationItemList,
            path={"conversation_id": conversation_id},
            body=body,
            query={"include": include},
        )

    def retrieve_conversation_item(
        self, conversation_id: str, item_id: str, *, include: list[str] | None = None
    ) -> models.ResponseItem:
        """Retrieve an item of a conversation."""
        return self._call(
            "GET",
            "/v1/conversations/{conversation_id}/items/{item_id}",
            _ResponseItem,
            path={"conversation_id": conversation_id, "item_id": item_id},
            query={"include": include},
        )

    def delete_conversation_item(self, conversation_id: str, item_id: str) -> models.Conversation:
        """Delete an item of a conversation."""
        return self._call(
            "DELETE",
            "/v1/conversations/{conversation_id}/items/{item_id}",
            _Conversation,
            path={"conversation_id": conversation_id, "item_id": item_id},
        )

    def render_response(self, body: params.ResponseRequest) -> models.RenderedPrompt:
        """Render the prompt of a response."""
        return self._call("POST", "/v1/responses/render", _RenderedPrompt, body=body)

    def list_models(
        self, *, limit: int | None = None, after_id: str | None = None, before_id: str | None = None
    ) -> models.ModelList:
        """List models."""
        return self._call(
            "GET",
            "/v1/models",
            _ModelList,
            query={"limit": limit, "after_id": after_id, "before_id": before_id},
        )

    def retrieve_model(self, model: str) -> models.ServedModel:
        """Retrieve a model."""
        return self._call("GET", "/v1/models/{model}", _ServedModel, path={"model": model})

    def load_lora_adapter(self, body: params.LoadLoraAdapterRequest) -> str:
        """Load a LoRA adapter."""
        return self._text("POST", "/v1/load_lora_adapter", body=body)

    def unload_lora_adapter(self, body: params.UnloadLoraAdapterRequest) -> str:
        """Unload a LoRA adapter."""
        return self._text("POST", "/v1/unload_lora_adapter", body=body)

    def tokenize(self, body: params.TokenizeRequest) -> models.TokenizeResponse:
        """Tokenize a prompt or a conversation."""
        return self._call("POST", "/tokenize", _TokenizeResponse, body=body)

    def detokenize(self, body: params.DetokenizeRequest) -> models.DetokenizeResponse:
        """Detokenize token ids."""
        return self._call("POST", "/detokenize", _DetokenizeResponse, body=body)

    def generate(
        self,
        body: params.GenerateRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.GenerateResponse:
        """Generate from token ids."""
        return self._call(
            "POST",
            "/inference/v1/generate",
            _GenerateResponse,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_generate(
        self,
        body: params.GenerateRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> Iterator[models.GenerateStreamEvent]:
        """Generate from token ids, event by event."""
        return self._stream(
            "POST",
            "/inference/v1/generate",
            _GenerateStreamEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def create_generative_scoring(
        self,
        body: params.GenerativeScoringRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.GenerativeScoringResponse:
        """Score label tokens."""
        return self._call(
            "POST",
            "/generative_scoring",
            _GenerativeScoringResponse,
            body=body,
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def get_root(self) -> models.Root:
        """Service information."""
        return self._call("GET", "/", _Root)

    def get_health_live(self) -> models.HealthLive:
        """Liveness probe."""
        return self._call("GET", "/v1/health/live", _HealthLive)

    def get_health_ready(self) -> models.HealthReady:
        """Readiness probe."""
        return self._call("GET", "/v1/health/ready", _HealthReady)

    def get_health(self) -> models.HealthReady:
        """Whether to route requests here."""
        return self._call("GET", "/health", _HealthReady)

    def get_ping(self) -> models.HealthReady:
        """Whether to route requests here, for SageMaker."""
        return self._call("GET", "/ping", _HealthReady)

    def post_ping(self) -> models.HealthReady:
        """The same by POST."""
        return self._call("POST", "/ping", _HealthReady)

    def get_load(self) -> models.Load:
        """How many requests run."""
        return self._call("GET", "/load", _Load)

    def get_vllm_version(self) -> models.VllmVersion:
        """vLLM's version."""
        return self._call("GET", "/version", _VllmVersion)

    def get_server_info(self, *, config_format: Literal["text", "json"] | None = None) -> models.ServerInfo:
        """vLLM's configuration."""
        return self._call("GET", "/server_info", _ServerInfo, query={"config_format": config_format})

    def get_kv_event_sources(self) -> models.KvEventSources:
        """Where the prefix cache's changes are published."""
        return self._call("GET", "/kv_event_sources", _KvEventSources)

    def get_version(self) -> models.Version:
        """Version."""
        return self._call("GET", "/v1/version", _Version)

    def get_metadata(self) -> models.Metadata:
        """Deployment metadata."""
        return self._call("GET", "/v1/metadata", _Metadata)

    def get_manifest(self) -> models.Manifest:
        """Model manifest."""
        return self._call("GET", "/v1/manifest", _Manifest)

    def get_license(self) -> models.License:
        """License."""
        return self._call("GET", "/v1/license", _License)

    def get_metrics(self) -> str:
        """Metrics."""
        return self._text("GET", "/v1/metrics")

    def get_prometheus_metrics(self) -> str:
        """Metrics, at Prometheus' default path."""
        return self._text("GET", "/metrics")


class AsyncAccord(AsyncTransport):
    """Calls an Accord server from asynchronous code."""

    async def list_chat_completions(
        self,
        *,
        model: str | None = None,
        metadata: dict[str, str] | None = None,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
    ) -> models.ChatCompletionList:
        """List stored chat completions."""
        return await self._call(
            "GET",
            "/v1/chat/completions",
            _ChatCompletionList,
            query={"model": model, "metadata": metadata, "after": after, "limit": limit, "order": order},
        )

    async def create_chat_completion(
        self,
        body: params.ChatCompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.ChatCompletion:
        """Create a chat completion."""
        return await self._call(
            "POST",
            "/v1/chat/completions",
            _ChatCompletion,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_chat_completion(
        self,
        body: params.ChatCompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> AsyncIterator[models.ChatCompletionEvent]:
        """Create a chat completion, event by event."""
        return self._stream(
            "POST",
            "/v1/chat/completions",
            _ChatCompletionEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    async def retrieve_chat_completion(self, completion_id: str) -> models.ChatCompletion:
        """Retrieve a stored chat completion."""
        return await self._call(
            "GET",
            "/v1/chat/completions/{completion_id}",
            _ChatCompletion,
            path={"completion_id": completion_id},
        )

    async def update_chat_completion(
        self, completion_id: str, body: params.ChatCompletionUpdateRequest
    ) -> models.ChatCompletion:
        """Update a stored chat completion."""
        return await self._call(
            "POST",
            "/v1/chat/completions/{completion_id}",
            _ChatCompletion,
            path={"completion_id": completion_id},
            body=body,
        )

    async def delete_chat_completion(self, completion_id: str) -> models.ChatCompletionDeleted:
        """Delete a stored chat completion."""
        return await self._call(
            "DELETE",
            "/v1/chat/completions/{completion_id}",
            _ChatCompletionDeleted,
            path={"completion_id": completion_id},
        )

    async def list_chat_completion_messages(
        self,
        completion_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
    ) -> models.ChatCompletionMessageList:
        """List the messages of a stored chat completion."""
        return await self._call(
            "GET",
            "/v1/chat/completions/{completion_id}/messages",
            _ChatCompletionMessageList,
            path={"completion_id": completion_id},
            query={"after": after, "limit": limit, "order": order},
        )

    async def render_chat_completion(self, body: params.ChatCompletionRequest) -> models.RenderedPrompt:
        """Render the prompt of a chat completion."""
        return await self._call("POST", "/v1/chat/completions/render", _RenderedPrompt, body=body)

    async def derender_chat_completion(self, body: params.DerenderChatRequest) -> models.DerenderChatResponse:
        """Convert generated tokens to a chat completion."""
        return await self._call("POST", "/v1/chat/completions/derender", _DerenderChatResponse, body=body)

    async def create_completion(
        self,
        body: params.CompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.Completion:
        """Create a completion."""
        return await self._call(
            "POST",
            "/v1/completions",
            _Completion,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_completion(
        self,
        body: params.CompletionRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> AsyncIterator[models.CompletionEvent]:
        """Create a completion, event by event."""
        return self._stream(
            "POST",
            "/v1/completions",
            _CompletionEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    async def create_message(
        self,
        body: params.MessageRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.Message:
        """Create a message."""
        return await self._call(
            "POST",
            "/v1/messages",
            _Message,
            body={**body, "stream": False},
            query={"beta": beta},
            headers={
                "anthropic-version": anthropic_version,
                "anthropic-beta": anthropic_beta,
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_message(
        self,
        body: params.MessageRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> AsyncIterator[models.MessageStreamEvent]:
        """Create a message, event by event."""
        return self._stream(
            "POST",
            "/v1/messages",
            _MessageStreamEvent,
            body={**body, "stream": True},
            query={"beta": beta},
            headers={
                "anthropic-version": anthropic_version,
                "anthropic-beta": anthropic_beta,
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    async def count_message_tokens(
        self,
        body: params.MessageTokenCountRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
    ) -> models.MessageTokenCount:
        """Count the tokens of a conversation."""
        return await self._call(
            "POST",
            "/v1/messages/count_tokens",
            _MessageTokenCount,
            body=body,
            query={"beta": beta},
            headers={"anthropic-version": anthropic_version, "anthropic-beta": anthropic_beta},
        )

    async def render_message(
        self,
        body: params.MessageRequest,
        *,
        beta: str | None = None,
        anthropic_version: str | None = None,
        anthropic_beta: str | None = None,
    ) -> models.RenderedPrompt:
        """Render the prompt of a message."""
        return await self._call(
            "POST",
            "/v1/messages/render",
            _RenderedPrompt,
            body=body,
            query={"beta": beta},
            headers={"anthropic-version": anthropic_version, "anthropic-beta": anthropic_beta},
        )

    async def render_completion(self, body: params.CompletionRequest) -> models.RenderedPrompts:
        """Render the prompt of a completion."""
        return await self._call("POST", "/v1/completions/render", _RenderedPrompts, body=body)

    async def derender_completion(
        self, body: params.DerenderCompletionRequest
    ) -> models.DerenderCompletionResponse:
        """Convert generated tokens to a completion."""
        return await self._call("POST", "/v1/completions/derender", _DerenderCompletionResponse, body=body)

    async def create_response(
        self,
        body: params.ResponseRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.Response:
        """Create a response."""
        return await self._call(
            "POST",
            "/v1/responses",
            _Response,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_response(
        self,
        body: params.ResponseRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> AsyncIterator[models.ResponseStreamEvent]:
        """Create a response, event by event."""
        return self._stream(
            "POST",
            "/v1/responses",
            _ResponseStreamEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    async def retrieve_response(
        self,
        response_id: str,
        *,
        starting_after: int | None = None,
        include: list[str] | None = None,
        include_obfuscation: bool | None = None,
    ) -> models.Response:
        """Retrieve a response."""
        return await self._call(
            "GET",
            "/v1/responses/{response_id}",
            _Response,
            path={"response_id": response_id},
            query={
                "starting_after": starting_after,
                "include": include,
                "include_obfuscation": include_obfuscation,
            },
        )

    def stream_retrieve_response(
        self,
        response_id: str,
        *,
        starting_after: int | None = None,
        include: list[str] | None = None,
        include_obfuscation: bool | None = None,
    ) -> AsyncIterator[models.ResponseStreamEvent]:
        """Retrieve a response, event by event."""
        return self._stream(
            "GET",
            "/v1/responses/{response_id}",
            _ResponseStreamEvent,
            path={"response_id": response_id},
            query={
                "starting_after": starting_after,
                "include": include,
                "include_obfuscation": include_obfuscation,
                "stream": True,
            },
        )

    async def delete_response(self, response_id: str) -> models.ResponseDeleted:
        """Delete a response."""
        return await self._call(
            "DELETE", "/v1/responses/{response_id}", _ResponseDeleted, path={"response_id": response_id}
        )

    async def cancel_response(self, response_id: str) -> models.Response:
        """Cancel a response."""
        return await self._call(
            "POST", "/v1/responses/{response_id}/cancel", _Response, path={"response_id": response_id}
        )

    async def list_response_input_items(
        self,
        response_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        include: list[str] | None = None,
    ) -> models.ResponseItemList:
        """List the input items of a response."""
        return await self._call(
            "GET",
            "/v1/responses/{response_id}/input_items",
            _ResponseItemList,
            path={"response_id": response_id},
            query={"after": after, "limit": limit, "order": order, "include": include},
        )

    async def compact_response(self, body: params.ResponseCompactRequest) -> models.ResponseCompacted:
        """Compact a conversation."""
        return await self._call("POST", "/v1/responses/compact", _ResponseCompacted, body=body)

    async def count_response_input_tokens(self, body: params.ResponseRequest) -> models.ResponseInputTokens:
        """Count the input tokens of a response."""
        return await self._call("POST", "/v1/responses/input_tokens", _ResponseInputTokens, body=body)

    async def create_conversation(self, body: params.ConversationRequest) -> models.Conversation:
        """Create a conversation."""
        return await self._call("POST", "/v1/conversations", _Conversation, body=body)

    async def retrieve_conversation(self, conversation_id: str) -> models.Conversation:
        """Retrieve a conversation."""
        return await self._call(
            "GET",
            "/v1/conversations/{conversation_id}",
            _Conversation,
            path={"conversation_id": conversation_id},
        )

    async def update_conversation(
        self, conversation_id: str, body: params.ConversationUpdateRequest
    ) -> models.Conversation:
        """Update a conversation."""
        return await self._call(
            "POST",
            "/v1/conversations/{conversation_id}",
            _Conversation,
            path={"conversation_id": conversation_id},
            body=body,
        )

    async def delete_conversation(self, conversation_id: str) -> models.ConversationDeleted:
        """Delete a conversation."""
        return await self._call(
            "DELETE",
            "/v1/conversations/{conversation_id}",
            _ConversationDeleted,
            path={"conversation_id": conversation_id},
        )

    async def list_conversation_items(
        self,
        conversation_id: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        include: list[str] | None = None,
    ) -> models.ConversationItemList:
        """List the items of a conversation."""
        return await self._call(
            "GET",
            "/v1/conversations/{conversation_id}/items",
            _ConversationItemList,
            path={"conversation_id": conversation_id},
            query={"after": after, "limit": limit, "order": order, "include": include},
        )

    async def create_conversation_items(
        self, conversation_id: str, body: params.ConversationItemsRequest, *, include: list[str] | None = None
    ) -> models.ConversationItemList:
        """Add items to a conversation."""
        return await self._call(
            "POST",
            "/v1/conversations/{conversation_id}/items",
            _ConversationItemList,
            path={"conversation_id": conversation_id},
            body=body,
            query={"include": include},
        )

    async def retrieve_conversation_item(
        self, conversation_id: str, item_id: str, *, include: list[str] | None = None
    ) -> models.ResponseItem:
        """Retrieve an item of a conversation."""
        return await self._call(
            "GET",
            "/v1/conversations/{conversation_id}/items/{item_id}",
            _ResponseItem,
            path={"conversation_id": conversation_id, "item_id": item_id},
            query={"include": include},
        )

    async def delete_conversation_item(self, conversation_id: str, item_id: str) -> models.Conversation:
        """Delete an item of a conversation."""
        return await self._call(
            "DELETE",
            "/v1/conversations/{conversation_id}/items/{item_id}",
            _Conversation,
            path={"conversation_id": conversation_id, "item_id": item_id},
        )

    async def render_response(self, body: params.ResponseRequest) -> models.RenderedPrompt:
        """Render the prompt of a response."""
        return await self._call("POST", "/v1/responses/render", _RenderedPrompt, body=body)

    async def list_models(
        self, *, limit: int | None = None, after_id: str | None = None, before_id: str | None = None
    ) -> models.ModelList:
        """List models."""
        return await self._call(
            "GET",
            "/v1/models",
            _ModelList,
            query={"limit": limit, "after_id": after_id, "before_id": before_id},
        )

    async def retrieve_model(self, model: str) -> models.ServedModel:
        """Retrieve a model."""
        return await self._call("GET", "/v1/models/{model}", _ServedModel, path={"model": model})

    async def load_lora_adapter(self, body: params.LoadLoraAdapterRequest) -> str:
        """Load a LoRA adapter."""
        return await self._text("POST", "/v1/load_lora_adapter", body=body)

    async def unload_lora_adapter(self, body: params.UnloadLoraAdapterRequest) -> str:
        """Unload a LoRA adapter."""
        return await self._text("POST", "/v1/unload_lora_adapter", body=body)

    async def tokenize(self, body: params.TokenizeRequest) -> models.TokenizeResponse:
        """Tokenize a prompt or a conversation."""
        return await self._call("POST", "/tokenize", _TokenizeResponse, body=body)

    async def detokenize(self, body: params.DetokenizeRequest) -> models.DetokenizeResponse:
        """Detokenize token ids."""
        return await self._call("POST", "/detokenize", _DetokenizeResponse, body=body)

    async def generate(
        self,
        body: params.GenerateRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.GenerateResponse:
        """Generate from token ids."""
        return await self._call(
            "POST",
            "/inference/v1/generate",
            _GenerateResponse,
            body={**body, "stream": False},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    def stream_generate(
        self,
        body: params.GenerateRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> AsyncIterator[models.GenerateStreamEvent]:
        """Generate from token ids, event by event."""
        return self._stream(
            "POST",
            "/inference/v1/generate",
            _GenerateStreamEvent,
            body={**body, "stream": True},
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    async def create_generative_scoring(
        self,
        body: params.GenerativeScoringRequest,
        *,
        x_data_parallel_rank: int | None = None,
        x_vllm_priority: int | None = None,
        x_session_id: str | None = None,
    ) -> models.GenerativeScoringResponse:
        """Score label tokens."""
        return await self._call(
            "POST",
            "/generative_scoring",
            _GenerativeScoringResponse,
            body=body,
            headers={
                "x-data-parallel-rank": x_data_parallel_rank,
                "x-vllm-priority": x_vllm_priority,
                "x-session-id": x_session_id,
            },
        )

    async def get_root(self) -> models.Root:
        """Service information."""
        return await self._call("GET", "/", _Root)

    async def get_health_live(self) -> models.HealthLive:
        """Liveness probe."""
        return await self._call("GET", "/v1/health/live", _HealthLive)

    async def get_health_ready(self) -> models.HealthReady:
        """Readiness probe."""
        return await self._call("GET", "/v1/health/ready", _HealthReady)

    async def get_health(self) -> models.HealthReady:
        """Whether to route requests here."""
        return await self._call("GET", "/health", _HealthReady)

    async def get_ping(self) -> models.HealthReady:
        """Whether to route requests here, for SageMaker."""
        return await self._call("GET", "/ping", _HealthReady)

    async def post_ping(self) -> models.HealthReady:
        """The same by POST."""
        return await self._call("POST", "/ping", _HealthReady)

    async def get_load(self) -> models.Load:
        """How many requests run."""
        return await self._call("GET", "/load", _Load)

    async def get_vllm_version(self) -> models.VllmVersion:
        """vLLM's version."""
        return await self._call("GET", "/version", _VllmVersion)

    async def get_server_info(
        self, *, config_format: Literal["text", "json"] | None = None
    ) -> models.ServerInfo:
        """vLLM's configuration."""
        return await self._call("GET", "/server_info", _ServerInfo, query={"config_format": config_format})

    async def get_kv_event_sources(self) -> models.KvEventSources:
        """Where the prefix cache's changes are published."""
        return await self._call("GET", "/kv_event_sources", _KvEventSources)

    async def get_version(self) -> models.Version:
        """Version."""
        return await self._call("GET", "/v1/version", _Version)

    async def get_metadata(self) -> models.Metadata:
        """Deployment metadata."""
        return await self._call("GET", "/v1/metadata", _Metadata)

    async def get_manifest(self) -> models.Manifest:
        """Model manifest."""
        return await self._call("GET", "/v1/manifest", _Manifest)

    async def get_license(self) -> models.License:
        """License."""
        return await self._call("GET", "/v1/license", _License)

    async def get_metrics(self) -> str:
        """Metrics."""
        return await self._text("GET", "/v1/metrics")

    async def get_prometheus_metrics(self) -> str:
        """Metrics, at Prometheus' default path."""
        return await self._text("GET", "/metrics")
