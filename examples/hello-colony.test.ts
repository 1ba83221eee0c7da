import { openColony, defineTool, defineWorker, type Colony } from "@colony/runtime";
import { createOfflineModel } from "@colony/offline";
import { expect, test } from "vitest";
import { z } from "zod";

const NOTES = [
  "tea: Price: 4 euros",
  "tea: Origin: Assam",
  "coffee: Price: 7 euros",
  "coffee: Origin: Huila",
];

function open(
  report: z.ZodType,
  run: (words: string) => readonly string[] | Promise<never>,
): Promise<Colony> {
  const model = createOfflineModel();
  const search = defineTool({
    name: "search",
    description: "Finds notes.",
    input: z.object({ words: z.string() }),
    effect: "pure",
    run: ({ words }) => run(words),
  });
  return openColony({
    dir: "memory",
    overseer: { model, instructions: "Delegate; then summarise." },
    workers: { researcher: defineWorker({ model, tools: [search], report }) },
    limits: { concurrency: 8 },
  });
}

const Facts = z.object({ facts: z.array(z.string()) });
const about = (words: string): readonly string[] => NOTES.filter((note) => note.startsWith(words));

test("a comparison is delegated, searched, reported by name and put side by side", async () => {
  await using colony = await open(Facts, about);
  const reports: string[] = [];
  colony.reports$.subscribe(({ name, status, summary }) => reports.push(`${name} ${status} ${summary}`));
  const receipt = await colony.inject("Compare tea with coffee");
  const answer = await receipt.reply();
  expect(reports.toSorted()).toEqual([
    'coffee success 2 lines found for "coffee".',
    'tea success 2 lines found for "tea".',
  ]);
  expect(answer).toContain("# Compare tea with coffee");
  for (const note of NOTES) expect(answer).toContain(note.split(": ").at(-1));
});

test("the same question a second time is answered by new workers", async () => {
  await using colony = await open(Facts, about);
  const first = await (await colony.inject("Compare tea with coffee")).reply();
  const second = await (await colony.inject("Compare tea with coffee")).reply();
  expect(second).toContain("2 workers looked this up: 2 success.");
  expect(second).not.toBe(first);
  expect(colony.agents().flatMap(({ name }) => name ?? [])).toEqual([
    "tea",
    "coffee",
    "tea - 2",
    "coffee - 2",
  ]);
});

test("what is not there is said to be not there", async () => {
  await using colony = await open(Facts, about);
  const answer = await (await colony.inject("Look up cocoa")).reply();
  expect(answer).toContain("1 partial");
  expect(answer).toContain('Nothing was found for "cocoa".');
});

test("a report that cannot be filled honestly, or that its schema refuses, is failed with the reason", async () => {
  for (const [schema, reason] of [
    [z.object({ priceEur: z.number() }), "data.priceEur"],
    [z.object({ facts: z.array(z.string()).min(9) }), "My report of it was refused"],
  ] as const) {
    await using colony = await open(schema, about);
    const answer = await (await colony.inject("Look up tea")).reply();
    expect(answer).toContain("**Missing: tea**");
    expect(answer).toContain(reason);
  }
});

test("a search that throws is told with its reason", async () => {
  await using colony = await open(Facts, () => Promise.reject(new Error("the library is closed")));
  const answer = await (await colony.inject("Look up tea")).reply();
  expect(answer).toContain("the library is closed");
});
