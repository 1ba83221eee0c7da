import { requireOptions, requireValue, type OptionTable } from "@colony/core";
import { z } from "zod";

const Spoken = z.looseObject({ role: z.enum(["user", "assistant", "tool"]) });
const text = z.string();

const PARTS: OptionTable = {
  agentId: { fits: text, give: "the id of an agent", required: true },
  systemPrompt: { fits: text, give: "a text, which may be empty", required: true },
  maxContextTokens: { fits: z.int().min(1), give: "a whole number from 1" },
  outputKeys: { fits: z.array(text), give: "a list of names" },
  outputs: { fits: z.record(text, z.unknown()), give: "an object of values by name" },
  iteration: { fits: z.int().min(0), give: "a whole number from 0" },
};
const MARKDOWN: OptionTable = {
  title: { fits: text, give: "a text", required: true },
  facts: { fits: z.record(text, text), give: "an object of texts by name" },
};
const READING: OptionTable = {
  signal: {
    fits: z.custom<unknown>((value) => value instanceof AbortSignal),
    give: "the signal of an AbortController",
  },
};

/** Holds what is to be written down as a conversation. Throws `usage.invalid`. */
export function requireMessages(messages: unknown): void {
  requireValue(messages, {
    fits: z.array(Spoken),
    what: "the conversation",
    give: "a list of messages, each with the role of user, assistant or tool",
    code: "usage.invalid",
  });
}

/** Holds where a conversation is to be written, and what beside it. Throws `usage.invalid`. */
export function requireParts(dir: unknown, info: unknown): void {
  requireValue(dir, {
    fits: text.refine((path) => path.trim() !== ""),
    what: "where the conversation is to be written",
    give: "the path of a folder that is empty or does not exist",
    code: "usage.invalid",
  });
  requireOptions(info, PARTS, {
    code: "usage.invalid",
    whole: "what is written beside a conversation is an object; give { agentId, systemPrompt }",
    of: "what is written beside a conversation",
  });
}

/** Holds what a reader is told before a conversation. Throws `usage.invalid`. */
export function requireHeading(info: unknown): void {
  requireOptions(info, MARKDOWN, {
    code: "usage.invalid",
    whole: "what stands above a conversation is an object; give { title }",
    of: "what stands above a conversation",
  });
}

/** Holds where a conversation is to be read from. Throws `seed.unreadable`. */
export function requireReading(path: unknown, options: unknown): void {
  requireValue(path, {
    fits: text.refine((words) => words.trim() !== ""),
    what: "where the conversation lies",
    give: "the path of a file or a folder",
    code: "seed.unreadable",
  });
  requireOptions(options, READING, {
    code: "seed.unreadable",
    whole: "the options of reading a conversation are no object; leave them out, or give one",
    of: "reading a conversation",
  });
}
