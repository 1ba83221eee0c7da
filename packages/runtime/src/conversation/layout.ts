import { isDeepStrictEqual } from "node:util";
import type { AssistantPart, JsonObject, ReasoningPart, ToolCallPart } from "@colony/core";
import { callOf, storedCall } from "./stored-call.ts";
import type { LayoutEntry } from "./stored-message.ts";
import { thinkingBlock } from "./thinking-blocks.ts";

/** What the flat fields of a stored answer hold, without the order between them. */
export interface Streams {
  readonly text: string;
  readonly calls: readonly ToolCallPart[];
  readonly reasoning: readonly ReasoningPart[];
}

/** The order in which models speak unless something else is told: thoughts, words, calls. */
export function usualOrder({ text, calls, reasoning }: Streams): readonly AssistantPart[] {
  return [...reasoning, ...(text === "" ? [] : [{ type: "text" as const, text }]), ...calls];
}

/** How the parts stand between each other, and what of them the flat fields do not hold. */
export function layoutOf(parts: readonly AssistantPart[]): LayoutEntry[] {
  return parts.map((part): LayoutEntry => {
    switch (part.type) {
      case "text":
        return { type: "text", length: part.text.length, ...metadataOf(part) };
      case "reasoning":
        return thinkingBlock(part) === undefined
          ? { type: "reasoning", text: part.text, ...metadataOf(part) }
          : { type: "thinking-block" };
      case "tool-call":
        return { type: "tool-call", ...exactly(part), ...metadataOf(part) };
    }
  });
}

/** The parts in their order, or undefined where the fields are no longer those that the layout was made for. */
export function layOut(
  layout: readonly LayoutEntry[],
  streams: Streams,
): readonly AssistantPart[] | undefined {
  const calls = streams.calls.values();
  const reasoning = streams.reasoning.values();
  let position = 0;
  const next = (entry: LayoutEntry): AssistantPart | undefined => {
    switch (entry.type) {
      case "text": {
        const text = streams.text.slice(position, (position += entry.length));
        return { type: "text", text, ...metadataOf(entry) };
      }
      case "reasoning":
        return { type: "reasoning", text: entry.text, ...metadataOf(entry) };
      case "thinking-block":
        return reasoning.next().value;
      case "tool-call": {
        const call = calls.next().value;
        return call && { ...call, ...entry.exactly, ...metadataOf(entry) };
      }
    }
  };
  const parts = layout.flatMap((entry) => next(entry) ?? []);
  const allUsed =
    position === streams.text.length && calls.next().done === true && reasoning.next().done === true;
  return allUsed && parts.length === layout.length ? parts : undefined;
}

/** The call's input, where its arguments alone would be read as another. */
function exactly(part: ToolCallPart): Pick<Extract<LayoutEntry, { type: "tool-call" }>, "exactly"> {
  const read = callOf(storedCall(part));
  if (isDeepStrictEqual([read?.input, read?.malformed], [part.input, part.malformed])) return {};
  return { exactly: { input: part.input, ...(part.malformed === true && { malformed: true }) } };
}

const metadataOf = ({ providerMetadata }: { readonly providerMetadata?: JsonObject | undefined }) =>
  providerMetadata === undefined ? {} : { providerMetadata };
