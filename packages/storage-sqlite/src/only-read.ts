import { ColonyError } from "@colony/core";

/** Nothing is changed by whoever only looks on. */
export function onlyRead(): ColonyError {
  return new ColonyError(
    "usage.invalid",
    "this colony was opened to be looked at, and takes no writes; open it with openColony, or send to it with openColonySender({ dir })",
  );
}
