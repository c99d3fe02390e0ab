// Speaks JSON lines for `@function@` in `@file@`, so that Loopwright can measure it. Written by `loopwright init`; needs
// nothing but Node (for TypeScript, 22.18 or newer). Edit it as you like.
//
// Each line of standard input is a request:   {"id": 1, "input": "…", "messages": [{"role": "user", "content": "…"}], "seed": 7}
// Each line of standard output is its answer: {"id": 1, "answer": "…"} or {"id": 1, "error": "…"}. Beside an answer may
// stand "calls": [{"tool": "…", "args": {}, "result": "…"}] and "usage": {"input": 9, "output": 4, "cached": 0}, in tokens.
// What your code prints goes to standard error. The function is called as f(input, { messages, seed }).

import { createInterface } from "node:readline";

const FILE = @file_literal@;
const FUNCTION = @function_literal@;

// Only answers go to standard output, whatever the agent and its libraries print.
const answers = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

async function load() {
  try {
    const module = await import(new URL(FILE, import.meta.url).href);
    return module[FUNCTION];
  } catch (error) {
    if (error.code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
    throw new Error(
      `Node ${process.version} does not read TypeScript; use 22.18 or newer, or run this shim with tsx, bun or deno`,
    );
  }
}

/** A text is the answer; an object with `answer` may bring `calls` and `usage`. */
function reply(result) {
  if (result !== null && typeof result === "object" && "answer" in result) {
    const { answer, calls, usage } = result;
    return { answer: text(answer), calls, usage };
  }
  return { answer: text(result) };
}

function text(value) {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) throw new Error(`${FUNCTION} returned nothing`);
  return JSON.stringify(value);
}

const agent = await load();
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "") continue;
  const { id, input, messages, seed } = JSON.parse(line);
  let answer;
  try {
    answer = reply(await agent(input, { messages, seed }));
  } catch (error) {
    answer = { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
  answers(JSON.stringify({ id, ...answer }) + "\n");
}
