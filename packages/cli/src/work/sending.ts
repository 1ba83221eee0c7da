import { ColonyError } from "@colony/core";
import type { ColonySender, Sent } from "@colony/runtime";
import { write } from "../io/io.ts";
import type { CommandContext } from "../commands/command.ts";

/** How long whoever has the colony open is given to take what was sent, before we say that it is kept. Milliseconds. */
const PATIENCE_MS = 5_000;

/** What became of something that was sent. */
export type Fate = "taken" | "kept";

/**
 * Waits a moment for whoever has the colony open. What is not taken is kept: whoever opens the colony next does it first of
 * all. Throws what it was refused with.
 */
export async function fateOf(sender: ColonySender, sent: Sent): Promise<Fate> {
  if (sender.reader.owner() === undefined) return "kept";
  try {
    await sent.taken({ signal: AbortSignal.timeout(PATIENCE_MS) });
    return "taken";
  } catch (error) {
    if (error instanceof ColonyError && error.code === "wait.aborted") return "kept";
    throw error;
  }
}

/** Says it, for people or for programs. */
export async function tellFate(
  { io, settings }: Pick<CommandContext, "io" | "settings">,
  fate: Fate,
  {
    done,
    kept,
    owner,
    ...sent
  }: {
    readonly letterId: string;
    readonly owner: number | undefined;
    /** What is true now. */
    readonly done: string;
    /** What the next one is going to do. */
    readonly kept: string;
  } & Readonly<Record<string, string | number | null | undefined>>,
): Promise<void> {
  if (settings.output === "json") {
    await write(io.stdout, `${JSON.stringify({ fate, ...sent, owner: owner ?? null }, null, 2)}\n`);
    return;
  }
  const nobody =
    owner === undefined
      ? "nobody has this colony open"
      : `process ${owner} has this colony open and does not answer`;
  await write(io.stdout, fate === "taken" ? `${done}\n` : `kept: ${nobody}; ${kept}\n`);
}
