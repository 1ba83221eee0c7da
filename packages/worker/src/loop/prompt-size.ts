import type { ModelRequest } from "@colony/core";

/** How long a request is, as JSON in UTF-8. */
export interface PromptSize {
  readonly bytes: number;
  /** Those of them that every provider counts as words. Files go by other rules, and of thoughts many leave earlier ones out. */
  readonly wordBytes: number;
}

/** Measures a request before it is sent. */
export function promptSize({ prompt = [], tools = [] }: Partial<ModelRequest>): PromptSize {
  const bytes = bytesOf({ prompt, tools });
  return { bytes, wordBytes: bytes - otherBytes(prompt) };
}

function otherBytes(prompt: ModelRequest["prompt"]): number {
  let bytes = 0;
  for (const { content } of prompt) {
    if (typeof content === "string") continue;
    for (const part of content) {
      if (part.type === "file" || part.type === "reasoning") bytes += bytesOf(part);
      else if (part.providerOptions !== undefined) bytes += bytesOf(part.providerOptions);
    }
  }
  return bytes;
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
