import { PERSON } from "@colony/overseer";
import type { Parts } from "../parts.ts";

/** Who is recorded as having done what is done through these parts. */
export function speakerOf({ principal }: Pick<Parts, "principal">): string {
  return principal?.id ?? PERSON;
}
