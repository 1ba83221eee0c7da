// Colony as its users call it: a worker is spawned, its report awaited. With a folder every step is on the disk first.

import type { Model } from "@colony/core";
import { modelFetch } from "@colony/runtime";
import { openWorkColony } from "../../work/colony.ts";
import { createWorkModel } from "../../work/model.ts";
import type { HttpOptions, OpenOptions, Opened } from "../program.ts";

export async function open({ before, dir, atOnce }: OpenOptions): Promise<Opened> {
  return await openWith(createWorkModel({ before }), dir, atOnce);
}

export async function openHttp({ baseUrl, dir, atOnce }: HttpOptions): Promise<Opened> {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const provider = createOpenAICompatible({
    name: "bench",
    baseURL: baseUrl,
    apiKey: "none",
    fetch: modelFetch(),
  });
  return await openWith(provider.chatModel("work"), dir, atOnce);
}

async function openWith(model: Model, dir: string | undefined, atOnce: number): Promise<Opened> {
  const colony = await openWorkColony({ dir: dir ?? "memory", model, concurrency: atOnce });
  return {
    async execute(number) {
      const worker = await colony.spawn("reader", { task: `Read station ${number}.` });
      const report = await worker.report();
      return report?.status === "success" ? report.summary : "";
    },
  };
}
