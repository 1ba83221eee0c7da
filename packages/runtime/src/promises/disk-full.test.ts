import { describe, expect, it } from "vitest";
import { MOUNTS, onSmallDisk } from "../testing/small-disk.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

// Real file systems, full to the last byte or read-only. Without the right to mount one this is skipped, and says so.
describe.skipIf(MOUNTS === undefined)("on a disk that is full, a colony", () => {
  it("refuses in words what it cannot store, reads on, and goes on by itself once there is room", async () => {
    const told = await onSmallDisk(
      "2m",
      `
      const model = createScriptedModel((request, index) => ({ text: "answer " + index }));
      const colony = await openColony({ dir, logger, overseer: { model }, workers: { helper: defineWorker({ model }) } });
      await (await colony.inject("one")).reply();
      const makeRoom = fill();
      const refused = [];
      const long = "x".repeat(60_000);
      for (let index = 0; index < 20; index += 1) refused.push(await outcome(() => colony.inject(long + index)));
      const others = {
        spawn: await outcome(() => colony.spawn("helper", { task: "dig" })),
        body: await outcome(() => colony.inject("y".repeat(300_000))),
        stop: await outcome(() => colony.stop()),
      };
      const head = colony.head();
      const asked = model.requests.length;
      const conversation = await colony.overseer.conversation();
      await using reader = await openColonyReader({ dir });
      const seen = (await eventsOf(reader)).length;
      makeRoom();
      const reply = await (await colony.inject("two")).reply();
      const events = await eventsOf(colony);
      await colony.close();
      tell({
        refused: [...new Set(refused)], others, read: conversation.length, seen: seen - head, asked, reply,
        inputs: events.filter(({ type }) => type === "INPUT_RECEIVED").map(({ data }) => data.text.slice(0, 5)),
        faults: events.filter(({ type }) => type === "STORAGE_FAILED").map(({ data }) => data),
        unfinished: existsSync(dir + "/blobs/unfinished") ? execFileSync("ls", [dir + "/blobs/unfinished"]).length : 0,
      });
    `,
    );
    const full = matching(/^log\.write_failed: .*colony\.db could not be written: database or disk is full/);
    expect(told).toEqual({
      refused: [full],
      others: {
        spawn: full,
        stop: full,
        body: matching(/^log\.write_failed: a body of 3\d{5} bytes could not be written .*ENOSPC/),
      },
      read: 2,
      seen: 0,
      asked: 1,
      reply: "answer 1",
      inputs: ["one", "two"],
      faults: [
        {
          code: "log.write_failed",
          message: matching(/ENOSPC|disk is full/),
          since: expect.any(Number) as unknown,
          refused: expect.any(Number) as unknown,
        },
      ],
      unfinished: 0,
    });
  });

  it("holds what its workers have done until it can be written, does nothing twice, and loses nothing", async () => {
    const told = await onSmallDisk(
      "2m",
      `
      import { defineTool } from ${JSON.stringify(import.meta.resolve("@colony/core"))};
      import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
      let makeRoom;
      let effects = 0;
      let waits = 0;
      const dig = defineTool({
        name: "dig", description: "Digs.", input: z.object({}), effect: "once",
        run: () => { effects += 1; makeRoom ??= fill(); return "dug ".repeat(1_000); },
      });
      const failing = { ...logger, error: (data, message) => { if (message.includes("not written")) { waits += 1; makeRoom(); } }, child: () => failing };
      const model = createScriptedModel((request) =>
        request.prompt.some(({ role }) => role === "tool") ? { text: "Done." } : { toolCalls: [{ name: "dig", input: {} }] });
      const colony = await openColony({
        dir, logger: failing, overseer: { model }, workers: { helper: defineWorker({ model, tools: [dig] }) },
      });
      const worker = await colony.spawn("helper", { task: "dig" });
      const report = await worker.report();
      const events = await eventsOf(colony);
      await colony.close();
      tell({
        status: report.status, effects, waited: waits > 0,
        outcomes: events.filter(({ type }) => type === "TOOL_CALL_COMPLETED").length,
        reports: events.filter(({ type }) => type === "SUBAGENT_REPORT").length,
        faults: events.filter(({ type }) => type === "STORAGE_FAILED").length,
      });
    `,
    );
    expect(told).toEqual({
      status: "success",
      effects: 1,
      waited: true,
      outcomes: 1,
      reports: 1,
      faults: 1,
    });
  });

  it("stops what is at work at once when a person says so, and stores that first when there is room", async () => {
    const told = await onSmallDisk(
      "2m",
      `
      import { defineTool } from ${JSON.stringify(import.meta.resolve("@colony/core"))};
      import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
      const sleeper = defineTool({
        name: "sleep", description: "Sleeps.", input: z.object({}),
        run: (_input, { runProcess }) => runProcess("sleep", ["1000"]),
      });
      const calling = createScriptedModel(() => ({ toolCalls: [{ name: "sleep", input: {} }] }));
      const thinking = createScriptedModel(() => ({ text: "never", before: new Promise(() => undefined) }));
      const colony = await openColony({
        dir, logger, overseer: { model: calling },
        workers: { caller: defineWorker({ model: calling, tools: [sleeper] }), thinker: defineWorker({ model: thinking }) },
      });
      const said = [];
      colony.storage$.subscribe(({ status }) => said.push(status));
      const workers = [await colony.spawn("caller", { task: "a" }), await colony.spawn("thinker", { task: "b" })];
      await colony.waitFor({ types: ["PROCESS_STARTED"] }, { after: 0 });
      const started = await eventsOf(colony);
      const { pid } = started.find(({ type }) => type === "PROCESS_STARTED").data;
      const makeRoom = fill();
      const long = "x".repeat(60_000);
      for (let index = 0; index < 20; index += 1) await outcome(() => colony.inject(long));
      const head = colony.head();
      const stop = await outcome(() => colony.stop({ reason: "enough" }));
      while (existsSync("/proc/" + pid)) await new Promise(setImmediate);
      const atOnce = {
        model: thinking.requests[0].abortSignal.aborted,
        stored: colony.head() - head,
      };
      makeRoom();
      await colony.idle();
      const events = await eventsOf(colony);
      await colony.close();
      const after = events.filter(({ seq }) => seq > head).map(({ type }) => type);
      tell({
        stop, atOnce, said,
        first: after.filter((type) => type !== "PROCESS_EXITED" && type !== "STORAGE_FAILED")[0],
        begun: after.filter((type) => type === "MODEL_CALL_STARTED" || type === "TOOL_CALL_STARTED"),
        ends: workers.map(({ record }) => record.execution.status),
        asked: calling.requests.length + thinking.requests.length,
      });
    `,
    );
    expect(told).toEqual({
      stop: matching(
        /^log\.write_failed: everything that was at work was called off here at once, but .*is full/,
      ),
      atOnce: { model: true, stored: 0 },
      said: ["failing", "writable"],
      first: "DISPATCH_BLOCKED",
      begun: [],
      ends: ["cancelled", "cancelled"],
      asked: 2,
    });
  });

  it("lets go of its folder all the same, which is refused in words and opens again once there is room", async () => {
    const told = await onSmallDisk(
      "2m",
      `
      const model = createScriptedModel((request, index) => ({ text: "answer " + index }));
      const options = { dir, logger, overseer: { model } };
      const colony = await openColony(options);
      await (await colony.inject("one")).reply();
      const makeRoom = fill();
      const closed = await outcome(() => colony.close());
      const opened = await outcome(() => openColony(options));
      const read = await outcome(async () => { await using reader = await openColonyReader({ dir }); reader.agents(); });
      makeRoom();
      await using again = await openColony(options);
      tell({ closed, opened, read, reply: await (await again.inject("two")).reply() });
    `,
    );
    const full = matching(/^log\.write_failed: .*disk is full/);
    expect(told).toEqual({ closed: full, opened: full, read: "ok", reply: "answer 1" });
  });

  it("that was closed before is looked at, and not opened, on a disk that has no room for the files beside it", async () => {
    const told = await onSmallDisk(
      "2m",
      `
      const options = { dir, logger, overseer: { model: createScriptedModel([{ text: "hello" }, { text: "again" }]) } };
      { await using colony = await openColony(options); await (await colony.inject("one")).reply(); }
      const makeRoom = fill();
      let read = 0;
      const looked = await outcome(async () => {
        await using reader = await openColonyReader({ dir });
        read = (await reader.conversation("overseer")).length;
      });
      const opened = await outcome(() => openColony(options));
      makeRoom();
      await using colony = await openColony(options);
      tell({ looked, read, opened, reply: await (await colony.inject("two")).reply() });
    `,
    );
    expect(told).toEqual({
      looked: "ok",
      read: 2,
      opened: matching(
        /^log\.write_failed: .*; nothing was stored\. The disk is full: make room, then try again\.$/,
      ),
      reply: "again",
    });
  });

  it("that is new makes nothing, and says why", async () => {
    const told = await onSmallDisk(
      "1m",
      `
      const makeRoom = fill();
      const options = { dir, logger, overseer: { model: createScriptedModel([{ text: "hello" }]) } };
      const refused = await outcome(() => openColony(options));
      makeRoom();
      tell({ refused, again: await outcome(async () => { await using colony = await openColony(options); }) });
    `,
    );
    expect(told).toEqual({
      refused: matching(/^(log\.write_failed|colony\.folder_invalid): .*(full|ENOSPC)/),
      again: "ok",
    });
  });
});

describe.skipIf(MOUNTS === undefined)("on a disk that is read-only, a colony", () => {
  it.each(["closed", "killed"] as const)("that was %s can be looked at, and not opened", async (how) => {
    const told = await onSmallDisk(
      "4m",
      `
      const live = \`
        import { createScriptedModel } from \${JSON.stringify(${JSON.stringify(import.meta.resolve("@colony/testkit"))})};
        import { openColony } from \${JSON.stringify(${JSON.stringify(new URL("../index.ts", import.meta.url).href)})};
        const colony = await openColony({ dir: process.argv[1], overseer: { model: createScriptedModel([{ text: "hello" }]) } });
        await (await colony.inject("one")).reply();
        if (${JSON.stringify(how)} === "closed") await colony.close();
        process.kill(process.pid, "SIGKILL");
      \`;
      await outcome(() => execFileSync(process.execPath, ["--input-type=module", "-e", live, dir], { stdio: "ignore" }));
      execFileSync("mount", ["-o", "remount,ro", process.env.COLONY_DISK]);
      let read = 0;
      const looked = await outcome(async () => {
        await using reader = await openColonyReader({ dir });
        read = (await reader.conversation("overseer")).length;
      });
      const model = createScriptedModel([{ text: "hello" }]);
      tell({ looked, read, opened: await outcome(() => openColony({ dir, logger, overseer: { model } })) });
    `,
    );
    expect(told).toEqual({
      looked: "ok",
      read: 2,
      opened: matching(
        how === "closed"
          ? /^colony\.folder_invalid: .* it cannot be written to: EROFS: .*; choose another folder, or mend this one$/
          : /^log\.write_failed: .* The database is read-only: check the rights of the folder and how its disk is mounted\.$/,
      ),
    });
  });
});
