/** A floor by the name it has in the table, and what that is. */
interface Floor {
  readonly floorIs: string;
  readonly floorMeans: string;
}

/**
 * The floors of an execution. Two for the loop, since most of its cost is not the loop: a ReadableStream for each answer,
 * as every provider gives one, costs several times what is left without it. Two for the rows, since what finds an event among
 * them is a part of storing it for us, and need not be for others.
 */
export const FLOORS = {
  hand: {
    floorIs: "hand-written loop",
    floorMeans:
      "the same model and tool, each answer a real ReadableStream; no record, no limit, no way to stop it",
  },
  whole: {
    floorIs: "hand-written loop, no stream",
    floorMeans:
      "that loop over a model that hands its answers over as arrays: less than any provider can cost",
  },
  bareRows: {
    floorIs: "loop + raw rows, no index",
    floorMeans:
      "that loop, and the very rows that the colony stores inserted by 1,000, each commit on the disk",
  },
  sameRows: {
    floorIs: "loop + raw rows, same indexes",
    floorMeans: "the same into a table with the indexes that a colony's events have",
  },
  provider: {
    floorIs: "hand-written loop over doStream",
    floorMeans:
      "what all users of the AI SDK's OpenAI-compatible provider pay for: HTTP, its parsing and checks, a ReadableStream; the request is the one that the colony sends",
  },
  subject: {
    floorIs: "rxjs Subject + filter()",
    floorMeans:
      "the same recorded events given to a Subject with `next`; the bus is handed each of them by its log as a commit of one",
  },
  fetch: {
    floorIs: "fetch alone",
    floorMeans: "Node's own fetch and the bytes of the answer, which nobody parses",
  },
} as const satisfies Record<string, Floor>;
