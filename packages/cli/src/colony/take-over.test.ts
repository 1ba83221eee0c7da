import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openColony } from "@colony/runtime";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { makePlace } from "../testing/command-line.ts";
import { inProcess } from "../testing/in-process.ts";

const openedIn = (cwd: string) =>
  openColony({ dir: join(cwd, ".colony"), overseer: { model: createScriptedModel([]) } });

it("an owner on another machine is named everywhere, and taken over where that is said", async () => {
  using place = makePlace();
  const cwd = place.path;
  await (await openedIn(cwd)).close();
  const db = new DatabaseSync(join(cwd, ".colony", "colony.db"));
  db.exec("INSERT INTO owner VALUES (1, 'other', 7, '', 'h', 'some-other-machine', 0)");
  db.close();
  for (const argv of [["run", "hello"], ["host"], ["stop"], ["inject", "hello"], ["budget", "--usd", "1"]]) {
    const { code, stderr } = await inProcess(argv, { cwd });
    expect(stderr).toMatch(
      /process 7 on some-other-machine has had .* nobody can tell whether it still runs; .* --take-over/u,
    );
    expect(stderr).not.toContain("beside it");
    expect(code).toBe(1);
  }
  const doctor = await inProcess(["doctor"], { cwd });
  expect(doctor.stdout).toMatch(
    /owner +process 7 on some-other-machine has it open .* run, chat and host go on with --take-over\n/u,
  );
  expect((await inProcess(["run", "hello", "--take-over"], { cwd })).code).toBe(0);
  expect((await inProcess(["doctor"], { cwd })).stdout).toMatch(/owner +nobody has it open/u);
});

it("an owner that lives is not taken over, whatever is said, and a new colony takes nothing over", async () => {
  using place = makePlace();
  const cwd = place.path;
  {
    await using held = await openedIn(cwd);
    const { code, stderr } = await inProcess(["run", "hello", "--take-over"], { cwd });
    expect(stderr).toMatch(/process \d+ has had the colony in .* end that one first/u);
    expect(code).toBe(1);
    // It has the folder still: what it decides is stored.
    await held.stop();
  }
  const anew = ["run", "hello", "--take-over", "--dir", "new"];
  expect((await inProcess(anew, { cwd })).code).toBe(0);
});
