import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, relative, resolve } from "node:path";
import { messageOf } from "@colony/core";
import { examineColonyFile, problemLine, type ExaminedColonyFile } from "@colony/definitions";
import { ChosenModels, fileOptions } from "../definitions/definitions-for.ts";
import { findFile } from "../definitions/find-file.ts";
import { errorWords } from "../errors/error-words.ts";
import type { Io } from "../io/io.ts";
import { counted, harmless } from "../render/words.ts";
import type { Settings } from "../settings/settings.ts";
import { good, note, wrong, type Finding } from "./finding.ts";

/** Tools of a server that are named one by one. */
const MOST_NAMES = 8;

/** The colony file: all that is wrong with it, and that everything it names is there. Servers are started and let go of. */
export async function examineFile(
  settings: Settings,
  { env, cwd }: Pick<Io, "env" | "cwd">,
): Promise<ExaminedFile> {
  try {
    const path = findFile(settings, cwd);
    if (path === undefined) return { findings: [], settings };
    const models = new ChosenModels(settings, env);
    const usable = new Set<string>();
    const examined = await examineColonyFile(path, {
      ...fileOptions(settings, env, models),
      models: async (name) => {
        const model = await models.named(name);
        usable.add(name);
        return model;
      },
      servers: "all",
    });
    const mend = "change these lines of the file, and look again";
    const problems = examined.problems
      .filter(({ message }) => models.refusal === undefined || !message.includes(messageOf(models.refusal)))
      .map((problem) => wrong("file", harmless(problemLine(problem)), mend));
    const findings = [
      ...(problems.length > 0 ? problems : [summary(examined, { cwd, models })]),
      ...modelFinding(examined.models.filter((name) => usable.has(name))),
      ...examined.servers.flatMap(serverFindings),
      ...examined.programs.map((program) => programFinding(program, env)),
    ];
    const { options } = examined;
    const [own] = options?.overseer.models ?? [];
    if (own !== undefined && !models.isNamed(own))
      return { findings, settings, model: good("model", `${models.name(own)} (made by ${basename(path)})`) };
    return {
      findings,
      settings: await withOverseers(settings, { examined, models, source: basename(path) }),
    };
  } catch (error) {
    const mend = "name another one with --file, or remove what is too much";
    return { findings: [wrong("file", errorWords(error), mend)], settings };
  }
}

/** What was found, and which model and prices are used then. */
interface ExaminedFile {
  readonly findings: readonly Finding[];
  readonly settings: Pick<Settings, "model" | "prices">;
  /** A model that a program makes: nobody can look after it here. */
  readonly model?: Finding;
}

/** The model that the file gives to the overseer, and what it says that it costs. */
async function withOverseers(
  { model, prices }: Pick<Settings, "model" | "prices">,
  {
    examined: { options },
    models,
    source,
  }: { readonly examined: ExaminedColonyFile; readonly models: ChosenModels; readonly source: string },
): Promise<Pick<Settings, "model" | "prices">> {
  const [own] = options?.overseer.models ?? [];
  const said = options?.prices;
  const isPriced = said !== undefined && typeof said !== "function" && !prices.source.startsWith("--");
  return {
    model: own === undefined || (await models.isDefault(own)) ? model : { value: models.name(own), source },
    prices: isPriced ? { value: { ...prices.value, ...said }, source } : prices,
  };
}

function summary(
  { files, options }: ExaminedColonyFile,
  { cwd, models }: { readonly cwd: string; readonly models: ChosenModels },
): Finding {
  const [own = "", ...extended] = files.map((file) => relative(cwd, file) || file);
  if (models.refusal !== undefined) return note("file", `${own}: nothing is wrong with it but the model`);
  const workers = Object.keys(options?.workers ?? {});
  const others = extended.length === 0 ? "" : ` with ${extended.join(", ")}`;
  const who = workers.length === 0 ? "" : ` (${workers.join(", ")})`;
  return good(
    "file",
    `${own}${others}: an overseer and ${counted(workers.length, "worker definition")}${who}`,
  );
}

/** Those that cannot be used are among the problems. */
function modelFinding(models: readonly string[]): readonly Finding[] {
  return models.length === 0
    ? []
    : [good("models", `${models.join(", ")}: their providers have what they need`)];
}

function serverFindings({
  name,
  title,
  tools,
  leftOut,
}: ExaminedColonyFile["servers"][number]): readonly Finding[] {
  const names = tools.slice(0, MOST_NAMES).join(", ");
  const more = tools.length > MOST_NAMES ? ` and ${tools.length - MOST_NAMES} more` : "";
  const what = tools.length === 0 ? "it has no tools" : `${counted(tools.length, "tool")}: ${names}${more}`;
  const say = tools.length === 0 ? note : good;
  const whose = `mcp ${harmless(name)}`;
  return [
    say(whose, harmless(`${title} answers, ${what}`)),
    ...leftOut.map((words) => note(whose, harmless(words))),
  ];
}

function programFinding(program: string, env: Io["env"]): Finding {
  return isThere(program, env["PATH"] ?? "")
    ? good("program", `${program} is there`)
    : wrong("program", `there is no program "${program}" that may be run`, "install it, or give its path");
}

/** Looked for as a shell does. */
function isThere(program: string, path: string): boolean {
  const places = program.includes("/") ? [""] : path.split(delimiter);
  return places.some((place) => {
    const file = resolve(place, program);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
