// Vercel's AI SDK with its provider for OpenAI, over both of that provider's protocols.

import { createOpenAI } from "@ai-sdk/openai";
import * as sdk from "ai";
import {
  AGENT, KEY, MODEL, ORDER, PARAMETERS, QUESTION, REPLY, TOOL, TOOL_SAYS, URL, checks, holds, refuses,
} from "./check.mjs";

const { APICallError, Output, generateText, jsonSchema, streamText, tool } = sdk;
const described = { description: TOOL_SAYS, inputSchema: jsonSchema(PARAMETERS) };
const runs = { [TOOL]: tool({ ...described, execute: async () => ({ status: "shipped" }) }) };
const only = { [TOOL]: tool(described) };
const toolChoice = { type: "tool", toolName: TOOL };

async function over(protocol) {
  const name = `ai-sdk-${protocol}`;
  const model = (check, id, apiKey = KEY) =>
    createOpenAI({ baseURL: `${URL}/${name}/${check}/v1`, apiKey })[protocol](id);
  const ask = (check, id, prompt, more = {}) =>
    ({ model: model(check, id, more.apiKey), prompt, maxRetries: 0, ...more, apiKey: undefined });

  async function answer() {
    const found = await generateText(ask("answer", AGENT, QUESTION));
    holds(found.text && found.finishReason === "stop", "the answer");
    holds(found.usage.totalTokens, "the usage");
  }
  async function stream() {
    let failed;
    const found = streamText({ ...ask("stream", AGENT, QUESTION), onError: ({ error }) => (failed = error) });
    let text = "";
    for await (const piece of found.textStream) text += piece;
    if (failed) throw failed;
    holds(text && text === (await found.text), "the text");
    holds((await found.usage).totalTokens, "the usage");
  }
  async function tools() {
    // The SDK asks again with what its tool gave.
    const first = ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? toolChoice : "none" });
    const more = { tools: runs, prepareStep: first, stopWhen: ({ steps }) => steps.length === 2 };
    const found = await generateText(ask("tools", MODEL, ORDER, more));
    holds(found.steps.length === 2 && "order" in found.steps[0].toolCalls[0].input, "the call");
    holds(found.text, "the answer");
  }
  async function stream_tools() {
    const found = streamText(ask("stream_tools", MODEL, ORDER, { tools: only, toolChoice }));
    for await (const _ of found.fullStream);
    const call = (await found.toolCalls)[0];
    holds(call.toolName === TOOL && "order" in call.input, "the call");
  }
  async function structured() {
    const output = Output.object({ schema: jsonSchema(REPLY) });
    const found = await generateText(ask("structured", MODEL, QUESTION, { output, temperature: 0 }));
    holds("answer" in found.output, "the field");
  }
  async function unknown_model() {
    const error = await refuses(APICallError, () => generateText(ask("unknown_model", "nobody", QUESTION)));
    holds(error.statusCode === 404 && error.message.includes("nobody"), "the status");
  }
  async function wrong_key() {
    const wrong = ask("wrong_key", AGENT, QUESTION, { apiKey: "wrong" });
    const error = await refuses(APICallError, () => generateText(wrong));
    holds(error.statusCode === 401, "the status");
  }
  await checks(name, [answer, stream, tools, stream_tools, structured, unknown_model, wrong_key]);
}

await over("chat");
await over("responses");
