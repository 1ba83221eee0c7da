import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Schedule } from "@colony/core";

/** A token of 256 bits. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a token. */
export function tokenSha256(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Whether that is a webhook's token; it takes as long for one that is nearly right as for any other. */
export function isTokenOf(schedule: Schedule | undefined, token: unknown): boolean {
  const known = schedule?.kind === "webhook" ? schedule.tokenSha256 : tokenSha256("");
  const given = tokenSha256(typeof token === "string" ? token : "");
  const isSame = known.length === given.length && timingSafeEqual(Buffer.from(known), Buffer.from(given));
  return isSame && schedule?.kind === "webhook" && typeof token === "string";
}
