import { expect, it } from "vitest";
import { PLAIN } from "../render/paint.ts";
import { SETTING_VARIABLES } from "../settings/resolve-settings.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, generalHelp, helpColumns } from "./help.ts";

const WIDE = { paint: PLAIN, columns: Number.POSITIVE_INFINITY, release: "1" };

it("help names every variable that settings are read from", () => {
  const words = generalHelp(COMMANDS, WIDE).split(/[\s,]+/u);
  for (const name of SETTING_VARIABLES) expect(words).toContain(name);
});

it.each([60, 80, 120, 200])("help fits a terminal of %i columns, and says all of it", (columns) => {
  const said = (text: string): string => text.replaceAll(/\s+/gu, " ");
  const general = generalHelp(COMMANDS, { ...WIDE, columns });
  expect(said(general)).toBe(said(generalHelp(COMMANDS, WIDE)));
  for (const command of COMMANDS) {
    const text = commandHelp(command, { ...WIDE, columns });
    expect(said(text)).toBe(said(commandHelp(command, WIDE)));
    for (const line of [...text.split("\n"), ...general.split("\n")])
      expect(line.length).toBeLessThanOrEqual(columns);
  }
});

it("help that is written elsewhere than to a terminal is not cut", () => {
  expect(helpColumns({ isTTY: false, columns: 40 })).toBe(Number.POSITIVE_INFINITY);
  expect(helpColumns({ isTTY: true, columns: 100 })).toBe(100);
});
