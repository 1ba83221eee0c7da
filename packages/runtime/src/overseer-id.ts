import { agentId } from "@colony/core";

/** The overseer's id; there is one in a colony. */
export const OVERSEER_ID = agentId("overseer");
