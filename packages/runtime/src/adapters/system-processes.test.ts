import { processesContract } from "@colony/testkit/contracts";
import { createSystemClock } from "./system-clock.ts";
import { createSystemProcesses } from "./system-processes.ts";

processesContract("the system", () => createSystemProcesses({ clock: createSystemClock() }));
