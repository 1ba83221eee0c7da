import { join } from "node:path";
import { SILENT_LOGGER } from "@colony/core";
import { createOfflineModel } from "@colony/offline";
import { defineWorker, openColony } from "@colony/runtime";
import { createManualClock, createScriptedModel } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { colony, makePlace } from "../testing/command-line.ts";

const HOUR = 3_600_000;

/** A colony folder in which two workers ended 30 hours ago, and one an hour ago. */
async function withWorkers(dir: string): Promise<void> {
  const clock = createManualClock({ now: Date.now() - 30 * HOUR });
  const model = createScriptedModel(() => ({ text: "Found nothing." }));
  const held = await openColony({
    dir,
    clock,
    logger: SILENT_LOGGER,
    durability: "normal",
    overseer: { model: createScriptedModel([]) },
    workers: { helper: defineWorker({ model }), keeper: defineWorker({ model, lifetime: "persistent" }) },
  });
  for (const name of ["old-one", "old-two", "young"]) {
    // Those of one instant are in no order that a test could know.
    await clock.advance(name === "young" ? 29 * HOUR : 1);
    await (await held.spawn("helper", { task: `look for ${name}`, name })).report();
  }
  await clock.advance(1);
  await (await held.spawn("keeper", { task: "stay", name: "keeper" })).report();
  await held.close();
}

describe("prune", () => {
  it("says what would go, removes it, and says so; reports and the record stay", async () => {
    using place = makePlace();
    const cwd = place.path;
    await withWorkers(join(cwd, ".colony"));
    const dry = await colony(["prune", "--dry-run"], { cwd });
    expect(dry).toMatchObject({ code: 0, stderr: "" });
    expect(dry.stdout).toMatch(
      /^would remove \d+ events \(.+ (?:kB|bytes)\) of 2 workers that ended more than 24h ago\n$/u,
    );
    const asJson = await colony(["prune", "-n", "--json"], { cwd });
    expect(JSON.parse(asJson.stdout)).toMatchObject({ agents: 2, removed: "none" });
    const done = await colony(["prune"], { cwd });
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout).toBe(`${dry.stdout.trim().replace("would remove", "removed")}; reports are kept\n`);
    const again = await colony(["prune"], { cwd });
    expect(again).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "there is nothing to prune of workers that ended more than 24h ago\n",
    });
    const shown = await colony(["show", "old-one"], { cwd });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(
      /^pruned +on \d{4}-\d\d-\d\d .+: its conversation is not kept any longer$/mu,
    );
    expect(shown.stdout).toContain("Found nothing.");
    const exported = await colony(["export", "old-one"], { cwd });
    expect(exported).toMatchObject({ code: 1, stdout: "" });
    expect(exported.stderr).toMatch(
      /the conversation of worker "old-one" was pruned on .+Z; its report is: success: Found nothing\./u,
    );
    expect((await colony(["export", "young"], { cwd })).stdout).toContain("look for young");
    const log = await colony(["log"], { cwd });
    expect(log.stdout).toMatch(/HISTORY_PRUNED .*2 workers that had ended before .+ removed, reports kept/u);
    const doctor = await colony(["doctor"], { cwd });
    expect(doctor.stdout).toContain("every event can be read");
    expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  }, 120_000);

  it("takes an age, and refuses one that is none", async () => {
    using place = makePlace();
    const cwd = place.path;
    await withWorkers(join(cwd, ".colony"));
    expect((await colony(["prune", "-n", "--older-than", "720h"], { cwd })).stderr).toBe(
      "there is nothing to prune of workers that ended more than 720h ago\n",
    );
    expect((await colony(["prune", "-n", "--older-than", "0s"], { cwd })).stdout).toContain("of 3 workers");
    for (const [typed, words] of [
      ["soon", '--older-than is "soon"; give a time such as 24h, 30m or 0s'],
      ["-1h", "--older-than"],
    ] as const) {
      const wrong = await colony(["prune", "--older-than", typed], { cwd });
      expect(wrong).toMatchObject({ code: 2, stdout: "" });
      expect(wrong.stderr).toContain(words);
    }
    const none = await colony(["prune", "--dir", join(cwd, "nowhere")], { cwd });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("there is no colony in");
    const memory = await colony(["prune", "--dir", "memory"], { cwd });
    expect(memory).toMatchObject({ code: 2, stdout: "" });
  }, 120_000);

  it("only says what would go beside a colony that is open elsewhere", async () => {
    using place = makePlace();
    const cwd = place.path;
    const dir = join(cwd, ".colony");
    await withWorkers(dir);
    await using held = await openColony({
      dir,
      overseer: { model: createOfflineModel() },
      logger: SILENT_LOGGER,
    });
    expect((await colony(["prune", "--dry-run"], { cwd })).stdout).toContain("of 2 workers");
    const refused = await colony(["prune"], { cwd });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`process ${process.pid} has ${dir} open, and only it can prune it`);
    expect(held.agents().some(({ prunedAt }) => prunedAt !== undefined)).toBe(false);
  }, 60_000);
});

describe("workers", () => {
  it("shows those that ended lately or have not, and the others where they are asked for", async () => {
    using place = makePlace();
    const cwd = place.path;
    await withWorkers(join(cwd, ".colony"));
    const listed = async (...argv: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await colony(["workers", "--json", ...argv], { cwd });
      return (JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => name);
    };
    expect(await listed()).toEqual(["young", "keeper"]);
    expect(await listed("--all")).toEqual([null, "old-one", "old-two", "young", "keeper"]);
    expect(await listed("--retention", "forever")).toEqual(["old-one", "old-two", "young", "keeper"]);
    expect(await listed("--retention", "30m")).toEqual(["keeper"]);
    expect(await listed("--status", "idle,running")).toEqual(["keeper"]);
    expect(await listed("--status", "idle,waits for you,paused")).toEqual(["keeper"]);
    expect(await listed("--status", "completed", "--all")).toEqual(["old-one", "old-two", "young"]);
    expect(await listed("--definition", "keeper")).toEqual(["keeper"]);
    expect(await listed("--definition", "painter")).toEqual([]);
    expect(await listed("--parent", "young")).toEqual([]);
    expect(await listed("--owner", "ada")).toEqual([]);
    const words = await colony(["workers"], { cwd });
    expect(words.stdout).toContain("young");
    expect(words.stdout).not.toContain("old-one");
    expect(words.stderr).toBe("2 other workers not shown; --all shows them\n");
    const nobody = await colony(["workers", "--status", "failed"], { cwd });
    expect(nobody).toMatchObject({ code: 0, stdout: "" });
    expect(nobody.stderr).toMatch(
      /^no worker in .+ is one of those; "colony workers --all" lists everybody\n$/u,
    );
  }, 120_000);

  it("is read page by page", async () => {
    using place = makePlace();
    const cwd = place.path;
    await withWorkers(join(cwd, ".colony"));
    const page = async (...argv: readonly string[]) =>
      JSON.parse((await colony(["workers", "--json", "--all", "--limit", "3", ...argv], { cwd })).stdout) as {
        readonly workers: readonly { readonly name: string }[];
        readonly next: string | null;
        readonly total: number;
      };
    const first = await page();
    expect(first).toMatchObject({
      total: 4,
      workers: [{ name: "keeper" }, { name: "young" }, { name: "old-two" }],
    });
    const second = await page("--cursor", first.next ?? "");
    expect(second).toMatchObject({ total: 4, next: null, workers: [{ name: "old-one" }] });
    const words = await colony(["workers", "--all", "--limit", "3"], { cwd });
    expect(words.stderr).toBe(`3 of 4 shown; go on with --cursor ${first.next}\n`);
  }, 60_000);

  it.each([
    [["--status", "done"], '--status is "done"'],
    [["--status", ","], '--status is ""; give one of pending, queued, running'],
    [["--limit", "0"], '--limit is "0"; give a whole number from 1 to 1000'],
    [["--limit", "many"], '--limit is "many"; give a whole number'],
    [["--limit", "1001"], '--limit is "1001"; give a whole number from 1 to 1000'],
    [
      ["--cursor", "next"],
      'the cursor "next" is none that a list has given; leave it out to begin with the newest',
    ],
    [["--retention", "long"], '--retention is "long"; give a time such as 24h, or forever'],
  ])(
    "asked with %j is refused: %s",
    async (argv, words) => {
      using place = makePlace();
      const cwd = place.path;
      await withWorkers(join(cwd, ".colony"));
      const wrong = await colony(["workers", ...argv], { cwd });
      expect(wrong).toMatchObject({ code: 2, stdout: "" });
      expect(wrong.stderr).toContain(words);
    },
    60_000,
  );
});
