import { createGate } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { calls, heard, results } from "../testing/said.ts";
import { settled } from "../testing/settled.ts";
import { ground, openOn } from "../testing/told.ts";
import type { AccessAction, AccessPolicy } from "./policy.ts";
import type { Principal } from "./principal.ts";

const ada: Principal = { id: "ada", role: "user" };
const bob: Principal = { id: "bob", role: "user" };

/** Lets everybody do everything, until something is taken from them. */
function rights(): { readonly access: AccessPolicy; readonly taken: Set<AccessAction> } {
  const taken = new Set<AccessAction>();
  return { taken, access: (_principal, action) => !taken.has(action) };
}

describe("what somebody is told of an agent that is theirs", () => {
  it("names none of the agents that a stop of it has stopped and that they may not see", async () => {
    await using colony = await openOn(ground(), {
      owner: "ada",
      limits: { maxDepth: 2 },
      definition: { lifetime: "persistent" },
      worker: (request) => {
        if (heard(request)[0]?.includes("ask") === true)
          return calls(["escalate", { questions: [{ question: "Which one?" }] }]);
        return heard(request).at(-1) === "spawn" && results(request).length === 0
          ? calls(["spawn_worker", { task: "ask", name: "below" }])
          : { text: "well" };
      },
    });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await colony.idle();
    await colony.as(ada).agent(worker.id).send("spawn");
    await colony.idle();
    const below = colony.agent("below");
    expect(below.record).toMatchObject({ parentId: worker.id, owner: "ada", status: "open" });
    expect(await worker.stop()).toEqual([worker.id]);
    expect(below.record).toMatchObject({ status: "closed" });
  });

  it("is told to nobody who may not see it any more once it is known", async () => {
    const gate = createGate();
    const { access, taken } = rights();
    await using colony = await openOn(ground(), {
      owner: "ada",
      access,
      worker: async () => {
        await gate.opened;
        return { text: "a secret" };
      },
    });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    const receipt = await worker.send("and this");
    const waiting = [worker.report(), worker.wait(), receipt.outcome(), receipt.reply()].map((told) =>
      told.then(
        () => "told",
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    await settled();
    taken.add("see");
    gate.open();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => "agent.not_found"));
    await expect(receipt.reply()).rejects.toMatchObject({ code: "agent.not_found" });
    taken.delete("see");
    expect(await worker.report()).toMatchObject({ summary: "a secret" });
    expect(await receipt.reply()).toBe("a secret");
  });

  it("is taken back by nobody who may not say anything to it any more", async () => {
    const gate = createGate();
    const { access, taken } = rights();
    await using colony = await openOn(ground(), {
      owner: "ada",
      access,
      worker: async () => {
        await gate.opened;
        return { text: "well" };
      },
    });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    const receipt = await worker.send("later", { mode: "queue" });
    taken.add("inject");
    await expect(receipt.withdraw()).rejects.toMatchObject({ code: "access.denied" });
    taken.add("see");
    await expect(receipt.withdraw()).rejects.toMatchObject({ code: "agent.not_found" });
    expect(worker.id).toBe(receipt.agentId);
    taken.clear();
    expect(worker.record.pendingInputs).toBe(1);
    expect(await receipt.withdraw()).toBe(true);
    expect(worker.record.pendingInputs).toBe(0);
    gate.open();
  });
});
