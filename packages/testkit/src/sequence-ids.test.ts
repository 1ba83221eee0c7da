import { expect, it } from "vitest";
import { createSequenceIds } from "./sequence-ids.ts";

it("ids count from 1 for each prefix", () => {
  const ids = createSequenceIds();
  expect([ids.next("w"), ids.next("w"), ids.next("in"), ids.next("w")]).toEqual([
    "w-1",
    "w-2",
    "in-1",
    "w-3",
  ]);
});
