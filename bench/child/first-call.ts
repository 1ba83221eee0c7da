// Prints a line as soon as a new colony on disk asks its model for the first time: `node first-call.ts <folder>`.

import type { Model } from "@colony/core";
import { openColony } from "@colony/runtime";

const [, , dir = "memory"] = process.argv;
const model: Model = {
  specificationVersion: "v4",
  provider: "bench",
  modelId: "asked",
  doStream() {
    process.stdout.write("asked\n", () => process.exit());
    return Promise.withResolvers<never>().promise;
  },
};
const colony = await openColony({ dir, overseer: { model } });
await colony.inject("hello");
