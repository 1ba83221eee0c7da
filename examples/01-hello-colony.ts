// The README's program: an overseer, a kind of worker, a question. It needs no key; any model of an @ai-sdk provider
// package goes in the place of the offline one, which follows rules and quotes what its workers find.
//
// The colony lives in examples/.colony: run it again, and the numbers of the events go on where they ended.

import { glob, readFile } from "node:fs/promises";
import { createOfflineModel } from "@colony/offline";
import { openColony, defineWorker, defineTool } from "@colony/runtime";
import { z } from "zod";

process.chdir(import.meta.dirname);

const model = createOfflineModel();

const search = defineTool({
  name: "search",
  description:
    "Finds the lines in ./docs that contain every one of some words, in the line or in its file's name.",
  input: z.object({ words: z.string() }),
  effect: "pure",
  async run({ words }) {
    const wanted = words.toLowerCase().split(/\W+/);
    const found: string[] = [];
    for (const file of (await Array.fromAsync(glob("docs/**/*.md"))).toSorted())
      for (const line of (await readFile(file, "utf8")).split("\n")) {
        const there = new Set(`${file} ${line}`.toLowerCase().split(/\W+/));
        if (line !== "" && wanted.every((word) => there.has(word))) found.push(`${file}: ${line}`);
      }
    return found;
  },
});

await using colony = await openColony({
  dir: ".colony",
  overseer: { model, instructions: "Delegate; then summarise." },
  workers: {
    researcher: defineWorker({ model, tools: [search], report: z.object({ facts: z.array(z.string()) }) }),
  },
  limits: { concurrency: 8 },
});
colony.events$.subscribe((event) => console.log(event.seq, event.type));
colony.reports$.subscribe((report) => console.log(report.name, report.status, report.summary));
const receipt = await colony.inject("Compare the three proposals in ./docs"); // durable once this resolves
console.log(await receipt.reply());
