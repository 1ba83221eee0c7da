import type { ErrorCode } from "@colony/core";
import { wrongFor, type Kind } from "./wrong-values.ts";

/** Where something is given to a call. */
export interface Slot {
  readonly kind: Kind;
  /** What may stand there. */
  readonly right: unknown;
  /** What may stand in it, where it is an object of options. */
  readonly options: Readonly<Record<string, Kind>>;
}

/** What a call is given, and what it answers to something else. */
export interface CallRow {
  readonly slots: readonly Slot[];
  /** What a wrong type or size is refused with. */
  readonly codes: readonly ErrorCode[];
  /** What it does once what it belongs to has been closed. */
  readonly closed: "refused" | "told";
}

/** One call that is made wrong in one place. */
export interface WrongCall {
  readonly given: readonly unknown[];
  /** The place in words. */
  readonly place: string;
}

/** A slot for a value that stands by itself. */
export const value = (kind: Kind, right: unknown): Slot => ({ kind, right, options: {} });

/** A slot for options, of which nothing has to be given. */
export const options = (table: Slot["options"], right: object = {}): Slot => ({
  kind: "options",
  right,
  options: table,
});

/** One for an object that has to be there, with what is right in it. */
export const object = (table: Slot["options"], right: object): Slot => ({
  kind: "object",
  right,
  options: table,
});

/** A call that refuses with these codes. */
export function call(codes: readonly ErrorCode[], ...slots: readonly Slot[]): CallRow {
  return { slots, codes, closed: "refused" };
}

/** One that still tells what was known last, once all is closed. */
export function telling(codes: readonly ErrorCode[], ...slots: readonly Slot[]): CallRow {
  return { slots, codes, closed: "told" };
}

/** What is right for a call. */
export const rightFor = ({ slots }: CallRow): readonly unknown[] => slots.map(({ right }) => right);

/** Every way in which a call is given a wrong type or size, one place at a time, and options that there are not. */
export function* wrongCalls(row: CallRow): Generator<WrongCall> {
  for (const [index, { kind, right, options: table }] of row.slots.entries()) {
    const given = (wrong: unknown): readonly unknown[] => rightFor(row).with(index, wrong);
    const place = `argument ${index + 1}`;
    for (const wrong of wrongFor(kind)) yield { given: given(wrong), place };
    for (const [name, inner] of Object.entries(table))
      for (const wrong of wrongFor(inner))
        yield { given: given({ ...(right as object), [name]: wrong }), place: `${place}.${name}` };
    const [first] = Object.keys(table);
    if (first !== undefined)
      yield { given: given({ ...(right as object), [`${first}s`]: 1 }), place: `${place}.${first}s` };
  }
}
