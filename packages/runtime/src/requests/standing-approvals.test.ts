import { COLONY_STREAM, ColonyError, defineTool, type EventLog, type ModelRequest } from "@colony/core";
import { Life, createMemoryGround, createScriptedModel, readAll, type ScriptedTurn } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls } from "../testing/said.ts";

/** A colony whose overseer pays and wipes, which both want an approval, and what it has done. */
class Scene {
  readonly ground = createMemoryGround();
  readonly done: string[] = [];
  refuses = false;
  #life = new Life(this.ground);

  /** Ends the process as it is, so that the next one finds nothing but the log. */
  kill(): void {
    this.#life.kill();
  }

  async open(): Promise<Colony> {
    const life = (this.#life = new Life(this.ground));
    const { log, snapshots, blobs } = life;
    const append: EventLog["append"] = async (given) => {
      if (this.refuses && given.events.some(({ type }) => type === "APPROVAL_RESOLVED"))
        throw new ColonyError("log.write_failed", "the disk is full");
      return await log.append(given);
    };
    const tools = ["pay", "wipe"].map((name) =>
      defineTool({
        name,
        description: `It does ${name}.`,
        input: z.object({}),
        needsApproval: true,
        run: () => void this.done.push(name),
      }),
    );
    const script = (request: ModelRequest): ScriptedTurn =>
      request.prompt.at(-1)?.role === "tool" ? { text: "done" } : calls(["pay", {}], ["wipe", {}]);
    return await openColony({
      ...life.options,
      store: { snapshots, blobs, log: { ...log, append } },
      overseer: { model: life.model(createScriptedModel(script)), tools },
    });
  }

  /** With both calls waiting. */
  async waiting(): Promise<Colony> {
    const colony = await this.open();
    await colony.inject("Go.");
    await colony.idle();
    return colony;
  }

  async passed(ms: number): Promise<void> {
    for (let turns = 0; turns < 10; turns += 1) await this.ground.clock.advance(ms / 10);
  }
}

const waitingIn = (colony: Colony): readonly string[] => colony.pending().map(({ tool }) => tool);

it("a call runs once its tool is approved for all, and one of another tool waits still", async () => {
  const scene = new Scene();
  await using colony = await scene.waiting();
  await colony.setToolApproval("pay", true);
  await scene.passed(100);
  expect([scene.done, waitingIn(colony)]).toEqual([["pay"], ["wipe"]]);
});

it("a call runs as soon as the log takes that its tool is approved for all", async () => {
  const scene = new Scene();
  await using colony = await scene.waiting();
  scene.refuses = true;
  await colony.setToolApproval("pay", true);
  await scene.passed(100);
  expect([scene.done, waitingIn(colony)]).toEqual([[], ["pay", "wipe"]]);
  scene.refuses = false;
  await scene.passed(5_000);
  expect([scene.done, waitingIn(colony)]).toEqual([["pay"], ["wipe"]]);
});

it("a call runs that an earlier process left waiting although its tool is approved for all", async () => {
  const scene = new Scene();
  await (await scene.waiting()).close();
  const { log, clock } = scene.ground;
  const own = (await readAll(log)).filter(({ agentId }) => agentId === COLONY_STREAM);
  const data = { tool: "pay", approved: true, by: "user" } as const;
  const approved = { type: "TOOL_APPROVAL_SET", data } as const;
  const expectedVersion = own.length;
  await log.append({ agentId: COLONY_STREAM, expectedVersion, at: clock.now(), events: [approved] });
  await using colony = await scene.open();
  await scene.passed(100);
  expect([scene.done, waitingIn(colony)]).toEqual([["pay"], ["wipe"]]);
});

it("an approval for all is known to the next process, also after a kill", async () => {
  const scene = new Scene();
  const first = await scene.waiting();
  await first.approve(first.pending()[0]?.id ?? "none", { always: "tool" });
  await scene.passed(100);
  scene.kill();
  await using colony = await scene.open();
  await colony.deny(colony.pending()[0]?.id ?? "none");
  await scene.passed(100);
  await colony.inject("Go.");
  await scene.passed(100);
  expect([scene.done, waitingIn(colony)]).toEqual([["pay", "pay"], ["wipe"]]);
});

it("an approval for all that is taken back holds for nobody, also not for whom it was given", async () => {
  const scene = new Scene();
  await using colony = await scene.waiting();
  const [pay, wipe] = colony.pending();
  await colony.approve(pay?.id ?? "none", { always: "tool" });
  await colony.deny(wipe?.id ?? "none");
  await colony.setToolApproval("pay", false);
  await scene.passed(100);
  await colony.inject("Go.");
  await scene.passed(100);
  expect([scene.done, waitingIn(colony)]).toEqual([["pay"], ["pay", "wipe"]]);
});
