import { isDeepStrictEqual } from "node:util";
import { textOf, type AssistantMessage, type JsonObject } from "@colony/core";
import { contentOf, withBlocks } from "./content.ts";
import { givenBack, keptNames, usedNames } from "./kept-names.ts";
import { layOut, layoutOf, usualOrder, type Streams } from "./layout.ts";
import { callOf, storedCall } from "./stored-call.ts";
import { colonyIn, type ColonyField, type StoredMessage } from "./stored-message.ts";
import { reasoningOf, thinkingBlock } from "./thinking-blocks.ts";

/** A stored answer as ours, and what had to be left out of it. */
export function readAssistantMessage(
  record: JsonObject,
  stored: StoredMessage,
  colony: ColonyField,
): { readonly message: AssistantMessage; readonly notes: readonly string[] } {
  const content = contentOf(stored);
  const written = stored.tool_calls ?? [];
  const calls = written.flatMap((call) => callOf(call) ?? []);
  const reasoning = reasoningOf(stored.thinking_blocks);
  const streams: Streams = { text: content.text, calls, reasoning: reasoning ?? [] };
  const laidOut = colony.layout === undefined ? undefined : layOut(colony.layout, streams);
  const lost = written.length - calls.length;
  return {
    message: {
      role: "assistant",
      parts: laidOut ?? usualOrder(streams),
      ...keptNames(record, {
        used: usedNames(...(reasoning === undefined ? [] : ["thinking_blocks"])),
        hidden: colony.meta,
        extra: withBlocks(stored.image_content, content),
      }),
    },
    notes:
      lost === 0
        ? []
        : [`${lost} of ${written.length} tool calls had no id or no tool name and were left out`],
  };
}

/** An answer as a part has it. */
export function storeAssistantMessage(message: AssistantMessage): JsonObject {
  const blocks = message.parts.flatMap((part) =>
    part.type === "reasoning" ? (thinkingBlock(part) ?? []) : [],
  );
  const calls = message.parts.filter((part) => part.type === "tool-call");
  const kept = message.meta?.["thinking_blocks"];
  const free = blocks.length === 0 && kept !== undefined && reasoningOf(kept) === undefined;
  const back = givenBack(message.meta, usedNames(...(free ? [] : ["thinking_blocks"])));
  const streams: Streams = {
    text: textOf(message),
    calls: calls.flatMap((call) => callOf(storedCall(call)) ?? []),
    reasoning: reasoningOf(blocks) ?? [],
  };
  const colony: ColonyField = {
    ...(!isDeepStrictEqual(usualOrder(streams), message.parts) && { layout: layoutOf(message.parts) }),
    ...(back.hidden !== undefined && { meta: back.hidden }),
  };
  return {
    role: "assistant",
    content: streams.text,
    ...(calls.length > 0 && { tool_calls: calls.map(storedCall) }),
    ...(blocks.length > 0 && { thinking_blocks: blocks }),
    ...back.plain,
    ...colonyIn(colony),
  };
}
