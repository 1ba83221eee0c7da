import { describe, expect, it } from "vitest";
import { colony, makePlace, start } from "./testing/command-line.ts";

const SLOW = { COLONY_OFFLINE_THINK_MS: "60000" };

describe("a chat without a terminal that is asked to end", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("by %s while idle closes and exits with 0", async (signal) => {
    using place = makePlace();
    const chat = start(["chat", "--json"], { cwd: place.path, stdin: "open" });
    const answered = new Promise((resolve) => chat.child.stdout?.once("data", resolve));
    chat.child.stdin?.write("hello\n");
    await answered;
    chat.child.kill(signal);
    const { code, stderr } = await chat.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/closing\n$/u);
  });

  it("at work gives it a grace that can be set, and goes on the next time", async () => {
    using place = makePlace();
    const chat = start(["chat", "--grace", "0.2"], { cwd: place.path, stdin: "open", env: SLOW });
    chat.child.stdin?.write("Survey this folder\n");
    await started(place.path);
    chat.child.kill("SIGINT");
    const { code, stderr } = await chat.ended;
    expect(code).toBe(0);
    expect(stderr).toContain("finishing what runs, at most 0.2s; a second Ctrl-C or signal leaves at once");
    expect(stderr).toContain("closed; what was at work goes on when this colony is opened again");
    const again = await colony(["chat"], { cwd: place.path });
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("continuing: the overseer had not finished");
    expect(again.stdout).toContain("# Survey of");
  }, 60_000);

  it.each([
    ["chat", "SIGTERM", 143],
    ["run", "SIGINT", 130],
    ["run", "SIGTERM", 143],
  ] as const)(
    "and asked again (%s, %s) leaves at once",
    async (command, signal, code) => {
      using place = makePlace();
      const typed = command === "run" ? ["run", "Survey this folder"] : ["chat"];
      const host = start([...typed, "--grace", "600"], { cwd: place.path, stdin: "open", env: SLOW });
      if (command === "chat") host.child.stdin?.write("Survey this folder\n");
      await started(place.path);
      host.child.kill("SIGTERM");
      await host.said("leaves at once");
      host.child.kill(signal);
      expect((await host.ended).code).toBe(code);
    },
    60_000,
  );

  it("has its grace checked", async () => {
    using place = makePlace();
    const typed = await colony(["chat", "--grace", "soon"], { cwd: place.path });
    expect(typed).toMatchObject({
      code: 2,
      stderr: 'error: --grace is "soon"; give seconds from 0 to 3600\n',
    });
    const set = await colony(["chat"], { cwd: place.path, env: { COLONY_GRACE: "-1" } });
    expect(set).toMatchObject({
      code: 2,
      stderr: 'error: COLONY_GRACE is "-1"; give seconds from 0 to 3600\n',
    });
  });
});

/** Resolves once the overseer's model is asked. */
async function started(cwd: string): Promise<void> {
  for (;;) {
    const { stdout } = await colony(["log", "--types", "MODEL_CALL_STARTED"], { cwd });
    if (stdout !== "") return;
  }
}
