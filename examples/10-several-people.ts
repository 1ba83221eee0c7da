// One colony, several people. Bob's worker is Bob's: for Eve it is not there, an operator sees it and has to confirm before it
// is stopped. And whoever asked for it is told elsewhere when a worker has ended: here by a program that is run for it.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOfflineModel } from "@colony/offline";
import { commandNotifier, defineTool, defineWorker, openColony } from "@colony/runtime";
import { z } from "zod";

const folder = await mkdtemp(join(tmpdir(), "colony-people-"));
const model = createOfflineModel();

const search = defineTool({
  name: "search_timetable",
  description: "Finds the lines of the timetable that contain a phrase.",
  input: z.object({ phrase: z.string() }),
  effect: "pure",
  run: ({ phrase }) => ["trams: every ten minutes"].filter((line) => line.includes(phrase)),
});

{
  await using colony = await openColony({
    dir: "memory",
    owner: "ada",
    overseer: { model },
    workers: { reader: defineWorker({ model, tools: [search], lifetime: "persistent" }) },
    notifier: commandNotifier({
      command: "sh",
      args: ["-c", 'echo "$COLONY_NOTIFICATION_MARK: $COLONY_NOTIFICATION_TEXT" >> "$0/told"', folder],
    }),
  });
  const bob = colony.as({ id: "bob", role: "user" });
  const eve = colony.as({ id: "eve", role: "user" });
  const operator = colony.as({ id: "ops", role: "operator" });

  const worker = await bob.spawn("reader", { name: "Tom", task: "Find out about trams", notify: true });
  await worker.report();
  console.log(
    `bob sees ${bob.agents().length} agent, eve ${eve.agents().length}, ops ${operator.agents().length}`,
  );
  for (const name of ["Tom", "Nobody"])
    try {
      eve.agent(name);
    } catch (error) {
      console.log(`eve is told: ${(error as Error).message}`);
    }
  await operator
    .agent("Tom")
    .stop()
    .catch((error: unknown) => console.log(`ops is told: ${(error as Error).message}`));
  await operator.agent("Tom").stop({ confirm: true });
  console.log(`Tom is ${worker.record.status}, and was ${worker.record.owner}'s`);
}
// What was due has been told before the colony was closed.
console.log(`bob was told: ${(await readFile(join(folder, "told"), "utf8")).trim()}`);
await rm(folder, { recursive: true });
