import { expect, test } from "vitest";
import { adapterPorts, portFindings } from "./ports.ts";
import { findingsIn } from "./source-file.ts";
import { lockedAddress, machineTrace } from "./traces.ts";

const file = (text: string, path = "a.ts") => ({ path, text });

test.each(["work", "root", "home/ada", "Users/ada"])("a path below %s is found", (folder) => {
  expect(machineTrace(file(`open("/${folder}/notes.txt")`))).toHaveLength(1);
});

test("a path that is the same everywhere is fine", () => {
  expect(machineTrace(file('open("packages/worker/src"); open("./work/a"); open("/tmp/a")'))).toEqual([]);
});

test("registries and private addresses are found", () => {
  expect(machineTrace(file("see registry.example.org"))).toHaveLength(1);
  expect(machineTrace(file("fund=false\nregistry=x"))).toHaveLength(1);
  expect(machineTrace(file("http://10.0.0.1:4873"))).toHaveLength(1);
});

test("an address in the lock file is found", () => {
  expect(lockedAddress(file("tarball: https://example.org/a.tgz"))).toEqual([
    "holds the address https://example.org/a.tgz",
  ]);
});

test("a pattern without files is a finding, as is any finding of the rule", () => {
  expect(findingsIn([file("")], /^b/, machineTrace)).toHaveLength(1);
  expect(findingsIn([file("x")], /^a/, () => ["is wrong"])).toEqual(["a.ts: is wrong"]);
});

test("a port needs its declaration and its contract suite", () => {
  expect(portFindings([], ["clock"])).toHaveLength(2);
  expect(portFindings([], [])).toHaveLength(1);
  const files = [
    file("", "packages/core/src/ports/clock.ts"),
    file("", "packages/testkit/src/contracts/clock.ts"),
  ];
  expect(portFindings(files, ["clock"])).toEqual([]);
  expect(adapterPorts).not.toEqual([]);
});
