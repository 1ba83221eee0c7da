/** Model calls that an execution still gets once it has been asked to wrap up. */
export const WRAP_UP_TURNS = 2;

/** Hosts that may die in the middle of the same piece of work before its execution is given up. */
export const MAX_CRASHES = 3;

/** From this many identical calls running, the model is told that it repeats itself. */
export const TELL_REPEATS = 3;

/** At this many the execution ends as failed. */
export const MAX_REPEATS = 6;
