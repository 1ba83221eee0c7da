import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTool, type Message } from "@colony/core";
import { expect, it } from "vitest";
import { z } from "zod";
import type { AgentHandle } from "../agent-face.ts";
import type { Colony } from "../colony.ts";
import { calls, results } from "../testing/said.ts";
import { ground, openOn } from "../testing/told.ts";
import { exportParts } from "./export-parts.ts";
import { toJsonl } from "./to-jsonl.ts";

const NOT_MADE =
  "The tool call was not made: it was waiting for an answer or an approval when this conversation was handed on.";

/** A worker whose newest answer waits for a person with two of its three calls, and what was paid. */
async function waiting(): Promise<{ colony: Colony; worker: AgentHandle; paid: number[] }> {
  const paid: number[] = [];
  const pay = defineTool({
    name: "pay",
    description: "Pays a sum.",
    input: z.object({ sum: z.number() }),
    needsApproval: ({ sum }) => sum > 10,
    run: ({ sum }) => {
      paid.push(sum);
      return `paid ${sum}`;
    },
  });
  const colony = await openOn(ground(), {
    definition: { tools: [pay] },
    worker: (request) =>
      results(request).length > 0
        ? { text: "well" }
        : calls(
            ["pay", { sum: 1 }],
            ["pay", { sum: 50 }],
            ["escalate", { questions: [{ question: "Why?" }] }],
          ),
  });
  const worker = await colony.spawn("helper", { task: "pay" });
  await colony.idle();
  expect(colony.pending()).toHaveLength(2);
  return { colony, worker, paid };
}

const outcomes = (messages: readonly Message[]): readonly unknown[] =>
  messages.flatMap((message) => (message.role === "tool" ? [[message.callId, message.result]] : []));

it.each([
  ["from messages", async (messages: readonly Message[]) => ({ messages })],
  [
    "from a file of messages",
    async (messages: readonly Message[], dir: string) => {
      const from = join(dir, "conversation.jsonl");
      await writeFile(from, toJsonl(messages));
      return { from };
    },
  ],
  [
    "from a folder of parts",
    async (messages: readonly Message[], dir: string) => {
      const from = join(dir, "session");
      await exportParts(messages, from, { agentId: "w", systemPrompt: "" });
      return { from };
    },
  ],
])(
  "who is seeded %s is told of calls that waited for people that they were not made",
  async (_name, written) => {
    const { colony, worker, paid } = await waiting();
    const dir = await mkdtemp(join(tmpdir(), "waiting-calls-"));
    try {
      const source = await written(await worker.conversation(), dir);
      const seeded = await colony.spawn("helper", { task: "go on", seed: source, name: "seeded" });
      await seeded.report();
      expect(outcomes(await seeded.conversation())).toEqual([
        ["c0", { status: "ok", output: "paid 1" }],
        ["c1", { status: "error", output: NOT_MADE }],
        ["c2", { status: "error", output: NOT_MADE }],
      ]);
      expect(paid).toEqual([1]);
      // The one that was written down still waits, and what it says of that is gone with it.
      expect(colony.pending().map(({ agentId }) => agentId)).toEqual([worker.id, worker.id]);
      await colony.approve(`${worker.id}/c1`);
      await colony.answer(`${worker.id}/c2`, "because");
      await worker.report();
      expect(paid).toEqual([1, 50]);
      expect(JSON.stringify(await worker.conversation())).not.toContain("waiting_calls");
    } finally {
      await rm(dir, { recursive: true });
      await colony.close();
    }
  },
);
