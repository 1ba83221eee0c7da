import { createGate, readAll } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Machine } from "../testing/machine.ts";
import { answered, calls, echoes, heard } from "../testing/said.ts";

const NEVER = createGate().opened;

describe("an answer that was cut", () => {
  it("is kept as superseded and asked afresh: nothing of it is in the answer, nor in any later request", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({
      overseer: [{ text: "Half of", ending: "break_off" }, { text: "All of it." }, { text: "Again." }],
    });
    const receipt = await colony.inject("tell me");
    await machine.later(60_000);
    expect(await receipt.reply()).toBe("All of it.");
    await (await colony.inject("and now?")).reply();
    expect(overseer.requests[1]?.prompt).toEqual(overseer.requests[0]?.prompt);
    expect(overseer.requests.map(answered)).toEqual([[], [], ["All of it."]]);
    expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { supersededText: "Half of" } }]);
  });

  it("before its first word adds nothing to the conversation", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [{ ending: "break_off" }, { text: "", ending: "break_off" }, { text: "All of it." }],
    });
    const receipt = await colony.inject("tell me");
    await machine.later(60_000);
    expect(await receipt.reply()).toBe("All of it.");
    expect((await colony.overseer.conversation()).map(({ role }) => role)).toEqual(["user", "assistant"]);
    for (const { data } of await machine.of("MODEL_CALL_FAILED"))
      expect(data).not.toHaveProperty("supersededText");
  });

  it("by the death of its process is asked again as it was, and costs no try", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: [{ text: ["Half", " of"], during: NEVER }] });
    await first.colony.inject("tell me", { idempotencyKey: "1" });
    await machine.settled();
    first.life.kill();
    const { colony, overseer } = await machine.start({ overseer: [{ text: "All of it." }] });
    expect(await (await colony.inject("tell me", { idempotencyKey: "1" })).reply()).toBe("All of it.");
    expect(overseer.requests[0]?.prompt).toEqual(first.overseer.requests[0]?.prompt);
    expect(overseer.requests[0]?.tools).toEqual(first.overseer.requests[0]?.tools);
    expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { lost: true } }]);
    expect(await machine.of("MODEL_RETRY_SCHEDULED")).toEqual([]);
  });
});

describe("what people saw of an answer before it was cut", () => {
  const speaking = () => [{ text: ["Half", " of it"], during: NEVER }];

  it("by the death of its process is kept as superseded, and in nothing that is asked or answered later", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: speaking() });
    await first.colony.inject("tell me", { idempotencyKey: "1" });
    await machine.later(1_000);
    first.life.kill();
    const { colony, overseer } = await machine.start({
      overseer: [{ text: "All of it." }, { text: "Yes." }],
    });
    expect(await (await colony.inject("tell me", { idempotencyKey: "1" })).reply()).toBe("All of it.");
    await (await colony.inject("really?")).reply();
    expect(overseer.requests.map(answered)).toEqual([[], ["All of it."]]);
    expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([
      { data: { lost: true, supersededText: "Half of it" } },
    ]);
    await machine.later(1_000);
    expect(await machine.ground.drafts?.list()).toEqual([]);
  });

  it("by a close in good order is kept too, however short it was", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: speaking() });
    await first.colony.inject("tell me", { idempotencyKey: "1" });
    await machine.later(10);
    await machine.close();
    const { colony } = await machine.start({ overseer: [{ text: "All of it." }] });
    await (await colony.inject("tell me", { idempotencyKey: "1" })).reply();
    expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { supersededText: "Half of it" } }]);
  });

  it.each(["cancel", "stop", "interrupt", "the time"] as const)("by %s is kept too", async (how) => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: (_request, index) => speaking()[index] ?? { text: "next" },
      overseerOptions: { limits: { softWallMs: 40_000, hardWallMs: 50_000 } },
    });
    const receipt = await colony.inject("tell me");
    await machine.settled();
    if (how === "cancel") await colony.overseer.cancel();
    if (how === "stop") await colony.stop();
    if (how === "interrupt") await colony.inject("no, this", { mode: "interrupt" });
    if (how === "the time") await machine.later(50_000);
    await receipt.outcome();
    expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { supersededText: "Half of it" } }]);
  });

  it.each(["cancel", "stop", "close"] as const)(
    "by the death of its process is kept too where a %s comes before anybody goes on with it",
    async (how) => {
      await using machine = new Machine();
      const first = await machine.start({ overseer: echoes, worker: speaking() });
      const { id } = await first.colony.spawn("helper", { task: "tell me" });
      await machine.later(1_000);
      first.life.kill();
      // What has no definition here waits for one.
      const { colony } = await machine.start({ overseer: echoes });
      if (how === "cancel") await colony.worker(id).cancel();
      if (how === "stop") await colony.stop();
      if (how === "close") await colony.worker(id).close();
      expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([
        { data: { lost: true, supersededText: "Half of it" } },
      ]);
      await machine.later(1_000);
      expect(await machine.ground.drafts?.list()).toEqual([]);
    },
  );
});

describe("a model that is to be asked again later", () => {
  const busy = Object.assign(new Error("busy"), {
    statusCode: 429,
    responseHeaders: { "retry-after": "60" },
  });

  it("is asked at the time that was set, whatever process lives then", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: [{ throws: busy }] });
    await first.colony.inject("tell me", { idempotencyKey: "1" });
    await machine.later(20_000);
    first.life.kill();
    const [failed] = await machine.of("MODEL_CALL_FAILED");
    const [retry] = await machine.of("MODEL_RETRY_SCHEDULED");
    const waitMs = (retry?.data.notBefore ?? Number.NaN) - (failed?.at ?? Number.NaN);
    expect(waitMs).toBeGreaterThanOrEqual(60_000);
    expect(waitMs).toBeLessThan(68_000);
    const { overseer } = await machine.start({ overseer: [{ text: "Now." }] });
    await machine.later(waitMs - 20_001);
    expect(overseer.requests).toHaveLength(0);
    await machine.later(1);
    expect(overseer.requests).toHaveLength(1);
  });

  it("is asked at once where the time passed while no process lived", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: [{ throws: busy }] });
    await first.colony.inject("tell me", { idempotencyKey: "1" });
    await machine.settled();
    first.life.kill();
    await machine.later(3_600_000);
    const { colony } = await machine.start({ overseer: [{ text: "Now." }] });
    expect(await (await colony.inject("tell me", { idempotencyKey: "1" })).reply()).toBe("Now.");
  });
});

describe("an input that comes while a model answers", () => {
  it("and steers does not abandon the request: the answer is recorded, and the next one hears of it", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, overseer } = await machine.start({
      overseer: (request, index) =>
        index === 0
          ? { text: "First.", before: gate.opened }
          : { text: `heard ${heard(request).join(" + ")}` },
    });
    await colony.inject("one");
    await machine.settled();
    const steering = await colony.inject("two", { mode: "steer" });
    await machine.settled();
    expect(overseer.requests[0]?.abortSignal?.aborted).toBe(false);
    gate.open();
    expect(await steering.reply()).toBe("heard one + two");
    expect(overseer.requests.map(answered)).toEqual([[], ["First."]]);
  });

  it("and whose own turn fails leaves the one before as it was, tools and all", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const rejected = Object.assign(new Error("refused"), { statusCode: 400, isRetryable: false });
    const { colony } = await machine.start({
      overseer: (request, index) => {
        if (heard(request).at(-1) === "bad") return { throws: rejected };
        return index === 0 ? { ...calls(["agent_list", {}]), before: gate.opened } : echoes(request);
      },
      worker: [],
    });
    const good = await colony.inject("good");
    const bad = await colony.inject("bad");
    const next = await colony.inject("next");
    gate.open();
    expect(await good.reply()).toBe("re: good");
    expect(await bad.outcome()).toMatchObject({ status: "failed", cause: "error" });
    expect(await next.reply()).toBe("re: next");
  });
});

it("an input is durable although its model never answers", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start({ overseer: () => ({ text: "never", before: NEVER }) });
  const { inputId } = await colony.inject("hello");
  expect((await readAll(machine.ground.log)).some((event) => JSON.stringify(event).includes(inputId))).toBe(
    true,
  );
});
