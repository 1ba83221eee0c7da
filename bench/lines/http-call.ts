import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { Model, ModelRequest } from "@colony/core";
import { modelFetch } from "@colony/runtime";
import { cpuOf } from "../measure/clocks.ts";
import { interleave, type Side } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { TO_KNOW, atMostTimes, rowOf } from "../measure/row.ts";
import { openChatServer } from "../measure/server.ts";
import { checkWorkers, openWorkColony, runWorkers } from "../work/colony.ts";
import { FLOORS } from "../work/floors.ts";
import { handLoop } from "../work/hand-loop.ts";
import { LOOK_UP } from "../work/tool.ts";

const NAME = "CPU of one model call over HTTP, 20 chunks";
const AT_ONCE = 20;

/**
 * A whole execution with one call of a model behind HTTP, made with `modelFetch` as the docs say. The server is another process and its CPU not counted. What a
 * young process pays for compiling is told beside what the work costs.
 */
export const httpCall: Line = {
  name: NAME,
  async measure({ quick, rounds }) {
    await using server = await openChatServer();
    const times = quick ? 5 : 50;
    const plain = modelAt(server.url);
    const sameRequest = askedAs(await requestOf(plain), plain);
    const sides = {
      ours: colonySide(modelAt(server.url, { fetch: modelFetch() }), times),
      hand: side(times, () => handLoop(sameRequest, LOOK_UP, "Read station 0.")),
    };
    const young = await interleave(rounds, sides);
    const others = { plain: colonySide(plain, times), bare: side(times, () => fetchOnly(server.url)) };
    const busy = await interleave(rounds, { ...sides, ...others }, quick ? "warm" : "busy");
    const row = { line: NAME, unit: "us", ours: busy.ours };
    return [
      rowOf({
        line: `${NAME}, in a young process`,
        unit: "us",
        ours: young.ours,
        floor: young.hand,
        ...FLOORS.provider,
        goal: TO_KNOW,
      }),
      rowOf({ ...row, floor: busy.hand, ...FLOORS.provider, goal: atMostTimes(1.15) }),
      rowOf({
        ...row,
        line: `${NAME}, without modelFetch`,
        ours: busy.plain,
        floor: busy.hand,
        ...FLOORS.sameFetch,
        goal: TO_KNOW,
      }),
      rowOf({ ...row, floor: busy.bare, ...FLOORS.fetch, goal: TO_KNOW }),
    ];
  },
};

/** The model of the server, by the provider's package as its users have it, or as Colony's users are told to make it. */
function modelAt(baseURL: string, given: { readonly fetch?: typeof fetch } = {}): Model {
  return createOpenAICompatible({ name: "bench", baseURL, apiKey: "none", ...given }).chatModel("work");
}

/** What the colony asks a model for a worker. */
async function requestOf(model: Model): Promise<ModelRequest> {
  let asked: ModelRequest | undefined;
  const listening: Model = {
    ...describe(model),
    doStream(request) {
      asked = request;
      return model.doStream(request);
    },
  };
  await using colony = await openWorkColony({ dir: "memory", model: listening, concurrency: 1 });
  await runWorkers(colony, 1);
  if (asked === undefined) throw new Error("the model was not asked");
  return asked;
}

/** The model, asked what the colony asks: words and tools that a request carries cost their bytes, whoever sends them. */
function askedAs({ prompt, tools = [] }: ModelRequest, model: Model): Model {
  return {
    ...describe(model),
    doStream: (request) => model.doStream({ ...request, prompt, tools }),
  };
}

function describe({ specificationVersion, provider, modelId }: Model): Omit<Model, "doStream"> {
  return { specificationVersion, provider, modelId };
}

function colonySide(model: Model, times: number): Side {
  return async () => {
    await using colony = await openWorkColony({ dir: "memory", model, concurrency: AT_ONCE });
    const cpu = await cpuOf(async () => {
      for (let time = 0; time < times; time += 1) await runWorkers(colony, AT_ONCE);
    });
    checkWorkers(colony, AT_ONCE * times);
    return cpu / (AT_ONCE * times);
  };
}

function side(times: number, call: () => Promise<string>): Side {
  return async () => {
    const cpu = await cpuOf(async () => {
      for (let time = 0; time < times; time += 1) {
        const said = await Promise.all(Array.from({ length: AT_ONCE }, call));
        if (!said.every((text) => text.includes("word 19 "))) throw new Error("an answer was not all there");
      }
    });
    return cpu / (AT_ONCE * times);
  };
}

async function fetchOnly(url: string): Promise<string> {
  const messages = [
    { role: "system", content: "You are a worker. You have one task." },
    { role: "user", content: "Read station 0." },
  ];
  const body = JSON.stringify({ model: "work", messages, stream: true });
  const headers = { "content-type": "application/json" };
  return await (await fetch(`${url}/chat/completions`, { method: "POST", headers, body })).text();
}
