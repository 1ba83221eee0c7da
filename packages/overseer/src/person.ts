/** Who sends what a person says, and who owns the block that a person's stop sets. */
export const PERSON = "user";
