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
    "list_chat_completions": Operation(
        "list_chat_completions",
        "chat",
        "GET",
        r"/v1/chat/completions",
        None,
        models.ListChatCompletionsParameters,
        "openai",
    ),
    "create_chat_completion": Operation(
        "create_chat_completion",
        "chat",
        "POST",
        r"/v1/chat/completions",
        models.ChatCompletionRequest,
        models.CreateChatCompletionParameters,
        "openai",
    ),
    "retrieve_chat_completion": Operation(
        "retrieve_chat_completion",
        "chat",
        "GET",
        r"/v1/chat/completions/[^/]+",
        None,
        models.RetrieveChatCompletionParameters,
        "openai",
    ),
    "update_chat_completion": Operation(
        "update_chat_completion",
        "chat",
        "POST",
        r"/v1/chat/completions/[^/]+",
        models.ChatCompletionUpdateRequest,
        models.UpdateChatCompletionParameters,
        "openai",
    ),
    "delete_chat_completion": Operation(
        "delete_chat_completion",
        "chat",
        "DELETE",
        r"/v1/chat/completions/[^/]+",
        None,
        models.DeleteChatCompletionParameters,
        "openai",
    ),
    "list_chat_completion_messages": Operation(
        "list_chat_completion_messages",
        "chat",
        "GET",
        r"/v1/chat/completions/[^/]+/messages",
        None,
        models.ListChatCompletionMessagesParameters,
        "openai",
    ),
    "render_chat_completion": Operation(
        "render_chat_completion",
        "chat",
        "POST",
        r"/v1/chat/completions/render",
        models.ChatCompletionRequest,
        None,
        "openai",
    ),
    "derender_chat_completion": Operation(
        "derender_chat_completion",
        "chat",
        "POST",
        r"/v1/chat/completions/derender",
        models.DerenderChatRequest,
        None,
        "openai",
    ),
    "create_completion": Operation(
        "create_completion",
        "completions",
        "POST",
        r"/v1/completions",
        models.CompletionRequest,
        models.CreateCompletionParameters,
        "openai",
    ),
    "create_message": Operation(
        "create_message",
        "messages",
        "POST",
        r"/v1/messages",
        models.MessageRequest,
        models.CreateMessageParameters,
        "anthropic",
    ),
    "count_message_tokens": Operation(
        "count_message_tokens",
        "messages",
        "POST",
        r"/v1/messages/count_tokens",
        models.MessageTokenCountRequest,
        models.CountMessageTokensParameters,
        "anthropic",
    ),
    "render_message": Operation(
        "render_message",
        "messages",
        "POST",
        r"/v1/messages/render",
        models.MessageRequest,
        models.RenderMessageParameters,
        "anthropic",
    ),
    "render_completion": Operation(
        "render_completion",
        "completions",
        "POST",
        r"/v1/completions/render",
        models.CompletionRequest,
        None,
        "openai",
    ),
    "derender_completion": Operation(
        "derender_completion",
        "completions",
        "POST",
        r"/v1/completions/derender",
        models.DerenderCompletionRequest,
        None,
        "openai",
    ),
    "create_response": Operation(
        "create_response",
        "responses",
        "POST",
        r"/v1/responses",
        models.ResponseRequest,
        models.CreateResponseParameters,
        "openai",
    ),
    "retrieve_response": Operation(
        "retrieve_response",
        "responses",
        "GET",
        r"/v1/responses/[^/]+",
        None,
        models.RetrieveResponseParameters,
        "openai",
    ),
    "delete_response": Operation(
        "delete_response",
        "responses",
        "DELETE",
        r"/v1/responses/[^/]+",
        None,
        models.DeleteResponseParameters,
        "openai",
    ),
    "cancel_response": Operation(
        "cancel_response",
        "responses",
        "POST",
        r"/v1/responses/[^/]+/cancel",
        None,
        models.CancelResponseParameters,
        "openai",
    ),
    "list_response_input_items": Operation(
        "list_response_input_items",
        "responses",
        "GET",
        r"/v1/responses/[^/]+/input_items",
        None,
        models.ListResponseInputItemsParameters,
        "openai",
    ),
    "compact_response": Operation(
        "compact_response",
        "responses",
        "POST",
        r"/v1/responses/compact",
        models.ResponseCompactRequest,
        None,
        "openai",
    ),
    "count_response_input_tokens": Operation(
        "count_response_input_tokens",
        "responses",
        "POST",
        r"/v1/responses/input_tokens",
        models.ResponseRequest,
        None,
        "openai",
    ),
    "create_conversation": Operation(
        "create_conversation",
        "conversations",
        "POST",
        r"/v1/conversations",
        models.ConversationRequest,
        None,
        "openai",
    ),
    "retrieve_conversation": Operation(
        "retrieve_conversation",
        "conversations",
        "GET",
        r"/v1/conversations/[^/]+",
        None,
        models.RetrieveConversationParameters,
        "openai",
    ),
    "update_conversation": Operation(
        "update_conversation",
        "conversations",
        "POST",
        r"/v1/conversations/[^/]+",
        models.ConversationUpdateRequest,
        models.UpdateConversationParameters,
        "openai",
    ),
    "delete_conversation": Operation(
        "delete_conversation",
        "conversations",
        "DELETE",
        r"/v1/conversations/[^/]+",
        None,
        models.DeleteConversationParameters,
        "openai",
    ),
    "list_conversation_items": Operation(
        "list_conversation_items",
        "conversations",
        "GET",
        r"/v1/conversations/[^/]+/items",
        None,
        models.ListConversationItemsParameters,
        "openai",
    ),
    "create_conversation_items": Operation(
        "create_conversation_items",
        "conversations",
        "POST",
        r"/v1/conversations/[^/]+/items",
        models.ConversationItemsRequest,
        models.CreateConversationItemsParameters,
        "openai",
    ),
    "retrieve_conversation_item": Operation(
        "retrieve_conversation_item",
        "conversations",
        "GET",
        r"/v1/conversations/[^/]+/items/[^/]+",
        None,
        models.RetrieveConversationItemParameters,
        "openai",
    ),
    "delete_conversation_item": Operation(
        "delete_conversation_item",
        "conversations",
        "DELETE",
        r"/v1/conversations/[^/]+/items/[^/]+",
        None,
        models.DeleteConversationItemParameters,
        "openai",
    ),
    "render_response": Operation(
        "render_response",
        "responses",
        "POST",
        r"/v1/responses/render",
        models.ResponseRequest,
        None,
        "openai",
    ),
    "list_models": Operation(
        "list_models", "models", "GET", r"/v1/models", None, models.ListModelsParameters, "openai"
    ),
    "retrieve_model": Operation(
        "retrieve_model", "models", "GET", r"/v1/models/.+", None, models.RetrieveModelParameters, "openai"
    ),
    "load_lora_adapter": Operation(
        "load_lora_adapter",
        "models",
        "POST",
        r"/v1/load_lora_adapter",
        models.LoadLoraAdapterRequest,
        None,
        "openai",
    ),
    "unload_lora_adapter": Operation(
        "unload_lora_adapter",
        "models",
        "POST",
        r"/v1/unload_lora_adapter",
        models.UnloadLoraAdapterRequest,
        None,
        "openai",
    ),
    "tokenize": Operation("tokenize", "tokens", "POST", r"/tokenize", models.TokenizeRequest, None, "openai"),
    "detokenize": Operation(
        "detokenize", "tokens", "POST", r"/detokenize", models.DetokenizeRequest, None, "openai"
    ),
    "generate": Operation(
        "generate",
        "generate",
        "POST",
        r"/inference/v1/generate",
        models.GenerateRequest,
        models.GenerateParameters,
        "openai",
    ),
    "create_generative_scoring": Operation(
        "create_generative_scoring",
        "scoring",
        "POST",
        r"/generative_scoring",
        models.GenerativeScoringRequest,
        models.CreateGenerativeScoringParameters,
        "openai",
    ),
    "get_root": Operation("get_root", "management", "GET", r"/", None, None, "openai"),
    "get_health_live": Operation(
        "get_health_live", "management", "GET", r"/v1/health/live", None, None, "openai"
    ),
    "get_health_ready": Operation(
        "get_health_ready", "management", "GET", r"/v1/health/ready", None, None, "openai"
    ),
    "get_health": Operation("get_health", "routing", "GET", r"/health", None, None, "openai"),
    "get_ping": Operation("get_ping", "routing", "GET", r"/ping", None, None, "openai"),
    "post_ping": Operation("post_ping", "routing", "POST", r"/ping", None, None, "openai"),
    "get_load": Operation("get_load", "routing", "GET", r"/load", None, None, "openai"),
    "get_vllm_version": Operation("get_vllm_version", "routing", "GET", r"/version", None, None, "openai"),
    "get_server_info": Operation(
        "get_server_info", "routing", "GET", r"/server_info", None, models.GetServerInfoParameters, "openai"
    ),
    "get_kv_event_sources": Operation(
        "get_kv_event_sources", "routing", "GET", r"/kv_event_sources", None, None, "openai"
    ),
    "get_version": Operation("get_version", "management", "GET", r"/v1/version", None, None, "openai"),
    "get_metadata": Operation("get_metadata", "management", "GET", r"/v1/metadata", None, None, "openai"),
    "get_manifest": Operation("get_manifest", "management", "GET", r"/v1/manifest", None, None, "openai"),
    "get_license": Operation("get_license", "management", "GET", r"/v1/license", None, None, "openai"),
    "get_metrics": Operation("get_metrics", "management", "GET", r"/v1/metrics", None, None, "openai"),
    "get_prometheus_metrics": Operation(
        "get_prometheus_metrics", "management", "GET", r"/metrics", None, None, "openai"
    ),
}
