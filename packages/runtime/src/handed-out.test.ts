import { defineTool, type PendingRequest } from "@colony/core";
import type { ModelScript } from "@colony/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { answered, calls, heard, newest, results } from "./testing/said.ts";
import { ground, openOn } from "./testing/told.ts";

const opened: Colony[] = [];
afterEach(async () => {
  for (const colony of opened.splice(0)) await colony.close();
});

/** What the tool was run with, and a colony that waits for the word on it. */
async function waiting(): Promise<{ readonly colony: Colony; readonly paid: unknown[] }> {
  const paid: unknown[] = [];
  const pay = defineTool({
    name: "pay",
    description: "Pays.",
    input: z.object({ to: z.string(), notes: z.array(z.string()) }),
    needsApproval: true,
    run: (input) => void paid.push(input),
  });
  const script: ModelScript = (request) =>
    results(request).length > 0 ? { text: "done" } : calls(["pay", { to: "Ann", notes: ["a long note"] }]);
  const colony = await openOn(ground(), { owner: "ada", worker: script, definition: { tools: [pay] } });
  opened.push(colony);
  return { colony, paid };
}

/** Shortens what is shown, in place, as a careless display does. */
function shorten(requests: readonly PendingRequest[]): void {
  for (const { input } of requests) {
    const shown = input as { to: string; notes: string[] };
    shown.to = "A.";
    shown.notes.length = 0;
  }
}

const ways: readonly (readonly [name: string, look: (colony: Colony) => void])[] = [
  ["pending", (colony) => shorten(colony.pending())],
  ["pending$", (colony) => void colony.pending$.subscribe(shorten)],
  ["pending of a handle", (colony) => shorten(colony.worker("ann").pending())],
  ["pending of one of several people", (colony) => shorten(colony.as({ id: "ada", role: "user" }).pending())],
];

describe("what waits for a person", () => {
  it.each(ways)("is run as it was asked about, whatever a viewer does to %s", async (_name, look) => {
    const { colony, paid } = await waiting();
    const worker = await colony.spawn("helper", { task: "t", name: "ann" });
    await colony.idle();
    look(colony);
    const asked = { input: { to: "Ann", notes: ["a long note"] } };
    expect(colony.pending()).toMatchObject([asked]);
    await worker.approve();
    await worker.report();
    expect(paid).toEqual([asked.input]);
  });
});

describe("a conversation that is handed out", () => {
  it("can be changed without changing what is said next", async () => {
    const sent: (readonly string[])[] = [];
    await using colony = await openOn(ground(), {
      script: (request) => {
        sent.push([...heard(request), ...answered(request)]);
        return { text: `heard ${newest(request)}` };
      },
    });
    await (await colony.inject("one")).reply();
    const handed = await colony.overseer.conversation();
    for (const message of handed) {
      if (message.role === "user") Object.assign(message, { text: "changed" });
      else if (message.role === "assistant")
        for (const part of message.parts) Object.assign(part, { text: "changed" });
    }
    await (await colony.inject("two")).reply();
    expect(sent.at(-1)).toEqual(["one", "two", "heard one"]);
    expect(JSON.stringify(await colony.overseer.conversation())).not.toContain("changed");
  });
});
