import { expect, it } from "vitest";
import { homePath } from "./home-path.ts";

it("writes a path inside a person's own folder with a tilde, and every other one whole", () => {
  expect(homePath("/home/ada/colony", "/home/ada")).toBe("~/colony");
  expect(homePath("/home/ada", "/home/ada/")).toBe("~");
  expect(homePath("/home/adam", "/home/ada")).toBe("/home/adam");
  expect(homePath("/srv", "/home/ada")).toBe("/srv");
  expect(homePath("/srv", undefined)).toBe("/srv");
});
