// OpenAI's client for TypeScript and JavaScript.

import assert from "node:assert/strict";
import { test } from "node:test";

import OpenAI from "openai";
import { zodFunction, zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

const model = process.env.ACCORD_MODEL;
const client = new OpenAI({ baseURL: `${process.env.ACCORD_URL}/v1`, apiKey: "any", maxRetries: 0 });

// A random model: a seed for the same answers each time, room for the white space that a schema lets it write.
const whole = { seed: 7, parallel_tool_calls: false };
const messages = [{ role: "user", content: "What is the weather in Paris?" }];
const City = z.enum(["Paris", "Rome"]);
const Answer = z.object({ yes: z.boolean(), city: City });
const Weather = z.object({ city: City });
const chatTool = zodFunction({ name: "get_weather", parameters: Weather });
const responseTool = {
    type: "function",
    name: "get_weather",
    parameters: z.toJSONSchema(Weather),
    strict: true,
};

test("chat", async () => {
    const answer = await client.chat.completions.create({ model, messages, max_tokens: 8 });
    assert.ok(answer.choices[0].message.content);
    assert.equal(answer.usage.completion_tokens, 8);
});

test("chat, streamed", async () => {
    const stream = await client.chat.completions.create({
        model,
        messages,
        max_tokens: 8,
        stream: true,
        stream_options: { include_usage: true },
    });
    let text = "";
    let usage;
    for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? "";
        usage = chunk.usage ?? usage;
    }
    assert.ok(text);
    assert.equal(usage.completion_tokens, 8);
});

test("chat, a forced tool call", async () => {
    const answer = await client.chat.completions.parse({
        model,
        messages,
        ...whole,
        tools: [chatTool],
        tool_choice: { type: "function", function: { name: "get_weather" } },
    });
    Weather.parse(answer.choices[0].message.tool_calls[0].function.parsed_arguments);
});

test("chat, a forced tool call, streamed", async () => {
    const stream = client.chat.completions.stream({
        model,
        messages,
        ...whole,
        tools: [chatTool],
        tool_choice: "required",
    });
    const { choices } = await stream.finalChatCompletion();
    Weather.parse(choices[0].message.tool_calls[0].function.parsed_arguments);
});

test("chat, a loop of tools", async () => {
    const asked = [];
    const runner = client.chat.completions.runTools(
        {
            model,
            messages,
            ...whole,
            max_tokens: 400,
            tool_choice: { type: "function", function: { name: "get_weather" } },
            tools: [zodFunction({ name: "get_weather", parameters: Weather, function: ({ city }) => asked.push(city) })],
        },
        { maxChatCompletions: 2 },
    );
    await runner.done();
    City.parse(asked[0]);
});

test("chat, structured", async () => {
    const answer = await client.chat.completions.parse({
        model,
        messages,
        seed: whole.seed,
        response_format: zodResponseFormat(Answer, "answer"),
    });
    Answer.parse(answer.choices[0].message.parsed);
});

test("a response", async () => {
    const response = await client.responses.create({ model, input: "Hello", max_output_tokens: 8 });
    assert.ok(response.output_text);
    assert.equal((await client.responses.retrieve(response.id)).output_text, response.output_text);
    const items = await Array.fromAsync(client.responses.inputItems.list(response.id));
    assert.equal(items.length, 1);
    await client.responses.delete(response.id);
});

test("a response, streamed", async () => {
    const stream = client.responses.stream({ model, input: "Hello", max_output_tokens: 8 });
    let text = "";
    for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
    assert.ok(text);
    assert.equal((await stream.finalResponse()).output_text, text);
});

test("a response, a forced tool call, whole and streamed", async () => {
    const request = {
        model,
        input: "What is the weather in Paris?",
        tools: [responseTool],
        tool_choice: { type: "function", name: "get_weather" },
        ...whole,
    };
    for (const response of [
        await client.responses.create(request),
        await client.responses.stream(request).finalResponse(),
    ]) {
        const call = response.output.find((item) => item.type === "function_call");
        Weather.parse(JSON.parse(call.arguments));
    }
});

test("a response, structured", async () => {
    const response = await client.responses.parse({
        model,
        input: "Well?",
        seed: whole.seed,
        text: { format: zodTextFormat(Answer, "answer") },
    });
    Answer.parse(response.output_parsed);
});

test("a completion, whole and streamed", async () => {
    const request = { model, prompt: "Hello", max_tokens: 4, temperature: 0 };
    const answer = await client.completions.create(request);
    let text = "";
    for await (const chunk of await client.completions.create({ ...request, stream: true })) {
        text += chunk.choices[0].text;
    }
    assert.equal(text, answer.choices[0].text);
});

test("models and errors", async () => {
    assert.deepEqual((await Array.fromAsync(client.models.list())).map(({ id }) => id), [model]);
    await assert.rejects(client.models.retrieve("org/other"), (error) => {
        assert.ok(error instanceof OpenAI.NotFoundError);
        assert.equal(error.code, "model_not_found");
        assert.ok(error.requestID);
        return true;
    });
});
