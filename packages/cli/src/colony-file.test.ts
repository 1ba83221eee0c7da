import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { STARTER } from "./definitions/starter.ts";
import { colony, makePlace } from "./testing/command-line.ts";

// The real program in processes of its own, where a colony file lies or is named.

const SERVER = JSON.stringify(resolve(import.meta.dirname, "../../mcp/src/testing/stdio-server.ts"));
const HOSTILE = JSON.stringify(resolve(import.meta.dirname, "../../mcp/src/testing/hostile-server.ts"));
const NODE = JSON.stringify(process.execPath);

const FILE = `
version: "1"
extend: default
overseer: { model: offline/rules }
workers:
  worker: { concurrency: 2 }
limits: { concurrency: 3 }
`;

describe("a colony file", () => {
  it("that lies where one stands says who is in the colony", async () => {
    using place = makePlace();
    place.write("colony.yaml", FILE);
    const { code, stdout, stderr } = await colony(["run", "Survey this repository", "--json"], {
      cwd: place.path,
    });
    expect(stderr).toContain(`using ${join(place.path, "colony.yaml")}`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", model: "offline/rules" });
    const { stdout: log } = await colony(["log", "--types", "AGENT_SPAWNED", "--json"], { cwd: place.path });
    expect(log).toContain('"definitionId":"worker"');
  });

  it("may be named, and may be a program where it is", async () => {
    using place = makePlace();
    place.write(
      "setup/mine.mjs",
      'export default { version: "1", extend: "default", overseer: { model: "offline/rules" } };',
    );
    const named = await colony(["run", "Hello", "--file", "setup/mine.mjs"], { cwd: place.path });
    expect(named).toMatchObject({ code: 0 });
    const set = await colony(["run", "Hello"], { cwd: place.path, env: { COLONY_FILE: "setup/mine.mjs" } });
    expect(set.stderr).toContain("mine.mjs");
    expect(set.code).toBe(0);
  });

  it("is not a program that only happens to lie there", async () => {
    using place = makePlace();
    place.write("colony.mjs", "process.exit(77);");
    expect(await colony(["run", "Hello"], { cwd: place.path })).toMatchObject({ code: 0 });
  });

  it("is told of with all that is wrong, and nothing is begun", async () => {
    using place = makePlace();
    place.write("colony.yaml", 'version: "1"\noverseer: { model: gpt-5, tools: [workspce] }\n');
    const { code, stdout, stderr } = await colony(["run", "Hello"], { cwd: place.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("error: 2 things are wrong:\n");
    expect(stderr).toContain('  colony.yaml:2:20: overseer.model is "gpt-5", which cannot be used: ');
    expect(stderr).toContain(
      '  colony.yaml:2:35: overseer.tools[0] is "workspce", and there is no such tool (did you mean "workspace"?)',
    );
    expect(await colony(["workers"], { cwd: place.path })).toMatchObject({ code: 1 });
  });

  it.each([
    ["", { COLONY_MODEL: "foo" }, []],
    ["", {}, ["--model", "foo"]],
    ["model: offline/rules", {}, ["--model", "foo"]],
  ] as const)("%j is not blamed for a model that was set beside it: %j %j", async (own, env, argv) => {
    using place = makePlace();
    place.write("colony.yaml", `version: "1"\noverseer: { instructions: hello, ${own} }\n`);
    const source = argv[0] ?? "COLONY_MODEL";
    const words = `${source} is "foo", which names no provider and model; name a model as `;
    const run = await colony(["run", "Hello", ...argv], { cwd: place.path, env });
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(new RegExp(`^error: ${words}`, "u"));
    const { stdout } = await colony(["doctor", ...argv], { cwd: place.path, env });
    expect(stdout).toMatch(new RegExp(`^✗ model +${words}`, "mu"));
    expect(stdout).toMatch(/^• file +colony\.yaml: nothing is wrong with it but the model$/mu);
    expect(stdout).toMatch(/\n1 problem found\n$/u);
  });

  it.each<[string, readonly string[], string]>([
    ["is not there", ["--file", "none.yaml"], "there is no file"],
    ["is of another kind", ["--file", "README.md"], "is no colony file; its name must end in one of"],
    ["is named by nothing", ["--file", " "], '--file is " "; name a file'],
  ])("that %s is refused", async (_title, argv, words) => {
    using place = makePlace();
    const { code, stderr } = await colony(["run", "Hello", ...argv], { cwd: place.path });
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^error: [^\n]+\n$/u);
    expect(code).toBe(2);
  });

  it("must be the only one", async () => {
    using place = makePlace();
    place.write("colony.yaml", FILE);
    place.write("colony.json", "{}");
    const { code, stderr } = await colony(["run", "Hello"], { cwd: place.path });
    expect(stderr).toContain(
      "colony.yaml and colony.json both lie here, and only one can say who is in the colony",
    );
    expect(code).toBe(2);
    expect(await colony(["run", "Hello", "--file", "colony.yaml"], { cwd: place.path })).toMatchObject({
      code: 0,
    });
  });

  it("gives way to what is typed, and to nothing else", async () => {
    using place = makePlace();
    place.write("colony.yaml", FILE.replace("offline/rules", "openai/gpt-5"));
    const typed = await colony(["run", "Hello", "--model", "offline"], { cwd: place.path });
    expect(typed).toMatchObject({ code: 0 });
    const set = await colony(["run", "Hello"], { cwd: place.path, env: { COLONY_MODEL: "offline" } });
    expect(set.stderr).toContain("OPENAI_API_KEY is not set");
    expect(set.code).toBe(2);
  });
});

describe("doctor", () => {
  it("finds a file, its models, and its servers with their tools", async () => {
    using place = makePlace();
    place.write(
      "colony.yaml",
      `${FILE}notify: { command: sh }\nmcpServers: { local: { command: ${NODE}, args: [${SERVER}] } }\n`,
    );
    const { code, stdout } = await colony(["doctor"], { cwd: place.path });
    expect(stdout).toMatch(/✓ file +colony\.yaml: an overseer and 1 worker definition \(worker\)/u);
    expect(stdout).toMatch(/✓ model +offline\/rules \(colony\.yaml\)/u);
    expect(stdout).toMatch(/✓ models +offline\/rules: their providers have what they need/u);
    expect(stdout).toMatch(/✓ mcp local +served 1\.2\.3 answers, \d+ tools: echo, pid, .* and \d+ more/u);
    expect(stdout).toMatch(/✓ program +sh is there/u);
    expect(code).toBe(0);
  });

  it("tells what of a server's list cannot be used", async () => {
    using place = makePlace();
    place.write(
      "colony.yaml",
      `${FILE}mcpServers: { odd: { command: ${NODE}, args: [${HOSTILE}, twice] } }\n`,
    );
    const { code, stdout } = await colony(["doctor"], { cwd: place.path });
    expect(stdout).toMatch(/✓ mcp odd +hostile 1 answers, 4 tools: t, a\.b, a_b,/u);
    expect(stdout.replaceAll(/\s+/gu, " ")).toContain(
      'it lists the tool "t" more than once: the first one is used',
    );
    expect(code).toBe(0);
  });

  it("finds all that is wrong: in the file, with models and servers, and programs that are not there", async () => {
    using place = makePlace();
    place.write(
      "colony.yaml",
      `version: "1"
overseer: { model: openai/gpt-5, tools: [red_file] }
notify: { command: no-such-program }
mcpServers:
  gone: { command: no-such-server }
  there: { command: ${NODE}, args: [${SERVER}] }
`,
    );
    const { code, stdout } = await colony(["doctor"], { cwd: place.path });
    for (const words of [
      'overseer.model is "openai/gpt-5", which cannot be used: it asks for "openai/gpt-5", and OPENAI_API_KEY is not set',
      'overseer.tools[0] is "red_file", and there is no such tool (did you mean "read_file"?)',
      'mcpServers.gone cannot be used: the MCP server "gone" is not there: there is no program "no-such-server"',
      "mcp there",
      'there is no program "no-such-program" that may be run',
    ])
      expect(stdout).toContain(words);
    expect(code).toBe(1);
    const broken = makePlace();
    broken.write("colony.yaml", 'version: "1"\nworkers: { a: { toolz: [] } }\n');
    const json = await colony(["doctor", "--json"], { cwd: broken.path });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      healthy: false,
      findings: expect.arrayContaining([
        expect.objectContaining({
          about: "file",
          state: "wrong",
          says: expect.stringContaining(
            "colony.yaml:2:17: workers.a.toolz is no key that there is (did you mean tools?)",
          ) as string,
        }),
      ]) as unknown,
    });
    broken[Symbol.dispose]();
  });
});

describe("doctor with a file", () => {
  it("looks at the overseer's model and what the file says that it costs, and names the file in JSON", async () => {
    using place = makePlace();
    place.write(
      "colony.yaml",
      'version: "1"\noverseer: { model: openai/small }\nprices: { openai/small: { inputUsd: 1, outputUsd: 2 } }\n',
    );
    const env = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" };
    const { stdout } = await colony(["doctor", "--file", "colony.yaml"], { cwd: place.path, env });
    expect(stdout).toMatch(/✓ model +openai\/small \(colony\.yaml\)/u);
    expect(stdout).toMatch(/✓ price +\$1 in and \$2 out for a million tokens \(colony\.yaml\)/u);
    const argv = ["doctor", "--json", "--file", "colony.yaml", "--retention", "forever", "--grace", "3"];
    const json = await colony(argv, { cwd: place.path, env: { ...env, COLONY_NOTIFY_COMMAND: "true" } });
    expect(JSON.parse(json.stdout)).toMatchObject({
      settings: {
        file: { value: join(place.path, "colony.yaml"), source: "--file" },
        retentionMs: { value: "forever", source: "--retention" },
        graceMs: { value: 3_000, source: "--grace" },
        notifyCommand: { value: "true", source: "COLONY_NOTIFY_COMMAND" },
        notifyWebhook: { value: null, source: "default" },
      },
    });
  }, 60_000);

  it("takes a model that a program makes for what it is", async () => {
    using place = makePlace();
    const file = resolve(import.meta.dirname, "testing/asking-colony.ts");
    const { code, stdout } = await colony(["doctor", "--file", file], { cwd: place.path });
    expect(stdout).toMatch(/✓ model +\S+ \(made by asking-colony\.ts\)/u);
    expect(code).toBe(0);
  });
});

describe("init", () => {
  it("writes a file that is right, says what there is without one, and is never written over", async () => {
    using place = makePlace();
    const { code, stdout } = await colony(["init"], { cwd: place.path });
    expect(stdout).toContain(join(place.path, "colony.yaml"));
    expect(code).toBe(0);
    const doctor = await colony(["doctor"], { cwd: place.path });
    expect(doctor.stdout).toMatch(/✓ file +colony\.yaml: an overseer and 1 worker definition \(worker\)/u);
    expect(doctor.code).toBe(0);
    const again = await colony(["init"], { cwd: place.path });
    expect(again.stderr).toContain("is there already; it is left as it is");
    expect(again.code).toBe(2);
  });

  it("is right with everything in it taken in", async () => {
    using place = makePlace();
    const text = STARTER.replaceAll(/^# (?=[a-z ]+\w+:|  )/gmu, "").replace("npx", "no-such-program");
    place.write("colony.yaml", text.replace("prompts/overseer.md", "README.md"));
    const env = { GITHUB_TOKEN: "t", OPENAI_API_KEY: "k" };
    const { stdout } = await colony(["doctor", "--json"], { cwd: place.path, env });
    const wrong = (JSON.parse(stdout) as { findings: { state: string; says: string }[] }).findings.filter(
      ({ state }) => state === "wrong",
    );
    expect(wrong.map(({ says }) => says)).toEqual([
      expect.stringContaining("mcpServers.github cannot be used"),
    ]);
  });

  it.each([
    [["--file", "colony.json"], "what is written is YAML"],
    [["--file", "no/such/colony.yaml"], "there is no folder for"],
  ])("%j is refused", async (argv, words) => {
    using place = makePlace();
    const { code, stderr } = await colony(["init", ...argv], { cwd: place.path });
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });
});
