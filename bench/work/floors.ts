/** A floor by the name it has in the table, and what that is. */
interface Floor {
  readonly floorIs: string;
  readonly floorMeans: string;
}

/**
 * The floors of an execution. Two for the loop, since most of its cost is not the loop: a ReadableStream for each answer,
 * as every provider gives one, costs several times what is left without it. Three for the rows: by hundreds, as a program
 * of one's own gets them together; by thousands, as a colony does where that many are at work; and indexed, since what finds an
 * event among them is a part of storing it for us.
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
  rows: {
    floorIs: "loop + raw rows by 100",
    floorMeans:
      "that loop, and the very rows that the colony stores into a table without any index, 100 to a commit that is on the disk",
  },
  longRows: {
    floorIs: "loop + raw rows by 1,000",
    floorMeans: "the same with 1,000 to a commit, as many as the largest commit of a colony has",
  },
  indexedRows: {
    floorIs: "loop + raw rows by 1,000, indexed",
    floorMeans: "the same into a table with the indexes that would find what a colony's register finds",
  },
  provider: {
    floorIs: "hand-written loop over doStream",
    floorMeans:
      "what all users of the AI SDK's OpenAI-compatible provider pay for: HTTP by the global fetch, its parsing and checks, a ReadableStream; the request is the one that the colony sends, by modelFetch",
  },
  sameFetch: {
    floorIs: "hand-written loop, same fetch",
    floorMeans:
      "that loop and a colony over the very same model: the provider's package with the global fetch",
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
