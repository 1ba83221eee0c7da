import { ColonyError } from "@colony/core";
import { describe, expect, it } from "vitest";
import { ownerOnly, type AccessPolicy } from "./policy.ts";

const bob = { id: "bob", role: "user" } as const;
const eve = { id: "eve", role: "operator" } as const;

describe("the policy of those who have no other", () => {
  it("gives to everybody what is theirs, and to operators and the colony's owner everything", () => {
    const whose = { owner: "bob", colonyOwner: "ada" };
    expect(ownerOnly(bob, "see", whose)).toBe(true);
    expect(ownerOnly({ ...bob, id: "ada" }, "stop", whose)).toBe(true);
    expect(ownerOnly({ ...bob, id: "cid" }, "see", whose)).toBe(false);
    expect(ownerOnly(eve, "stop", whose)).toBe(true);
    expect(ownerOnly({ ...bob, id: "cid" }, "spawn", whose)).toBe(true);
  });

  it("can be asked with what a policy was asked with", () => {
    const own: AccessPolicy = (principal, action, { agent, owner, colonyOwner }) =>
      ownerOnly(principal, action, { agent, owner, colonyOwner });
    expect(own(bob, "see", { owner: "bob", colonyOwner: undefined })).toBe(true);
  });

  it.each<[readonly unknown[], string]>([
    [[], "the principal that ownerOnly is asked about is missing; give { id, role }"],
    [[null, "see", {}], "the principal that ownerOnly is asked about is null; give { id, role }"],
    [[bob, "see"], "the target that ownerOnly is asked about is missing; give { agent, owner, colonyOwner }"],
    [[bob, "see", 5], "the target that ownerOnly is asked about is 5; give { agent, owner, colonyOwner }"],
    [[{}, "see", {}], "id of a principal is missing; give a text"],
  ])("%# refuses to be asked about nobody, or nothing", (given, sentence) => {
    const asked = (): boolean => ownerOnly(...(given as Parameters<AccessPolicy>));
    expect(asked).toThrow(ColonyError);
    expect(asked).toThrow(sentence);
  });
});
