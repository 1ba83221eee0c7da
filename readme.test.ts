import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const readme = readFileSync("README.md", "utf8");

test("the README's program is the first example, line for line, which runs on its own", () => {
  const [, program = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const [imports = "", ...lines] = program.trim().split("\n");
  const example = readFileSync("examples/01-hello-colony.ts", "utf8");
  expect(lines.length).toBeGreaterThan(10);
  expect(example).toContain(imports);
  expect(example).toContain(lines.join("\n").trim());
});

test("every file that the README points at is there", () => {
  const links = Array.from(readme.matchAll(/\]\(([^)#]+)\)/g), ([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});

test("every file that a page of the documentation points at is there", () => {
  const pages = readdirSync("docs").filter((name) => name.endsWith(".md"));
  const links = pages.flatMap((page) =>
    Array.from(
      readFileSync(join("docs", page), "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/g),
      ([, path = ""]) => path,
    ),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((path) => !existsSync(join("docs", path)))).toEqual([]);
});

test("nothing in the README waits to be filled in", () => {
  expect(readme).not.toMatch(/@@|TBD|XXX/);
});

test("every command that the README names is one", () => {
  const named = Array.from(readme.matchAll(/`npm run (\w+)/g), ([, name = ""]) => name);
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: object };
  expect(named.length).toBeGreaterThan(2);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});
