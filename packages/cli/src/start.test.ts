import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { colony, makePlace, type Place } from "./testing/command-line.ts";

/** The folder that Node keeps compiled code in, where nobody names another one. */
const CACHE = "node-compile-cache";

/** A start whose temporary folder is one of its own. */
async function started(place: Place, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const temporary = join(place.path, "temporary");
  mkdirSync(temporary, { recursive: true });
  const own = { NODE_COMPILE_CACHE: "", TMPDIR: temporary, ...env };
  const { code, stderr } = await colony(["workers"], { cwd: place.path, env: own });
  expect(code).toBe(1);
  expect(stderr).toContain("there is no colony");
  expect(readdirSync(place.path).toSorted()).toEqual(["README.md", "docs", "src", "temporary", "tools"]);
  return readdirSync(temporary);
}

it("what one start has compiled is kept in Node's own place for it, and nothing in the project", async () => {
  using place = makePlace();
  expect(await started(place, {})).toEqual([CACHE]);
});

it("nothing is kept where Node is told to keep nothing", async () => {
  using place = makePlace();
  expect(await started(place, { NODE_DISABLE_COMPILE_CACHE: "1" })).toEqual([]);
});

it("a command loads what it needs, and not what others need", async () => {
  using place = makePlace();
  const telling = `import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    process.on("exit", () => console.error("LOADED " + JSON.stringify(loaded)));`;
  const { stderr } = await colony(["workers"], {
    cwd: place.path,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(telling)}` },
  });
  const loaded = JSON.parse(/LOADED (.*)/u.exec(stderr)?.[1] ?? "") as readonly string[];
  expect(loaded.filter((url) => url.endsWith("packages/runtime/src/reader.ts"))).toHaveLength(1);
  const others =
    /\/packages\/(?:offline|workspace|mcp)\/|\/definitions\/src\/load-|\/cli\/src\/chat\/terminal-chat|\/runtime\/src\/open-colony\.ts|\/node_modules\/(?:croner|yaml|@ai-sdk)\//u;
  expect(loaded.filter((url) => others.test(url))).toEqual([]);
});
