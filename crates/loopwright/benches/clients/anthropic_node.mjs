// Anthropic's client for Node.

import Anthropic from "@anthropic-ai/sdk";
import {
  AGENT, KEY, MODEL, ORDER, PARAMETERS, QUESTION, REPLY, TOOL, TOOL_SAYS, URL, checks, holds, refuses,
} from "./check.mjs";

const name = "anthropic-node";
const asks = (check, apiKey = KEY) => new Anthropic({ baseURL: `${URL}/${name}/${check}`, apiKey, maxRetries: 0 });
const said = [{ role: "user", content: QUESTION }];
const asked = [{ role: "user", content: ORDER }];
const offer = { tools: [{ name: TOOL, description: TOOL_SAYS, input_schema: PARAMETERS }] };
const forced = { ...offer, tool_choice: { type: "tool", name: TOOL } };
const of = (model, messages) => ({ model, max_tokens: 256, messages });

async function models() {
  const found = [];
  for await (const model of asks("models").models.list()) found.push(model);
  holds(found.some((model) => model.id === AGENT), "the agent");
  holds(found[0].type === "model" && found[0].created_at, "the form");
}
async function model() {
  holds((await asks("model").models.retrieve(AGENT)).display_name === AGENT, "the agent");
}
async function answer() {
  const message = await asks("answer").messages.create(of(AGENT, said));
  holds(message.content[0].text && message.stop_reason === "end_turn", "the answer");
}
async function stream() {
  const events = asks("stream").messages.stream(of(AGENT, said));
  let text = "";
  events.on("text", (piece) => (text += piece));
  const whole = await events.finalMessage();
  holds(text && text === whole.content[0].text && whole.usage.output_tokens, "the text");
}
async function tools() {
  const { messages } = asks("tools");
  const first = await messages.create({ ...of(MODEL, asked), ...forced });
  const call = first.content.find((block) => block.type === "tool_use");
  holds(first.stop_reason === "tool_use" && "order" in call.input, "the call");
  const result = { type: "tool_result", tool_use_id: call.id, content: '{"status": "shipped"}' };
  const all = [...asked, { role: "assistant", content: first.content }, { role: "user", content: [result] }];
  const second = await messages.create({ ...of(MODEL, all), ...offer, tool_choice: { type: "none" } });
  holds(second.content[0].text, "the answer");
}
async function stream_tools() {
  const events = asks("stream_tools").messages.stream({ ...of(MODEL, asked), ...forced });
  const call = (await events.finalMessage()).content.find((block) => block.type === "tool_use");
  holds(call.name === TOOL && "order" in call.input, "the call");
}
async function structured() {
  const form = { temperature: 0, output_config: { format: { type: "json_schema", schema: REPLY } } };
  const message = await asks("structured").messages.create({ ...of(MODEL, said), ...form });
  holds("answer" in JSON.parse(message.content[0].text), "the field");
}
async function count() {
  const counted = await asks("count").messages.countTokens({ model: AGENT, messages: said });
  holds(counted.input_tokens, "the count");
}
async function unknown_model() {
  const ask = () => asks("unknown_model").messages.create(of("nobody", said));
  const error = await refuses(Anthropic.NotFoundError, ask);
  holds(error.requestID && error.error.error.type === "not_found_error", "the kind");
}
async function wrong_key() {
  const ask = () => asks("wrong_key", "wrong").messages.create(of(AGENT, said));
  await refuses(Anthropic.AuthenticationError, ask);
}

await checks(name, [models, model, answer, stream, tools, stream_tools, structured, count, unknown_model, wrong_key]);
