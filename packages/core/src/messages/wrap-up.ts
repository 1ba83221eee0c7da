/** What an agent is told when a limit of its execution is near. */
export const WRAP_UP_WORDS = {
  iterations:
    "Wrap up and report now: this execution has used up its model calls. Give your result with what you have; nothing else will be run.",
  tool_calls:
    "Wrap up and report now: this execution has used up its tool calls. Give your result with what you have; nothing else will be run.",
  budget:
    "Wrap up and report now: a budget is used up. Give your result with what you have; nothing else will be run.",
  wall: "Wrap up and report now: this execution has used up its time. Give your result with what you have; nothing else will be run.",
} as const;
