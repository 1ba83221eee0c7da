import {
  DEFAULT_OVERSEER_LIMITS,
  colonyId,
  loadedPart,
  messageOf,
  type AgentRecord,
  type Host,
} from "@colony/core";
import { EventBus, Ledger } from "@colony/eventbus";
import {
  Expiries,
  StandingApprovals,
  OVERSEER_DEFINITION,
  Roster,
  Supervisor,
  Triggers,
  askUserTool,
  defineOverseer,
  delegationFor,
  escalateTool,
  spawnStandIns,
} from "@colony/overseer";
import {
  AgentLoop,
  DraftKeeper,
  HostProcesses,
  ToldAtStart,
  systemTextFor,
  withLimits,
  type AgentDefinition,
} from "@colony/worker";
import { createSystemClock } from "./adapters/system-clock.ts";
import { createSystemProcesses } from "./adapters/system-processes.ts";
import { createSystemIds } from "./adapters/system-ids.ts";
import { ownerOnly } from "./access/policy.ts";
import { checkOptions } from "./check-options.ts";
import type { Colony } from "./colony.ts";
import { LetterTaking } from "./letters/letter-taking.ts";
import { Hold } from "./hold.ts";
import { harmlessLogger } from "./harmless-logger.ts";
import { createLogger } from "./logger.ts";
import { OpenColony } from "./open-colony-face.ts";
import type { ColonyOptions } from "./options.ts";
import { OVERSEER_ID } from "./overseer-id.ts";
import type { Parts } from "./parts.ts";
import { checkBudget, checkPrices, setBudget } from "./budget.ts";
import { pricesOf } from "./prices.ts";
import { RELEASE } from "./release.ts";
import { NO_TOOLS, runtimeTools, toolsOf } from "./runtime-tools.ts";
import { Retention } from "./retention.ts";
import { DEFAULT_RETENTION_MS } from "./listing.ts";
import { ReceivedInputs } from "./received-inputs.ts";
import { newestReport } from "./reports.ts";
import { Stories } from "./stories.ts";
import { MEMORY } from "./memory.ts";
import { HeldUp } from "./time/held-up.ts";
import { HostClock } from "./time/host-clock.ts";
import { openStore } from "./store.ts";

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_MAX_DEPTH = 1;
const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_NOTIFY_MS = 30_000;

/**
 * Opens a colony, new or old, and goes on with whatever was under way in it. One that has nothing to do keeps no process
 * alive. Throws `settings.invalid`, `definition.invalid`, `colony.folder_invalid`, `colony.in_use` and `log.newer_schema`.
 */
export async function openColony(options: ColonyOptions): Promise<Colony> {
  checkOptions(options);
  const clock = new HostClock(options.clock ?? createSystemClock());
  const ids = options.ids ?? createSystemIds();
  const logger = harmlessLogger(options.logger ?? createLogger());
  const limits = options.limits ?? {};
  const maxDepth = limits.maxDepth ?? DEFAULT_MAX_DEPTH;
  const roster = new Roster(defineOverseer(options.overseer), options.workers ?? {});
  const priceOf = pricesOf(options.prices, logger);
  checkBudget({ priceOf, definitions: roster.all }, options.budget ?? {});
  const { notifier } = options;
  const notify = notifier && (await loadedPart(import("./notify/notifying.ts")));
  const host: Host = { id: ids.next("host"), pid: process.pid, startedAt: clock.now() };
  const store = await openStore({
    dir: options.dir ?? MEMORY,
    host,
    newColonyId: colonyId(ids.next("colony")),
    durability: options.durability ?? "full",
    takeOver: options.takeOver ?? false,
    logger,
    store: options.store,
  });
  try {
    const { log, blobs } = store;
    const ledger = await Ledger.open({ log, snapshots: store.snapshots, clock, logger });
    const budgeting = { ledger, priceOf, definitions: roster.all };
    checkPrices(budgeting, options.budget ?? ledger.colony.budget);
    const bus = new EventBus({
      log,
      clock,
      parentOf: (id) => ledger.index.get(id)?.parentId ?? undefined,
      onSubscriberError: (error) => logger.error({ reason: messageOf(error) }, "subscriber failed"),
    });
    const processes = new HostProcesses({
      ledger,
      clock,
      logger,
      processes: options.processes ?? createSystemProcesses({ clock }),
      ...(limits.processGraceMs === undefined ? {} : { graceMs: limits.processGraceMs }),
    });
    const told = new ToldAtStart({ log, blobs, logger });
    const drafts = new DraftKeeper({ store: store.drafts, ledger, clock, logger });
    let tools = NO_TOOLS;
    const standIns = spawnStandIns({ ledger, maxDepth });
    const standInsFor = ({ depth }: Pick<AgentRecord, "depth">): typeof standIns | undefined =>
      depth < maxDepth ? undefined : standIns;
    let onTakenOver = (): void => undefined;
    const loop = new AgentLoop({
      ledger,
      bus,
      blobs,
      clock,
      logger,
      processes,
      drafts,
      told,
      wasAlone: (id) => supervisor.wasAlone(id),
      host: host.id,
      definitionOf: (record) => roster.of(record),
      toolsFor: (record) => toolsOf(record, tools, maxDepth),
      standInsFor: (record) => standInsFor(record),
      priceOf,
      shutdownGraceMs: limits.shutdownGraceMs ?? DEFAULT_GRACE_MS,
    });
    const supervisor = new Supervisor({
      ledger,
      bus,
      executor: loop,
      clock,
      logger,
      concurrency: limits.concurrency ?? DEFAULT_CONCURRENCY,
      capOf: (definitionId) => roster.capOf(definitionId),
      host: host.id,
      onTakenOver: () => onTakenOver(),
    });
    const triggers = new Triggers({ ledger, bus, clock, logger, stops: supervisor.stops });
    const parts: Omit<Parts, "mustBeOpen"> = {
      ledger,
      bus,
      log,
      blobs,
      supervisor,
      processes,
      drafts,
      roster,
      triggers,
      stories: new Stories(bus),
      received: new ReceivedInputs(bus),
      clock,
      ids,
      logger,
      maxDepth,
      priceOf,
      notifies: options.notifier !== undefined,
      access: options.access ?? ownerOnly,
      graceMs: limits.shutdownGraceMs ?? DEFAULT_GRACE_MS,
      retentionMs: limits.retentionMs ?? DEFAULT_RETENTION_MS,
      reportOf: async (id) => await newestReport({ log, ledger }, id),
    };
    const delegation = await delegationFor(parts);
    tools = runtimeTools(delegation.useful);
    roster.know([...delegation.all, askUserTool, escalateTool]);
    const expiries = new Expiries({ ledger, bus, clock, logger });
    const standing = new StandingApprovals({ ledger, bus, clock, logger });
    // What ends with its process is never taken up by another.
    const endsWithProcess = options.store === undefined && (options.dir ?? MEMORY) === MEMORY;
    const systemOf = (id: string, definition: AgentDefinition): string => {
      const kind = id === OVERSEER_DEFINITION ? "overseer" : "worker";
      const record = { kind, depth: kind === "overseer" ? 0 : 1, colonyId: log.colonyId } as const;
      const extra = toolsOf(record, tools, maxDepth);
      return systemTextFor(definition, { record, extra, standIns: standInsFor(record) });
    };
    const kept = endsWithProcess ? undefined : await told.keep(roster.all, systemOf);
    const owner = options.owner === undefined ? {} : { owner: options.owner };
    const opening = { host, ...kept, ...owner };
    const opened = await ledger.executeColony({ type: "colony.open", ...opening, release: RELEASE });
    const hold = new Hold({ bus, openedAt: opened.at(-1)?.seq ?? 0 });
    onTakenOver = () => hold.lose();
    if (options.budget !== undefined) await setBudget(budgeting, options.budget);
    await Promise.all([processes.takeUp(), drafts.takeUp()]);
    await settleOverseer(parts, options);
    const heldUp = new HeldUp({ ledger, clock, logger, host: host.id });
    const letters =
      store.letters === undefined
        ? undefined
        : new LetterTaking({ ...parts, letters: store.letters, budgeting, onTakenOver });
    await triggers.takeUp();
    // Before anything goes on: what a person has stopped while nobody was here is not begun again.
    await letters?.start();
    await supervisor.start();
    triggers.start();
    expiries.start();
    standing.look();
    clock.onSettled(() => {
      triggers.resume();
      expiries.resume();
    });
    const timeoutMs = limits.notifyTimeoutMs ?? DEFAULT_NOTIFY_MS;
    const notifying = notifier && notify && new notify.Notifying({ ...parts, clock, notifier, timeoutMs });
    notifying?.start();
    const { retentionMs = DEFAULT_RETENTION_MS } = limits;
    const { keepMs = retentionMs, prune = "never" } = options.retention ?? {};
    const retention = new Retention({ ...parts, keepMs, prune });
    retention.start();
    return new OpenColony(parts, {
      retention,
      retentionMs,
      dir: options.dir ?? MEMORY,
      host,
      hold,
      heldUp,
      store,
      letters,
      expiries,
      standing,
      notifying,
    });
  } catch (error) {
    clock.close();
    await store.close();
    throw error;
  }
}

/** There is an overseer from the first opening on, so that it can be seeded and spoken to. */
async function settleOverseer({ ledger }: Pick<Parts, "ledger">, { overseer }: ColonyOptions): Promise<void> {
  if (ledger.index.get(OVERSEER_ID) !== undefined) return;
  await ledger.require(OVERSEER_ID, [
    {
      type: "agent.spawn",
      data: {
        kind: "overseer",
        lifetime: "persistent",
        parentId: null,
        depth: 0,
        definitionId: OVERSEER_DEFINITION,
        name: null,
        label: null,
        task: null,
        batch: null,
        priority: 0,
        limits: withLimits(DEFAULT_OVERSEER_LIMITS, overseer.limits ?? {}),
        reportSchema: null,
        ...(ledger.colony.owner === undefined ? {} : { owner: ledger.colony.owner }),
      },
    },
  ]);
}
