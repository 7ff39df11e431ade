// Generated from Accord's OpenAPI document by `make sdk`. Never edited by hand.
import { type CallOptions, Transport } from "./http.ts";
import type {
    ChatCompletion,
    ChatCompletionDeleted,
    ChatCompletionEvent,
    ChatCompletionList,
    ChatCompletionMessageList,
    ChatCompletionRequest,
    ChatCompletionUpdateRequest,
    Completion,
    CompletionEvent,
    CompletionRequest,
    Conversation,
    ConversationDeleted,
    ConversationItemList,
    ConversationItemsRequest,
    ConversationRequest,
    ConversationUpdateRequest,
    DerenderChatRequest,
    DerenderChatResponse,
    DerenderCompletionRequest,
    DerenderCompletionResponse,
    DetokenizeRequest,
    DetokenizeResponse,
    GenerateRequest,
    GenerateResponse,
    GenerateStreamEvent,
    GenerativeScoringRequest,
    GenerativeScoringResponse,
    HealthLive,
    HealthReady,
    KvEventSources,
    License,
    Load,
    LoadLoraAdapterRequest,
    Manifest,
    Message,
    MessageRequest,
    MessageStreamEvent,
    MessageTokenCount,
    MessageTokenCountRequest,
    Metadata,
    ModelList,
    RenderedPrompt,
    RenderedPrompts,
    Response,
    ResponseCompactRequest,
    ResponseCompacted,
    ResponseDeleted,
    ResponseInputTokens,
    ResponseItem,
    ResponseItemList,
    ResponseRequest,
    ResponseStreamEvent,
    Root,
    ServedModel,
    ServerInfo,
    TokenizeRequest,
    TokenizeResponse,
    UnloadLoraAdapterRequest,
    Version,
    VllmVersion,
} from "./schema.ts";

/** Calls an Accord server: a method for every operation, and one more for its stream where it has one. */
export class Accord extends Transport {
    /** List stored chat completions. */
    listChatCompletions(parameters: { "model"?: string; "metadata"?: Record<string, string>; "after"?: string; "limit"?: number; "order"?: "asc" | "desc" } = {}, options: CallOptions = {}): Promise<ChatCompletionList> {
        return this.call("GET", "/v1/chat/completions", { options, query: { "model": parameters["model"], "metadata": parameters["metadata"], "after": parameters["after"], "limit": parameters["limit"], "order": parameters["order"] } });
    }

    /** Create a chat completion. */
    createChatCompletion(body: ChatCompletionRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): Promise<ChatCompletion> {
        return this.call("POST", "/v1/chat/completions", { options, body: { ...body, stream: false }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Create a chat completion, event by event. */
    streamChatCompletion(body: ChatCompletionRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): AsyncGenerator<ChatCompletionEvent, void, undefined> {
        return this.stream("POST", "/v1/chat/completions", { options, body: { ...body, stream: true }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Retrieve a stored chat completion. */
    retrieveChatCompletion(completionId: string, options: CallOptions = {}): Promise<ChatCompletion> {
        return this.call("GET", "/v1/chat/completions/{completion_id}", { options, path: { "completion_id": completionId } });
    }

    /** Update a stored chat completion. */
    updateChatCompletion(completionId: string, body: ChatCompletionUpdateRequest, options: CallOptions = {}): Promise<ChatCompletion> {
        return this.call("POST", "/v1/chat/completions/{completion_id}", { options, path: { "completion_id": completionId }, body });
    }

    /** Delete a stored chat completion. */
    deleteChatCompletion(completionId: string, options: CallOptions = {}): Promise<ChatCompletionDeleted> {
        return this.call("DELETE", "/v1/chat/completions/{completion_id}", { options, path: { "completion_id": completionId } });
    }

    /** List the messages of a stored chat completion. */
    listChatCompletionMessages(completionId: string, parameters: { "after"?: string; "limit"?: number; "order"?: "asc" | "desc" } = {}, options: CallOptions = {}): Promise<ChatCompletionMessageList> {
        return this.call("GET", "/v1/chat/completions/{completion_id}/messages", { options, path: { "completion_id": completionId }, query: { "after": parameters["after"], "limit": parameters["limit"], "order": parameters["order"] } });
    }

    /** Render the prompt of a chat completion. */
    renderChatCompletion(body: ChatCompletionRequest, options: CallOptions = {}): Promise<RenderedPrompt> {
        return this.call("POST", "/v1/chat/completions/render", { options, body });
    }

    /** Convert generated tokens to a chat completion. */
    derenderChatCompletion(body: DerenderChatRequest, options: CallOptions = {}): Promise<DerenderChatResponse> {
        return this.call("POST", "/v1/chat/completions/derender", { options, body });
    }

    /** Create a completion. */
    createCompletion(body: CompletionRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): Promise<Completion> {
        return this.call("POST", "/v1/completions", { options, body: { ...body, stream: false }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Create a completion, event by event. */
    streamCompletion(body: CompletionRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): AsyncGenerator<CompletionEvent, void, undefined> {
        return this.stream("POST", "/v1/completions", { options, body: { ...body, stream: true }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Create a message. */
    createMessage(body: MessageRequest, parameters: { "beta"?: string; "anthropic-version"?: string; "anthropic-beta"?: string } = {}, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): Promise<Message> {
        return this.call("POST", "/v1/messages", { options, body: { ...body, stream: false }, query: { "beta": parameters["beta"] }, headers: { ...{ "anthropic-version": parameters["anthropic-version"], "anthropic-beta": parameters["anthropic-beta"] }, ...{ "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } } });
    }

    /** Create a message, event by event. */
    streamMessage(body: MessageRequest, parameters: { "beta"?: string; "anthropic-version"?: string; "anthropic-beta"?: string } = {}, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): AsyncGenerator<MessageStreamEvent, void, undefined> {
        return this.stream("POST", "/v1/messages", { options, body: { ...body, stream: true }, query: { "beta": parameters["beta"] }, headers: { ...{ "anthropic-version": parameters["anthropic-version"], "anthropic-beta": parameters["anthropic-beta"] }, ...{ "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } } });
    }

    /** Count the tokens of a conversation. */
    countMessageTokens(body: MessageTokenCountRequest, parameters: { "beta"?: string; "anthropic-version"?: string; "anthropic-beta"?: string } = {}, options: CallOptions = {}): Promise<MessageTokenCount> {
        return this.call("POST", "/v1/messages/count_tokens", { options, body, query: { "beta": parameters["beta"] }, headers: { "anthropic-version": parameters["anthropic-version"], "anthropic-beta": parameters["anthropic-beta"] } });
    }

    /** Render the prompt of a message. */
    renderMessage(body: MessageRequest, parameters: { "beta"?: string; "anthropic-version"?: string; "anthropic-beta"?: string } = {}, options: CallOptions = {}): Promise<RenderedPrompt> {
        return this.call("POST", "/v1/messages/render", { options, body, query: { "beta": parameters["beta"] }, headers: { "anthropic-version": parameters["anthropic-version"], "anthropic-beta": parameters["anthropic-beta"] } });
    }

    /** Render the prompt of a completion. */
    renderCompletion(body: CompletionRequest, options: CallOptions = {}): Promise<RenderedPrompts> {
        return this.call("POST", "/v1/completions/render", { options, body });
    }

    /** Convert generated tokens to a completion. */
    derenderCompletion(body: DerenderCompletionRequest, options: CallOptions = {}): Promise<DerenderCompletionResponse> {
        return this.call("POST", "/v1/completions/derender", { options, body });
    }

    /** Create a response. */
    createResponse(body: ResponseRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): Promise<Response> {
        return this.call("POST", "/v1/responses", { options, body: { ...body, stream: false }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Create a response, event by event. */
    streamResponse(body: ResponseRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): AsyncGenerator<ResponseStreamEvent, void, undefined> {
        return this.stream("POST", "/v1/responses", { options, body: { ...body, stream: true }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Retrieve a response. */
    retrieveResponse(responseId: string, parameters: { "starting_after"?: number; "include"?: (string)[]; "include_obfuscation"?: boolean } = {}, options: CallOptions = {}): Promise<Response> {
        return this.call("GET", "/v1/responses/{response_id}", { options, path: { "response_id": responseId }, query: { "starting_after": parameters["starting_after"], "include": parameters["include"], "include_obfuscation": parameters["include_obfuscation"] } });
    }

    /** Retrieve a response, event by event. */
    streamRetrieveResponse(responseId: string, parameters: { "starting_after"?: number; "include"?: (string)[]; "include_obfuscation"?: boolean } = {}, options: CallOptions = {}): AsyncGenerator<ResponseStreamEvent, void, undefined> {
        return this.stream("GET", "/v1/responses/{response_id}", { options, path: { "response_id": responseId }, query: { "starting_after": parameters["starting_after"], "include": parameters["include"], "include_obfuscation": parameters["include_obfuscation"], stream: true } });
    }

    /** Delete a response. */
    deleteResponse(responseId: string, options: CallOptions = {}): Promise<ResponseDeleted> {
        return this.call("DELETE", "/v1/responses/{response_id}", { options, path: { "response_id": responseId } });
    }

    /** Cancel a response. */
    cancelResponse(responseId: string, options: CallOptions = {}): Promise<Response> {
        return this.call("POST", "/v1/responses/{response_id}/cancel", { options, path: { "response_id": responseId } });
    }

    /** List the input items of a response. */
    listResponseInputItems(responseId: string, parameters: { "after"?: string; "limit"?: number; "order"?: "asc" | "desc"; "include"?: (string)[] } = {}, options: CallOptions = {}): Promise<ResponseItemList> {
        return this.call("GET", "/v1/responses/{response_id}/input_items", { options, path: { "response_id": responseId }, query: { "after": parameters["after"], "limit": parameters["limit"], "order": parameters["order"], "include": parameters["include"] } });
    }

    /** Compact a conversation. */
    compactResponse(body: ResponseCompactRequest, options: CallOptions = {}): Promise<ResponseCompacted> {
        return this.call("POST", "/v1/responses/compact", { options, body });
    }

    /** Count the input tokens of a response. */
    countResponseInputTokens(body: ResponseRequest, options: CallOptions = {}): Promise<ResponseInputTokens> {
        return this.call("POST", "/v1/responses/input_tokens", { options, body });
    }

    /** Create a conversation. */
    createConversation(body: ConversationRequest, options: CallOptions = {}): Promise<Conversation> {
        return this.call("POST", "/v1/conversations", { options, body });
    }

    /** Retrieve a conversation. */
    retrieveConversation(conversationId: string, options: CallOptions = {}): Promise<Conversation> {
        return this.call("GET", "/v1/conversations/{conversation_id}", { options, path: { "conversation_id": conversationId } });
    }

    /** Update a conversation. */
    updateConversation(conversationId: string, body: ConversationUpdateRequest, options: CallOptions = {}): Promise<Conversation> {
        return this.call("POST", "/v1/conversations/{conversation_id}", { options, path: { "conversation_id": conversationId }, body });
    }

    /** Delete a conversation. */
    deleteConversation(conversationId: string, options: CallOptions = {}): Promise<ConversationDeleted> {
        return this.call("DELETE", "/v1/conversations/{conversation_id}", { options, path: { "conversation_id": conversationId } });
    }

    /** List the items of a conversation. */
    listConversationItems(conversationId: string, parameters: { "after"?: string; "limit"?: number; "order"?: "asc" | "desc"; "include"?: (string)[] } = {}, options: CallOptions = {}): Promise<ConversationItemList> {
        return this.call("GET", "/v1/conversations/{conversation_id}/items", { options, path: { "conversation_id": conversationId }, query: { "after": parameters["after"], "limit": parameters["limit"], "order": parameters["order"], "include": parameters["include"] } });
    }

    /** Add items to a conversation. */
    createConversationItems(conversationId: string, body: ConversationItemsRequest, parameters: { "include"?: (string)[] } = {}, options: CallOptions = {}): Promise<ConversationItemList> {
        return this.call("POST", "/v1/conversations/{conversation_id}/items", { options, path: { "conversation_id": conversationId }, body, query: { "include": parameters["include"] } });
    }

    /** Retrieve an item of a conversation. */
    retrieveConversationItem(conversationId: string, itemId: string, parameters: { "include"?: (string)[] } = {}, options: CallOptions = {}): Promise<ResponseItem> {
        return this.call("GET", "/v1/conversations/{conversation_id}/items/{item_id}", { options, path: { "conversation_id": conversationId, "item_id": itemId }, query: { "include": parameters["include"] } });
    }

    /** Delete an item of a conversation. */
    deleteConversationItem(conversationId: string, itemId: string, options: CallOptions = {}): Promise<Conversation> {
        return this.call("DELETE", "/v1/conversations/{conversation_id}/items/{item_id}", { options, path: { "conversation_id": conversationId, "item_id": itemId } });
    }

    /** Render the prompt of a response. */
    renderResponse(body: ResponseRequest, options: CallOptions = {}): Promise<RenderedPrompt> {
        return this.call("POST", "/v1/responses/render", { options, body });
    }

    /** List models. */
    listModels(parameters: { "limit"?: number; "after_id"?: string; "before_id"?: string } = {}, options: CallOptions = {}): Promise<ModelList> {
        return this.call("GET", "/v1/models", { options, query: { "limit": parameters["limit"], "after_id": parameters["after_id"], "before_id": parameters["before_id"] } });
    }

    /** Retrieve a model. */
    retrieveModel(model: string, options: CallOptions = {}): Promise<ServedModel> {
        return this.call("GET", "/v1/models/{model}", { options, path: { "model": model } });
    }

    /** Load a LoRA adapter. */
    loadLoraAdapter(body: LoadLoraAdapterRequest, options: CallOptions = {}): Promise<string> {
        return this.text("POST", "/v1/load_lora_adapter", { options, body });
    }

    /** Unload a LoRA adapter. */
    unloadLoraAdapter(body: UnloadLoraAdapterRequest, options: CallOptions = {}): Promise<string> {
        return this.text("POST", "/v1/unload_lora_adapter", { options, body });
    }

    /** Tokenize a prompt or a conversation. */
    tokenize(body: TokenizeRequest, options: CallOptions = {}): Promise<TokenizeResponse> {
        return this.call("POST", "/tokenize", { options, body });
    }

    /** Detokenize token ids. */
    detokenize(body: DetokenizeRequest, options: CallOptions = {}): Promise<DetokenizeResponse> {
        return this.call("POST", "/detokenize", { options, body });
    }

    /** Generate from token ids. */
    generate(body: GenerateRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): Promise<GenerateResponse> {
        return this.call("POST", "/inference/v1/generate", { options, body: { ...body, stream: false }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Generate from token ids, event by event. */
    streamGenerate(body: GenerateRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): AsyncGenerator<GenerateStreamEvent, void, undefined> {
        return this.stream("POST", "/inference/v1/generate", { options, body: { ...body, stream: true }, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Score label tokens. */
    createGenerativeScoring(body: GenerativeScoringRequest, options: CallOptions & { "x-data-parallel-rank"?: number; "x-vllm-priority"?: number; "x-session-id"?: string } = {}): Promise<GenerativeScoringResponse> {
        return this.call("POST", "/generative_scoring", { options, body, headers: { "x-data-parallel-rank": options["x-data-parallel-rank"], "x-vllm-priority": options["x-vllm-priority"], "x-session-id": options["x-session-id"] } });
    }

    /** Service information. */
    getRoot(options: CallOptions = {}): Promise<Root> {
        return this.call("GET", "/", { options });
    }

    /** Liveness probe. */
    getHealthLive(options: CallOptions = {}): Promise<HealthLive> {
        return this.call("GET", "/v1/health/live", { options });
    }

    /** Readiness probe. */
    getHealthReady(options: CallOptions = {}): Promise<HealthReady> {
        return this.call("GET", "/v1/health/ready", { options });
    }

    /** Whether to route requests here. */
    getHealth(options: CallOptions = {}): Promise<HealthReady> {
        return this.call("GET", "/health", { options });
    }

    /** Whether to route requests here, for SageMaker. */
    getPing(options: CallOptions = {}): Promise<HealthReady> {
        return this.call("GET", "/ping", { options });
    }

    /** The same by POST. */
    postPing(options: CallOptions = {}): Promise<HealthReady> {
        return this.call("POST", "/ping", { options });
    }

    /** How many requests run. */
    getLoad(options: CallOptions = {}): Promise<Load> {
        return this.call("GET", "/load", { options });
    }

    /** vLLM's version. */
    getVllmVersion(options: CallOptions = {}): Promise<VllmVersion> {
        return this.call("GET", "/version", { options });
    }

    /** vLLM's configuration. */
    getServerInfo(parameters: { "config_format"?: "text" | "json" } = {}, options: CallOptions = {}): Promise<ServerInfo> {
        return this.call("GET", "/server_info", { options, query: { "config_format": parameters["config_format"] } });
    }

    /** Where the prefix cache's changes are published. */
    getKvEventSources(options: CallOptions = {}): Promise<KvEventSources> {
        return this.call("GET", "/kv_event_sources", { options });
    }

    /** Version. */
    getVersion(options: CallOptions = {}): Promise<Version> {
        return this.call("GET", "/v1/version", { options });
    }

    /** Deployment metadata. */
    getMetadata(options: CallOptions = {}): Promise<Metadata> {
        return this.call("GET", "/v1/metadata", { options });
    }

    /** Model manifest. */
    getManifest(options: CallOptions = {}): Promise<Manifest> {
        return this.call("GET", "/v1/manifest", { options });
    }

    /** License. */
    getLicense(options: CallOptions = {}): Promise<License> {
        return this.call("GET", "/v1/license", { options });
    }

    /** Metrics. */
    getMetrics(options: CallOptions = {}): Promise<string> {
        return this.text("GET", "/v1/metrics", { options });
    }

    /** Metrics, at Prometheus' default path. */
    getPrometheusMetrics(options: CallOptions = {}): Promise<string> {
        return this.text("GET", "/metrics", { options });
    }
}
