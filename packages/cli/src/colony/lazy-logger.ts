import type { Logger } from "@colony/core";

/**
 * A logger that is made when there is first something to log. The log file lies in the colony folder, and that folder
 * must be empty when the colony is made, or it would not be hidden from git.
 */
export function lazyLogger(make: () => Logger): Logger {
  let made: Logger | undefined;
  const logger = (): Logger => (made ??= make());
  return {
    debug: (data, message) => logger().debug(data, message),
    info: (data, message) => logger().info(data, message),
    warn: (data, message) => logger().warn(data, message),
    error: (data, message) => logger().error(data, message),
    child: (bindings) => lazyLogger(() => logger().child(bindings)),
  };
}
