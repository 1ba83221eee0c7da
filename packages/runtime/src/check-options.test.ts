import { ColonyError } from "@colony/core";
import {
  createMemoryBlobStore,
  createMemoryDraftStore,
  createMemoryLog,
  createMemorySnapshotStore,
} from "@colony/eventbus";
import { createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { checkOptions } from "./check-options.ts";
import { openColony } from "./open-colony.ts";
import type { ColonyOptions } from "./options.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

const model = createScriptedModel([]);
const OLD = { ...model, specificationVersion: "v2", provider: "openai.chat", modelId: "gpt-4" } as never;
const OLD_MODEL =
  'model "openai/gpt-4" is of version "v2" of the AI SDK\'s model interface, and only "v3" and "v4" are understood; install a release of its provider package for AI SDK 6 or 7, such as @ai-sdk/openai@4';
const STORE = {
  log: createMemoryLog(),
  snapshots: createMemorySnapshotStore(),
  blobs: createMemoryBlobStore(),
};
const right = { dir: "memory", overseer: { model } };

it.each<[string, unknown, string]>([
  ["no options", undefined, "the options are not an object; give at least dir and overseer"],
  ["an empty dir", { ...right, dir: " " }, 'dir is " "; give a folder, or "memory"'],
  ["a dir that is no text", { ...right, dir: 7 }, 'dir is 7; give a folder, or "memory"'],
  ["no overseer", { dir: "memory" }, "overseer is missing; give an object with a model"],
  [
    "an overseer without a model",
    { dir: "memory", overseer: {} },
    'the model of "overseer" is not a language model; give one of an @ai-sdk provider package or of @colony/offline',
  ],
  [
    "the name of a model instead of a model",
    { dir: "memory", overseer: { model: "gpt-5" } },
    'the model of "overseer" is not a language model; give one of an @ai-sdk provider package or of @colony/offline',
  ],
  [
    "an overseer's option that there is not",
    { dir: "memory", overseer: { model, instruction: "x" } },
    "there is no option overseer.instruction (did you mean overseer.instructions?); there are: model, models, instructions, tools, environment, notes, profile, toolSet, limits, hooks, timeouts, maxOutputTokens",
  ],
  [
    "a worker that defineWorker did not make",
    { ...right, workers: { coder: { model } } },
    'the worker definition "coder" was not made by defineWorker; write defineWorker({ ... }) around it',
  ],
  [
    "a worker without a model",
    { ...right, workers: { coder: {} } },
    'the model of "coder" is not a language model; give one of an @ai-sdk provider package or of @colony/offline',
  ],
  [
    "workers in a list",
    { ...right, workers: [] },
    "workers is a list; give an object of definitions by name",
  ],
  [
    "a worker that is nothing",
    { ...right, workers: { coder: null } },
    'the worker definition "coder" is null; write defineWorker({ ... }) around its options',
  ],
  [
    "a worker without a name",
    { ...right, workers: { "": defineWorker({ model }) } },
    "a worker definition has an empty name; name it by what it does",
  ],
  [
    "no place at all",
    { ...right, limits: { concurrency: 0 } },
    "limits.concurrency is 0; give a whole number from 1 to 100,000",
  ],
  [
    "half a place",
    { ...right, limits: { concurrency: 1.5 } },
    "limits.concurrency is 1.5; give a whole number from 1 to 100,000",
  ],
  [
    "places as text",
    { ...right, limits: { concurrency: "8" } },
    'limits.concurrency is "8"; give a whole number from 1 to 100,000',
  ],
  [
    "a depth that nothing can reach",
    { ...right, limits: { maxDepth: 17 } },
    "limits.maxDepth is 17; give a whole number from 0 to 16: how deep workers may stand; 1 is the overseer's own",
  ],
  [
    "a grace before now",
    { ...right, limits: { shutdownGraceMs: -1 } },
    "limits.shutdownGraceMs is -1; give a number of milliseconds from 0 to 3,600,000",
  ],
  [
    "an owner of two lines",
    { ...right, owner: "ada\nbob" },
    'owner is "ada\\nbob"; give a name of 1 to 200 characters on one line',
  ],
  [
    "a policy that cannot be asked",
    { ...right, access: "everybody" },
    'access is "everybody"; give a function of a principal, an action and what it is done with',
  ],
  [
    "a notifier that tells nobody",
    { ...right, notifier: () => undefined },
    "notifier is a function; give a notifier with notify, such as logNotifier(logger)",
  ],
  [
    "no time to be told in",
    { ...right, limits: { notifyTimeoutMs: 0 } },
    "limits.notifyTimeoutMs is 0; give a number of milliseconds from 1 to 3,600,000",
  ],
  ["limits that are none", { ...right, limits: 4 }, "limits is 4; give an object"],
  [
    "a limit that there is not",
    { ...right, limits: { workers: 4 } },
    "there is no option limits.workers; there are: concurrency, maxDepth, retentionMs, shutdownGraceMs, processGraceMs, notifyTimeoutMs",
  ],
  [
    "an option that there is not",
    { ...right, worker: {} },
    "there is no option worker (did you mean workers?); there are: dir, overseer, workers, limits, owner, access, notifier, retention, logger, prices, budget, store, durability, takeOver, clock, ids, processes",
  ],
  [
    "a durability that there is not",
    { ...right, durability: "none" },
    'durability is "none"; give "full" or "normal"',
  ],
  [
    "a logger that cannot log",
    { ...right, logger: () => undefined },
    "logger is a function; give a logger with debug, info, warn, error and child, such as createLogger() makes",
  ],
  [
    "prices that cannot be asked",
    { ...right, prices: 3 },
    "prices is 3; give a function of a model's name and its usage, or an object of prices by model, each with inputUsd and outputUsd",
  ],
  [
    "a store that is empty",
    { ...right, store: { log: {}, snapshots: {}, blobs: {} } },
    "store.log.append is missing; give a store with log, snapshots and blobs, such as those that @colony/eventbus makes in memory",
  ],
  [
    "a store that nothing can be put into",
    { ...right, store: { ...STORE, blobs: { ...STORE.blobs, put: "x" } } },
    'store.blobs.put is "x"; give a store with log, snapshots and blobs, such as those that @colony/eventbus makes in memory',
  ],
  ["an overseer with a model of before", { dir: "memory", overseer: { model: OLD } }, OLD_MODEL],
  [
    "a worker that was given a model of before afterwards",
    { ...right, workers: { coder: { ...defineWorker({ model }), fallbacks: [OLD] } } },
    OLD_MODEL,
  ],
  ["a yes for true", { ...right, takeOver: "yes" }, 'takeOver is "yes"; give true or false'],
])("%s is refused with one clear sentence", async (_what, options, sentence) => {
  const opening = openColony(options as ColonyOptions);
  await expect(opening).rejects.toBeInstanceOf(ColonyError);
  await expect(opening).rejects.toMatchObject({ code: "settings.invalid", message: sentence });
});

it("a worker definition may not be named like the overseer", async () => {
  const options = { ...right, workers: { overseer: defineWorker({ model }) } };
  await expect(openColony(options)).rejects.toMatchObject({ code: "definition.invalid" });
});

it("an overseer's limits that cannot be are refused before a folder is made", async () => {
  const options = { ...right, overseer: { model, limits: { iterations: 0 } } };
  await expect(openColony(options)).rejects.toMatchObject({
    code: "definition.invalid",
    message: matching(/^limit iterations is 0; /),
  });
});

it("everything that may be said may be said", () => {
  checkOptions({
    ...right,
    workers: { coder: defineWorker({ model }) },
    limits: { concurrency: 8, maxDepth: 0, shutdownGraceMs: 0 },
    durability: "normal",
    takeOver: false,
    prices: () => null,
    store: { ...STORE, drafts: createMemoryDraftStore() },
  });
});

it("a model is all that has to be given; then nothing is kept", async () => {
  await using colony = await openColony({ overseer: { model } });
  expect(colony.dir).toBe("memory");
});
