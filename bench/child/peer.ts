// Measures one program of `peers/programs` in a process of its own: `node peer.ts <what is asked, as JSON>`.

import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { cpuOf, wallOf } from "../measure/clocks.ts";
import { collectGarbage } from "../measure/collect-garbage.ts";
import type { Opened, Program } from "../peers/program.ts";

const MODEL_MS = 200;
const WARM_UP = 200;
/** As many calls over HTTP at once as a busy host has under way. */
const CALLS_AT_ONCE = 20;

const asked = z
  .object({
    program: z.string(),
    measure: z.enum(["work", "waiting", "http"]),
    count: z.number(),
    dir: z.string().optional(),
    variant: z.string().optional(),
    baseUrl: z.string().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? ""));

const shared = {
  ...(asked.dir === undefined ? {} : { dir: asked.dir }),
  ...(asked.variant === undefined ? {} : { variant: asked.variant }),
  atOnce: asked.count,
};
const { open, openHttp } = (await import(pathToFileURL(asked.program).href)) as Program;
let before = async (): Promise<void> => undefined;
const figures = { work, waiting, http };
process.stdout.write(`${JSON.stringify(await figures[asked.measure]())}\n`);

// Nobody waits for what else it may have open.
process.exit();

/** CPU of one execution, microseconds, and the wall time of all of them where each model call takes 200 ms. */
async function work(): Promise<object> {
  const { execute } = await opened();
  await atOnce(execute, Math.min(WARM_UP, asked.count));
  collectGarbage();
  const cpu = await cpuOf(() => atOnce(execute, asked.count));
  before = () => sleep(MODEL_MS);
  collectGarbage();
  return { cpu: cpu / asked.count, crowd: await wallOf(() => atOnce(execute, asked.count)) };
}

/** Kilobytes of heap that each execution holds while all of them wait for their model. */
async function waiting(): Promise<object> {
  const { execute } = await opened();
  await atOnce(execute, Math.min(WARM_UP, asked.count));
  const allWait = Promise.withResolvers<void>();
  // Held to the end: who waits for what nobody can resolve is garbage.
  const gate = Promise.withResolvers<void>();
  let waits = 0;
  before = async () => {
    waits += 1;
    if (waits === asked.count) allWait.resolve();
    await gate.promise;
  };
  await settle();
  const { heapUsed } = process.memoryUsage();
  const running = Array.from({ length: asked.count }, (_, number) => execute(number));
  await Promise.race([allWait.promise, ...running]);
  await settle();
  const heap = (process.memoryUsage().heapUsed - heapUsed) / asked.count / 1_024;
  gate.resolve();
  await Promise.all(running);
  if (waits < asked.count) throw new Error(`${waits} executions wait`);
  return { heap };
}

/** CPU of one model call over HTTP, microseconds. */
async function http(): Promise<object> {
  const { execute } =
    (await openHttp?.({ ...shared, baseUrl: asked.baseUrl ?? "", atOnce: CALLS_AT_ONCE })) ?? {};
  if (execute === undefined) return {};
  const calls = async (): Promise<void> => {
    for (let done = 0; done < asked.count; done += CALLS_AT_ONCE)
      await atOnce(execute, CALLS_AT_ONCE, "word 19");
  };
  await calls();
  collectGarbage();
  return { http: (await cpuOf(calls)) / asked.count };
}

async function opened(): Promise<Opened> {
  if (open === undefined) throw new Error(`${asked.program} has no executions`);
  return await open({ ...shared, before: () => before() });
}

/** Throws unless each has given the answer: a benchmark of work that failed would look good. */
async function atOnce(execute: Opened["execute"], count: number, expected = "21.5 degrees"): Promise<void> {
  const texts = await Promise.all(Array.from({ length: count }, (_, number) => execute(number)));
  const wrong = texts.find((text) => !text.includes(expected));
  if (wrong !== undefined) throw new Error(`an execution ended with "${wrong}"`);
}

/** Until what was only on its way has been let go of. */
async function settle(): Promise<void> {
  await sleep(100);
  collectGarbage();
  await sleep(100);
  collectGarbage();
}
