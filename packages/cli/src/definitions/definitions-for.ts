import { loadedPart, modelName, type Model } from "@colony/core";
import { loadColonyFile, type ColonyFileOptions, type ColonyFromFile } from "@colony/definitions";
import type { Environment, Io } from "../io/io.ts";
import { openModel, type OpenedModel } from "../models/open-model.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";
import { colonyDefinitions } from "./colony-definitions.ts";
import { findFile } from "./find-file.ts";

/** Who is in the colony that a command opens. */
export interface Definitions {
  readonly options: ColonyFromFile;
  /** Of the overseer's model, `provider/name`. */
  readonly modelName: string;
  /** What people must be told about how it came to this. */
  readonly notices: readonly string[];
}

/**
 * Who is in the colony of these settings: what its file says, else an overseer and one kind of worker. A model that is
 * given is everybody's.
 */
export async function definitionsFor(
  settings: Settings,
  { env, cwd }: Pick<Io, "env" | "cwd">,
  given?: Model,
): Promise<Definitions> {
  const models = new ChosenModels(settings, env, given);
  const path = findFile(settings, cwd);
  if (path === undefined) {
    const model = await models.default();
    const { createWorkspace } = await loadedPart(import("@colony/workspace"));
    const { tools } = await createWorkspace({ root: settings.workspace.value, exclude: ownFolder(settings) });
    return {
      options: colonyDefinitions(model, tools),
      modelName: models.name(model),
      notices: models.notices,
    };
  }
  const options = await loadFile(path, { settings, env, models });
  const [model] = options.overseer.models ?? [];
  return {
    options,
    modelName: model === undefined ? "" : models.name(model),
    notices: [`using ${path}`, ...models.notices],
  };
}

/** A model that was set beside the file and cannot be used is no fault of the file, and is told as what was set. */
async function loadFile(
  path: string,
  {
    settings,
    env,
    models,
  }: { readonly settings: Settings; readonly env: Environment; readonly models: ChosenModels },
): Promise<ColonyFromFile> {
  try {
    return await loadColonyFile(path, fileOptions(settings, env, models));
  } catch (error) {
    throw models.refusal ?? error;
  }
}

/** How the words of a file are understood here. */
export function fileOptions(settings: Settings, env: Environment, models: ChosenModels): ColonyFileOptions {
  return {
    env,
    models: async (name) => await models.named(name),
    defaultModel: async () => await models.default(),
    workspace: settings.workspace.value,
    exclude: ownFolder(settings),
  };
}

/** Models by the names that people give to them. One that is typed is everybody's, whatever a file says. */
export class ChosenModels {
  readonly #settings: Settings;
  readonly #env: Environment;
  readonly #given: Model | undefined;
  #opened: Promise<OpenedModel> | undefined;
  readonly #names = new Map<Model, string>();
  #notice: string | undefined;
  #refusal: unknown;

  constructor(settings: Settings, env: Environment, given?: Model) {
    this.#settings = settings;
    this.#env = env;
    this.#given = given;
  }

  /** What people must be told about the model that was chosen for those who name none. */
  get notices(): readonly string[] {
    return this.#notice === undefined ? [] : [this.#notice];
  }

  /** Why the model for those who name none cannot be used; undefined where it can, or nobody has asked for it. */
  get refusal(): unknown {
    return this.#refusal;
  }

  async default(): Promise<Model> {
    if (this.#given !== undefined) return this.#given;
    this.#opened ??= openModel(this.#settings, this.#env);
    const { model, name, notice } = await this.#opened.catch((error: unknown) => {
      this.#refusal = error;
      throw error;
    });
    this.#notice = notice;
    this.#names.set(model, name);
    return model;
  }

  async named(name: string): Promise<Model> {
    if (this.#given !== undefined || this.#settings.model.source === "--model") return await this.default();
    const asked = { ...this.#settings, model: { value: name, source: "it" } };
    const opened = await openModel(asked, this.#env);
    this.#names.set(opened.model, opened.name);
    return opened.model;
  }

  /** Whether it is the one that was chosen for those who name none. */
  async isDefault(model: Model): Promise<boolean> {
    return this.#given === model || (await this.#opened)?.model === model;
  }

  /** Whether it was opened here, by a name, and was not made by a program. */
  isNamed(model: Model): boolean {
    return this.#names.has(model);
  }

  /** `provider/name`, as people write it. */
  name(model: Model): string {
    return this.#names.get(model) ?? modelName(model);
  }
}

/** The colony's own folder is no part of what its agents look at. */
function ownFolder({ dir }: Settings): readonly string[] {
  return dir.value === MEMORY ? [] : [dir.value];
}
