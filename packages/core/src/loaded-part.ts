import { ColonyError, messageOf } from "./errors/colony-error.ts";

/**
 * A part of the program that is loaded when it is first needed: `await loadedPart(import("./part.ts"))`. What every opening
 * and every execution needs is imported as usual. Throws `install.incomplete` where it cannot be loaded, as after an
 * upgrade or a removal beneath a running process.
 */
export async function loadedPart<Part>(loading: Promise<Part>): Promise<Part> {
  try {
    return await loading;
  } catch (cause) {
    throw new ColonyError(
      "install.incomplete",
      `a part of Colony cannot be loaded (${messageOf(cause)}); install it whole, then start this process again`,
      { cause },
    );
  }
}
