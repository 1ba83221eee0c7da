import { z } from "zod";

/** Who runs a colony: one process on one machine. */
export const Host = z
  .object({
    id: z.string(),
    pid: z.number(),
    startedAt: z.number().describe("epoch ms of the process start"),
  })
  .readonly();
export type Host = z.infer<typeof Host>;

/** What happens to the colony as a whole; all of these stand in the stream `colony`. */
export const colonyEvents = {
  COLONY_OPENED: z.object({ host: Host, release: z.string() }),
  COLONY_CLOSED: z.object({ host: z.string() }),
  DISPATCH_BLOCKED: z.object({ owner: z.string(), reason: z.string() }),
  DISPATCH_UNBLOCKED: z.object({ owner: z.string() }),
} as const;
