import { z } from "zod";

/** The letter by which another process asked for it or said it; absent where its own process did. */
export const LetterId = z.string().optional();
/** As events have it. */
export type LetterId = z.infer<typeof LetterId>;
