import { createGate } from "@colony/testkit";
import { openTemporaryFolder } from "../measure/folder.ts";
import { openWorkColony } from "./colony.ts";
import { handLoop, wholeLoop } from "./hand-loop.ts";
import { createWholeModel, createWorkModel } from "./model.ts";
import { LOOK_UP } from "./tool.ts";

/**
 * Somebody at work on each side, who waits for a model until this is disposed of, as in a host that is never without work. A full
 * collection that finds none of a kind of object throws away all code that was compiled for it: one that falls between two
 * turns would let the next ones pay for compiling afresh.
 */
export async function openAtWork(where: "memory" | "disk"): Promise<AsyncDisposable> {
  await using open = new AsyncDisposableStack();
  const gate = createGate();
  const model = createWorkModel({ before: () => gate.opened });
  const ask = createWholeModel();
  const folder = where === "disk" ? open.use(await openTemporaryFolder()) : undefined;
  const colony = open.use(await openWorkColony({ dir: folder?.path ?? where, model, concurrency: 1 }));
  await colony.spawn("reader", { task: "Wait." });
  const loops = [
    handLoop(model, LOOK_UP, "Wait."),
    wholeLoop((request) => gate.opened.then(() => ask(request)), LOOK_UP, "Wait."),
  ];
  open.defer(async () => {
    gate.open();
    await Promise.all([...loops, colony.idle()]);
  });
  return open.move();
}
