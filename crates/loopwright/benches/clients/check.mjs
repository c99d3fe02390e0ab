// What the programs for Node share: where they ask, and how a check is told.

export const URL = process.env.CLIENTS_URL;
export const KEY = process.env.CLIENTS_KEY;
export const AGENT = "support";
export const MODEL = "standin:large";
export const QUESTION = "When do you open?";
export const ORDER = "Where is my order A-1001?";
export const TOOL = "find_order";
export const TOOL_SAYS = "Finds an order by its number.";
export const PARAMETERS = {
  type: "object",
  properties: { order: { type: "string", description: "The number of the order." } },
  required: ["order"],
  additionalProperties: false,
};
export const REPLY = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
};

// Runs each check; its name is that of its function.
export async function checks(client, functions) {
  for (const check of functions) {
    let fault = null;
    try {
      await check();
    } catch (error) {
      fault = `${error.name}: ${error.message}`;
    }
    console.log(JSON.stringify({ client, check: check.name, fault }));
  }
}

export function holds(value, what) {
  if (!value) throw new Error(`${what} is missing or wrong: ${JSON.stringify(value)}`);
}

// `ask` must be refused as `kind`, for which a client has an error of its own.
export async function refuses(kind, ask) {
  try {
    await ask();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error("it was answered");
}
