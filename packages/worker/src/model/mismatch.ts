/** An issue of a schema, as zod tells it. https://zod.dev/error-customization */
interface Issue {
  readonly path?: unknown;
  readonly message?: unknown;
  /** Of a union: what each of its forms has against the value. */
  readonly errors?: unknown;
}

/** Unions stand in unions. */
const DEEPEST = 4;

/** What is wrong with the shape of a value, in one clause; undefined where none of these errors is of that kind. */
export function mismatchOf(errors: readonly unknown[]): string | undefined {
  for (const error of errors) {
    const { issues } = (typeof error === "object" && error !== null ? error : {}) as { issues?: unknown };
    const [issue] = Array.isArray(issues) ? (issues as readonly unknown[]) : [];
    if (typeof issue === "object" && issue !== null) return clauseOf(issue, [], DEEPEST);
  }
  return undefined;
}

function clauseOf({ path, message, errors }: Issue, above: readonly unknown[], levels: number): string {
  const place = [...above, ...(Array.isArray(path) ? (path as readonly unknown[]) : [])];
  const forms = levels === 0 ? [] : formsOf(errors);
  // What merely lacks something was not meant to be of that form.
  const meant = forms.find((issue) => !isMissing(issue)) ?? forms[0];
  if (meant !== undefined) return clauseOf(meant, place, levels - 1);
  const what = String(message).replace(/^Invalid input(?:: )?/, "");
  const where = place.length === 0 ? "" : `at "${place.map(String).join(".")}": `;
  return `${where}${what === "" ? "a value that is not known" : what}`;
}

/** The first issue of each form. */
function formsOf(errors: unknown): readonly Issue[] {
  if (!Array.isArray(errors)) return [];
  return (errors as readonly unknown[]).flatMap((issues) => {
    const [issue] = Array.isArray(issues) ? (issues as readonly unknown[]) : [];
    return typeof issue === "object" && issue !== null ? [issue] : [];
  });
}

function isMissing({ message }: Issue): boolean {
  return String(message).endsWith("received undefined");
}
