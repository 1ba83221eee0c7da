import { createGate, createMemoryGround } from "@colony/testkit";
import type { ColonyStore } from "@colony/runtime";
import { ColonyError } from "@colony/core";
import { describe, expect, it } from "vitest";
import { withChat } from "../testing/chat.ts";

/** A place in memory that can be full. */
function fullPlace(): { readonly store: ColonyStore; readonly disk: { isFull: boolean } } {
  const { log, snapshots, blobs } = createMemoryGround();
  const disk = { isFull: false };
  const append: typeof log.append = async (events) => {
    if (disk.isFull) throw new ColonyError("log.write_failed", "database or disk is full");
    return await log.append(events);
  };
  return { store: { log: { ...log, append }, snapshots, blobs }, disk };
}

const CTRL_C = { name: "c", ctrl: true };

describe("a chat on a terminal", () => {
  it("shows what was said, what is answered, and the prompt at the bottom", async () => {
    await withChat(
      { overseer: [{ text: ["Good ", "day.\nHow ", "are you?"] }] },
      async ({ type, shows, screen }) => {
        screen.welcome(["Welcome"]);
        type("Hello\r");
        expect(await shows("How are you?\n›")).toEqual([
          "Welcome",
          "",
          "",
          "› Hello",
          "Good day.",
          "How are you?",
          "›",
        ]);
      },
    );
  });

  it("shows words as they come, while typing goes on undisturbed", async () => {
    const gate = createGate();
    await withChat(
      { overseer: [{ text: "Half a sen", during: gate.opened }] },
      async ({ type, shows, terminal }) => {
        type("Hello\r");
        await shows("Half a sen");
        type("next thi");
        const lines = await shows("› next thi");
        expect(lines.indexOf("Half a sen")).toBeLessThan(lines.indexOf("› next thi"));
        expect(lines.at(-2)).toMatch(/^● overseer {2}thinking/u);
        expect((await terminal.cursor()).column).toBe(10);
        gate.open();
        await shows(/Half a sen\n› next thi$/u);
      },
    );
  });

  it("says once that the disk is full, stops all the same when told to, and says when there is room again", async () => {
    const { store, disk } = fullPlace();
    const never = createGate();
    await withChat(
      { overseer: [{ text: "Good ", during: never.opened }], store },
      async ({ type, shows, screen, colony }) => {
        type("Hello\r");
        await shows("Good");
        disk.isFull = true;
        screen.press(undefined, CTRL_C);
        await shows("error: everything that was at work was called off here at once, but that could not be");
        const lines = await shows(
          "! the disk is full; what is done is kept and will be stored when there is room",
        );
        expect(lines.filter((line) => line.includes("the disk is full;"))).toHaveLength(1);
        disk.isFull = false;
        await shows("! the disk can be written again; what was kept is stored now");
        await shows(/^stopped$/mu);
        await colony.idle();
        expect(colony.state.blocks).toHaveLength(1);
      },
    );
  });

  it("shows who is at work and who waits, and announces each report", async () => {
    const gate = createGate();
    const tasks = ["a", "b", "c"].map((label) => ({ task: `Do ${label}`, label }));
    await withChat(
      {
        overseer: (_request, index) =>
          index === 0
            ? { toolCalls: [{ name: "spawn_workers", input: { tasks } }] }
            : { text: `Answer ${index}.` },
        worker: () => ({ text: "All done.", before: gate.opened }),
      },
      async ({ type, shows }) => {
        type("Go\r");
        const lines = await shows("1 worker waiting for a place");
        expect(lines.filter((line) => /^● [ab] {2}thinking \(scripted\/test\)/u.test(line))).toHaveLength(2);
        gate.open();
        await shows(/✓ c {2}\(.*\) {2}All done\./u);
        await shows(/Answer \d\.\n›$/u);
      },
    );
  });

  it("says what went wrong, and goes on", async () => {
    const failure = Object.assign(new Error("refused"), {
      statusCode: 401,
      responseBody: '{"message":"bad key"}',
    });
    await withChat(
      { overseer: [{ throws: failure }, { text: "Now it works." }] },
      async ({ type, shows }) => {
        type("Hello\r");
        await shows("error: scripted/test answered 401: bad key.");
        type("Again\r");
        await shows("Now it works.");
      },
    );
  });

  it("does not call it a stop when something that was said since interrupts", async () => {
    const gate = createGate();
    await withChat(
      { overseer: [{ text: "never", before: gate.opened }, { text: "Good day." }] },
      async ({ type, shows, colony }) => {
        type("Hello\r");
        await shows("● overseer");
        await colony.inject("Rather this", { mode: "interrupt" });
        await shows("interrupted by what was said since");
        expect(await shows("Good day.")).not.toContain("stopped");
        gate.open();
      },
    );
  });

  it("stops what is at work on Ctrl-C, clears what is typed on the next, and leaves on the second at rest", async () => {
    const gate = createGate();
    await withChat(
      { overseer: [{ text: "never", before: gate.opened }] },
      async ({ type, shows, screen }) => {
        type("Hello\r");
        await shows("● overseer");
        screen.press(undefined, CTRL_C);
        await shows("stopping everything that is at work");
        await shows("\nstopped\n");
        type("abc");
        screen.press(undefined, CTRL_C);
        await shows(/\n›$/u);
        screen.press(undefined, CTRL_C);
        await shows("press Ctrl-C again to leave");
        let left = false;
        void screen.closed.then(() => (left = true));
        await Promise.resolve();
        expect(left).toBe(false);
        screen.press(undefined, CTRL_C);
        await screen.closed;
        gate.open();
      },
    );
  });

  it("obeys commands and asks back where one is misspelt", async () => {
    await withChat({ overseer: [] }, async ({ type, shows, screen }) => {
      type("/workers\r");
      await shows("there are no workers yet");
      type("/stop\r");
      await shows("nothing is at work");
      type("/hlep\r");
      await shows('did you mean "/help"?');
      type("/help\r");
      await shows("Everything else is said to the overseer.");
      type("/quit\r");
      await screen.closed;
    });
  });

  it("leaves a clean terminal behind", async () => {
    await withChat({ overseer: [{ text: "Bye." }] }, async ({ type, shows, screen, terminal }) => {
      type("Hello\r");
      await shows("Bye.");
      screen[Symbol.dispose]();
      terminal.write("$ ");
      expect((await terminal.lines()).slice(-2)).toEqual(["Bye.", "$"]);
    });
  });
});
