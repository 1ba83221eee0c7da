import type { Model, ModelRequest, ModelStreamPart } from "@colony/core";
import type { Mortality } from "./mortality.ts";

/** The model as one process asks it. */
export function mortalModel(model: Model, mortality: Mortality): Model {
  const asked = async (request: ModelRequest): Promise<Awaited<ReturnType<Model["doStream"]>>> => {
    try {
      return await mortality.after("before model call", async () => await model.doStream(request));
    } catch (error) {
      await mortality.point("after model refused");
      throw error;
    }
  };
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    doStream: async (request) => {
      const answer = await asked(request);
      let begun = false;
      const told = new TransformStream<ModelStreamPart, ModelStreamPart>({
        transform: async (part, controller) => {
          if (!begun && part.type.endsWith("-delta")) {
            begun = true;
            await mortality.point("in the middle of model answer");
          }
          if (part.type === "finish") await mortality.point("after model answer");
          if (mortality.alive) controller.enqueue(part);
        },
      });
      return { ...answer, stream: answer.stream.pipeThrough(told) };
    },
  };
}
