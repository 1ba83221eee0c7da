import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { createNames, createWritableNames } from "./names.ts";
import { migrate } from "./schema.ts";

function database(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  migrate(db, ":memory:");
  return db;
}

it("a name keeps its number", () => {
  const db = database();
  const names = createWritableNames(db);
  const numbers = ["a", "b", "a", "__proto__"].map((name) => names.intern(name));
  expect(numbers).toEqual([1, 2, 1, 3]);
  expect(createNames(db).find("__proto__")).toBe(3);
  expect(createNames(db).nameOf(2)).toBe("b");
});

it("a name that was looked for in vain is found once somebody has written it", () => {
  const db = database();
  const reader = createNames(db);
  expect(reader.find("a")).toBe(-1);
  expect(reader.nameOf(1)).toBeUndefined();
  createWritableNames(db).intern("a");
  expect(reader.find("a")).toBe(1);
  expect(reader.nameOf(1)).toBe("a");
});

it("names of a transaction that was rolled back are forgotten with it", () => {
  const db = database();
  const names = createWritableNames(db);
  db.exec("BEGIN");
  names.intern("lost");
  db.exec("ROLLBACK");
  names.forget();
  expect(names.find("lost")).toBe(-1);
  expect(names.intern("kept")).toBe(1);
});

it("every name has its own number and every number its name, however many there are", () => {
  const db = database();
  const count = 40_000;
  db.exec("BEGIN");
  const writer = createWritableNames(db);
  for (let no = 1; no <= count; no += 1) writer.intern(`n-${no}`);
  db.exec("COMMIT");
  const names = createNames(db);
  // Numbers that are looked up in turn although one place in memory is meant for all of them.
  for (const no of [1, 16_385, 32_769, 1, 255, 256, 257, count, 16_385, 1])
    expect(names.nameOf(no)).toBe(`n-${no}`);
  expect(names.nameOf(0)).toBeUndefined();
  expect(names.nameOf(count + 1)).toBeUndefined();
  for (const no of [count, 1, 20_000]) expect(names.find(`n-${no}`)).toBe(no);
});
