import { expect, it } from "vitest";
import { isOwnGroup, lookAfter } from "./own-groups.ts";

const group = (pid: number) => ({ pid, startToken: `token-${pid}` });

it("a hundred groups are one listener for the end of the host, and none is left of them", () => {
  const before = process.listenerCount("exit");
  const letGo = Array.from({ length: 100 }, (_, pid) => lookAfter(group(pid), () => undefined));
  expect(process.listenerCount("exit")).toBe(before + 1);
  expect([isOwnGroup(group(3)), isOwnGroup(group(100))]).toEqual([true, false]);
  for (const each of letGo) each();
  expect(process.listenerCount("exit")).toBe(before);
  expect(isOwnGroup(group(3))).toBe(false);
});

it("what is looked after is ended when the host ends, and what was let go is not", () => {
  const ended: number[] = [];
  const known = process.listeners("exit");
  const letGo = [1, 2, 3].map((pid) => lookAfter(group(pid), () => ended.push(pid)));
  letGo[1]?.();
  for (const listener of process.listeners("exit")) if (!known.includes(listener)) listener(0);
  for (const each of letGo) each();
  expect(ended).toEqual([1, 3]);
});
