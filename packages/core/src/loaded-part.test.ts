import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { loadedPart } from "./loaded-part.ts";

it("a part that is there is what its module exports", async () => {
  const { loadedPart: same } = await loadedPart(import("./loaded-part.ts"));
  expect(same).toBe(loadedPart);
});

it("a part whose file is gone is told of with a code and what to do", async () => {
  const gone = pathToFileURL("/nowhere/part.mjs").href;
  await expect(loadedPart(import(gone))).rejects.toMatchObject({
    code: "install.incomplete",
    message: expect.stringMatching(/part\.mjs.*install it whole/su) as unknown,
  });
});
