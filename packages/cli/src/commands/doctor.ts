import { RELEASE } from "@colony/runtime";
import { examineFile } from "../doctor/examine-file.ts";
import { examineFolder } from "../doctor/examine-folder.ts";
import { examineModel } from "../doctor/examine-model.ts";
import { examinePrice } from "../doctor/examine-price.ts";
import { examineNode, examineSettings, hostOf } from "../doctor/examine-settings.ts";
import { examineWorkspace } from "../doctor/examine-workspace.ts";
import type { Finding } from "../doctor/finding.ts";
import { findingLines } from "../doctor/finding-lines.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import type { Command, CommandContext } from "./command.ts";

/** `doctor`: what is configured, what would be used, what is wrong and how to mend it. */
export const doctorCommand: Command = {
  name: "doctor",
  summary: "check what would be used, what is wrong and how to mend it",
  details: [
    "A colony file is read with all that it extends, and what it names is looked for; MCP servers are started and let go of.",
    "Changes nothing. Keys are named and never shown. Exit code 1 when something is wrong.",
  ],
  options: [],
  examples: ["doctor", "doctor --json", "doctor --model anthropic/claude-sonnet-4-5"],
  run,
};

async function run({ io, settings, paint }: CommandContext): Promise<number> {
  const file = await examineFile(settings, io);
  const findings: readonly Finding[] = [
    examineNode(process.version),
    ...examineSettings(settings, io.env),
    ...(await examineFolder(settings)),
    ...(file.model === undefined
      ? [...(await examineModel(file.settings, io.env)), ...examinePrice(file.settings, io.env)]
      : [file.model]),
    ...(await examineWorkspace(settings)),
    ...file.findings,
  ];
  const problems = findings.filter(({ state }) => state === "wrong").length;
  if (settings.output === "json") {
    const report = { release: RELEASE, healthy: problems === 0, findings, settings: shownSettings(settings) };
    await write(io.stdout, `${JSON.stringify(report, null, 2)}\n`);
  } else
    await write(
      io.stdout,
      `${findingLines(findings, { paint, columns: io.stdout.isTTY ? io.stdout.columns : Number.POSITIVE_INFINITY }).join("\n")}\n`,
    );
  return problems === 0 ? EXIT.success : EXIT.failed;
}

function shownSettings(settings: CommandContext["settings"]): object {
  const {
    dir,
    workspace,
    file,
    model,
    concurrency,
    logLevel,
    budgetUsd,
    budgetTokens,
    budgetWallMs,
    prices,
    notifyCommand,
    notifyWebhook,
    retentionMs,
    graceMs,
  } = settings;
  return {
    dir,
    workspace,
    file: { ...file, value: file.value ?? null },
    model: { ...model, value: model.value ?? null },
    concurrency,
    budgetUsd: { ...budgetUsd, value: budgetUsd.value ?? null },
    budgetTokens: { ...budgetTokens, value: budgetTokens.value ?? null },
    budgetWallMs: { ...budgetWallMs, value: budgetWallMs.value ?? null },
    prices: { ...prices, value: prices.value ?? null },
    notifyCommand: { ...notifyCommand, value: notifyCommand.value ?? null },
    notifyWebhook: { ...notifyWebhook, value: hostOf(notifyWebhook).value ?? null },
    retentionMs: { ...retentionMs, value: retentionWords(retentionMs.value) },
    graceMs,
    logLevel: { ...logLevel, value: logLevel.value ?? null },
  };
}

/** JSON has no infinity. */
function retentionWords(ms: number | undefined): number | "forever" | null {
  return ms === Number.POSITIVE_INFINITY ? "forever" : (ms ?? null);
}
