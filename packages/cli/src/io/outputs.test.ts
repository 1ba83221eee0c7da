import { PassThrough, Writable } from "node:stream";
import { expect, it } from "vitest";
import { write } from "./io.ts";
import { watchOutputs, type Loss } from "./outputs.ts";

it.each([
  ["EPIPE", false, "reader"],
  ["ERR_STREAM_DESTROYED", false, "reader"],
  ["EIO", true, "terminal"],
  ["EIO", false, "failed"],
  ["ENOSPC", false, "failed"],
] as const)("standard output that gives %s (a terminal: %s) is lost: %s", async (code, isTTY, how: Loss) => {
  const stdout = failing(code, isTTY);
  const output = watchOutputs({ stdin: new PassThrough(), stdout, stderr: failing("EPIPE") });
  expect(output.loss).toBeUndefined();
  await write(stdout, "an answer");
  expect(output.lost.aborted).toBe(true);
  expect(output.loss).toMatchObject({ how, error: { code } });
  await write(stdout, "another one");
});

it("a standard error that is gone ends nothing, nor does a terminal that takes no mode any more", async () => {
  const [stdin, stderr] = [new PassThrough(), failing("EIO", true)];
  const output = watchOutputs({ stdin, stdout: failing("EPIPE"), stderr });
  await write(stderr, "talk");
  stdin.emit("error", errorOf("EIO"));
  expect(output.lost.aborted).toBe(false);
});

function failing(code: string, isTTY = false): Writable & { isTTY: boolean } {
  const write = (_chunk: unknown, _encoding: unknown, done: (error: Error) => void): void =>
    done(errorOf(code));
  return Object.assign(new Writable({ write }), { isTTY });
}

function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: write`), { code });
}
