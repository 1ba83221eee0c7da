import { setTimeout as sleep } from "node:timers/promises";
import { defineTool, type ModelRequest } from "@colony/core";
import { createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { z } from "zod";

/** Long enough to be cut off in, short enough to be waited for. */
const PAY_MS = 1_000;

const pay = defineTool({
  name: "pay",
  description: "Pays a sum, once.",
  input: z.object({ sum: z.number() }),
  run: async ({ sum }) => {
    await sleep(PAY_MS);
    return `paid ${sum}`;
  },
});

function overseer({ prompt }: ModelRequest): ScriptedTurn {
  if (prompt.at(-1)?.role === "tool") return { text: "It is paid." };
  return { text: "On it.\n", toolCalls: [{ id: "c1", name: "pay", input: { sum: 5 } }] };
}

/** A colony file in which something is done that may not be done twice, and takes its time. */
// oxlint-disable-next-line import/no-default-export -- what a colony file says, it exports by default
export default {
  version: "1",
  overseer: { model: createScriptedModel(overseer), tools: [pay] },
};
