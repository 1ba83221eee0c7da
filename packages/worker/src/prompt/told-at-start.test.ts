import { SILENT_LOGGER } from "@colony/core";
import { createMemoryBlobStore, createMemoryLog } from "@colony/eventbus";
import { createScriptedModel } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { defineWorker } from "../definition.ts";
import { ToldAtStart } from "./told-at-start.ts";

const definition = defineWorker({ model: createScriptedModel([]), instructions: "Dig." });

async function keeping(blobs = createMemoryBlobStore()) {
  const told = new ToldAtStart({ log: createMemoryLog(), blobs, logger: SILENT_LOGGER });
  const kept = await told.keep([["digger", definition]], (id) => `You are ${id}.`);
  return { told, kept, blobs };
}

describe("a system text", () => {
  it("is stored with the opening, once for each definition, beside its instructions", async () => {
    const { kept, blobs } = await keeping();
    expect(await blobs.get(kept?.systems["digger"] ?? "")).toBe("You are digger.");
    expect(await blobs.get(kept?.instructions["digger"] ?? "")).toBe("Dig.");
  });

  it("is named by nobody where it is what the opening says, and where nothing is kept", async () => {
    const { told } = await keeping();
    expect(told.variantOf("digger", "You are digger.")).toBeUndefined();
    const none = new ToldAtStart({
      log: createMemoryLog(),
      blobs: createMemoryBlobStore(),
      logger: SILENT_LOGGER,
    });
    expect(none.variantOf("digger", "You are somebody.")).toBeUndefined();
  });

  it("of its own is stored before it is named, and known at once from then on", async () => {
    const { told, blobs } = await keeping();
    const [first, second] = [told.variantOf("digger", "You dig."), told.variantOf("digger", "You dig.")];
    expect(first).toBeInstanceOf(Promise);
    expect(second).toBe(first);
    const sha256 = await first;
    expect(await blobs.get(sha256 ?? "")).toBe("You dig.");
    expect(told.variantOf("digger", "You dig.")).toBe(sha256);
  });

  it("that cannot be stored is not named, and is tried again with the next one who is told it", async () => {
    const whole = createMemoryBlobStore();
    let isFull = false;
    const put: typeof whole.put = (body) =>
      isFull ? Promise.reject(new Error("the disk is full")) : whole.put(body);
    const { told } = await keeping({ ...whole, put });
    isFull = true;
    expect(await told.variantOf("digger", "You dig.")).toBeUndefined();
    isFull = false;
    expect(await told.variantOf("digger", "You dig.")).toMatch(/^[0-9a-f]{64}$/);
  });

  it("that is one of very many is forgotten for a time, and has the same name when it comes again", async () => {
    const { told } = await keeping();
    const first = await told.variantOf("digger", "text 0");
    for (let index = 1; index < 400; index += 1) await told.variantOf("digger", `text ${index}`);
    expect(told.variantOf("digger", "text 399")).toMatch(/^[0-9a-f]{64}$/);
    const again = told.variantOf("digger", "text 0");
    expect(again).toBeInstanceOf(Promise);
    expect(await again).toBe(first);
  });
});
