/**
 * Whether a value is one that `await` waits for. It is asked for its `then` as `await` does: what answers every question, such as
 * a stub of something far away, need not say that it has one.
 */
export function isThenable<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as { readonly then?: unknown }).then === "function";
}
