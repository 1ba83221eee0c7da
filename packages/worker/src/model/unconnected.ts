/** Nobody listens there, or nobody has the name. https://nodejs.org/api/errors.html#common-system-errors */
const UNCONNECTED: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** How deep the packages of providers wrap what the network has said. */
const MOST_LINKS = 5;

/** Whether an error, or what caused it, says that no connection came about, so that nobody has seen the request. */
export function isUnconnected(error: unknown): boolean {
  try {
    let link = error;
    for (let links = 0; links < MOST_LINKS && typeof link === "object" && link !== null; links += 1) {
      const { code, cause } = link as { readonly code?: unknown; readonly cause?: unknown };
      if (UNCONNECTED.has(code)) return true;
      link = cause;
    }
    return false;
  } catch {
    // What was thrown throws itself when it is looked at.
    return false;
  }
}
