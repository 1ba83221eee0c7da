const STOPPED = /^What was asked above has been stopped by a person\b/u;
const WRAP_UP = /^\W*wrap[ -]up\b|\breport now\b/iu;

/** Whether an agent is told to come to an end now: a limit of its execution is near, or a person is in a hurry. */
export function isWrapUp(text: string): boolean {
  return WRAP_UP.test(text);
}

/** Whether an agent is told that a person has stopped all it was asked before. */
export function isStopped(text: string): boolean {
  return STOPPED.test(text);
}
