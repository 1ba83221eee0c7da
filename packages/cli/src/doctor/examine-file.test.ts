import { expect, it } from "vitest";
import { makePlace } from "../testing/command-line.ts";
import { inProcess } from "../testing/in-process.ts";

it.each([
  ["one that can", "offline/rules", ["models     offline/rules: their providers have what they need"]],
  ["none that can", "acme/small", []],
])("of the models that cannot be used none is said to be well, with %s", async (_what, other, well) => {
  using place = makePlace();
  place.write(
    "colony.yaml",
    `version: "1"\noverseer: { model: acme/large }\nworkers: { a: { model: ${other} } }\n`,
  );
  const { code, stdout } = await inProcess(["doctor"], { cwd: place.path });
  expect(stdout).toContain('overseer.model is "acme/large", which cannot be used');
  const said = stdout.split("\n").filter((line) => line.startsWith("✓ models"));
  expect(said).toEqual(well.map((words) => `✓ ${words}`));
  expect(code).toBe(1);
});
