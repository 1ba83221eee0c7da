import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";

/**
 * A language model: the provider interface of the AI SDK, so that each provider package of that ecosystem is a model
 * here as it is. Only `doStream` is called. https://github.com/vercel/ai/tree/main/packages/provider
 */
export type Model = Pick<LanguageModelV4, "specificationVersion" | "provider" | "modelId" | "doStream">;

/** What a model is asked. */
export type ModelRequest = LanguageModelV4CallOptions;
/** The conversation as a model is given it. */
export type ModelPrompt = LanguageModelV4Prompt;
/** One piece of a streamed answer. */
export type ModelStreamPart = LanguageModelV4StreamPart;
/** A tool as a model is told of it. */
export type ModelTool = LanguageModelV4FunctionTool;

/** The name that events and people use for a model: `provider/name`. */
export function modelName(model: Pick<Model, "provider" | "modelId">): string {
  const provider = model.provider.split(".")[0] ?? model.provider;
  return `${provider}/${model.modelId}`;
}
