import type { Model, ModelStreamPart } from "@colony/core";
import type { Life } from "./life.ts";

/** The model as one process asks it. */
export function mortalModel(model: Model, life: Life): Model {
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    doStream: async (request) => {
      await life.point("before model call");
      const answer = await life.living(Promise.resolve(model.doStream(request)));
      const told = new TransformStream<ModelStreamPart, ModelStreamPart>({
        transform: async (part, controller) => {
          if (part.type === "finish") await life.point("after model answer");
          if (life.alive) controller.enqueue(part);
        },
      });
      return { ...answer, stream: answer.stream.pipeThrough(told) };
    },
  };
}
