import { join } from "node:path";
import { expect, it } from "vitest";
import { examineColonyFile } from "./load-colony-file.ts";
import { ColonyFolder } from "./testing/colony-folder.ts";

it("a file that names what is not there gives nothing to open a colony with, and says what", async () => {
  using folder = new ColonyFolder({ "colony.yaml": 'version: "1"\noverseer:\n  models: [nobody]\n' });
  const { options, problems, files } = await examineColonyFile(join(folder.path, "colony.yaml"), {
    env: {},
    models: {},
  });
  expect(options).toBeUndefined();
  expect(problems).toHaveLength(1);
  expect(files).toHaveLength(1);
});
