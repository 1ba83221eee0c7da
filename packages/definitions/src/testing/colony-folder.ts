import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createScriptedModel } from "@colony/testkit";
import { ColonyError, type Model } from "@colony/core";
import {
  examineColonyFile,
  loadColonyFile,
  type ColonyFileOptions,
  type ColonyFromFile,
} from "../load-colony-file.ts";
import { problemLine } from "../problems/problem.ts";

/** Models that answer, by the names that files give to them. */
export const MODELS: { readonly [name: string]: Model } = {
  fast: createScriptedModel(() => ({ text: "Quick." })),
  slow: createScriptedModel(() => ({ text: "At length." })),
};

/** A folder of files that are gone when it is disposed of. */
export class ColonyFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "colony-file-"));

  constructor(files: { readonly [name: string]: string } = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): this {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return this;
  }

  async load(options: ColonyFileOptions = {}, name = "colony.yaml"): Promise<ColonyFromFile> {
    return await loadColonyFile(join(this.path, name), { env: {}, models: MODELS, ...options });
  }

  /** What is wrong, line by line. */
  async wrong(options: ColonyFileOptions = {}, name = "colony.yaml"): Promise<readonly string[]> {
    const { problems } = await examineColonyFile(join(this.path, name), {
      env: {},
      models: MODELS,
      ...options,
    });
    return problems.map(problemLine);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The code and words of what a promise rejects with. */
export async function refusal(work: Promise<unknown>): Promise<readonly [string, string]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ColonyError) return [error.code, error.message];
    throw error;
  }
  return ["", "nothing was refused"];
}
