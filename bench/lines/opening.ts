import { join } from "node:path";
import { z } from "zod";
import { runChild } from "../measure/child.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import type { Line } from "../measure/line.ts";
import { atMostMore, rowOf } from "../measure/row.ts";
import { openWorkColony } from "../work/colony.ts";
import { createWorkModel } from "../work/model.ts";
import { makeOldColony } from "../work/old-colony.ts";

const Opened = z.object({ openMs: z.number(), rssMb: z.number(), agents: z.number() });
type Opened = z.infer<typeof Opened>;

/** Opening, each time in a new process, a colony with a long past and one that has none. */
export const opening: Line = {
  name: "opening a colony with a long past",
  async measure({ quick, rounds }) {
    const past = quick ? { events: 50_000, workers: 500 } : { events: 1_000_000, workers: 10_000 };
    await using folder = await openTemporaryFolder();
    const [old, empty] = [join(folder.path, "old"), join(folder.path, "empty")];
    await makeOldColony(old, past);
    await (await openWorkColony({ dir: empty, model: createWorkModel(), concurrency: 1 })).close();
    const opened: Record<"old" | "empty", Opened[]> = { old: [], empty: [] };
    await open(old);
    for (let round = 0; round < rounds; round += 1) {
      const after = await open(old);
      if (after.agents < past.workers) throw new Error(`${after.agents} agents were found`);
      opened.old.push(after);
      opened.empty.push(await open(empty));
    }
    const of = (which: "old" | "empty", what: keyof Opened): readonly number[] =>
      opened[which].map((each) => each[what]);
    const line = `opening a colony of ${past.events.toLocaleString("en-US")} events, ${past.workers.toLocaleString("en-US")} ended workers`;
    const row = { floorIs: "opening an empty one" };
    return [
      rowOf({
        ...row,
        line,
        unit: "ms",
        ours: of("old", "openMs"),
        floor: of("empty", "openMs"),
        goal: atMostMore(300, "ms"),
      }),
      rowOf({
        ...row,
        line: `${line}, RSS`,
        unit: "MB",
        ours: of("old", "rssMb"),
        floor: of("empty", "rssMb"),
        goal: atMostMore(30, "MB"),
      }),
    ];
  },
};

async function open(dir: string): Promise<Opened> {
  return Opened.parse(JSON.parse((await runChild("open-colony", [dir])).line));
}
