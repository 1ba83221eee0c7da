import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT_LOGGER, defineTool } from "@colony/core";
import { createGate, createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import { calls, results } from "../testing/said.ts";

/** A gate of its own for each tool; the one that pays says when it does. */
async function openPaying(dir: string) {
  const [quick, slow] = [createGate(), createGate()];
  const paid = Promise.withResolvers<number>();
  const input = z.object({});
  const tools = [
    defineTool({
      name: "quick",
      description: "Is soon done.",
      input,
      effect: "pure",
      run: async () => await quick.opened,
    }),
    defineTool({
      name: "slow",
      description: "Takes long.",
      input,
      effect: "pure",
      run: async () => await slow.opened,
    }),
    defineTool({
      name: "pay",
      description: "Pays.",
      input: z.object({ sum: z.number() }),
      effect: "pure",
      needsApproval: true,
      run({ sum }) {
        paid.resolve(sum);
        return "paid";
      },
    }),
  ];
  const model = createScriptedModel((request) =>
    results(request).length > 0 ? { text: "done" } : calls(["slow", {}], ["quick", {}], ["pay", { sum: 7 }]),
  );
  const colony = await openColony({ dir, logger: SILENT_LOGGER, overseer: { model, tools } });
  const asked = colony.waitFor({ types: ["APPROVAL_REQUESTED"] });
  const receipt = await colony.inject("Pay.");
  await asked;
  return { colony, receipt, quick, slow, paid: paid.promise };
}

it("what is approved while another call's outcome is being recorded runs at once, though a third one still runs", async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const dir = await mkdtemp(join(tmpdir(), "colony-approved-"));
    const { colony, receipt, quick, slow, paid } = await openPaying(dir);
    const [request] = colony.pending();
    quick.open();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await colony.approve(request?.id ?? "none");
    expect(await paid).toBe(7);
    slow.open();
    expect(await receipt.reply()).toBe("done");
    await colony.close();
    await rm(dir, { recursive: true });
  }
});
