import type { Host } from "@colony/core";
import type { Expiries, StandingApprovals } from "@colony/overseer";
import type { Hold } from "./hold.ts";
import type { LetterTaking } from "./letters/letter-taking.ts";
import type { Notifying } from "./notify/notifying.ts";
import type { Parts } from "./parts.ts";
import type { Retention } from "./retention.ts";
import type { Store } from "./store.ts";
import type { HeldUp } from "./time/held-up.ts";

/** What is open besides the parts, and has to be let go of. */
export interface Opened {
  readonly dir: string;
  readonly host: Host;
  readonly hold: Hold;
  readonly heldUp: HeldUp;
  readonly store: Store;
  readonly letters: LetterTaking | undefined;
  readonly expiries: Expiries;
  readonly standing: StandingApprovals;
  readonly notifying: Notifying | undefined;
  readonly retention: Retention;
}

/** Lets what is under way come to a good place, records that the colony is closed, and lets go of everything. */
export async function closeColony(parts: Parts, opened: Opened): Promise<void> {
  const { supervisor, processes, drafts, ledger, bus } = parts;
  const { hold, host } = opened;
  try {
    opened.expiries.close();
    opened.standing.close();
    await opened.letters?.close();
    await parts.triggers.close();
    await supervisor.close();
    await opened.notifying?.close(hold.lost === undefined ? parts.graceMs : 0);
    await opened.retention.close();
    await drafts.close();
    await processes.close();
    if (hold.lost === undefined) await ledger.executeColony({ type: "colony.close", host: host.id });
  } finally {
    hold.release();
    await opened.heldUp.close();
    await ledger.close();
    bus.close();
    await opened.store.close();
  }
}
