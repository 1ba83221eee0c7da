// The floor: the loop that anybody could write by hand over the same model and tool.

import { handLoop } from "../../work/hand-loop.ts";
import { createWorkModel } from "../../work/model.ts";
import { LOOK_UP } from "../../work/tool.ts";
import type { HttpOptions, OpenOptions, Opened } from "../program.ts";

export async function open({ before }: OpenOptions): Promise<Opened> {
  const model = createWorkModel({ before });
  return { execute: (number) => handLoop(model, LOOK_UP, `Read station ${number}.`) };
}

export async function openHttp({ baseUrl }: HttpOptions): Promise<Opened> {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const model = createOpenAICompatible({ name: "bench", baseURL: baseUrl, apiKey: "none" }).chatModel("work");
  return { execute: (number) => handLoop(model, LOOK_UP, `Read station ${number}.`) };
}
