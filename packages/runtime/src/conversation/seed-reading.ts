import type { mendConversation, SeedProblem } from "@colony/core";
import type { Decoded } from "./decode-message.ts";

/** A message and the file or line that it came from. */
type SeedItem = Parameters<typeof mendConversation>[0][number];

/** What has been read of a seed so far. */
export class SeedReading {
  readonly items: SeedItem[] = [];
  readonly problems: SeedProblem[] = [];
  readonly #toolNames = new Map<string, string>();

  /** Takes a message in, or the reason why there is none. */
  take(where: string, decode: (nameOf: (callId: string) => string | undefined) => Decoded): void {
    const decoded = decode((callId) => this.#toolNames.get(callId));
    if ("reason" in decoded) return this.drop(where, decoded.reason);
    for (const note of decoded.notes) this.mend(where, note);
    this.items.push({ where, message: decoded.message });
    if (decoded.message.role !== "assistant") return;
    for (const part of decoded.message.parts) {
      if (part.type === "tool-call") this.#toolNames.set(part.callId, part.name);
    }
  }

  drop(where: string, reason: string): void {
    this.problems.push({ where, reason, action: "dropped" });
  }

  mend(where: string, reason: string): void {
    this.problems.push({ where, reason, action: "mended" });
  }
}
