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
