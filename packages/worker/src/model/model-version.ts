import { modelName, shownValue, type Model } from "@colony/core";

/** Of the AI SDK's model interface: those in which answers end, and are counted, as they are read here. */
const UNDERSTOOD: ReadonlySet<unknown> = new Set(["v3", "v4"]);

/**
 * Why a model cannot be understood, in words; undefined where it can. One that was written by hand may leave out which
 * version of the interface it is of.
 */
export function modelVersionProblem(model: Model): string | undefined {
  const version: unknown = model.specificationVersion;
  if (version === undefined || UNDERSTOOD.has(version)) return undefined;
  return `model ${shownValue(modelName(model))} is of version ${shownValue(version)} of the AI SDK's model interface, and only "v3" and "v4" are understood; install a release of its provider package for AI SDK 6 or 7, such as @ai-sdk/openai@4`;
}
