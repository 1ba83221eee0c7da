import {
  ColonyError,
  MAX_JSON_DEPTH,
  Message,
  isDeeperThan,
  mendConversation,
  requireOptions,
  type OptionTable,
} from "@colony/core";
import { z } from "zod";
import type { SeedSource } from "./colony.ts";
import { readSeed, type Seed } from "./conversation/read-seed.ts";

const SOURCE: OptionTable = {
  from: { fits: z.string().min(1), give: "the path of a file or a folder" },
  messages: { fits: z.array(z.unknown()), give: "a list of messages" },
};

/** The input of a call lies four levels deep in its message. */
const MOST_LEVELS = MAX_JSON_DEPTH + 4;

const WHOLE = "a seed is an object; give { from } with a path, or { messages } with a list";

/** A conversation from wherever it is, mended so that a model accepts it. Throws `seed.unreadable` and `seed.empty`. */
export async function readSource(source: SeedSource): Promise<Seed> {
  requireOptions(source, SOURCE, { code: "seed.unreadable", whole: WHOLE, of: "a seed" });
  // A member that is undefined is as if it were not there.
  const { from, messages }: { readonly from?: string; readonly messages?: readonly unknown[] } =
    source as object;
  if (from !== undefined) return await readSeed(from);
  if (messages === undefined) throw new ColonyError("seed.unreadable", WHOLE);
  const items = messages.map((message, index) => {
    const where = `message ${index + 1}`;
    return { where, message: readable(message, where) };
  });
  return { source: "messages", ...mendConversation(items) };
}

function readable(message: unknown, where: string): Message {
  const read = safely(message);
  if (read.success) return read.data;
  const { path, message: why } = read.error.issues[0] ?? { path: [], message: "it cannot be read" };
  const place = path.length === 0 ? "" : ` at ${path.join(".")}`;
  throw new ColonyError(
    "seed.unreadable",
    `${where} of a seed is no message${place} (${why}); give a user, assistant or tool message`,
  );
}

/** What is nested too deep to look at, or goes round in circles, is no message either. */
function safely(message: unknown): ReturnType<typeof Message.safeParse> {
  try {
    return Message.safeParse(isDeeperThan(MOST_LEVELS, message) ? undefined : message);
  } catch {
    return Message.safeParse(undefined);
  }
}
