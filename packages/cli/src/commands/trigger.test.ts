import { join } from "node:path";
import { createOfflineModel } from "@colony/offline";
import { defineWorker, openColony } from "@colony/runtime";
import { expect, it } from "vitest";
import { inProcess } from "../testing/in-process.ts";
import { colony, makePlace, start } from "../testing/command-line.ts";

const NEXT = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";

it("triggers are added, listed and removed in a colony that nobody has open, and fire once somebody has", async () => {
  using place = makePlace();
  const cwd = place.path;
  expect((await colony(["trigger"], { cwd })).stderr).toContain("there is no colony in");
  expect((await colony(["trigger", "add", "hi", "--every", "1h"], { cwd })).stderr).toContain(
    "there is no colony in",
  );
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  const none = await colony(["trigger"], { cwd });
  expect(none).toMatchObject({ code: 0, stdout: "" });
  expect(none.stderr).toContain("there are no triggers");
  const cron = ["--cron", "0 9 * * 1-5", "--zone", "Europe/Berlin", "--id", "news"];
  const added = await colony(["trigger", "add", "look for news", ...cron], { cwd });
  expect(added).toMatchObject({ code: 0, stderr: "" });
  expect(added.stdout).toMatch(
    new RegExp(`^news: 0 9 \\* \\* 1-5 \\(Europe/Berlin\\), next ${NEXT}\n$`, "u"),
  );
  // The same once more is nothing new.
  expect((await colony(["trigger", "add", "look for news", ...cron], { cwd })).code).toBe(0);
  const clash = await colony(["trigger", "add", "look for other news", ...cron], { cwd });
  expect(clash.stderr).toContain('there is a trigger "news" already, and it is another one');
  expect((await colony(["trigger", "add", "other news", ...cron, "--replace"], { cwd })).code).toBe(0);
  const hook = JSON.parse(
    (await colony(["trigger", "add", "--webhook", "--id", "ci", "--json"], { cwd })).stdout,
  ) as {
    readonly token: string;
  };
  expect(hook.token).toMatch(/^[\w-]{43}$/u);
  const listed = await colony(["trigger", "list"], { cwd });
  expect(listed.stderr).toContain("nobody has this colony open, so nothing fires now");
  expect(listed.stdout).toMatch(
    new RegExp(
      `^TRIGGER +WHEN +NEXT +FIRED +MISSED +TO +TEXT\nnews +0 9 \\* \\* 1-5 \\(Europe/Berlin\\) +${NEXT} +0 +0 +overseer +other news\nci +webhook +when it is fired +0 +0 +overseer +\\{\\{body\\}\\}\n$`,
      "u",
    ),
  );
  const json = await colony(["trigger", "list", "--json"], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject([
    { id: "news", missed: "once" },
    { id: "ci", schedule: { kind: "webhook" } },
  ]);
  expect(json.stdout).not.toContain("tokenSha256");
  expect((await colony(["trigger", "remove", "news"], { cwd })).stdout).toBe("removed news\n");
  expect((await colony(["trigger", "remove", "news"], { cwd })).stderr).toContain(
    'there is no trigger "news"; there are: ci',
  );
  const fired = await colony(["trigger", "fire", "ci", "--body", "hello"], { cwd });
  expect(fired.stdout).toContain("kept: nobody has this colony open; whoever opens it next fires ci");
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  const log = await colony(["log"], { cwd });
  expect(log.stdout).toMatch(/TRIGGER_SET +news for overseer: 0 9 \* \* 1-5 \(Europe\/Berlin\); next/u);
  expect(log.stdout).toMatch(/TRIGGER_REMOVED +news/u);
  expect(log.stdout).toMatch(/TRIGGER_FIRED +ci for overseer, due/u);
}, 90_000);

it("triggers are added, fired and removed beside a colony that is open elsewhere", async () => {
  using place = makePlace();
  const cwd = place.path;
  const model = createOfflineModel();
  await using held = await openColony({
    dir: join(cwd, ".colony"),
    overseer: { model },
    workers: { helper: defineWorker({ model }) },
  });
  const added = await colony(
    ["trigger", "add", "hello", "--every", "24h", "--id", "daily", "--mode", "steer"],
    { cwd },
  );
  expect(added).toMatchObject({ code: 0, stderr: "" });
  expect(added.stdout).toMatch(new RegExp(`^daily: every 24h00m, next ${NEXT}\n$`, "u"));
  expect(held.triggers.list()).toMatchObject([{ id: "daily", mode: "steer" }]);
  expect((await colony(["trigger", "fire", "daily", "--key", "1"], { cwd })).stdout).toBe("fired daily\n");
  expect((await colony(["trigger", "fire", "daily", "--key", "1"], { cwd })).stdout).toBe("fired daily\n");
  expect(held.triggers.list()).toMatchObject([{ fired: 1 }]);
  const body = await colony(["trigger", "fire", "daily", "--body", "x"], { cwd });
  expect(body.stderr).toContain('trigger "daily" is no webhook and takes no body');
  expect((await colony(["trigger", "remove", "daily"], { cwd })).stdout).toBe("removed daily\n");
  expect(held.triggers.list()).toEqual([]);
}, 60_000);

it("each wrong way to say it has its sentence", async () => {
  using place = makePlace();
  const cwd = place.path;
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  const usage: readonly (readonly [readonly string[], string])[] = [
    [["ad", "x"], 'there is no "trigger ad"; did you mean "add"?'],
    [["list", "x"], '"trigger list" takes no argument'],
    [["remove"], '"trigger remove" needs the id of a trigger'],
    [["fire", "a", "b"], '"trigger fire" takes one id and was given 2'],
    [["add", "x"], '"trigger add" needs one of --cron, --every, --at and --webhook'],
    [["add", "--every", "1h"], '"trigger add" needs a text'],
    [["add", "x", "--every", "1h", "--at", "2099-01-01"], "--every and --at do not go together"],
    [["add", "x", "--every", "often"], '--every is "often"; give a time such as 30s, 15m or 24h'],
    [["add", "x", "--every", "1h", "--mode", "quue"], '--mode is "quue"; did you mean "queue"?'],
    [["add", "x", "--every", "1h", "--missed", "none"], '--missed is "none"; choose one of skip, once, all'],
    [
      ["add", "x", "--every", "10ms"],
      '--every is "10ms"; give a time such as 30s, 15m or 24h, from a second to a century',
    ],
    [
      ["add", "x", "--every", "878401h"],
      '--every is "878401h"; give a time such as 30s, 15m or 24h, from a second to a century',
    ],
    [
      ["add", "x", "--every", "1h", "--zone", "UTC"],
      "--zone says nothing beside --every; it goes with --cron and --at",
    ],
    [
      ["add", "--webhook", "--missed", "all"],
      "--missed says nothing beside --webhook; it goes with --cron, --every and --at",
    ],
    [["add", "x", "--cron", "0 9 * *"], 'the cron pattern "0 9 * *" will not do'],
    [["add", "x", "--cron", "0 9 * * *", "--zone", "Mars"], 'there is no time zone "Mars"'],
    [["add", "x", "--at", "2001-01-01"], "which is over; give a time that is to come"],
  ];
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["add", "x", "--every", "1h", "--to", "nobody"], 'there is no worker "nobody"'],
    [["fire", "nothing"], 'there is no trigger "nothing"; there are none'],
  ];
  const outcomes = await Promise.all(
    [...usage, ...wrong].map(async ([argv]) => await colony(["trigger", ...argv], { cwd })),
  );
  for (const [index, [, sentence]] of [...usage, ...wrong].entries()) {
    expect(outcomes[index]?.stderr).toContain(sentence);
    expect(outcomes[index]).toMatchObject({ code: index < usage.length ? 2 : 1, stdout: "" });
  }
}, 90_000);

it("the longest way between two times is taken as it is, and one that is there is told from another", async () => {
  using place = makePlace();
  const cwd = place.path;
  expect((await inProcess(["run", "hello"], { cwd })).code).toBe(0);
  const add = ["trigger", "add", "x", "--id", "rare", "--every"];
  for (const every of ["1s", "878400h"])
    expect(await inProcess([...add, every, "--replace"], { cwd })).toMatchObject({ code: 0 });
  expect((await inProcess([...add, "2s"], { cwd })).stderr).toBe(
    'error: there is a trigger "rare" already, and it is another one; remove it first, or say --replace\n',
  );
}, 60_000);

it("a host fires what comes due until it is asked to end", async () => {
  using place = makePlace();
  const cwd = place.path;
  expect((await colony(["run", "hello"], { cwd })).code).toBe(0);
  expect((await colony(["host", "--dir", "memory"], { cwd })).stderr).toContain("there is nothing to host");
  expect((await colony(["trigger", "add", "hello", "--every", "1s", "--id", "tick"], { cwd })).code).toBe(0);
  const host = start(["host"], { cwd, stdin: "open" });
  await host.said("hosting");
  await host.said("trigger tick, due");
  const shown = JSON.parse((await colony(["trigger", "list", "--json"], { cwd })).stdout) as readonly {
    readonly fired: number;
  }[];
  expect(shown[0]?.fired).toBeGreaterThan(0);
  host.child.kill("SIGTERM");
  const ended = await host.ended;
  expect(ended.code).toBe(0);
  expect(ended.stdout.trim()).not.toBe("");
}, 60_000);
