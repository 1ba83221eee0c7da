import { resolve } from "node:path";
import { ColonyError, loadedPart } from "@colony/core";
import { OVERSEER_ID, openColonyReader, readSeed } from "@colony/runtime";
import { findAgent } from "../colony/find-agent.ts";
import { openWithSettings } from "../colony/open-with-settings.ts";
import { definitionsFor } from "../definitions/definitions-for.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { counted, harmless } from "../render/words.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";
import type { Command, CommandContext } from "./command.ts";

/** `seed`: a conversation from elsewhere, before the first word. */
export const seedCommand: Command = {
  name: "seed",
  summary: "load a conversation from disk before the first message",
  details: [
    "PATH is a folder with conversations/parts/, a folder of part files, or a JSONL file of messages.",
    "Only an agent that has not begun can be seeded; all of it is loaded, or nothing.",
  ],
  options: [
    { name: "from", value: "PATH", says: "where the conversation lies (needed)" },
    { name: "agent", value: "AGENT", says: "who is to remember it (default overseer)" },
  ],
  examples: ["seed --from ./session", "seed --from talk.jsonl --dir /tmp/colony"],
  run,
};

async function run({ io, args, settings, talkPaint }: CommandContext): Promise<number> {
  const typed = args.text("from");
  if (typed === undefined)
    throw new ColonyError(
      "usage.invalid",
      '"seed" needs to know where the conversation lies, as in: colony seed --from ./session',
    );
  const from = resolve(io.cwd, typed);
  if (settings.dir.value === MEMORY)
    throw new ColonyError(
      "usage.invalid",
      "a colony in memory ends with its process, so nothing would remember what is seeded; name a folder with --dir",
    );
  const agent = args.text("agent") ?? OVERSEER_ID;
  await readSeed(from);
  await refuseIfBegun(settings, agent);
  // Nothing is thought about while seeding: an agent that has not begun asks no model.
  const { createOfflineModel } = await loadedPart(import("@colony/offline"));
  const { options } = await definitionsFor(settings, io, createOfflineModel());
  const colony = await openWithSettings(settings, options);
  try {
    const { messages, problems } = await colony.agent(findAgent(colony.agents(), agent).id).seed({ from });
    if (settings.output === "json") {
      await write(io.stdout, `${JSON.stringify({ agent, from, messages, problems }, null, 2)}\n`);
      return EXIT.success;
    }
    for (const { where, reason, action } of problems)
      tell(io.stderr, talkPaint("yellow", `! ${harmless(where)}: ${harmless(reason)} (${action})`));
    const mended = problems.filter(({ action }) => action === "mended").length;
    const dropped = problems.length - mended;
    const found = problems.length === 0 ? "no problems" : `${dropped} dropped, ${mended} mended`;
    await write(
      io.stdout,
      `${agent} now remembers ${counted(messages, "message")} from ${from} (${found})\n`,
    );
    return EXIT.success;
  } finally {
    await colony.close();
  }
}

/** Asked before the colony is opened, so that a colony at work is not set going by the wrong model. */
async function refuseIfBegun({ dir }: Settings, typed: string): Promise<void> {
  try {
    await using reader = await openColonyReader({ dir: dir.value });
    const agent = findAgent(reader.agents(), typed);
    if (agent.status !== "pending")
      throw new ColonyError(
        "agent.not_pending",
        `"${typed}" has already begun, so it cannot be seeded; seed a new colony: name another folder with --dir`,
      );
  } catch (error) {
    if (!(error instanceof ColonyError && error.code === "colony.not_found")) throw error;
  }
}
