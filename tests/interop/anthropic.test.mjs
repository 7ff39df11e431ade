// Anthropic's client for TypeScript and JavaScript.

import assert from "node:assert/strict";
import { test } from "node:test";

import Anthropic from "@anthropic-ai/sdk";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod";

const model = process.env.ACCORD_MODEL;
const client = new Anthropic({ baseURL: process.env.ACCORD_URL, apiKey: "any", maxRetries: 0 });

// A random model: a seed for the same answers each time, room for the white space that a schema lets it write.
const request = {
    model,
    seed: 7,
    max_tokens: 1000,
    messages: [{ role: "user", content: "What is the weather in Paris?" }],
};
const City = z.enum(["Paris", "Rome"]);
const Answer = z.object({ yes: z.boolean(), city: City });
const Weather = z.object({ city: City });
const forced = {
    ...request,
    tools: [{ name: "get_weather", description: "The weather.", input_schema: z.toJSONSchema(Weather) }],
    tool_choice: { type: "tool", name: "get_weather" },
};

test("a message", async () => {
    const message = await client.messages.create({ ...request, max_tokens: 8 });
    assert.ok(message.content[0].text);
    assert.equal(message.stop_reason, "max_tokens");
    assert.equal(message.usage.output_tokens, 8);
});

test("a message, streamed", async () => {
    const stream = client.messages.stream({ ...request, max_tokens: 8 });
    let text = "";
    stream.on("text", (delta) => (text += delta));
    const message = await stream.finalMessage();
    assert.ok(text);
    assert.equal(message.content[0].text, text);
    assert.equal(message.usage.output_tokens, 8);
});

test("a forced tool call, whole and streamed, and its result", async () => {
    for (const message of [await client.messages.create(forced), await client.messages.stream(forced).finalMessage()]) {
        const call = message.content.find((block) => block.type === "tool_use");
        Weather.parse(call.input);
        assert.equal(message.stop_reason, "tool_use");
        const result = { type: "tool_result", tool_use_id: call.id, content: "18 degrees" };
        const answer = await client.messages.create({
            ...forced,
            max_tokens: 8,
            tool_choice: { type: "none" },
            messages: [
                ...request.messages,
                { role: "assistant", content: message.content },
                { role: "user", content: [result] },
            ],
        });
        assert.ok(answer.content[0].text);
    }
});

test("a structured answer", async () => {
    const message = await client.messages.parse({ ...request, output_config: { format: zodOutputFormat(Answer) } });
    Answer.parse(message.parsed_output);
});

test("counted tokens, models and errors", async () => {
    const { input_tokens } = await client.messages.countTokens({ model, messages: request.messages });
    assert.ok(input_tokens > 0);
    assert.deepEqual((await Array.fromAsync(client.models.list())).map(({ id }) => id), [model]);
    await assert.rejects(client.messages.create({ ...request, model: "other" }), Anthropic.NotFoundError);
});
