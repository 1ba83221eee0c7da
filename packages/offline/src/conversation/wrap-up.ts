const WRAP_UP = /^\W*wrap[ -]up\b|\breport now\b/iu;

/** Whether an agent is told to come to an end now: a limit of its execution is near, or a person is in a hurry. */
export function isWrapUp(text: string): boolean {
  return WRAP_UP.test(text);
}
