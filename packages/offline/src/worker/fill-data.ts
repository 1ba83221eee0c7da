import { bagIn, bagOf, bagsIn, isBag, textIn, textsIn, type Bag } from "../json-reading.ts";

/** What there is to fill the data of a report with. */
export interface Material {
  readonly summary: string;
  /** What was found, as many lines as a report may show. */
  readonly lines: readonly string[];
  /** How many were found in all. */
  readonly count: number;
}

/** Data that fits a schema, or the fields that nothing found belongs into. */
export type Filled = { readonly data: unknown } | { readonly unfillable: readonly string[] };

const IS_TEXT =
  /summar|answer|text|result|report|finding|conclusion|note|description|outcome|detail|content/iu;
const IS_COUNT = /count|total|number|amount|matches|hits|lines|results|found|how ?many/iu;
const IS_FOUND = /found|exists?|present|any|match|success|ok|known/iu;

/** Fills a JSON Schema from what a search found. A field is filled only where its kind or its name says what belongs there. */
export function fillData(schema: Bag, material: Material): Filled {
  if (Object.keys(bagIn(schema, "properties")).length === 0 && isPlainObject(schema))
    return { data: { found: material.lines } };
  return fill(schema, material, "");
}

function fill(schema: Bag, material: Material, path: string): Filled {
  const { lines, summary, count } = material;
  const meaning = `${path} ${textIn(schema, "description")}`;
  const branches = [...bagsIn(schema, "anyOf"), ...bagsIn(schema, "oneOf")];
  if (branches.length > 0) return firstFilled(branches, material, path);
  if ("const" in schema) return { data: schema["const"] };
  if (["$ref", "allOf", "enum", "pattern", "format"].some((key) => key in schema)) return cannot(path);
  switch (schema["type"]) {
    case "object":
      return fillObject(schema, material, path);
    case "array":
      return isPlainText(bagIn(schema, "items"))
        ? { data: lines.slice(0, limit(schema, "maxItems")) }
        : cannot(path);
    case "string":
      return IS_TEXT.test(meaning) && summary.length <= limit(schema, "maxLength")
        ? { data: summary }
        : cannot(path);
    case "number":
    case "integer":
      return IS_COUNT.test(meaning) ? { data: count } : cannot(path);
    case "boolean":
      return IS_FOUND.test(meaning) ? { data: count > 0 } : cannot(path);
    case "null":
      return { data: null };
    default:
      return cannot(path);
  }
}

function fillObject(schema: Bag, material: Material, path: string): Filled {
  const required = new Set(textsIn(schema, "required"));
  const data: Record<string, unknown> = {};
  const unfillable: string[] = [];
  for (const [name, wanted] of Object.entries(bagIn(schema, "properties"))) {
    const filled = fill(bagOf(wanted), material, path === "" ? name : `${path}.${name}`);
    if ("data" in filled) data[name] = filled.data;
    else if (required.has(name)) unfillable.push(...filled.unfillable);
  }
  return unfillable.length === 0 ? { data } : { unfillable };
}

/** The first branch that can be filled, null being the last resort. */
function firstFilled(branches: readonly Bag[], material: Material, path: string): Filled {
  const ordered = branches.toSorted((a, b) => Number(a["type"] === "null") - Number(b["type"] === "null"));
  return (
    ordered.map((branch) => fill(branch, material, path)).find((filled) => "data" in filled) ?? cannot(path)
  );
}

function isPlainObject(schema: Bag): boolean {
  const { type } = schema;
  return type === "object" || Object.keys(schema).length === 0;
}

function isPlainText(items: Bag): boolean {
  const constrained = ["enum", "const", "pattern", "format"].some((key) => key in items);
  return isBag(items) && !constrained && (items["type"] === "string" || Object.keys(items).length === 0);
}

function limit(schema: Bag, key: string): number {
  const value = schema[key];
  return typeof value === "number" ? value : Number.POSITIVE_INFINITY;
}

function cannot(path: string): Filled {
  return { unfillable: [path === "" ? "data" : `data.${path}`] };
}
