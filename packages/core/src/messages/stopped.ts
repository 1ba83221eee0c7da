/** What an agent that goes on is told where a person has stopped what it did: else it takes that as still asked for. */
export const STOPPED_WORDS =
  "What was asked above has been stopped by a person. Do not go on with it unless you are asked again.";

/** The same for an agent that was closed in the middle of something, when it is opened again. */
export const CLOSED_WORDS =
  "What was asked above was called off when you were closed. You are open again. Do not go on with it unless you are asked again.";
