import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../../tools/build/bundle.ts";
import { installPackages, linkDependencies } from "../../tools/build/install-packages.ts";
import { runProgram, type Answered } from "./child.ts";
import { openTemporaryFolder } from "./folder.ts";

/** Whether Node finds the code that an earlier start of the same program has compiled, or nothing. */
type Compiled = "kept" | "afresh";

/** Programs of the benchmark as JavaScript, with the packages beside them as their users install them. */
export interface BuiltPrograms extends AsyncDisposable {
  pathOf(name: string): string;
  /** Runs one in a process of its own, to its end, as `runChild` does the sources. */
  run(name: string, args: readonly string[], compiled: Compiled): Promise<Answered>;
}

/** Builds the packages and these programs of a folder of the benchmark, in a place of their own, which is gone when it is disposed of. */
export async function buildPrograms(
  from: "child" | "peers/programs",
  names: readonly string[],
): Promise<BuiltPrograms> {
  const folder = await openTemporaryFolder();
  const bench = join(import.meta.dirname, "..");
  await installPackages(folder.path);
  linkDependencies(["@ai-sdk/openai-compatible", "rxjs", "zod"], { from: bench, to: folder.path });
  writeFileSync(join(folder.path, "package.json"), JSON.stringify({ type: "module" }));
  const entries = Object.fromEntries(names.map((name) => [name, `./${from}/${name}.ts`]));
  await bundle({ folder: bench, entries, into: folder.path });
  const environments = {
    kept: { NODE_COMPILE_CACHE: join(folder.path, "compiled") },
    afresh: { NODE_DISABLE_COMPILE_CACHE: "1" },
  };
  const pathOf = (name: string): string => join(folder.path, `${name}.js`);
  return {
    pathOf,
    run: async (name, args, compiled) =>
      await runProgram([pathOf(name), ...args], { env: environments[compiled] }),
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  };
}
