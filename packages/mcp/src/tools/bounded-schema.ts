import { MAX_JSON_DEPTH, type JsonObject, type JsonValue } from "@colony/core";

/** How much of a schema inputs are held to, with what it refers to written out. Characters. */
const MOST_CHARACTERS = 20_000;

/** What each schema within another one counts for at least. Characters. */
const SCHEMA_CHARACTERS = 20;

/** Keywords that say something of the value itself, and are checked in a time that its size bounds. */
const PLAIN = new Set([
  "type",
  "nullable",
  "enum",
  "const",
  "required",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
]);

type Schema = JsonObject | boolean;

/**
 * What of a server's schema an input can be held to without the server's having a say in how long that takes. Patterns,
 * formats and what turns another schema into its opposite are left out; references within the schema are written out, until
 * they lead back to themselves. Whatever fits the schema fits what is made of it. Undefined where it says too much.
 */
export function boundedSchema(schema: JsonObject): JsonObject | undefined {
  const bounding = new Bounding(schema);
  const bounded = bounding.bounded(schema);
  return bounding.isTooMuch || typeof bounded === "boolean" ? undefined : bounded;
}

class Bounding {
  readonly #root: JsonObject;
  /** References that are being written out. */
  readonly #open = new Set<string>();
  #level = 0;
  #left = MOST_CHARACTERS;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  get isTooMuch(): boolean {
    return this.#left < 0;
  }

  bounded(schema: JsonValue): Schema {
    this.#left -= SCHEMA_CHARACTERS + this.#level;
    if (typeof schema === "boolean") return schema;
    if (!isObject(schema)) return {};
    this.#level += 1;
    if (this.#level > MAX_JSON_DEPTH) this.#left = -1;
    const made = this.isTooMuch ? {} : this.#members(schema);
    this.#level -= 1;
    return made;
  }

  #members(schema: JsonObject): JsonObject {
    const members = Object.entries(schema).flatMap(([keyword, value]) => {
      const held = this.#held(keyword, value, schema);
      return held === undefined ? [] : [[keyword, held] as const];
    });
    const { allOf = [], oneOf, $ref } = schema;
    const all: JsonValue[] = this.#each(allOf) ?? [];
    // That no second one fits cannot be known of parts of them.
    const some = oneOf === undefined ? undefined : this.#each(oneOf);
    if (some !== undefined) all.push({ anyOf: some });
    const meant = this.#referred($ref);
    if (meant !== undefined) all.push(meant);
    return { ...Object.fromEntries(members), ...(all.length === 0 ? {} : { allOf: all }) };
  }

  /** What inputs are held to by a keyword; undefined where that is nothing. */
  #held(keyword: string, value: JsonValue, schema: JsonObject): JsonValue | undefined {
    if (PLAIN.has(keyword)) {
      this.#left -= JSON.stringify(value).length;
      return value;
    }
    switch (keyword) {
      case "properties":
        return isObject(value) ? this.#properties(value) : undefined;
      case "items":
        return Array.isArray(value) ? undefined : this.bounded(value);
      case "propertyNames":
        return this.bounded(value);
      case "additionalProperties":
        // Which they are depends on the patterns.
        return "patternProperties" in schema ? undefined : this.bounded(value);
      case "anyOf":
        return this.#each(value);
      default:
        return undefined;
    }
  }

  #properties(named: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(named).map(([name, schema]) => {
        this.#left -= name.length;
        return [name, this.bounded(schema)];
      }),
    );
  }

  #each(schemas: JsonValue): Schema[] | undefined {
    if (!Array.isArray(schemas) || schemas.length === 0) return undefined;
    return schemas.map((schema: JsonValue, index) => {
      // Each lies within the one before in the code that is made of them.
      this.#left -= index;
      return this.bounded(schema);
    });
  }

  #referred(reference: JsonValue | undefined): Schema | undefined {
    if (typeof reference !== "string" || this.#open.has(reference)) return undefined;
    const meant = this.#at(reference);
    if (meant === undefined) return undefined;
    this.#open.add(reference);
    const made = this.bounded(meant);
    this.#open.delete(reference);
    return made;
  }

  /** What a pointer within the schema leads to. Nothing else is fetched. */
  #at(reference: string): JsonValue | undefined {
    const [start, ...steps] = reference.split("/");
    if (start !== "#") return undefined;
    return steps.reduce<JsonValue | undefined>((found, step) => {
      const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
      return isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    }, this.#root);
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
