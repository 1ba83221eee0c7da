/** Model calls that an execution still gets once it has been asked to wrap up. */
export const WRAP_UP_TURNS = 2;

/** Hosts that may die in the middle of the same piece of work before its execution is given up, if it was alone at the last. */
export const MAX_CRASHES = 3;

/** The same, where there was always other work under way that may have been to blame. */
export const MAX_CRASHES_IN_COMPANY = 6;

/** From this many identical calls running, the model is told that it repeats itself. */
export const TELL_REPEATS = 3;

/** At this many the execution ends as failed. */
export const MAX_REPEATS = 6;
