/** A JSON object of which nothing is known yet. */
export type Bag = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one where it is something else. */
export function bagOf(value: unknown): Bag {
  return isBag(value) ? value : {};
}

/** A member that should be text; "" where it is not. */
export function textIn(bag: Bag, key: string): string {
  const value = bag[key];
  return typeof value === "string" ? value : "";
}

/** A member that should be a number; 0 where it is not. */
export function numberIn(bag: Bag, key: string): number {
  const value = bag[key];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** A member that should be an object. */
export function bagIn(bag: Bag, key: string): Bag {
  return bagOf(bag[key]);
}

/** A member that should be a list of objects; others in it are left out. */
export function bagsIn(bag: Bag, key: string): readonly Bag[] {
  const value = bag[key];
  return Array.isArray(value) ? value.filter(isBag) : [];
}

/** A member that should be a list of texts; others in it are left out. */
export function textsIn(bag: Bag, key: string): readonly string[] {
  const value = bag[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** What a JSON text says; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // Models write what they like; whoever asked has a way to go on without it.
    return undefined;
  }
}
