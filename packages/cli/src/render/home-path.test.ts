import { expect, it } from "vitest";
import { homePath } from "./home-path.ts";

it("writes a path inside a person's own folder with a tilde, and every other one whole", () => {
  expect(homePath("/people/ada/colony", "/people/ada")).toBe("~/colony");
  expect(homePath("/people/ada", "/people/ada/")).toBe("~");
  expect(homePath("/people/adam", "/people/ada")).toBe("/people/adam");
  expect(homePath("/srv", "/people/ada")).toBe("/srv");
  expect(homePath("/srv", undefined)).toBe("/srv");
});
