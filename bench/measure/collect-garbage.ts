import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (options?: {
  readonly type: "minor" | "major";
  readonly flavor?: "last-resort";
}) => void;

/** Frees what nobody holds, so that what is still held can be weighed, or a measurement begins without what was before it. */
export function collectGarbage(): void {
  for (let time = 0; time < 3; time += 1) collect();
}

/**
 * Frees what nobody holds, and gives the room that it took back to the system, as V8 does by itself once a process has been at
 * rest for some ten seconds: room for new objects grows with what a burst of work makes, and is kept until then.
 */
export function giveBackRoom(): void {
  for (let time = 0; time < 2; time += 1) collect({ type: "major", flavor: "last-resort" });
}

/**
 * Frees what is new and held by nobody, and leaves compiled code alone. A full collection with nobody at work also takes the
 * hidden classes of objects that are gone, and all optimised code that was made for them: a round after it pays for compiling
 * afresh, twice as much as for its work, which no host does that is busy.
 */
export function collectNewGarbage(): void {
  collect({ type: "minor" });
}
