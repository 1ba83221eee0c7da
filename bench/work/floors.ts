/** A floor by the name it has in the table, and what that is. */
interface Floor {
  readonly floorIs: string;
  readonly floorMeans: string;
}

/**
 * The floors of an execution. Two for the loop, since most of its cost is not the loop: a ReadableStream for each answer,
 * as every provider gives one, costs several times what is left without it. Three for the rows: indexed,
 * since what finds an event among them is a part of storing it; and without that, by hundreds and by thousands.
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
    floorIs: "loop + raw rows by 100, indexed",
    floorMeans:
      "that loop, and the very rows that the colony stores, 100 to a commit that is on the disk, into a table with the indexes that would find what a colony's register finds",
  },
  bareRows: {
    floorIs: "loop + raw rows by 100",
    floorMeans: "the same into a table without any index, in which nothing is found but by its number",
  },
  longRows: {
    floorIs: "loop + raw rows by 1,000",
    floorMeans: "the same with 1,000 to a commit, as many as the largest commit of a colony has",
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
