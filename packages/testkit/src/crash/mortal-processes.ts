import type { Clock, Processes } from "@colony/core";
import type { Mortality } from "./mortality.ts";
import type { ProcessWorld } from "./process-world.ts";

/** The processes of a machine as one host starts and ends them: cut points around each start, begin, exit and stop. */
export function mortalProcesses(world: ProcessWorld, clock: Clock, mortality: Mortality): Processes {
  const hosted = world.hostedBy(clock);
  mortality.onDeath(() => hosted.abandon());
  return {
    spawn: async (command, args, options) => {
      const own = await mortality.after(`before process ${command}`, () =>
        hosted.spawn(command, args, options),
      );
      await mortality.point(`after process ${command} was started`);
      return {
        ...own,
        begin: () => {
          if (!mortality.pass(`before process ${command} begins`)) return;
          own.begin();
          mortality.pass(`after process ${command} has begun`);
        },
        exited: exit(own.exited, command),
      };
    },
    stop: async (process, options) => {
      const how = await mortality.after("before process is stopped", () => hosted.stop(process, options));
      await mortality.point("after process was stopped");
      return how;
    },
    isAlive: (process) => hosted.isAlive(process),
  };

  async function exit<T>(exited: Promise<T>, command: string): Promise<T> {
    const outcome = await mortality.living(exited);
    await mortality.point(`after process ${command} has exited`);
    return outcome;
  }
}
