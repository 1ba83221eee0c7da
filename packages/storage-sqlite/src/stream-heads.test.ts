import { agentId, type AgentId } from "@colony/core";
import { expect, it } from "vitest";
import { createStreamHeads } from "./stream-heads.ts";

const [a, b, c] = ["a", "b", "c"].map(agentId) as [AgentId, AgentId, AgentId];

it("streams are looked up once, and again where they were forgotten or too many others came", () => {
  const asked: AgentId[] = [];
  const heads = createStreamHeads((id) => ({ agent: asked.push(id), version: 7 }), 2);
  heads.of(a).version = 8;
  expect(heads.of(a)).toMatchObject({ agent: 1, version: 8 });
  heads.of(b);
  heads.forget(a);
  expect(heads.of(a)).toMatchObject({ agent: 3, version: 7 });
  heads.of(c);
  heads.of(a);
  expect(asked).toEqual([a, b, a, c, a]);
});
