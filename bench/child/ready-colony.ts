// Prints a line as soon as a colony on disk can be talked to: `node ready-colony.ts <folder>`.

import type { Model } from "@colony/core";
import { openColony } from "@colony/runtime";

const [, , dir = "memory"] = process.argv;
const model: Model = {
  specificationVersion: "v4",
  provider: "bench",
  modelId: "silent",
  doStream: () => Promise.reject(new Error("nobody asks this model")),
};
const colony = await openColony({ dir, overseer: { model } });
process.stdout.write("ready\n");
await colony.close();
