import { SILENT_LOGGER, type Clock, type Tool } from "@colony/core";
import { defineWorker, openColony, type Colony, type ColonyStore } from "@colony/runtime";
import { createScriptedModel, type ModelScript } from "@colony/testkit";
import { ChatScreen } from "../chat/chat-screen.ts";
import { PLAIN } from "../render/paint.ts";
import { openTerminal, type TestTerminal } from "./terminal.ts";

/** A chat on a terminal that can be looked at. */
export interface Chat {
  readonly colony: Colony;
  readonly terminal: TestTerminal;
  readonly screen: ChatScreen;
  readonly type: (text: string) => void;
  /** Waits until the screen shows this. */
  readonly shows: (words: string | RegExp) => Promise<readonly string[]>;
}

/** Holds a chat with a colony in memory whose models answer as told, and lets go of it. */
export async function withChat(
  {
    overseer,
    worker = [],
    tools = [],
    store,
    columns = 90,
    clock,
  }: {
    readonly overseer: ModelScript;
    readonly worker?: ModelScript;
    /** Of both. */
    readonly tools?: readonly Tool[];
    readonly store?: ColonyStore;
    readonly columns?: number;
    readonly clock?: Clock;
  },
  body: (chat: Chat) => Promise<void>,
): Promise<void> {
  await using colony = await openColony({
    dir: "memory",
    overseer: { model: createScriptedModel(overseer), tools },
    workers: { worker: defineWorker({ model: createScriptedModel(worker), tools }) },
    limits: { concurrency: 2, shutdownGraceMs: 100 },
    logger: SILENT_LOGGER,
    ...(store === undefined ? {} : { store }),
    ...(clock === undefined ? {} : { clock }),
  });
  const terminal = openTerminal({ columns, rows: 20 });
  using screen = new ChatScreen({ colony, output: terminal, paint: PLAIN });
  const shows = async (words: string | RegExp): Promise<readonly string[]> => {
    for (let tries = 0; tries < 300; tries += 1) {
      const lines = await terminal.lines();
      const text = lines.join("\n");
      if (typeof words === "string" ? text.includes(words) : words.test(text)) return lines;
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
    throw new Error(`never showed ${String(words)}, but:\n${(await terminal.lines()).join("\n")}`);
  };
  const type = (text: string): void => {
    for (const letter of text) screen.press(letter, letter === "\r" ? { name: "return" } : {});
  };
  await body({ colony, terminal, screen, type, shows });
}
