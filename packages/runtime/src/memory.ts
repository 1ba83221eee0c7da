/** The word that stands for a colony without a folder. */
export const MEMORY = "memory";
