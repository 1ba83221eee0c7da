import { expect, it } from "vitest";
import * as face from "./index.ts";

it("the face of the package is what it was meant to be", () => {
  expect(Object.keys(face).toSorted()).toEqual([
    "OVERSEER_INSTRUCTIONS",
    "WORKER_DESCRIPTION",
    "WORKER_INSTRUCTIONS",
    "examineColonyFile",
    "loadColonyFile",
    "problemLine",
  ]);
});
