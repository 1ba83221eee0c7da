import { createScriptedModel } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { saidIn, TestColony } from "../testing/test-colony.ts";
import { echo, gatedTool } from "../testing/test-tools.ts";
import type { HookRegistrar, WorkerHooks } from "./hooks.ts";

const NAMES: readonly (keyof WorkerHooks)[] = [
  "beforeTurn",
  "afterTurn",
  "beforeTool",
  "afterTool",
  "report",
  "end",
];

/** What a listener writes over what it is told. */
const SPOILT = { text: "spoilt", output: "spoilt", status: "spoilt", summary: "spoilt" };

const working = () =>
  createScriptedModel([
    { text: "Let me see.", toolCalls: [{ id: "a", name: "echo", input: { text: "a" } }] },
    { toolCalls: [{ id: "r", name: "report_to_parent", input: { status: "success", summary: "Done." } }] },
  ]);

describe("hooks", () => {
  test("are told of all that happens in the order in which it does", async () => {
    const told: string[] = [];
    const hooks: HookRegistrar = (on) => {
      for (const name of NAMES)
        on.on(name, (payload) => told.push(`${name} ${"name" in payload ? payload.name : ""}`.trim()));
    };
    await using colony = await TestColony.open({
      definition: defineWorker({ model: working(), tools: [echo], hooks }),
    });
    await colony.finish();
    expect(told).toEqual([
      "beforeTurn",
      "afterTurn",
      "beforeTool echo",
      "afterTool echo",
      "beforeTurn",
      "afterTurn",
      "beforeTool report_to_parent",
      "afterTool report_to_parent",
      "report",
      "end",
    ]);
  });

  test("are asked about a call just before it begins, not before its turn", async () => {
    const once = gatedTool("once");
    const told: string[] = [];
    const hooks: HookRegistrar = ({ on }) => {
      on("beforeTool", ({ callId }) => void told.push(`before ${callId}`));
      on("afterTool", ({ callId }) => void told.push(`after ${callId}`));
    };
    const calls = ["a", "b"].map((text) => ({ id: text, name: "once", input: { text } }));
    const model = createScriptedModel([{ toolCalls: calls }, { text: "Done." }]);
    for (const text of ["a", "b"]) once.gate(text).open();
    await using colony = await TestColony.open({
      definition: defineWorker({ model, tools: [once.tool], hooks }),
    });
    await colony.finish();
    expect(told).toEqual(["before a", "after a", "before b", "after b"]);
  });

  test("may forbid a call, which is answered with the first reason and never run", async () => {
    const hooks: HookRegistrar = ({ on }) => {
      on("beforeTool", ({ name, veto }) => name === "echo" && veto("Not on Sundays."));
      on("beforeTool", ({ name, veto }) => name === "echo" && veto("Not at all."));
    };
    const model = working();
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo], hooks }) });
    expect((await colony.finish()).status).toBe("success");
    expect(saidIn(model.requests[1]).at(-1)).toBe("tool: result echo Not on Sundays.");
    expect(colony.of("TOOL_CALL_COMPLETED")[0]?.data.result).toEqual({
      status: "denied",
      output: "Not on Sundays.",
    });
    expect(colony.of("TOOL_CALL_STARTED").map(({ data }) => data.name)).toEqual(["report_to_parent"]);
  });

  test("that throw, now or later, are logged and harm nothing", async () => {
    const hooks: HookRegistrar = ({ on }) => {
      on("beforeTool", () => {
        throw new Error("hook bug");
      });
      // oxlint-disable-next-line typescript/no-misused-promises -- people do write async listeners
      on("afterTurn", async () => await Promise.reject(new Error("late hook bug")));
    };
    await using colony = await TestColony.open({
      definition: defineWorker({ model: working(), tools: [echo], hooks }),
    });
    expect((await colony.finish()).status).toBe("success");
    await colony.settled();
    expect(
      colony.logged.map(({ message, data }) => `${message}: ${JSON.stringify(data)}`).toSorted(),
    ).toEqual([
      'hook failed: {"hook":"afterTurn","reason":"late hook bug"}',
      'hook failed: {"hook":"afterTurn","reason":"late hook bug"}',
      'hook failed: {"hook":"beforeTool","reason":"hook bug"}',
      'hook failed: {"hook":"beforeTool","reason":"hook bug"}',
    ]);
  });

  test("that are added by a function which rejects later are logged and harm nothing", async () => {
    // oxlint-disable-next-line typescript/no-misused-promises -- people do write async functions
    const hooks: HookRegistrar = async ({ on }) => {
      on("end", () => undefined);
      await Promise.reject(new Error("late bug"));
    };
    await using colony = await TestColony.open({ definition: defineWorker({ model: working(), hooks }) });
    expect((await colony.finish()).status).toBe("success");
    await colony.settled();
    expect(colony.logged).toEqual([
      { level: "warn", message: "hook failed", data: { hook: "hooks", reason: "late bug" } },
    ]);
  });

  test("are told of copies: what one does to what it is told reaches neither the others nor the record", async () => {
    const told: string[] = [];
    const spoil = (payload: object): void => {
      for (const part of Object.values(payload)) if (typeof part === "object") Object.assign(part, SPOILT);
      Object.assign(payload, SPOILT);
    };
    const hooks: HookRegistrar = ({ on }) => {
      for (const name of NAMES) {
        on(name, spoil);
        on(name, (payload) => void told.push(JSON.stringify(payload)));
      }
      on("*", (_name, payload) => spoil(payload));
    };
    const model = working();
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo], hooks }) });
    expect(await colony.finish()).toMatchObject({ status: "success", summary: "Done.", data: {} });
    expect(told).toHaveLength(10);
    for (const recorded of [told, colony.events, model.requests.map(({ prompt }) => prompt)])
      expect(JSON.stringify(recorded)).not.toContain("spoilt");
    expect(colony.logged).toEqual([]);
  });

  test("may send the worker an input while they are told", async () => {
    const opened: TestColony[] = [];
    const hooks: HookRegistrar = ({ on }) => {
      on(
        "beforeTool",
        ({ name }) => void (name === "echo" && opened[0]?.inject("Be quick.", { mode: "steer" })),
      );
    };
    const model = working();
    await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo], hooks }) });
    opened.push(colony);
    expect((await colony.finish()).status).toBe("success");
    expect(saidIn(model.requests[1]).at(-1)).toBe("user: Be quick.");
  });

  test("hear everything under the name of all", async () => {
    const told: string[] = [];
    const hooks: HookRegistrar = ({ on }) => on("*", (name) => void told.push(name));
    await using colony = await TestColony.open({
      definition: defineWorker({ model: working(), tools: [echo], hooks }),
    });
    await colony.finish();
    expect(new Set(told)).toEqual(new Set(NAMES));
  });
});
