import { ColonyError } from "@colony/core";
import { RELEASE } from "@colony/runtime";
import { suggestion } from "../arguments/nearest.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { answerCommand } from "./answer.ts";
import { approveCommand, denyCommand } from "./approve.ts";
import { budgetCommand } from "./budget.ts";
import { cancelCommand } from "./cancel.ts";
import { chatCommand } from "./chat.ts";
import type { Command } from "./command.ts";
import { doctorCommand } from "./doctor.ts";
import { exportCommand } from "./export.ts";
import { commandHelp, generalHelp, helpColumns } from "./help.ts";
import { inboxCommand } from "./inbox.ts";
import { hostCommand } from "./host.ts";
import { initCommand } from "./init.ts";
import { injectCommand } from "./inject.ts";
import { closeCommand, dismissCommand, removeCommand, reopenCommand } from "./life.ts";
import { logCommand } from "./log.ts";
import { pruneCommand } from "./prune.ts";
import { runCommand } from "./run.ts";
import { seedCommand } from "./seed.ts";
import { sendCommand } from "./send.ts";
import { showCommand } from "./show.ts";
import { stopCommand } from "./stop.ts";
import { triggerCommand } from "./trigger.ts";
import { workersCommand } from "./workers.ts";

/** `help`: the table below, for people. */
const helpCommand: Command = {
  name: "help",
  summary: "explain everything, or one command",
  positional: { name: "command", required: false, example: "run" },
  options: [],
  examples: ["help", "help run"],
  async run({ io, args, paint }) {
    const name = args.positionals[0];
    const columns = helpColumns(io.stdout);
    if (name === undefined) {
      await write(io.stdout, generalHelp(COMMANDS, { paint, release: RELEASE, columns }));
      return EXIT.success;
    }
    const command = COMMANDS.find((one) => one.name === name);
    const names = COMMANDS.map((one) => one.name);
    if (command === undefined)
      throw new ColonyError(
        "usage.invalid",
        `there is no command "${name}"${suggestion(name, names) || `; commands are ${names.join(", ")}`}`,
      );
    await write(io.stdout, commandHelp(command, { paint, columns }));
    return EXIT.success;
  },
};

/** Every command, in the order of help. The first is what is done when none is named. */
export const COMMANDS: readonly [Command, ...Command[]] = [
  chatCommand,
  runCommand,
  injectCommand,
  inboxCommand,
  answerCommand,
  approveCommand,
  denyCommand,
  sendCommand,
  cancelCommand,
  closeCommand,
  reopenCommand,
  stopCommand,
  dismissCommand,
  removeCommand,
  workersCommand,
  showCommand,
  logCommand,
  triggerCommand,
  hostCommand,
  seedCommand,
  exportCommand,
  pruneCommand,
  budgetCommand,
  initCommand,
  doctorCommand,
  helpCommand,
];
