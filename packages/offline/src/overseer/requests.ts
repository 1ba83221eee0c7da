import { isWrapUp } from "../conversation/wrap-up.ts";

/** What a person wants of the overseer, as far as the rules understand it. */
export type PersonRequest =
  | { readonly kind: "survey"; readonly path: string }
  /** Something that workers can look up. */
  | { readonly kind: "lookup"; readonly text: string }
  | { readonly kind: "status" }
  | { readonly kind: "greeting" }
  | { readonly kind: "calling_off" }
  | { readonly kind: "wrap_up" }
  | { readonly kind: "other" };

const VERB =
  /\b(?:survey|overview|describe|summari[sz]e|summary|analy[sz]e|analysis|inspect|explore|examine|audit|review|map out|tour|measure|count|take stock|inventory|what(?:'s| is| do we have)? in|what does .* (?:contain|hold|have)|look (?:at|through|over|into)|tell me (?:about|what)|walk me through|show me)\b/iu;
const THING =
  /\b(?:folder|director(?:y|ies)|repo|repository|project|code ?base|workspace|source(?:s| code| tree)?|code|tree|package|module|files|here|everything|this)\b/iu;
const SURVEY = /\b(?:survey|overview)\b/iu;
const STATUS =
  /\bstatus\b|\bprogress\b|\bhow far\b|\bwhat (?:are|is) (?:the |your |each |every )?(?:workers?|everybody|they|it)\b.*\b(?:doing|at|up to)\b|\bare (?:the |your )?workers\b|\b(?:list|show) (?:me )?(?:the |all |your )?workers\b|\bwho is working\b/iu;
const GREETING =
  /^\W*(?:hi|hello|hey|hallo|howdy|greetings|good (?:morning|afternoon|evening|day)|thanks?|thank you)\b[^?]{0,40}$/iu;
const CALLING_OFF = /^\W*(?:please\s+)?(?:stop|cancel|abort|never ?mind|forget (?:it|that))\b/iu;
const ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/\S+/iu;

const BEGINS_LOOKUP = /^\W*(?:please\s+|can you\s+|could you\s+)*(?:compare|contrast|research|look up)\b/iu;
const LOOKUP =
  /\b(?:compare|comparison|contrast|differences? between|research|investigate|look(?:ing)? (?:up|for)|search|find|what (?:do|does|did) .* says?)\b/iu;
const ABOUT_FOLDERS =
  /\b(?:survey|overview|folders?|director(?:y|ies)|repo|repository|project|code ?base|workspace|tree)\b/iu;

/** Reads what a person typed. Who cannot look at folders can still have things looked up that only sound like a survey. */
export function readRequest(text: string, sight: "folders" | "no_folders" = "folders"): PersonRequest {
  const request = requestOf(text);
  if (sight === "folders" || text.trim() === "") return request;
  const mayBeLookedUp = request.kind === "other" || (request.kind === "survey" && !ABOUT_FOLDERS.test(text));
  return mayBeLookedUp ? { kind: "lookup", text: text.trim() } : request;
}

function requestOf(text: string): PersonRequest {
  const words = text.trim();
  if (isWrapUp(words)) return { kind: "wrap_up" };
  if (CALLING_OFF.test(words)) return { kind: "calling_off" };
  if (GREETING.test(words)) return { kind: "greeting" };
  if (ADDRESS.test(words)) return { kind: "other" };
  if (BEGINS_LOOKUP.test(words) && !SURVEY.test(words)) return { kind: "lookup", text: words };
  if (STATUS.test(words) && !SURVEY.test(words.replace(/\bof the survey\b|\bthe survey\b/giu, "")))
    return { kind: "status" };
  const path = VERB.test(words) ? pathIn(words) : undefined;
  if (path !== undefined) return { kind: "survey", path };
  if (VERB.test(words) && (SURVEY.test(words) || THING.test(words))) return { kind: "survey", path: "." };
  return LOOKUP.test(words) ? { kind: "lookup", text: words } : { kind: "other" };
}

const NAME = String.raw`[\p{L}\p{N}_.@~\\/-]*[\p{L}\p{N}_@~\\/-]`;
const QUOTED = /[`"“']([^`"”'\n]+)[`"”']/u;
const DOTTED = /(?:^|\s)((?:\.{1,2}|~)(?:\/\S*)?|\/\S*)(?=[\s,;:!?]|$)/u;
// A slash alone makes no path ("and/or"); it has to stand where a folder would.
const WITH_SLASH =
  /\b(?:survey|overview of|describe|explore|inspect|analy[sz]e|summari[sz]e|in|of|at|into|folder|directory|the|only|just)\s+([^\s/,]+\/\S*)/iu;
const BEFORE_NOUN = new RegExp(
  String.raw`\b(?:the|our|my|your|this)\s+(${NAME})\s+(?:sub)?(?:folder|directory|dir|package|module)\b`,
  "iu",
);
const AFTER_NOUN = new RegExp(
  String.raw`\b(?:folder|directory|dir)\s+(?:called\s+|named\s+)?(${NAME})`,
  "iu",
);
const AFTER_VERB = new RegExp(
  String.raw`\b(?:survey|overview of|what(?:'s| is| do we have)? in|describe|explore|inspect|analy[sz]e|summari[sz]e)\s+(?:only\s+|just\s+)?(?:the\s+|our\s+|my\s+)?(${NAME})[\s.?!]*$`,
  "iu",
);
const NO_NAMES = new Set(
  "a an the this that these those my our your its it all whole entire everything here there current same complete folder directory dir repo repository project workspace code codebase source sources tree package packages module files please now again and of in is with for me us them root top yourself you work working".split(
    " ",
  ),
);

/** The folder a request names; undefined where it names none. */
function pathIn(words: string): string | undefined {
  const named = [QUOTED, DOTTED, WITH_SLASH]
    .map((pattern) => pattern.exec(words)?.[1]?.trim())
    .find((path) => path);
  if (named !== undefined) return withoutEnd(named);
  return [BEFORE_NOUN, AFTER_NOUN, AFTER_VERB]
    .map((pattern) => pattern.exec(words)?.[1])
    .find((name): name is string => name !== undefined && isName(name, words));
}

function isName(name: string, words: string): boolean {
  // "packages" is a folder's name in "survey the packages folder", not in "survey the packages".
  if (name.toLowerCase() === "packages") return new RegExp(String.raw`\bpackages\b`, "u").test(words);
  return !NO_NAMES.has(name.toLowerCase());
}

function withoutEnd(path: string): string {
  const trimmed = path.replace(/[,;:!?]+$|(?<=[^./])\.$/u, "").replace(/(?<=.)\/+$/u, "");
  return trimmed === "" ? "." : trimmed;
}
