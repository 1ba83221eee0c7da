import { runChild } from "../measure/child.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { interleave } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atMostTimes, rowOf } from "../measure/row.ts";

/**
 * From the start of a process until it says that it is ready, TypeScript sources and a new folder included; and until its model
 * is asked for the first time, for what is loaded only then. All of them have what Node has kept of an earlier start, since
 * `npm run bench` has it keep that.
 */
export const coldStart: Line = {
  name: "cold start: node to a colony ready to chat",
  async measure({ quick, rounds }) {
    const { ours, asked, floor } = await interleave(quick ? rounds : rounds * 2, {
      ours: () => inNewFolder("ready-colony"),
      asked: () => inNewFolder("first-call"),
      floor: async () => (await runChild("ready-libraries")).wallMs,
    });
    const row = { unit: "ms", floor, floorIs: "node importing zod and rxjs" };
    return [
      rowOf({ ...row, line: coldStart.name, ours, goal: atMostTimes(2) }),
      rowOf({
        ...row,
        line: "cold start: node to the first model call, for a message sent at once",
        ours: asked,
        goal: atMostTimes(3),
      }),
    ];
  },
};

async function inNewFolder(child: string): Promise<number> {
  await using folder = await openTemporaryFolder();
  return (await runChild(child, [folder.path])).wallMs;
}
