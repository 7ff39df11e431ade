// Vercel's AI SDK asks a server that is full, once over each API.

import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText } from "ai";

const settings = { baseURL: `${process.env.ACCORD_URL}/v1`, apiKey: "any" };
const openai = createOpenAI(settings);
const models = {
    chat: openai.chat("tiny"),
    responses: openai.responses("tiny"),
    messages: createAnthropic(settings)("tiny"),
};
const { text } = await generateText({ model: models[process.argv[2]], prompt: "Forty-two." });
process.stdout.write(text);
