// Vercel's AI SDK, over each of the APIs that it has a provider for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const name = process.env.ACCORD_MODEL;
const openai = createOpenAI({ baseURL: `${process.env.ACCORD_URL}/v1`, apiKey: "any" });
const anthropic = createAnthropic({ baseURL: `${process.env.ACCORD_URL}/v1`, apiKey: "any" });

const models = {
    chat: openai.chat(name),
    responses: openai.responses(name),
    messages: anthropic(name),
};
const prompt = "What is the weather in Paris?";
const City = z.enum(["Paris", "Rome"]);
const Answer = z.object({ yes: z.boolean(), city: City });
const get_weather = tool({
    description: "The weather of a city.",
    inputSchema: z.object({ city: City }),
    execute: async ({ city }) => `18 degrees in ${city}`,
});
// A random model: the same answers each time, room for the white space that a schema lets it write.
const greedy = { temperature: 0, maxOutputTokens: 800 };
const forced = { ...greedy, tools: { get_weather }, toolChoice: { type: "tool", toolName: "get_weather" } };

for (const [api, model] of Object.entries(models)) {
    test(`${api}: text`, async () => {
        const { text, usage } = await generateText({ model, prompt, maxOutputTokens: 8 });
        assert.ok(text);
        assert.equal(usage.outputTokens, 8);
    });

    test(`${api}: text, streamed`, async () => {
        const result = streamText({ model, prompt, maxOutputTokens: 8 });
        const parts = await Array.fromAsync(result.textStream);
        assert.ok(parts.length > 1);
        assert.equal((await result.usage).outputTokens, 8);
        assert.equal(await result.finishReason, "length");
    });

    test(`${api}: a forced tool call and its result`, async () => {
        const { toolResults, steps } = await generateText({ model, prompt, ...forced, stopWhen: stepCountIs(2) });
        assert.equal(steps.length, 2);
        assert.match(steps[0].toolResults[0].output, /18 degrees in (Paris|Rome)/);
        assert.ok(toolResults);
    });

    test(`${api}: a forced tool call, streamed`, async () => {
        const result = streamText({ model, prompt, ...forced });
        await result.consumeStream();
        const [call] = await result.toolCalls;
        City.parse(call.input.city);
    });

    test(`${api}: structured output, whole and streamed`, async () => {
        const request = { model, prompt, output: Output.object({ schema: Answer }), ...greedy };
        Answer.parse((await generateText(request)).output);
        Answer.parse(await streamText(request).output);
    });
}

test("completions: text, whole and streamed", async () => {
    const model = openai.completion(name);
    assert.ok((await generateText({ model, prompt, maxOutputTokens: 4 })).text);
    assert.ok(await streamText({ model, prompt, maxOutputTokens: 4 }).text);
});
