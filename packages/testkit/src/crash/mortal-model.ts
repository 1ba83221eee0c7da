import type { Model, ModelStreamPart } from "@colony/core";
import type { Mortality } from "./mortality.ts";

/** The model as one process asks it. */
export function mortalModel(model: Model, mortality: Mortality): Model {
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    doStream: async (request) => {
      const answer = await mortality.after("before model call", async () => await model.doStream(request));
      const told = new TransformStream<ModelStreamPart, ModelStreamPart>({
        transform: async (part, controller) => {
          if (part.type === "finish") await mortality.point("after model answer");
          if (mortality.alive) controller.enqueue(part);
        },
      });
      return { ...answer, stream: answer.stream.pipeThrough(told) };
    },
  };
}
