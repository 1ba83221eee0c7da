import { ColonyError, messageOf } from "@colony/core";
import type { Output } from "../io/outputs.ts";
import { moment } from "../render/units.ts";
import { brief, harmless } from "../render/words.ts";
import { OWNING, WORK_BESIDE } from "./work-beside.ts";

const DISK_CODES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; make room and start again, what the colony had accepted is safe",
  EDQUOT: "the disk quota is used up; make room and start again, what the colony had accepted is safe",
  EROFS: "the disk is read-only; choose another place with --dir",
};

/** What a person is told of an error: one sentence that says what was wrong and what to do. */
export function errorWords(error: unknown): string {
  return brief(wordsOf(error));
}

function wordsOf(error: unknown): string {
  // What went wrong first, where letting go went wrong as well.
  if (error instanceof SuppressedError) return wordsOf(error.suppressed);
  if (error instanceof ColonyError) return harmless(colonyErrorWords(error));
  const disk = diskWords(error);
  if (disk !== undefined) return disk;
  return `${harmless(messageOf(error)).split("\n")[0] ?? ""} (unexpected; run again with --debug to see where it comes from)`;
}

/** The library speaks to programmers; where a person at a command line needs other words, they are here. */
function colonyErrorWords(error: ColonyError): string {
  const { code, details, message } = error;
  const dir = typeof details["dir"] === "string" ? details["dir"] : undefined;
  if (code === "colony.in_use" && dir !== undefined) {
    const words = ownerWords(details, dir);
    if (words !== undefined) return words;
  }
  if (code === "colony.not_found" && dir !== undefined)
    return `there is no colony in ${dir} yet; "colony run", "colony chat" or "colony host" makes one, --dir names another folder`;
  if (code === "trigger.exists") return message.replace("set it with replace", "say --replace");
  // What was called off is no longer at work: there is nothing to start again.
  if (details["kept"] === true) return message;
  const { unpriced } = details;
  if (code === "settings.invalid" && typeof unpriced === "string")
    return `there is a budget in US dollars, and the price of model "${unpriced}" is not known; say what it costs with --prices "${unpriced}=IN/OUT" (US dollars per million tokens), or give a budget of tokens instead`;
  return diskWords(error.cause) ?? message;
}

/** Who has a colony open, and what can be done about that. */
function ownerWords(details: ColonyError["details"], dir: string): string | undefined {
  const { pid, since, elsewhere, container } = details;
  if (typeof pid !== "number") return undefined;
  const hostname = typeof details["hostname"] === "string" ? details["hostname"] : "";
  const from = typeof since === "number" ? ` since ${moment(since)}` : "";
  const has = (where: string): string => `process ${pid}${where} has had the colony in ${dir} open${from}`;
  if (elsewhere === true)
    return `${has(` on ${hostname}`)}, and from here nobody can tell whether it still runs; end it there or, when that machine is gone, open the colony here with --take-over (${OWNING} take it)`;
  const where = container === true ? ` in another container (${hostname})` : "";
  return `${has(where)}; end that one first, or use another folder with --dir (${WORK_BESIDE} work beside it)`;
}

/** Why nobody gets what was to go to standard output, as the beginning of a sentence. */
export function lossWords({ how, error }: NonNullable<Output["loss"]>): string {
  if (how === "reader") return "nobody reads standard output any more";
  if (how === "terminal") return "the terminal is gone";
  return `standard output cannot be written (${harmless(error.message)})`;
}

function diskWords(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/database or disk is full/u.test(error.message)) return DISK_CODES["ENOSPC"];
  return DISK_CODES[code];
}
