/**
 * What JSON tells nothing of, in words with what to return instead; undefined for everything else. Not so what tells itself
 * (`toJSON`), plain objects, lists, and instances of classes with members of their own.
 */
export function unshowable(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || isPlain(value)) return undefined;
  if (hasMethods(value, "toJSON")) return undefined;
  if (value instanceof Error) return `it returned ${named(value)}; throw it, or return its message`;
  if (isStream(value)) return `it returned ${named(value)}; read it to its end, and return what it held`;
  if (ArrayBuffer.isView(value) || Object.keys(value).length > 0 || JSON.stringify(value) !== "{}")
    return undefined;
  return `it returned ${named(value)}; ${instead(value)}`;
}

function hasMethods(value: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === "function");
}

/** Node's own streams have members, of which nobody learns anything. */
function isStream(value: object): boolean {
  return hasMethods(value, "getReader", "pipeTo") || hasMethods(value, "pipe", "read");
}

/** Also one of another realm, whose prototype is not the one of this. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function named(value: object): string {
  const { name } = (value.constructor as { readonly name?: unknown } | undefined) ?? {};
  if (typeof name !== "string" || name === "") return "an object without members of its own";
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}

function instead(value: object): string {
  if (hasMethods(value, "json", "text")) return "return what its json() or text() gives";
  if (value instanceof Map) return "return Object.fromEntries of it";
  if (value instanceof Set) return "return a list of its members";
  return "return a text, a list or a plain object";
}
