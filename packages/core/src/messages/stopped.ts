/** What an agent that goes on is told where a person has stopped what it did: else it takes that as still asked for. */
export const STOPPED_WORDS =
  "What was asked above has been stopped by a person. Do not go on with it unless you are asked again.";
