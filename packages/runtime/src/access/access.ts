import { ColonyError, messageOf, type AgentId, type AgentRecord, type Logger } from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { unknownAgent } from "../unknown-agent.ts";
import type { AccessAction, AccessPolicy, AccessTarget } from "./policy.ts";
import type { Principal } from "./principal.ts";

/** What deciding about access works with. */
export interface AccessDeps {
  readonly ledger: Pick<Ledger, "index" | "colony">;
  readonly logger: Logger;
  readonly access: AccessPolicy;
}

/** Actions that undo what somebody wanted done. */
const CALLS_OFF: ReadonlySet<AccessAction> = new Set(["cancel", "stop", "close", "remove"]);

/** What one principal may do. Every call of theirs comes through here; what they may not see is not there. */
export class Access {
  readonly principal: Principal;
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps, principal: Principal) {
    this.#deps = deps;
    this.principal = principal;
  }

  /** Undefined for one that is not there, whether or not they may see it. */
  recordOf(id: AgentId): AgentRecord | undefined {
    return this.#deps.ledger.index.get(id);
  }

  maySee(agent: AgentRecord): boolean {
    return agent.removed !== true && this.#may("see", this.#target(agent));
  }

  /** Whether what concerns the colony as a whole is for them too. */
  get maySeeColony(): boolean {
    return this.#may("see", this.#target());
  }

  /**
   * Throws where they may not do it: what an unknown agent gives where they may not see it, `access.denied` where they may,
   * and `access.unconfirmed` for calling off what is somebody else's.
   */
  require(
    action: AccessAction,
    agent: AgentRecord,
    options: { readonly asked?: string; readonly confirm?: boolean | undefined } = {},
  ): void {
    const { asked = agent.id, confirm } = options;
    const target = this.#target(agent);
    if (agent.removed === true || !this.#may("see", target)) throw unknownAgent(asked);
    if (!this.#may(action, target)) throw this.#denied(action, `agent "${agent.name ?? agent.id}"`);
    if (CALLS_OFF.has(action) && confirm !== true && !this.#owns(target))
      throw new ColonyError(
        "access.unconfirmed",
        `agent "${agent.name ?? agent.id}" is not yours but ${target.owner === undefined ? "the colony's own" : `that of "${target.owner}"`}; give { confirm: true } to ${action} it all the same`,
      );
  }

  /** Throws `access.denied` where they may not do it with the colony. */
  requireOfColony(action: AccessAction): void {
    if (!this.#may(action, this.#target())) throw this.#denied(action, "this colony");
  }

  #owns({ owner, colonyOwner }: AccessTarget): boolean {
    const { id } = this.principal;
    return id === owner || id === colonyOwner;
  }

  #target(agent?: AgentRecord): AccessTarget {
    const { owner: colonyOwner } = this.#deps.ledger.colony;
    const owner = agent?.owner ?? colonyOwner;
    return agent === undefined ? { owner, colonyOwner } : { agent, owner, colonyOwner };
  }

  #may(action: AccessAction, target: AccessTarget): boolean {
    const { access, logger } = this.#deps;
    const about = { principal: this.principal.id, action, agentId: target.agent?.id };
    try {
      const answer: unknown = access(this.principal, action, target);
      if (typeof answer !== "boolean") logger.error(about, "access policy gave no boolean, refused");
      // Some answers that are none may reject later.
      if (answer instanceof Promise) answer.catch(() => undefined);
      return answer === true;
    } catch (error) {
      logger.error({ ...about, reason: messageOf(error) }, "access policy failed, refused");
      return false;
    }
  }

  #denied(action: AccessAction, what: string): ColonyError {
    const { id, role } = this.principal;
    return new ColonyError("access.denied", `"${id}" (${role}) may not ${action} ${SAID[action]}${what}`);
  }
}

/** What stands between the action and what it is done with. */
const SAID: Readonly<Record<AccessAction, string>> = {
  see: "",
  inject: "anything into ",
  spawn: "workers in ",
  seed: "",
  resolve: "what is asked by ",
  cancel: "",
  stop: "",
  close: "",
  reopen: "",
  dismiss: "",
  remove: "",
};
