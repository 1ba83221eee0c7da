import { PERSON } from "@colony/overseer";
import { requireCall, requireIdOrName } from "../call-options.ts";
import type { Colony } from "../colony.ts";
import type { Parts } from "../parts.ts";
import { requireAnswers, requireToolApproval } from "./given.ts";
import { allPending, answer, answersFor, findRequest, resolve } from "./requests.ts";

type RequestsFace = Pick<Colony, "pending" | "answer" | "approve" | "deny" | "setToolApproval">;

/** What a colony's face has for those who are asked. `by` is who they are; default: the person. */
export function createRequestsFace(parts: Parts, by: string = PERSON): RequestsFace {
  return {
    pending: () => allPending(parts),
    async answer(request, answers) {
      parts.mustBeOpen();
      requireIdOrName(request);
      const given = requireAnswers(answers);
      const found = findRequest(parts, request, "question");
      await answer(parts, found, { answers: answersFor(found, given), by });
    },
    async approve(request, options = {}) {
      parts.mustBeOpen();
      requireIdOrName(request);
      requireCall("approve", options);
      const found = findRequest(parts, request, "approval");
      await resolve(parts, found, { decision: "approved", ...options, by });
    },
    async deny(request, options = {}) {
      parts.mustBeOpen();
      requireIdOrName(request);
      requireCall("deny", options);
      const found = findRequest(parts, request, "approval");
      await resolve(parts, found, { decision: "denied", ...options, by });
    },
    async setToolApproval(tool, approved) {
      parts.mustBeOpen();
      requireToolApproval(tool, approved, parts.roster.tools);
      await parts.ledger.executeColony({ type: "tool_approval.set", tool, approved, by });
    },
  };
}
