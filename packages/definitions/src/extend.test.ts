import { expect, it } from "vitest";
import { ColonyFolder, MODELS } from "./testing/colony-folder.ts";

const BASE = `
version: "1"
overseer: { model: fast, instructions: Base., tools: [workspace] }
workers:
  coder: { instructions: Code., tools: [read_file, list_folder], limits: { toolCalls: 3, iterations: 4 } }
  writer: { instructions: Write. }
limits: { concurrency: 2, maxDepth: 2 }
budget: { usd: 1, tokens: 5 }
`;

it("scalars override, lists replace, maps merge, workers merge by name or are cleared with null", async () => {
  using folder = new ColonyFolder({
    "base.yaml": BASE,
    "colony.yaml": `
version: "1"
extend: base.yaml
overseer: { instructions: Mine. }
workers:
  coder: { tools: [search_text], limits: { toolCalls: 9 } }
  writer: null
  tester: { instructions: Test. }
limits: { concurrency: 7 }
budget: null
`,
  });
  const options = await folder.load();
  expect(options.overseer).toMatchObject({ models: [MODELS["fast"]], instructions: "Mine." });
  expect(options.overseer.tools).toHaveLength(5);
  expect(Object.keys(options.workers ?? {})).toEqual(["coder", "tester"]);
  expect(options.workers?.["coder"]).toMatchObject({
    instructions: "Code.",
    limits: { toolCalls: 9, iterations: 4 },
  });
  expect(options.workers?.["coder"]?.tools.map(({ name }) => name)).toEqual(["search_text"]);
  expect(options.limits).toEqual({ concurrency: 7, maxDepth: 2 });
  expect(options).not.toHaveProperty("budget");
});

it("files extend files that extend files, of every kind", async () => {
  using folder = new ColonyFolder({
    "top/colony.yaml": 'version: "1"\nextend: ../middle.json\nowner: top\n',
    "middle.json":
      '{ "version": "1", "extend": "below/base.mjs", "owner": "middle", "limits": { "concurrency": 3 } }',
    "below/base.mjs":
      'export default { version: "1", owner: "below", overseer: { model: "slow" }, limits: { concurrency: 1, maxDepth: 0 } };',
  });
  const options = await folder.load({}, "top/colony.yaml");
  expect(options).toMatchObject({
    owner: "top",
    overseer: { models: [MODELS["slow"]] },
    limits: { concurrency: 3, maxDepth: 0 },
  });
});

it("one way to say something takes back another that the base had", async () => {
  using folder = new ColonyFolder({
    "base.yaml": BASE,
    "colony.yaml":
      'version: "1"\nextend: base.yaml\noverseer: { models: [slow, fast], instructionsFile: mine.md }\n',
    "mine.md": "From a file.",
  });
  expect((await folder.load()).overseer).toMatchObject({
    models: [MODELS["slow"], MODELS["fast"]],
    instructions: "From a file.",
  });
});

it("a report's schema is replaced, not mixed", async () => {
  using folder = new ColonyFolder({
    "base.yaml":
      'version: "1"\noverseer: { model: fast }\nworkers: { a: { report: { type: object, properties: { x: { type: string } }, required: [x] } } }\n',
    "colony.yaml": 'version: "1"\nextend: base.yaml\nworkers: { a: { report: { type: array } } }\n',
  });
  expect((await folder.load()).workers?.["a"]?.reportSchema).toEqual({ type: "array" });
});

it("paths are counted from the file in which they stand", async () => {
  using folder = new ColonyFolder({
    "shared/base.yaml": 'version: "1"\noverseer: { model: fast, instructionsFile: lead.md }\n',
    "shared/lead.md": "Lead from below.",
    "colony.yaml": 'version: "1"\nextend: shared/base.yaml\n',
  });
  expect((await folder.load()).overseer.instructions).toBe("Lead from below.");
});

it("what is wrong is named where it stands, in whichever file", async () => {
  using folder = new ColonyFolder({
    "shared/base.yaml": 'version: "1"\noverseer: { model: fast }\nlimits:\n  concurency: 3\n',
    "colony.yaml": 'version: "1"\nextend: shared/base.yaml\nlimits:\n  maxDepth: -1\n',
  });
  expect((await folder.wrong()).map((line) => line.split(" is ")[0])).toEqual(
    ["colony.yaml:4:13: limits.maxDepth", "shared/base.yaml:4:3: limits.concurency"].toSorted(),
  );
});

it.each<[string, Readonly<Record<string, string>>, string]>([
  [
    "a circle",
    {
      "colony.yaml": 'version: "1"\nextend: b/two.yaml\n',
      "b/two.yaml": 'version: "1"\nextend: ../three.yml\n',
      "three.yml": 'version: "1"\nextend: colony.yaml\n',
    },
    "three.yml:2:9: extend leads in a circle: colony.yaml -> b/two.yaml -> three.yml -> colony.yaml",
  ],
  [
    "itself",
    { "colony.yaml": 'version: "1"\nextend: ./colony.yaml\n' },
    "colony.yaml:2:9: extend leads in a circle: colony.yaml -> colony.yaml",
  ],
  [
    "a file that is not there",
    { "colony.yaml": 'version: "1"\nextend: none.yaml\n' },
    'colony.yaml:2:9: extend names "none.yaml", and there is no file "',
  ],
  [
    "a file of another kind",
    { "colony.yaml": 'version: "1"\nextend: base.txt\n', "base.txt": "" },
    'colony.yaml:2:9: extend names "base.txt", whose name must end in one of',
  ],
  [
    "several",
    { "colony.yaml": 'version: "1"\nextend: [a.yaml, b.yaml]\n' },
    'colony.yaml:2:9: extend is a list; name a file, or "default"',
  ],
  [
    "a base of another version",
    {
      "colony.yaml": 'version: "1"\nextend: b.yaml\noverseer: { model: fast }\n',
      "b.yaml": 'version: "3"\n',
    },
    'b.yaml:1:10: version is "3"; this release reads "1" only',
  ],
  [
    "a base that cannot be read",
    { "colony.yaml": 'version: "1"\nextend: b.yaml\n', "b.yaml": "version: *x\n" },
    "b.yaml:1:10: cannot be read: nothing above it is named &x",
  ],
])("what cannot be extended is said: %s", async (_title, files, line) => {
  using folder = new ColonyFolder(files);
  const lines = await folder.wrong();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(line);
});

it("the default is what the command line opens without a file; its workers neither delegate nor ask people", async () => {
  using folder = new ColonyFolder({
    "colony.yaml":
      'version: "1"\nextend: default\noverseer: { model: fast }\nworkers: { worker: { concurrency: 2 } }\n',
  });
  const options = await folder.load();
  expect(options.overseer.tools).toHaveLength(5);
  expect(options.overseer.instructions).toContain("spawn_workers");
  const { worker } = options.workers ?? {};
  expect(worker).toMatchObject({ concurrency: 2, toolSet: { deny: ["group:delegation", "group:people"] } });
  expect(worker?.tools).toHaveLength(5);
  expect(worker?.instructions).toContain("report_to_parent");
});
