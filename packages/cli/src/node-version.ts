/** The oldest Node that runs this, as major and minor. What package.json says under `engines`. */
const LEAST: readonly [number, number] = [24, 12];

/** The same as people write it. */
export const LEAST_NODE = LEAST.join(".");

/** Whether a Node of this version, as in `v24.12.0`, runs this. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/u, "").split(".").map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}
