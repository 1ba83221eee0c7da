import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (options?: { readonly type: "minor" }) => void;

/** Frees what nobody holds, so that what is still held can be weighed, or a measurement begins without what was before it. */
export function collectGarbage(): void {
  for (let time = 0; time < 3; time += 1) collect();
}

/**
 * Frees what is new and held by nobody, and leaves compiled code alone. A full collection with nobody at work also takes the
 * hidden classes of objects that are gone, and all optimised code that was made for them: a round after it pays for compiling
 * afresh, twice as much as for its work, which no host does that is busy.
 */
export function collectNewGarbage(): void {
  collect({ type: "minor" });
}
