import type { WriteStream } from "node:tty";
import { expect, it } from "vitest";
import { Board } from "../live/board.ts";
import { PLAIN } from "../render/paint.ts";
import { openTerminal } from "../testing/terminal.ts";
import { liveProgress } from "./progress.ts";

it("what is said while work goes on is cut between its words where the terminal is too narrow", async () => {
  const terminal = openTerminal({ columns: 30 });
  const nobody = new Board({
    agents: () => [],
    agent: () => expect.fail("nobody is here"),
    pending: () => [],
  });
  const progress = liveProgress(terminal as unknown as WriteStream, { board: nobody, paint: PLAIN });
  progress.say(["using the offline model; set a key to use a real one"]);
  progress.end();
  expect(await terminal.lines()).toEqual(["using the offline model; set", "a key to use a real one"]);
});
