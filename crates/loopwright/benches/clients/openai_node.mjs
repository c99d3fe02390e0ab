// OpenAI's client for Node, over both of its protocols.

import OpenAI from "openai";
import {
  AGENT, KEY, MODEL, ORDER, PARAMETERS, QUESTION, REPLY, TOOL, TOOL_SAYS, URL, checks, holds, refuses,
} from "./check.mjs";

const client = (name, check, apiKey = KEY) =>
  new OpenAI({ baseURL: `${URL}/${name}/${check}/v1`, apiKey, maxRetries: 0 });

async function chat() {
  const name = "openai-node-chat";
  const said = [{ role: "user", content: QUESTION }];
  const asked = [{ role: "user", content: ORDER }];
  const described = { name: TOOL, description: TOOL_SAYS, parameters: PARAMETERS, strict: true };
  const offer = { tools: [{ type: "function", function: described }] };
  const forced = { ...offer, tool_choice: { type: "function", function: { name: TOOL } } };
  const schema = { name: "reply", schema: REPLY, strict: true };

  async function models() {
    const ids = [];
    for await (const model of client(name, "models").models.list()) ids.push(model.id);
    holds(ids.includes(AGENT), "the agent");
  }
  async function model() {
    holds((await client(name, "model").models.retrieve(AGENT)).id === AGENT, "the agent");
  }
  async function answer() {
    const completion = await client(name, "answer").chat.completions.create({ model: AGENT, messages: said });
    holds(completion.choices[0].message.content, "the answer");
    holds(completion.usage.total_tokens, "the usage");
  }
  async function stream() {
    const asks = client(name, "stream").chat.completions;
    const events = asks.stream({ model: AGENT, messages: said, stream_options: { include_usage: true } });
    let text = "";
    events.on("content", (piece) => (text += piece));
    const whole = await events.finalChatCompletion();
    holds(text && text === whole.choices[0].message.content, "the text");
    holds(whole.usage.total_tokens, "the usage");
  }
  async function tools() {
    const asks = client(name, "tools").chat.completions;
    const { message } = (await asks.create({ model: MODEL, messages: asked, ...forced })).choices[0];
    const call = message.tool_calls[0];
    holds("order" in JSON.parse(call.function.arguments), "the argument");
    const result = { role: "tool", tool_call_id: call.id, content: '{"status": "shipped"}' };
    const messages = [...asked, message, result];
    const second = await asks.create({ model: MODEL, messages, ...offer, tool_choice: "none" });
    holds(second.choices[0].message.content, "the answer");
  }
  async function stream_tools() {
    const events = client(name, "stream_tools").chat.completions.stream({ model: MODEL, messages: asked, ...forced });
    const call = (await events.finalMessage()).tool_calls[0];
    holds(call.function.name === TOOL && "order" in JSON.parse(call.function.arguments), "the call");
  }
  async function structured() {
    const form = { response_format: { type: "json_schema", json_schema: schema } };
    const asks = client(name, "structured").chat.completions;
    const completion = await asks.create({ model: MODEL, messages: said, temperature: 0, ...form });
    holds("answer" in JSON.parse(completion.choices[0].message.content), "the field");
  }
  async function unknown_model() {
    const asks = client(name, "unknown_model").chat.completions;
    const error = await refuses(OpenAI.NotFoundError, () => asks.create({ model: "nobody", messages: said }));
    holds(error.code === "model_not_found" && error.requestID, "the code");
  }
  async function wrong_key() {
    const asks = client(name, "wrong_key", "wrong").chat.completions;
    await refuses(OpenAI.AuthenticationError, () => asks.create({ model: AGENT, messages: said }));
  }
  await checks(name, [models, model, answer, stream, tools, stream_tools, structured, unknown_model, wrong_key]);
}

async function responses() {
  const name = "openai-node-responses";
  const described = { type: "function", name: TOOL, description: TOOL_SAYS, parameters: PARAMETERS, strict: true };
  const offer = { tools: [described] };
  const forced = { ...offer, tool_choice: { type: "function", name: TOOL } };

  async function answer() {
    const response = await client(name, "answer").responses.create({ model: AGENT, input: QUESTION });
    holds(response.output_text && response.status === "completed", "the answer");
  }
  async function stream() {
    const events = client(name, "stream").responses.stream({ model: AGENT, input: QUESTION });
    let text = "";
    events.on("response.output_text.delta", (event) => (text += event.delta));
    const whole = await events.finalResponse();
    holds(text && text === whole.output_text, "the text");
  }
  async function tools() {
    const asks = client(name, "tools").responses;
    const asked = [{ role: "user", content: ORDER }];
    const first = await asks.create({ model: MODEL, input: asked, ...forced });
    const call = first.output.find((item) => item.type === "function_call");
    holds("order" in JSON.parse(call.arguments), "the argument");
    const result = { type: "function_call_output", call_id: call.call_id, output: '{"status": "shipped"}' };
    const input = [...asked, ...first.output, result];
    const second = await asks.create({ model: MODEL, input, ...offer, tool_choice: "none" });
    holds(second.output_text, "the answer");
  }
  async function stream_tools() {
    const events = client(name, "stream_tools").responses.stream({ model: MODEL, input: ORDER, ...forced });
    const call = (await events.finalResponse()).output.find((item) => item.type === "function_call");
    holds(call.name === TOOL && "order" in JSON.parse(call.arguments), "the call");
  }
  async function structured() {
    const text = { format: { type: "json_schema", name: "reply", schema: REPLY, strict: true } };
    const asks = client(name, "structured").responses;
    const response = await asks.create({ model: MODEL, input: QUESTION, temperature: 0, text });
    holds("answer" in JSON.parse(response.output_text), "the field");
  }
  async function unknown_model() {
    const asks = client(name, "unknown_model").responses;
    const error = await refuses(OpenAI.NotFoundError, () => asks.create({ model: "nobody", input: QUESTION }));
    holds(error.code === "model_not_found", "the code");
  }
  async function wrong_key() {
    const asks = client(name, "wrong_key", "wrong").responses;
    await refuses(OpenAI.AuthenticationError, () => asks.create({ model: AGENT, input: QUESTION }));
  }
  await checks(name, [answer, stream, tools, stream_tools, structured, unknown_model, wrong_key]);
}

await chat();
await responses();
