import { chmodSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { colony, makePlace, start, type Place } from "./testing/command-line.ts";

// What a person is told by the real program of a folder that something has happened to.

let sound: Place;
beforeAll(async () => {
  sound = makePlace();
  expect(await colony(["run", "Survey this folder"], { cwd: sound.path })).toMatchObject({ code: 0 });
});
afterAll(() => sound[Symbol.dispose]());

/** A copy of the sound colony that a test can hurt. */
function copied(): Place & { readonly dir: string } {
  const place = makePlace();
  const dir = join(place.path, ".colony");
  cpSync(join(sound.path, ".colony"), dir, { recursive: true });
  return { ...place, dir };
}

function inDatabase(dir: string, sql: string): void {
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.exec(sql);
  db.close();
}

/** Makes one page of the database unreadable on which events stand, in the middle of the log. */
function damagePage(dir: string): void {
  const db = new DatabaseSync(join(dir, "colony.db"));
  const leaves = db.prepare("SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf'").all();
  const size = Number(db.prepare("PRAGMA page_size").get()?.["page_size"]);
  db.close();
  const file = join(dir, "colony.db");
  const begin = (Number(leaves[Math.floor(leaves.length / 2)]?.["pageno"]) - 1) * size;
  writeFileSync(file, readFileSync(file).fill(0xff, begin, begin + 8));
}

describe("a damaged event", () => {
  it("is named by doctor, passed over by log, and in nobody's way who does not need it", async () => {
    using place = copied();
    inDatabase(place.dir, "UPDATE events SET data = replace(data, 'Survey', 'Convey') WHERE seq = 3");
    const doctor = await colony(["doctor"], { cwd: place.path });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(
      /✗ log +event 3 cannot be read: its checksum does not fit what is stored\n/u,
    );
    expect(doctor.stdout).toMatch(/to mend it: restore the folder from a backup; until then log, show/u);
    const log = await colony(["log", "--json"], { cwd: place.path });
    expect(log.code).toBe(1);
    expect(log.stderr).toMatch(
      /^not shown: event 3 cannot be read: .*restore the colony folder from a backup$/mu,
    );
    const whole = await colony(["log", "--json"], { cwd: sound.path });
    const lines = whole.stdout.trim().split("\n");
    expect(log.stdout.trim().split("\n")).toEqual(lines.filter((line) => !line.includes('"seq":3,')));
    expect(await colony(["run", "Survey this folder"], { cwd: place.path })).toMatchObject({ code: 0 });
  });

  it("that the present state stands on stops run and chat with a sentence, and not what only looks", async () => {
    using place = copied();
    inDatabase(
      place.dir,
      "UPDATE events SET data = replace(data, 'Survey', 'Convey') WHERE seq = 3; DELETE FROM snapshots",
    );
    for (const argv of [["run", "Survey this folder"], ["chat"]]) {
      const refused = await colony(argv, { cwd: place.path, input: "hello\n" });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/^error: event 3 cannot be read: [^\n]*backup$/mu);
    }
    const shown = await colony(["show", "overseer"], { cwd: place.path });
    expect(shown.stdout).toContain("overseer");
    expect(shown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("not shown: event 3") as unknown,
    });
    const exported = await colony(["export", "overseer"], { cwd: place.path });
    expect(exported.stdout).not.toBe("");
  });
});

describe("a database", () => {
  it("whose first page is torn is said to be damaged, by every command, in one sentence", async () => {
    using place = copied();
    const file = join(place.dir, "colony.db");
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, 2_048, 4_096));
    for (const argv of [["log"], ["workers"], ["run", "x"], ["chat"]]) {
      const refused = await colony(argv, { cwd: place.path });
      expect(refused.code).toBe(1);
      expect(refused.stderr.split("\n").at(-2)).toMatch(
        /^error: the log cannot be read: malformed database schema .*; check the disk, and restore the colony/u,
      );
    }
    const doctor = await colony(["doctor"], { cwd: place.path });
    expect(doctor.stdout).toMatch(/✗ colony +the log cannot be read: .*\n +to mend it: restore the folder/u);
  });

  it("with one damaged page gives what can be read of every agent, and tells what is not shown", async () => {
    using place = copied();
    const agents = JSON.parse(
      (await colony(["workers", "--all", "--json"], { cwd: place.path })).stdout,
    ) as readonly { readonly id: string }[];
    damagePage(place.dir);
    const doctor = await colony(["doctor"], { cwd: place.path });
    expect(doctor.stdout).toMatch(/✗ log +event \d+: .* \(and \d+ more\)\n/u);
    for (const { id } of agents) {
      const shown = await colony(["show", id], { cwd: place.path });
      expect(shown.stdout).toContain(id);
      expect(shown.stderr).toMatch(/^not shown: event \d+: /mu);
      expect((await colony(["export", id], { cwd: place.path })).stdout).toContain("Conversation of");
    }
    const listed = await colony(["workers", "--all"], { cwd: place.path });
    for (const { id } of agents) expect(listed.stdout).toContain(id);
  });

  it("without its newest events is said to be, and what is left can be looked at", async () => {
    using place = copied();
    writeFileSync(join(place.dir, "colony.head"), "0000000000009999\n");
    for (const argv of [["run", "x"], ["chat"]]) {
      const refused = await colony(argv, { cwd: place.path });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/^error: the log in .* ends at event \d+ and had come to 9999: .*$/mu);
    }
    const doctor = await colony(["doctor"], { cwd: place.path });
    expect(doctor.stdout).toMatch(/✗ log +the log in .* had come to 9999: its newest events are missing\n/u);
    const log = await colony(["log", "-n", "1"], { cwd: place.path });
    expect(log).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^not shown: the log in/u) as unknown,
    });
    expect(log.stdout).toContain("COLONY_CLOSED");
  });

  it("that is gone while its witness is left is named as missing, and no new one is made", async () => {
    using place = copied();
    rmSync(join(place.dir, "colony.db"));
    for (const argv of [["run", "x"], ["chat"], ["log"]]) {
      const refused = await colony(argv, { cwd: place.path });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /^error: colony\.db is missing from .*, and its log had come to event \d+\. Put colony\.db back, or/mu,
      );
    }
    expect(existsSync(join(place.dir, "colony.db"))).toBe(false);
    const doctor = await colony(["doctor"], { cwd: place.path });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/✗ colony +colony\.db is missing from /u);
  });

  it("that is taken away under a chat makes the next line fail with a sentence, and makes no new one", async () => {
    using place = copied();
    const chat = start(["chat"], { cwd: place.path, stdin: "open" });
    chat.child.stdin?.write("hello\n");
    await new Promise<void>((resolve) => {
      chat.child.stdout?.on("data", () => resolve());
    });
    rmSync(place.dir, { recursive: true });
    chat.child.stdin?.write("are you there?\n");
    await chat.said("colony.db was removed or replaced while this colony had it open");
    chat.child.stdin?.end();
    const { code, stderr } = await chat.ended;
    expect(code).toBe(1);
    expect(stderr).not.toContain("unexpected");
    expect(existsSync(join(place.dir, "colony.db"))).toBe(false);
  });
});

it("a missing body is named, and only what needs it is in its way", async () => {
  using place = copied();
  const long = `read README.md ${"x".repeat(70_000)}`;
  expect(await colony(["run", "-"], { cwd: place.path, input: long })).toMatchObject({ code: 0 });
  const blobs = join(place.dir, "blobs");
  expect(readdirSync(blobs).length).toBeGreaterThan(0);
  for (const folder of readdirSync(blobs)) rmSync(join(blobs, folder), { recursive: true });
  const doctor = await colony(["doctor"], { cwd: place.path });
  expect(doctor.stdout).toMatch(
    /✗ log +event \d+ cannot be read: the body "[0-9a-f]{64}" in .*blobs cannot be read/u,
  );
  const workers = await colony(["workers"], { cwd: place.path });
  expect(workers.code).toBe(0);
});

it("a body that nothing but a resumed execution needs is looked at by doctor as well", async () => {
  for (const harm of ["removed", "overwritten"] as const) {
    using place = copied();
    const blobs = join(place.dir, "blobs");
    const files = readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const { parentPath, name } of files)
      if (harm === "removed") rmSync(join(parentPath, name));
      else writeFileSync(join(parentPath, name), "something else");
    const doctor = await colony(["doctor"], { cwd: place.path });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/✗ bodies +the body "[0-9a-f]{64}" in .*\n +to mend it: put blobs back/u);
    expect(doctor.stdout).not.toContain("nothing is wrong");
  }
});

describe("a folder that may not be written to", () => {
  // The system asks root for no rights.
  const user = process.getuid?.() === 0 ? { user: { uid: 65_534, gid: 65_534 } } : {};

  it.each([
    [
      ".colony",
      0o555,
      /^error: \S+\.colony cannot be used as a colony folder: it cannot be written to: EACCES: /u,
    ],
    [
      ".colony/colony.db",
      0o444,
      /^error: .*colony\.db could not be written: .* check the rights of the folder/u,
    ],
  ] as const)(
    "is refused in words for %s, and looked at all the same",
    async (closed, mode, words) => {
      using place = copied();
      chmodSync(place.path, 0o755);
      chmodSync(place.dir, 0o777);
      // What readers leave beside the database would let it be opened, and written to as little.
      for (const file of ["colony.db-wal", "colony.db-shm"]) rmSync(join(place.dir, file), { force: true });
      chmodSync(join(place.path, closed), mode);
      const at = { cwd: place.path, ...user };
      for (const argv of [
        ["run", "hello"],
        ["inject", "hello"],
        ["budget", "--tokens", "9"],
      ]) {
        const { code, stdout, stderr } = await colony(argv, at);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr.split("\n").at(-2)).toMatch(words);
      }
      expect(await colony(["workers", "--all"], at)).toMatchObject({ code: 0, stderr: "" });
      const doctor = await colony(["doctor"], at);
      expect(doctor.code).toBe(1);
      expect(doctor.stdout).toMatch(/^✗ disk +\S+\.colony cannot be written to: EACCES: /mu);
      chmodSync(place.dir, 0o755);
    },
    60_000,
  );
});
