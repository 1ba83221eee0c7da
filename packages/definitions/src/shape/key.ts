import { nearest, shownValue } from "@colony/core";
import { z } from "zod";
import type { Problems } from "../problems/problems.ts";
import { entryAt, valueOf, type Node, type Path } from "../tree/node.ts";

/** Names are compared letter by letter with each that there is. */
const LONGEST_NAME = 60;

/** Keys of one kind of map, each of which may be left out. No other is taken. */
export function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? names : `an object with some of ${names}`),
  });
}

/** What is read with a schema, or undefined where it does not fit: then everything that is wrong is told. */
export function readShape<Schema extends z.ZodType>(
  schema: Schema,
  root: Node,
  problems: Problems,
): z.infer<Schema> | undefined {
  const parsed = schema.safeParse(valueOf(root));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) tell(issue, root, problems);
  return undefined;
}

/** Schemas say in their messages only what to give. */
function tell(issue: z.core.$ZodIssue, root: Node, problems: Problems): void {
  const { code, path, message } = issue;
  if (code === "unrecognized_keys")
    for (const key of issue.keys) {
      const { place } = entryAt(root, [...path, key]) ?? root;
      problems.at(place, [...path, key], noSuchKey(key, message.split(", ")));
    }
  else if (code === "invalid_key") {
    const { place } = entryAt(root, path) ?? root;
    problems.at(place, path, `is no name for this; give ${issue.issues[0]?.message ?? "another one"}`);
  } else problems.about(root, path, `is ${shownAt(root, path)}; give ${message}`);
}

function noSuchKey(key: string, names: readonly string[]): string {
  const meant = nearest(key.slice(0, LONGEST_NAME), names);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  return `is no key that there is${hint}; there are: ${names.join(", ")}`;
}

/** As it stands in the file: what a variable holds is not for everybody. */
function shownAt(root: Node, path: Path): string {
  const node = entryAt(root, path)?.node;
  if (node === undefined) return "missing";
  if (node.kind === "list") return "a list";
  return node.kind === "map" ? "an object" : shownValue(node.written);
}
