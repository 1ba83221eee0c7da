import { messageOf, type Model } from "@colony/core";
import type { DeclaredAgent, ModelRef } from "../shape/agent.ts";
import type { Path } from "../tree/node.ts";
import type { Building } from "./build.ts";

/** The models of a file, each asked for once. */
export class Models {
  readonly #building: Building;
  readonly #asked = new Map<string, Promise<Model>>();
  #default: Promise<Model> | undefined;

  constructor(building: Building) {
    this.#building = building;
  }

  /** Names of those that were asked for, in order. */
  get names(): readonly string[] {
    return [...this.#asked.keys()];
  }

  /** Those that an agent asks one after the other; those of `inherited` where it names none. Empty where that is a problem. */
  async of(agent: DeclaredAgent, path: Path, inherited?: readonly Model[]): Promise<readonly Model[]> {
    const { model, models } = agent;
    if (models !== undefined)
      return await this.#all(models.map((ref, index) => ({ ref, path: [...path, "models", index] })));
    if (model !== undefined) return await this.#all([{ ref: model, path: [...path, "model"] }]);
    return inherited ?? (await this.#ofDefault(path));
  }

  async #all(wanted: readonly { readonly ref: ModelRef; readonly path: Path }[]): Promise<readonly Model[]> {
    const models = await Promise.all(wanted.map(async ({ ref, path }) => await this.#one(ref, path)));
    const found = models.flatMap((model) => model ?? []);
    return found.length === models.length ? found : [];
  }

  async #one(ref: ModelRef, path: Path): Promise<Model | undefined> {
    if (typeof ref !== "string") return ref;
    const asked = this.#asked.get(ref) ?? this.#ask(async () => await this.#building.models(ref));
    this.#asked.set(ref, asked);
    return await this.#told(asked, path, `is "${ref}"`);
  }

  async #ofDefault(path: Path): Promise<readonly Model[]> {
    const { defaultModel, problems, file } = this.#building;
    if (defaultModel === undefined) {
      problems.about(
        file.root,
        [...path, "model"],
        "is missing; give the name of a model, such as openai/gpt-5",
      );
      return [];
    }
    this.#default ??= this.#ask(async () => await defaultModel());
    const model = await this.#told(this.#default, [...path, "model"], "is left to what is set");
    return model === undefined ? [] : [model];
  }

  async #ask(get: () => Promise<Model>): Promise<Model> {
    return await get();
  }

  async #told(asked: Promise<Model>, path: Path, what: string): Promise<Model | undefined> {
    try {
      return await asked;
    } catch (error) {
      const { problems, file } = this.#building;
      problems.about(file.root, path, `${what}, which cannot be used: ${messageOf(error)}`);
      return undefined;
    }
  }
}
