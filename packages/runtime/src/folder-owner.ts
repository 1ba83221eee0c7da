import { ColonyError, SILENT_LOGGER, colonyId, type Host } from "@colony/core";
import { Ledger } from "@colony/eventbus";
import { createSystemClock } from "./adapters/system-clock.ts";
import { createSystemIds } from "./adapters/system-ids.ts";
import { openStore, requireColony, type Store } from "./store.ts";

/**
 * Does something as the owner of a folder, for as long as it takes, and sets nothing in it going. Throws
 * `colony.not_found`, and `colony.in_use` where somebody has it open.
 */
export async function asOwnerOf<Value>(dir: string, act: (store: Store) => Promise<Value>): Promise<Value> {
  await requireColony(dir);
  const ids = createSystemIds();
  const host: Host = { id: ids.next("host"), pid: process.pid, startedAt: createSystemClock().now() };
  const store = await openStore({
    dir,
    host,
    newColonyId: colonyId(ids.next("colony")),
    logger: SILENT_LOGGER,
    durability: "full",
    takeOver: false,
    store: undefined,
  });
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}

/**
 * Does something in its order with the ledger of a folder that nobody has open. Throws what `asOwnerOf` throws, and
 * `colony.in_use` where something that was sent before waits for whoever opens it: that comes first.
 */
export async function inFolder<Value>(dir: string, act: (ledger: Ledger) => Promise<Value>): Promise<Value> {
  return await asOwnerOf(dir, async (store) => {
    const waiting = store.letters?.waiting().length ?? 0;
    if (waiting > 0)
      throw new ColonyError(
        "colony.in_use",
        `what was sent to the colony in ${dir} waits for whoever opens it next (${waiting} of it), and comes first; send this as well, with openColonySender({ dir })`,
      );
    return await withLedger(store, act);
  });
}

/** Does something with the ledger of a store, which is closed afterwards. */
export async function withLedger<Value>(
  { log, snapshots }: Pick<Store, "log" | "snapshots">,
  act: (ledger: Ledger) => Promise<Value>,
): Promise<Value> {
  const ledger = await Ledger.open({ log, snapshots, clock: createSystemClock(), logger: SILENT_LOGGER });
  try {
    return await act(ledger);
  } finally {
    await ledger.close();
  }
}
