// An overseer that may look at a folder divides it among workers and puts their reports together. The numbers are those
// of `git ls-files`, `find` and `wc`. The tools are read-only and cannot leave the folder.

import { createOfflineModel } from "@colony/offline";
import { defineWorker, openColony } from "@colony/runtime";
import { createWorkspace } from "@colony/workspace";

const model = createOfflineModel();
const { tools } = await createWorkspace({ root: import.meta.dirname, exclude: [".colony", "node_modules"] });

await using colony = await openColony({
  dir: "memory",
  overseer: { model, tools },
  workers: { surveyor: defineWorker({ model, tools }) },
});

colony.reports$.subscribe(({ label, status, durationMs }) => {
  console.log(`${label}: ${status} after ${durationMs} ms`);
});

const receipt = await colony.inject("Survey this folder");
console.log(`\n${await receipt.reply()}`);
