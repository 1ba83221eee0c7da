import { ColonyError } from "@colony/core";
import { setFolderBudget, type ColonyBudget } from "@colony/runtime";
import { openReader } from "../colony/open-reader.ts";
import { openSender } from "../colony/open-sender.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { budgetLines } from "../render/budget-words.ts";
import { BUDGET_OPTIONS, askedBudget, type AskedBudget } from "../settings/budget-options.ts";
import type { Settings } from "../settings/settings.ts";
import { fateOf } from "../work/sending.ts";
import type { Command, CommandContext } from "./command.ts";

/** `budget`: what the colony may spend in all, and has. */
export const budgetCommand: Command = {
  name: "budget",
  summary: "show what the colony may spend and has spent, or raise it",
  details: [
    "Without options it shows. Showing and setting work beside a colony that is open elsewhere; where a budget had",
    "no room, the next input goes on with what there is. A limit that is not named stays as it is; none lifts one,",
    "which works only while nobody has the colony open.",
  ],
  options: BUDGET_OPTIONS,
  examples: ["budget", "budget --usd 20", "budget --wall 2h --usd none", "budget --json"],
  run,
};

async function run({ io, args, settings }: CommandContext): Promise<number> {
  const asked = askedBudget(args);
  let shown = await budgetIn(settings);
  if (asked.lift.length + Object.keys(asked.set).length > 0)
    shown = await set(asked, shown, { io, settings });
  await write(
    io.stdout,
    settings.output === "json" ? `${JSON.stringify(shown, null, 2)}\n` : `${budgetLines(shown).join("\n")}\n`,
  );
  return EXIT.success;
}

async function budgetIn(settings: Settings): Promise<ColonyBudget> {
  await using reader = await openReader(settings);
  return reader.budget();
}

/** It is set here where nobody has the colony open, and sent to whoever has. */
async function set(
  asked: AskedBudget,
  { budget }: ColonyBudget,
  { io, settings }: Pick<CommandContext, "io" | "settings">,
): Promise<ColonyBudget> {
  const kept = Object.entries(budget).filter(([limit]) => !asked.lift.some((lifted) => lifted === limit));
  try {
    return await setFolderBudget(settings.dir.value, { ...Object.fromEntries(kept), ...asked.set });
  } catch (error) {
    if (!(error instanceof ColonyError) || error.code !== "colony.in_use") throw error;
  }
  if (asked.lift.length > 0)
    throw new ColonyError(
      "colony.in_use",
      "a limit can be lifted only while nobody has the colony open; end that process first, or raise the limit instead",
    );
  await using sender = await openSender(settings);
  const fate = await fateOf(sender, await sender.setBudget(asked.set));
  if (fate === "kept") tell(io.stderr, "kept: whoever has this colony open next sets it");
  return await budgetIn(settings);
}
