import { defineTool, type Tool } from "@colony/core";
import { z } from "zod";

/** The tool of the benchmark: it answers at once. */
export const LOOK_UP: Tool = defineTool({
  name: "look_up",
  description: "Gives the newest reading of a station.",
  input: z.object({ station: z.string() }),
  effect: "pure",
  run: ({ station }) => ({ station, reading: 21.5, unit: "degree" }),
});
