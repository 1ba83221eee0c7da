import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Frees what nobody holds, so that one measurement does not pay for the one before it. */
export function collectGarbage(): void {
  for (let time = 0; time < 3; time += 1) collect();
}
