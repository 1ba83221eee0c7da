import {
  ColonyError,
  messageOf,
  type Clock,
  type ExecutionId,
  type Leasable,
  type Logger,
} from "@colony/core";
import { requireCloseable, requireLeasable } from "./required-leasable.ts";

/** How long closing what was leased may take before nobody waits for it any more. Milliseconds. */
const LONGEST_MS = 15_000;

/** The call that wants something. */
export interface LeasingCall {
  /** Aborted when the call is called off. */
  readonly signal: AbortSignal;
  readonly hasEnded?: boolean;
}

/** One thing that is open, or being opened. */
interface Lease {
  readonly name: string;
  readonly held: Promise<AsyncDisposable>;
  readonly ending: AbortController;
}

/**
 * What the calls of executions of this host share among themselves, by execution. A lease is opened at its first use and
 * closed when this host has done with the execution, in whatever way. Nothing of it is recorded: it is gone with the host.
 */
export class HostLeases {
  readonly #deps: { readonly clock: Clock; readonly logger: Logger };
  readonly #open = new Map<ExecutionId, Map<Leasable<AsyncDisposable>, Lease>>();
  /** Closings that have begun, by execution. */
  readonly #closing = new Map<Promise<void>, ExecutionId>();
  #closed = false;

  constructor(deps: { readonly clock: Clock; readonly logger: Logger }) {
    this.#deps = deps;
  }

  /** The same for each call of an execution; one that cannot be opened is tried anew by the next. */
  async lease<Held extends AsyncDisposable>(
    executionId: ExecutionId,
    leasable: Leasable<Held>,
    { signal, hasEnded = false }: LeasingCall,
  ): Promise<Held> {
    requireLeasable(leasable);
    const { name } = leasable;
    // A call that has ended, or was called off, may have been left behind by its execution: nobody would close what it opens.
    if (hasEnded || signal.aborted || this.#closed)
      throw new ColonyError("wait.aborted", `"${name}" was not opened: the call that wanted it has ended`);
    const leases = this.#open.get(executionId) ?? new Map<Leasable<AsyncDisposable>, Lease>();
    this.#open.set(executionId, leases);
    // What is kept under a leasable is what that very one has opened.
    const { held } = leases.get(leasable) ?? this.#begin(leases, leasable, name);
    return (await unlessAborted(held, name, signal)) as Held;
  }

  /** This host has done with the execution. Nobody waits for what closing takes. */
  letGo(executionId: ExecutionId): void {
    // Where nothing is open nobody is looked up: an id that was made anew is hashed for that.
    const leases = this.#open.size === 0 ? undefined : this.#open.get(executionId);
    if (leases === undefined) return;
    this.#open.delete(executionId);
    for (const lease of leases.values()) {
      const closing = this.#end(lease).finally(() => this.#closing.delete(closing));
      this.#closing.set(closing, executionId);
    }
  }

  /** Closes what these executions have open, and resolves when it is closed. */
  async end(executions: ReadonlySet<ExecutionId>): Promise<void> {
    for (const executionId of executions) this.letGo(executionId);
    const closing = Array.from(this.#closing).filter(([, executionId]) => executions.has(executionId));
    await Promise.all(closing.map(([done]) => done));
  }

  /** Closes everything and opens nothing more. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const executionId of this.#open.keys()) this.letGo(executionId);
    await Promise.all(this.#closing.keys());
  }

  #begin(
    leases: Map<Leasable<AsyncDisposable>, Lease>,
    leasable: Leasable<AsyncDisposable>,
    name: string,
  ): Lease {
    const ending = new AbortController();
    const held = opened(leasable, name, ending.signal);
    const lease: Lease = { name, held, ending };
    leases.set(leasable, lease);
    held.catch(() => {
      if (leases.get(leasable) === lease) leases.delete(leasable);
    });
    return lease;
  }

  /** Never rejects. */
  async #end({ name, held, ending }: Lease): Promise<void> {
    ending.abort(new ColonyError("wait.aborted", `"${name}" is not wanted any more`));
    const { clock, logger } = this.#deps;
    // One that could not be opened has told those who wanted it, and there is nothing to close.
    const closed = held.then(
      async (open) => await open[Symbol.asyncDispose](),
      () => undefined,
    );
    try {
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.after(LONGEST_MS, () =>
          reject(new Error(`it did not close within ${LONGEST_MS / 1_000} s`)),
        );
        closed.then(resolve, reject).finally(cancel);
      });
    } catch (error) {
      logger.warn({ lease: name, reason: messageOf(error) }, "lease not closed");
    }
  }
}

async function opened(
  leasable: Leasable<AsyncDisposable>,
  name: string,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  return requireCloseable(await leasable.open(signal), name);
}

async function unlessAborted<Value>(held: Promise<Value>, name: string, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void =>
    aborted.reject(
      new ColonyError("wait.aborted", `the call was called off while "${name}" was being opened`),
    );
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([held, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
