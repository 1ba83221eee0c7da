import type { ProcessIdentity } from "@colony/core";

/** What ends a group when its host ends, by the start token of its leader. */
const OWN = new Map<string, () => void>();

/** Whether the group is one that this host looks after. */
export function isOwnGroup({ startToken }: ProcessIdentity): boolean {
  return OWN.has(startToken);
}

/**
 * Looks after a group until the returned function is called; a host that ends before ends it on the way out. One listener
 * does that for all groups, however many there are.
 */
export function lookAfter({ startToken }: ProcessIdentity, end: () => void): () => void {
  if (OWN.size === 0) process.on("exit", endAll);
  OWN.set(startToken, end);
  return () => {
    OWN.delete(startToken);
    if (OWN.size === 0) process.removeListener("exit", endAll);
  };
}

function endAll(): void {
  for (const end of OWN.values()) end();
}
