import type { JsonObject, JsonValue, ReasoningPart } from "@colony/core";
import { z } from "zod";

const Thinking = z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() });
const Redacted = z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() });
const Block = z.union([Thinking, Redacted]);

const SignedMetadata = z.strictObject({ anthropic: z.strictObject({ signature: z.string() }) });
const RedactedMetadata = z.strictObject({ anthropic: z.strictObject({ redactedData: z.string() }) });

/**
 * Anthropic's signed thinking as reasoning with the metadata under which the AI SDK's provider sends it back.
 * Undefined where any block is something else: then the whole field is kept as it is.
 * https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
 */
export function reasoningOf(blocks: JsonValue | undefined): readonly ReasoningPart[] | undefined {
  const parsed = z.array(Block).safeParse(blocks);
  if (!parsed.success) return undefined;
  return parsed.data.map((block) =>
    block.type === "thinking"
      ? {
          type: "reasoning",
          text: block.thinking,
          providerMetadata: { anthropic: { signature: block.signature } },
        }
      : { type: "reasoning", text: "", providerMetadata: { anthropic: { redactedData: block.data } } },
  );
}

/** Reasoning as one of Anthropic's blocks, where it came from there. */
export function thinkingBlock(part: ReasoningPart): JsonObject | undefined {
  const signed = SignedMetadata.safeParse(part.providerMetadata);
  if (signed.success) {
    return { type: "thinking", thinking: part.text, signature: signed.data.anthropic.signature };
  }
  const redacted = RedactedMetadata.safeParse(part.providerMetadata);
  if (!redacted.success || part.text !== "") return undefined;
  return { type: "redacted_thinking", data: redacted.data.anthropic.redactedData };
}
