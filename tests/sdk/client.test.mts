// The TypeScript SDK against a running server: every operation, whole and streamed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
    Accord,
    AccordError,
    type ChatCompletionRequest,
    type GenerateRequest,
    type GenerateResponseParam,
    type MessageRequest,
    type ResponseRequest,
} from "../../sdk/typescript/src/index.ts";

const url = process.env["ACCORD_URL"] ?? "";
const model = process.env["ACCORD_MODEL"] ?? "";
const accord = new Accord(url, { apiKey: "any" });

const document = JSON.parse(readFileSync(new URL("../../src/generated/openapi.json", import.meta.url), "utf8"));

const chat: ChatCompletionRequest = { messages: [{ role: "user", content: "Hello" }], max_tokens: 4, temperature: 0 };
const completion = { prompt: "Hello", max_tokens: 4, temperature: 0 };
const message: MessageRequest = { messages: [{ role: "user", content: "Hello" }], max_tokens: 4, temperature: 0 };
const response: ResponseRequest = { input: "Hello", max_output_tokens: 4, temperature: 0 };
const running: ResponseRequest = { input: "Hello", background: true, ignore_eos: true };
const generate: GenerateRequest = { token_ids: [1, 2, 3], sampling_params: { max_tokens: 4 } };

const generated: GenerateResponseParam = { choices: [{ index: 0, token_ids: [36, 37, 38] }] };

/** A conversation with the item `msg_1`. */
const conversation = async () =>
    (await accord.createConversation({ items: [{ id: "msg_1", role: "user", content: "Hello" }] })).id;

/** A chat completion with metadata. */
const kept = async () =>
    (await accord.createChatCompletion({ ...chat, store: true, metadata: { from: "typescript" } })).id;

const stored = async () => (await accord.createResponse(response)).id;

/** What the server says where it does not allow a call. */
const refusal = async (call: Promise<unknown>, status = 403) =>
    call.then(
        () => assert.fail("it was allowed"),
        (error: unknown) => error instanceof AccordError && error.status === status && error.message,
    );

const calls: Record<string, () => Promise<unknown>> = {
    createChatCompletion: async () => (await accord.createChatCompletion(chat)).choices[0]?.message.content,
    listChatCompletions: async () => {
        const id = await kept();
        const found = await accord.listChatCompletions({ metadata: { from: "typescript" }, order: "desc", limit: 1 });
        assert.deepEqual((await accord.listChatCompletions({ metadata: { from: "nowhere" } })).data, []);
        return found.data[0]?.id === id;
    },
    retrieveChatCompletion: async () => (await accord.retrieveChatCompletion(await kept())).metadata?.["from"],
    updateChatCompletion: async () =>
        (await accord.updateChatCompletion(await kept(), { metadata: { a: "b" } })).metadata?.["a"],
    deleteChatCompletion: async () => (await accord.deleteChatCompletion(await kept())).deleted,
    listChatCompletionMessages: async () =>
        (await accord.listChatCompletionMessages(await kept(), { limit: 1 })).data[0]?.id,
    renderChatCompletion: async () => (await accord.renderChatCompletion(chat)).token_ids.length,
    derenderChatCompletion: async () => {
        const answer = await accord.derenderChatCompletion({ generate_response: generated, chat_request: chat });
        return "choices" in answer && answer.choices[0]?.message.content;
    },
    derenderCompletion: async () => {
        const answer = await accord.derenderCompletion({ generate_responses: [generated] });
        return "choices" in answer && answer.choices[0]?.text;
    },
    createCompletion: async () => (await accord.createCompletion(completion)).choices[0]?.text,
    renderCompletion: async () => (await accord.renderCompletion(completion))[0]?.token_ids.length,
    createMessage: async () =>
        (await accord.createMessage(message, { "anthropic-version": "2023-06-01" })).usage.output_tokens,
    countMessageTokens: async () => (await accord.countMessageTokens({ messages: message.messages })).input_tokens,
    renderMessage: async () => (await accord.renderMessage(message)).token_ids.length,
    createResponse: async () => (await accord.createResponse(response)).output.length,
    retrieveResponse: async () => (await accord.retrieveResponse(await stored())).status,
    listResponseInputItems: async () =>
        (await accord.listResponseInputItems(await stored(), { limit: 1, order: "asc" })).data.length,
    cancelResponse: async () => {
        const { id } = await accord.createResponse(running);
        assert.equal((await accord.cancelResponse(id)).status, "cancelled");
        return id;
    },
    deleteResponse: async () => (await accord.deleteResponse(await stored())).deleted,
    renderResponse: async () => (await accord.renderResponse(response)).token_ids.length,
    countResponseInputTokens: async () => (await accord.countResponseInputTokens(response)).input_tokens,
    compactResponse: async () => (await accord.compactResponse({ input: "Hello" })).output.length,
    createConversation: conversation,
    retrieveConversation: async () => (await accord.retrieveConversation(await conversation())).created_at,
    updateConversation: async () =>
        (await accord.updateConversation(await conversation(), { metadata: { a: "b" } })).metadata["a"],
    deleteConversation: async () => (await accord.deleteConversation(await conversation())).deleted,
    listConversationItems: async () =>
        (await accord.listConversationItems(await conversation(), { limit: 1, order: "asc" })).data.length,
    createConversationItems: async () =>
        (await accord.createConversationItems(await conversation(), { items: [{ role: "user", content: "Hi" }] })).data
            .length,
    retrieveConversationItem: async () =>
        (await accord.retrieveConversationItem(await conversation(), "msg_1")).id,
    deleteConversationItem: async () => (await accord.deleteConversationItem(await conversation(), "msg_1")).id,
    listModels: async () => (await accord.listModels()).data[0]?.id,
    retrieveModel: async () => (await accord.retrieveModel(model)).id,
    loadLoraAdapter: () => refusal(accord.loadLoraAdapter({ lora_name: "a", lora_path: "/a" })),
    unloadLoraAdapter: () => refusal(accord.unloadLoraAdapter({ lora_name: "a" })),
    tokenize: async () => (await accord.tokenize({ prompt: "Hello" })).count,
    detokenize: async () => (await accord.detokenize({ tokens: [36, 37, 38] })).prompt,
    generate: async () => (await accord.generate(generate)).choices[0]?.token_ids?.length,
    createGenerativeScoring: async () =>
        (
            await accord.createGenerativeScoring({
                query: "Is it true? ",
                items: ["Yes", "No"],
                label_token_ids: [1, 2],
            })
        ).data.length,
    getRoot: async () => Object.keys(await accord.getRoot()).length,
    getHealthLive: async () => (await accord.getHealthLive()).object,
    getHealthReady: async () => (await accord.getHealthReady()).object,
    getHealth: async () => (await accord.getHealth()).object,
    getPing: async () => (await accord.getPing()).object,
    postPing: async () => (await accord.postPing()).object,
    getLoad: async () => (await accord.getLoad()).server_load >= 0,
    getVllmVersion: async () => (await accord.getVllmVersion()).version,
    getServerInfo: () => refusal(accord.getServerInfo({ config_format: "json" }), 404),
    getKvEventSources: async () => Object.keys(await accord.getKvEventSources()).length === 0,
    getVersion: async () => (await accord.getVersion()).api,
    getMetrics: async () => (await accord.getMetrics()).length,
    getPrometheusMetrics: async () => (await accord.getPrometheusMetrics()).length,
    getMetadata: async () => Object.keys(await accord.getMetadata()).length,
    getManifest: async () => Object.keys(await accord.getManifest()).length,
    getLicense: async () => Object.keys(await accord.getLicense()).length,
};

const camel = (id: string) => id.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

test("every operation is called here", () => {
    const ids = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>)
        .flatMap((item) => Object.values(item))
        .map((operation) => camel(operation.operationId));
    assert.deepEqual(Object.keys(calls).sort(), ids.sort());
});

for (const [name, call] of Object.entries(calls)) {
    test(name, async () => assert.ok(await call()));
}

test("a streamed chat says what a whole one says", async () => {
    let text = "";
    for await (const event of accord.streamChatCompletion(chat)) {
        for (const choice of event.choices) text += choice.delta.content ?? "";
    }
    assert.equal(text, (await accord.createChatCompletion(chat)).choices[0]?.message.content);
});

test("a streamed completion says what a whole one says", async () => {
    let text = "";
    for await (const event of accord.streamCompletion(completion)) text += event.choices[0]?.text ?? "";
    assert.equal(text, (await accord.createCompletion(completion)).choices[0]?.text);
});

test("a message's events are told apart by type", async () => {
    let text = "";
    let reason: string | null = null;
    for await (const event of accord.streamMessage(message)) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
        if (event.type === "message_delta") reason = event.delta.stop_reason;
    }
    const whole = await accord.createMessage(message);
    assert.equal(whole.content[0]?.type === "text" && whole.content[0].text, text);
    assert.equal(reason, "max_tokens");
});

test("a stream of tokens", async () => {
    const tokens: number[] = [];
    for await (const event of accord.streamGenerate(generate)) tokens.push(...(event.choices[0]?.token_ids ?? []));
    assert.equal(tokens.length, 4);
});

test("a response is taken up where its stream was left", async () => {
    const request: ResponseRequest = { ...running, max_output_tokens: 32 };
    let id = "";
    for await (const event of accord.streamResponse(request)) {
        if (event.type === "response.created") id = event.response.id;
        if (event.sequence_number === 3) break;
    }
    const rest = await Array.fromAsync(accord.streamRetrieveResponse(id, { starting_after: 3 }));
    assert.equal(rest[0]?.sequence_number, 4);
    assert.equal(rest.at(-1)?.type, "response.incomplete");
});

test("an error is thrown with what the server says", async () => {
    await assert.rejects(accord.retrieveModel("org/other"), (error: unknown) => {
        assert.ok(error instanceof AccordError);
        assert.deepEqual([error.status, error.code], [404, "model_not_found"]);
        assert.ok(error.requestId);
        return true;
    });
    await assert.rejects(accord.streamChatCompletion({ ...chat, temperature: 7 }).next(), {
        status: 400,
        param: "temperature",
    });
    await assert.rejects(accord.createMessage({ ...message, max_tokens: -1 }), { type: "invalid_request_error" });
});

test("an error within a stream is thrown", async () => {
    const events = accord.streamResponse(running);
    const { value } = await events.next();
    assert.ok(value?.type === "response.created");
    await accord.cancelResponse(value.response.id);
    await assert.rejects(Array.fromAsync(events), { status: undefined, code: "response_cancelled" });
});

test("a call ends with its signal", async () => {
    const signal = AbortSignal.timeout(50);
    const forever = { ...chat, max_tokens: 1900, ignore_eos: true };
    await assert.rejects(accord.createChatCompletion(forever, { signal }), { name: "TimeoutError" });
});
