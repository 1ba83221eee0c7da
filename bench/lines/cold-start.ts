import { buildPrograms } from "../measure/built-programs.ts";
import { runChild, type Answered } from "../measure/child.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { interleave } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { TO_KNOW, atMostTimes, rowOf } from "../measure/row.ts";

const LIBRARIES = "ready-libraries";
const COLONY = "ready-colony";
const FIRST_CALL = "first-call";

/**
 * From the start of a process until it says that it is ready, a new folder included; and until its model is asked for the first
 * time, for what is loaded only then. All are JavaScript beside packages as they are installed, and Node compiles all of it
 * afresh, as in the first start on a machine. To know: the same with what Node has kept of an earlier start, and the sources of
 * this repository with that.
 */
export const coldStart: Line = {
  name: "cold start: node to a colony ready to chat",
  async measure({ quick, rounds }) {
    await using built = await buildPrograms("child", [LIBRARIES, COLONY, FIRST_CALL]);
    const figures = await interleave(quick ? rounds : rounds * 2, {
      ours: () => inNewFolder((path) => built.run(COLONY, [path], "afresh")),
      asked: () => inNewFolder((path) => built.run(FIRST_CALL, [path], "afresh")),
      floor: () => inNewFolder(() => built.run(LIBRARIES, [], "afresh")),
      keptOurs: () => inNewFolder((path) => built.run(COLONY, [path], "kept")),
      keptSources: () => inNewFolder((path) => runChild(COLONY, [path])),
      keptFloor: () => inNewFolder(() => built.run(LIBRARIES, [], "kept")),
    });
    const { ours, asked, floor, keptOurs, keptSources, keptFloor } = figures;
    const first = {
      unit: "ms",
      floor,
      floorIs: "node importing zod and rxjs",
      floorMeans:
        "a JavaScript file that imports both, beside installed packages as ours is; nothing of an earlier start",
    };
    const later = {
      unit: "ms",
      floor: keptFloor,
      floorIs: "node importing them, compiled code kept",
      floorMeans:
        "the same file with the code that Node has compiled in an earlier start (NODE_COMPILE_CACHE)",
      goal: TO_KNOW,
    };
    const called = "cold start: node to the first model call, for a message sent at once";
    return [
      rowOf({ ...first, line: coldStart.name, ours, goal: atMostTimes(2) }),
      rowOf({ ...first, line: called, ours: asked, goal: atMostTimes(3) }),
      rowOf({ ...later, line: `${coldStart.name}, compiled code kept`, ours: keptOurs }),
      rowOf({
        ...later,
        line: `${coldStart.name}, TypeScript sources, compiled code kept`,
        ours: keptSources,
      }),
    ];
  },
};

/** Milliseconds. */
async function inNewFolder(run: (path: string) => Promise<Answered>): Promise<number> {
  await using folder = await openTemporaryFolder();
  return (await run(folder.path)).wallMs;
}
