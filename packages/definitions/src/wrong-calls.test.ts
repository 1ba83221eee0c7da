import { ColonyError } from "@colony/core";
import { expect, it } from "vitest";
import { examineColonyFile, loadColonyFile } from "./load-colony-file.ts";

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const ODD = [null, true, 0, Number.NaN, "", "x", Symbol("s"), 10n, () => 1, [], [null], revoked.proxy];
/** Options, and which of these may stand in them after all. */
const OPTIONS: Readonly<Record<string, (odd: unknown) => boolean>> = {
  env: () => false,
  models: (odd) => typeof odd === "function",
  defaultModel: (odd) => typeof odd === "function",
  tools: () => false,
  workspace: (odd) => odd === "x",
  exclude: (odd) => Array.isArray(odd) && odd.length === 0,
  signal: () => false,
  servers: () => false,
};

async function answer(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof ColonyError
      ? `${error.code}: ${error.message}`
      : `without a code: ${String(error)}`;
  }
  return "not refused";
}

it.each([
  ["loadColonyFile", loadColonyFile],
  ["examineColonyFile", examineColonyFile],
])(
  "%s refuses a wrong path and wrong options in one sentence, before it reads anything",
  async (_name, load) => {
    const found: string[] = [];
    const hold = async (path: unknown, options: unknown, words: string): Promise<void> => {
      const said = await answer(() => load(path as string, options as object));
      if (!said.startsWith(`usage.invalid: ${words}`) || said.includes("\n")) found.push(`${words}: ${said}`);
    };
    for (const odd of ODD) {
      if (odd !== "x") await hold(odd, {}, "the colony file to read is ");
      await hold("nowhere.yaml", odd, "the options of a colony file are no object");
      for (const [name, takes] of Object.entries(OPTIONS))
        if (odd === revoked.proxy || !takes(odd)) await hold("nowhere.yaml", { [name]: odd }, name);
    }
    await hold(
      "nowhere.yaml",
      { worspace: "x" },
      "there is no option worspace of a colony file (did you mean workspace?)",
    );
    await hold("nowhere\0.yaml", {}, "the colony file to read is ");
    expect(found).toEqual([]);
    expect(await answer(() => load("nowhere.yaml"))).toMatch(/^colony_file\.not_found: /u);
  },
);
