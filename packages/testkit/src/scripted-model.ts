import { ColonyError, type Model, type ModelRequest, type ModelStreamPart } from "@colony/core";
import { requireGiven, requireGivenOptions } from "./given.ts";
import { partsOf, requireTurn, type ScriptedTurn } from "./scripted-turn.ts";

/** What a model answers: turns one after another, or a function of the request and its number from 0. */
export type ModelScript =
  | readonly ScriptedTurn[]
  | ((request: ModelRequest, index: number) => ScriptedTurn | Promise<ScriptedTurn>);

/** A language model for tests. */
export interface ScriptedModel extends Model {
  /** Every request it got, in order; none where it was told to keep none. */
  readonly requests: readonly ModelRequest[];
  /** Answers that are being given at this moment. */
  active(): number;
}

/**
 * Makes a model that answers what the script says. A script of turns that has run out makes the call fail, and no other try
 * would help. Throws `usage.invalid` for what is no script; a call for which a function gives what is no turn fails with that.
 */
export function createScriptedModel(
  script: ModelScript,
  options: {
    /** Default `scripted`. */ readonly provider?: string;
    /** Default `test`. */ readonly modelId?: string;
    /** Default true. A request holds its whole prompt, which adds up where a model is asked thousands of times. */
    readonly keepsRequests?: boolean;
  } = {},
): ScriptedModel {
  requireGiven("the script of a model", script, "script");
  requireGivenOptions("createScriptedModel", options, {
    provider: "text",
    modelId: "text",
    keepsRequests: "flag",
  });
  if (typeof script !== "function") for (const [index, turn] of script.entries()) requireTurn(turn, index);
  const requests: ModelRequest[] = [];
  let asked = 0;
  let active = 0;

  const turnOf = async (request: ModelRequest, index: number): Promise<ScriptedTurn> => {
    if (typeof script === "function") {
      const turn = await script(request, index);
      requireTurn(turn, index);
      return turn;
    }
    const turn = script[index];
    if (turn === undefined)
      throw new ColonyError(
        "model.rejected",
        `the script ends after ${script.length} ${script.length === 1 ? "turn" : "turns"}, and this is request ${index + 1}; add a turn to it, or let a function answer`,
      );
    return turn;
  };

  return {
    specificationVersion: "v4",
    provider: options.provider ?? "scripted",
    modelId: options.modelId ?? "test",
    requests,
    active: () => active,
    async doStream(request) {
      if (options.keepsRequests !== false) requests.push(request);
      const index = asked;
      asked += 1;
      active += 1;
      const done = (): void => void (active -= 1);
      try {
        const turn = await turnOf(request, index);
        const heeded = turn.abort === "deaf" ? undefined : request.abortSignal;
        await untilAborted(turn.before, heeded);
        if (turn.throws !== undefined) throw turn.throws;
        return { stream: streamOf(turn, heeded, done) };
      } catch (error) {
        done();
        throw error;
      }
    },
  };
}

function streamOf(
  turn: ScriptedTurn,
  heeded: AbortSignal | undefined,
  done: () => void,
): ReadableStream<ModelStreamPart> {
  const parts = partsOf(turn);
  return new ReadableStream<ModelStreamPart>(
    {
      async pull(controller) {
        try {
          heeded?.throwIfAborted();
          let next = parts.next();
          if (next.done !== true && next.value.type === "wait") {
            await untilAborted(next.value.until, heeded);
            next = parts.next();
          }
          if (next.done !== true && next.value.type !== "wait") {
            controller.enqueue(next.value);
            return;
          }
          done();
          controller.close();
        } catch (error) {
          done();
          controller.error(error);
        }
      },
      cancel: done,
    },
    { highWaterMark: 0 },
  );
}

/** Waits for the promise, or rejects with the signal's reason where that comes first. */
async function untilAborted(
  promise: Promise<unknown> | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  if (promise === undefined) return;
  if (signal === undefined) {
    await promise;
    return;
  }
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
