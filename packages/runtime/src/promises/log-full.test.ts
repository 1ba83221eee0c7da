import { describe, expect, it } from "vitest";
import { MOUNTS, onSmallDisk } from "../testing/small-disk.ts";

// Real file systems, full to the last byte. Without the right to mount one this is skipped, and says so.
describe.skipIf(MOUNTS === undefined)("where its own log lines lie on a disk that is full, a colony", () => {
  it.each([
    ["a file", `createLogger({ level: "debug", destination: process.env.COLONY_DISK + "/lines" })`],
    [
      "a logger of one's own that throws",
      `(() => { const lost = () => { throw new Error("no place"); }; return { debug: lost, info: lost, warn: lost, error: lost, child: lost }; })()`,
    ],
    [
      "an async one",
      `(() => { const lost = async () => { throw new Error("no place"); }; return { debug: lost, info: lost, warn: lost, error: lost, child() { return this; } }; })()`,
    ],
  ])("refuses in words, goes on by itself once there is room, and does no harm by %s", async (_to, lines) => {
    const told = await onSmallDisk(
      "2m",
      `
        const model = createScriptedModel((request, index) => ({ text: "answer " + index }));
        const colony = await openColony({
          dir, logger: ${lines}, overseer: { model },
          workers: { helper: defineWorker({ model, hooks: (on) => on.on("modelCall", () => { throw new Error("a bug"); }) }) },
        });
        await (await colony.inject("one")).reply();
        const worker = await colony.spawn("helper", { task: "dig" });
        const makeRoom = fill();
        const refused = new Set();
        for (let index = 0; index < 20; index += 1)
          refused.add((await outcome(() => colony.inject("x".repeat(60_000) + index))).slice(0, 16));
        makeRoom();
        const reply = await (await colony.inject("two")).reply();
        const report = await worker.report();
        await colony.close();
        tell({ refused: [...refused], reply: reply.startsWith("answer"), report: report.status });
      `,
    );
    expect(told).toEqual({ refused: ["log.write_failed"], reply: true, report: "success" });
  });

  it("has its lines again once there is room", async () => {
    const told = await onSmallDisk(
      "1m",
      `
      const path = process.env.COLONY_DISK + "/lines";
      const lines = createLogger({ level: "info", destination: path });
      const makeRoom = fill();
      for (let index = 0; index < 300; index += 1) lines.info({ index, text: "x".repeat(100) }, "said on a full disk");
      makeRoom();
      lines.info({}, "said later");
      tell(readFileSync(path, "utf8").split("\\n").filter((line) => line !== "").map((line) => JSON.parse(line).msg).slice(-2));
    `,
    );
    expect(told).toEqual(["said on a full disk", "said later"]);
  });
});
