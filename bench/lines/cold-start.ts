import { runChild } from "../measure/child.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { interleave } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atMostTimes, rowOf } from "../measure/row.ts";

/** From the start of a process until it says that it is ready, TypeScript sources and a new folder included. */
export const coldStart: Line = {
  name: "cold start: node to a colony ready to chat",
  async measure({ quick, rounds }) {
    const { ours, floor } = await interleave(quick ? rounds : rounds * 2, {
      ours: async () => {
        await using folder = await openTemporaryFolder();
        return (await runChild("ready-colony", [folder.path])).wallMs;
      },
      floor: async () => (await runChild("ready-libraries")).wallMs,
    });
    const floorIs = "node importing zod and rxjs";
    return [rowOf({ line: coldStart.name, unit: "ms", ours, floor, floorIs, goal: atMostTimes(2) })];
  },
};
