import { readFileSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OwnProcess, Processes, SpawnProcessOptions } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requireContract } from "../given.ts";

const BEGINS = "beginning ";
const ENDS = " end";

/** Registers a vitest suite that holds an implementation of `Processes` to each promise of that port, with real processes. */
export function processesContract(name: string, create: () => Processes): void {
  requireContract("processesContract", { name, open: create });
  let folder: string;
  let processes: Processes;
  const started: OwnProcess[] = [];

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "colony-processes-")));
    processes = create();
  });
  afterEach(async () => {
    for (const own of started.splice(0)) await processes.stop(own, { graceMs: 0 });
    await rm(folder, { recursive: true });
  });

  const spawn = async (
    command: string,
    args: readonly string[] = [],
    options: SpawnProcessOptions = {},
  ): Promise<OwnProcess> => {
    const own = await processes.spawn(command, args, {
      cwd: folder,
      ...options,
      signal: new AbortController().signal,
    });
    started.push(own);
    return own;
  };
  const begun = async (...args: Parameters<typeof spawn>): Promise<OwnProcess> => {
    const own = await spawn(...args);
    own.begin();
    return own;
  };
  const script = async (text: string, options: SpawnProcessOptions = {}): Promise<OwnProcess> =>
    await begun("sh", ["-c", text], options);
  const written = async (file: string): Promise<string> => {
    for (let looks = 0; looks < 500; looks += 1) {
      const text = await readFile(join(folder, file), "utf8").catch(() => "");
      if (text.endsWith("\n")) return text.trim();
      await sleep(10);
    }
    throw new Error(`nothing was written to ${file}`);
  };

  describe(`${name} keeps the promises of processes`, () => {
    it("runs a command and tells its code and what it said", async () => {
      const own = await script("echo out; echo err >&2; exit 3");
      expect(await own.exited).toEqual({
        code: 3,
        signal: null,
        stdout: "out\n",
        stderr: "err\n",
        omittedBytes: 0,
      });
    });

    it("tells the signal of one that a signal ended", async () => {
      const own = await script("kill -9 $$");
      expect(await own.exited).toMatchObject({ code: null, signal: "SIGKILL" });
    });

    it("runs a command that has ended before anybody looked", async () => {
      const own = await begun("true");
      await sleep(100);
      expect(await own.exited).toMatchObject({ code: 0 });
      expect(processes.isAlive(own)).toBe(false);
      expect(await processes.stop(own, { graceMs: 1_000 })).toBe("gone");
    });

    it("runs nothing of the command before it may begin", async () => {
      const own = await spawn("sh", ["-c", "echo ran > file"]);
      await sleep(100);
      expect(processes.isAlive(own)).toBe(true);
      await expect(readFile(join(folder, "file"))).rejects.toMatchObject({ code: "ENOENT" });
      own.begin();
      await own.exited;
      expect(await readFile(join(folder, "file"), "utf8")).toBe("ran\n");
    });

    it("ends one that may not begin", async () => {
      const own = await spawn("sh", ["-c", "echo ran > file"]);
      expect(await processes.stop(own, { graceMs: 1_000 })).toBe("exited");
      await own.exited;
      await expect(readFile(join(folder, "file"))).rejects.toMatchObject({ code: "ENOENT" });
    });

    it("gives arguments as they are, the folder, and the environment with what is added and taken away", async () => {
      const args = ["-c", 'printf "%s|" "$@"; pwd; printenv ADDED TAKEN', "sh", "a b", "$HOME", "", "'\""];
      process.env["TAKEN"] = "still there";
      const own = await begun("sh", args, {
        env: { ADDED: "yes = so", TAKEN: undefined },
      });
      const { stdout } = await own.exited;
      delete process.env["TAKEN"];
      expect(stdout).toBe(`a b|$HOME||'"|${folder}\nyes = so\n`);
    });

    it("gives a variable also where no shell can say its name", async () => {
      const own = await begun("printenv", ["dashed-name", "PLAIN"], {
        env: { "dashed-name": "a", PLAIN: "b" },
      });
      expect((await own.exited).stdout).toBe("a\nb\n");
    });

    it("writes the input and ends it; without input there is none to wait for", async () => {
      const input = "first\n".repeat(50_000);
      expect(await (await begun("wc", ["-l"], { input })).exited).toMatchObject({
        stdout: expect.stringMatching(/^\s*50000\n$/) as unknown,
      });
      expect(await (await begun("cat")).exited).toMatchObject({ code: 0, stdout: "" });
    });

    it("does not mind a process that does not read its input", async () => {
      const own = await begun("true", [], { input: "x".repeat(1_000_000) });
      expect(await own.exited).toMatchObject({ code: 0 });
    });

    it.each([
      ["is not in the PATH", "no-such-program-at-all", "process.not_found"],
      ["is not at its path", "/no/such/program", "process.not_found"],
      ["has no name", "", "process.not_found"],
      ["is a folder", "/tmp", "process.not_found"],
    ])("says so where the program %s", async (_what, command, code) => {
      await expect(spawn(command)).rejects.toMatchObject({ name: "ColonyError", code });
    });

    it("says so where there is no such folder to run it in", async () => {
      const cwd = join(folder, "nowhere");
      await expect(spawn("true", [], { cwd })).rejects.toMatchObject({ code: "process.not_started" });
    });

    it("starts nothing once it was called off", async () => {
      const options = { cwd: folder, signal: AbortSignal.abort() };
      await expect(processes.spawn("true", [], options)).rejects.toMatchObject({ code: "wait.aborted" });
    });

    it("keeps the beginning and the end of a flood, and never blocks it", async () => {
      const own = await script(
        `printf '${BEGINS}'; head -c 20000000 /dev/zero | tr '\\0' x; printf '${ENDS}'`,
        { outputBytes: 1_000 },
      );
      const { code, stdout, omittedBytes } = await own.exited;
      expect(code).toBe(0);
      expect(stdout.startsWith(BEGINS)).toBe(true);
      expect(stdout.endsWith(ENDS)).toBe(true);
      expect(stdout.length).toBeLessThan(1_100);
      expect(omittedBytes).toBe(20_000_000 + BEGINS.length + ENDS.length - 1_000);
    });

    it("keeps every byte of what fits", async () => {
      const own = await script("i=0; while [ $i -lt 500 ]; do echo $i; i=$((i+1)); done", {
        outputBytes: 1_890,
      });
      const { stdout, omittedBytes } = await own.exited;
      expect(stdout).toBe(Array.from({ length: 500 }, (_, index) => `${index}\n`).join(""));
      expect(omittedBytes).toBe(0);
    });

    it("ends a process that goes when it is asked to", async () => {
      const own = await begun("sleep", ["100"]);
      expect(await processes.stop(own, { graceMs: 5_000 })).toBe("exited");
      expect(await own.exited).toMatchObject({ code: null, signal: "SIGTERM" });
      expect(processes.isAlive(own)).toBe(false);
    });

    it("lets a process that is asked to go put its things in order", async () => {
      const own = await script("trap 'echo tidied; exit 0' TERM; echo up > up; while :; do sleep 0.05; done");
      await written("up");
      expect(await processes.stop(own, { graceMs: 5_000 })).toBe("exited");
      expect(await own.exited).toMatchObject({ stdout: "tidied\n" });
    });

    it("ends by force what ignores being asked, after the grace and not before", async () => {
      const own = await script("trap '' TERM; echo up > up; while :; do sleep 0.05; done");
      await written("up");
      const before = performance.now();
      expect(await processes.stop(own, { graceMs: 300 })).toBe("killed");
      expect(performance.now() - before).toBeGreaterThanOrEqual(295);
      expect(await own.exited).toMatchObject({ signal: "SIGKILL" });
      expect(processes.isAlive(own)).toBe(false);
    });

    it("ends children and grandchildren with it, also those that ignore being asked", async () => {
      const own = await script(
        `sh -c 'trap "" TERM; sh -c "echo \\$\\$ > child; exec sleep 100" & wait' & echo up > up; wait`,
      );
      const child = Number(await written("child"));
      expect(await processes.stop(own, { graceMs: 200 })).toBe("killed");
      expect(isLiving(child)).toBe(false);
    });

    it("ends a grandchild that its parent has left behind in the group, before it says that the process has ended", async () => {
      const own = await script("sleep 100 & echo $! > child; exit 0");
      const child = Number(await written("child"));
      expect(await own.exited).toMatchObject({ code: 0, signal: null });
      expect(isLiving(child)).toBe(false);
    });

    it("ends for another host what that one did not start, by pid and start token alone", async () => {
      const own = await script("sleep 100 & sleep 100");
      const { pid, startToken } = own;
      const other = create();
      expect(other.isAlive({ pid, startToken })).toBe(true);
      expect(await other.stop({ pid, startToken }, { graceMs: 2_000 })).toBe("exited");
      expect(other.isAlive({ pid, startToken })).toBe(false);
    });

    it("leaves another process with the same pid alone", async () => {
      const earlier = await begun("true");
      await earlier.exited;
      // Systems count starts in hundredths of a second, or in whole ones.
      await sleep(process.platform === "linux" ? 50 : 1_100);
      const own = await begun("sleep", ["100"]);
      const stranger = { pid: own.pid, startToken: earlier.startToken };
      expect(processes.isAlive(stranger)).toBe(false);
      expect(await processes.stop(stranger, { graceMs: 0 })).toBe("gone");
      expect(processes.isAlive(own)).toBe(true);
    });

    it("may be asked twice at once", async () => {
      const own = await begun("sleep", ["100"]);
      const ends = await Promise.all([1, 2, 3].map(() => processes.stop(own, { graceMs: 2_000 })));
      expect(ends).toContain("exited");
      expect(await processes.stop(own, { graceMs: 2_000 })).toBe("gone");
    });

    it("hands on to a process nothing but its input and its outputs", async () => {
      const own = await script("if (: <&3) 2>/dev/null; then echo more; else echo those; fi");
      expect(await own.exited).toMatchObject({ stdout: "those\n" });
    });
  });
}

/** Whether a pid of this test is in use. One that has ended and is not reaped yet is not living. */
function isLiving(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
