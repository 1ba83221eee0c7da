import { SILENT_LOGGER, defineTool } from "@colony/core";
import { createGate, createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import { calls, results } from "../testing/said.ts";

it.each(["before the call runs", "while it runs"])(
  "the first word on a call stands, also where another one comes %s",
  async (when) => {
    const [runs, done] = [createGate(), createGate()];
    const sums: number[] = [];
    const pay = defineTool({
      name: "pay",
      description: "Pays a sum.",
      input: z.object({ sum: z.number() }),
      needsApproval: true,
      async run({ sum }) {
        sums.push(sum);
        runs.open();
        await done.opened;
        return `paid ${sum}`;
      },
    });
    await using colony = await openColony({
      logger: SILENT_LOGGER,
      limits: { shutdownGraceMs: 0 },
      overseer: {
        tools: [pay],
        model: createScriptedModel((request) =>
          results(request).length > 0 ? { text: results(request).join() } : calls(["pay", { sum: 5 }]),
        ),
      },
    });
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    const [request] = colony.pending();
    const approved = colony.approve(request?.id ?? "none");
    if (when === "while it runs") await runs.opened;
    await expect(colony.deny(request?.id ?? "none")).rejects.toMatchObject({ code: "request.not_open" });
    await approved;
    done.open();
    expect(await receipt.reply()).toContain("paid 5");
    expect(sums).toEqual([5]);
  },
);
