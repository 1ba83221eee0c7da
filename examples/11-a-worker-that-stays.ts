// A worker that stays: it keeps its conversation from input to input. It is sent more while it works, closed in the middle of
// something, and opened again, when it goes on with what it had kept.

import { createOfflineModel } from "@colony/offline";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const model = createOfflineModel();

const search = defineTool({
  name: "search_timetable",
  description: "Finds the lines of the timetable that contain a phrase.",
  input: z.object({ phrase: z.string() }),
  effect: "pure",
  run: ({ phrase }) =>
    ["trams: every ten minutes", "ferries: on Sundays"].filter((line) => line.includes(phrase)),
});

await using colony = await openColony({
  dir: "memory",
  overseer: { model },
  workers: { clerk: defineWorker({ model, tools: [search], lifetime: "persistent" }) },
});

const clerk = await colony.spawn("clerk", { name: "auto", task: "Find out about trams" });
const first = await clerk.send("Find out about ferries", { mode: "queue" });
const second = await clerk.send("Find out about trams again", { mode: "queue" });
console.log(
  `the receipts say: ${[first, second].map(({ arrival }) => `${arrival.as} ${arrival.place}`).join(", ")}`,
);

const closed = await clerk.close({ reason: "enough for today" });
console.log(
  `closed, it was ${closed.previousStatus}; ${closed.queueSize} inputs wait: "${closed.queuedPreview}" ...`,
);

await clerk.reopen();
const { completed, pending } = await colony.waitFor([clerk], { timeoutMs: 60_000 });
console.log(`${completed.length} done, ${pending.length} not; ${completed[0]?.queueSize} inputs wait`);
console.log(`last asked: ${completed[0]?.lastInput}`);
console.log(`last outcome: ${completed[0]?.lastOutcome?.status}`);

await clerk.close();
await clerk.remove();
console.log(
  `in the list: ${colony
    .agents()
    .map(({ id }) => id)
    .join(", ")}`,
);
