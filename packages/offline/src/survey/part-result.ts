import { bagIn, bagsIn, isBag, numberIn, textIn, textsIn, type Bag } from "../json-reading.ts";

/** How much there is of something. */
export interface Amount {
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
}

/** What a worker measured and found in its part; the reading side of a report's data. */
export interface PartResult {
  /** Undefined where the part was not measured. */
  readonly amount: Amount | undefined;
  readonly binaryFiles: number;
  readonly languages: readonly (Amount & { readonly language: string })[];
  /** Of a very mixed part: the languages that were not listed, as one sum. */
  readonly otherLanguages: Amount;
  readonly largest: readonly { readonly path: string; readonly lines: number; readonly bytes: number }[];
  /** What lies in the part's subfolders, where it has several. */
  readonly subfolders: {
    readonly count: number;
    readonly largest: readonly (Amount & { readonly path: string })[];
  };
  /** Undefined where nobody searched. */
  readonly marks: Marks | undefined;
  readonly exports: Exports | undefined;
  readonly description: string;
  /** What the part's README says of the whole, where the part is the files at the top. */
  readonly about: string;
  readonly problems: {
    readonly count: number;
    readonly first: readonly { readonly path: string; readonly problem: string }[];
  };
  /** What could not be done, in words. */
  readonly missing: readonly string[];
  readonly notCounted: Bag;
  readonly source: string;
  readonly note: string;
}

/** Lines that hold a mark. */
interface Marks {
  readonly lines: number;
  readonly files: number;
  readonly first: readonly { readonly path: string; readonly line: number; readonly text: string }[];
}

/** Names that source files export. */
interface Exports {
  readonly names: number;
  readonly files: number;
  readonly first: readonly {
    readonly path: string;
    readonly names: readonly string[];
    readonly namesNotShown: number;
  }[];
}

/** Reads the data of a worker's report. */
export function readPartResult(data: Bag): PartResult {
  return {
    amount: isBag(data["total"]) ? amountOf(data["total"]) : undefined,
    binaryFiles: numberIn(data, "binaryFiles"),
    languages: bagsIn(data, "languages").map((row) => ({
      language: textIn(row, "language"),
      ...amountOf(row),
    })),
    otherLanguages: amountOf(bagIn(data, "otherLanguages")),
    largest: bagsIn(data, "largest").map((row) => ({
      path: textIn(row, "path"),
      lines: numberIn(row, "lines"),
      bytes: numberIn(row, "bytes"),
    })),
    subfolders: {
      count: numberIn(bagIn(data, "subfolders"), "count"),
      largest: bagsIn(bagIn(data, "subfolders"), "largest").map((row) => ({
        path: textIn(row, "path"),
        ...amountOf(row),
      })),
    },
    marks: isBag(data["marks"]) ? marksOf(data["marks"]) : undefined,
    exports: isBag(data["exports"]) ? exportsOf(data["exports"]) : undefined,
    description: textIn(data, "description"),
    about: textIn(data, "about"),
    problems: readProblems(data),
    missing: textsIn(data, "missing"),
    notCounted: bagIn(data, "notCounted"),
    source: textIn(data, "source"),
    note: textIn(data, "note"),
  };
}

/** What an object says could not be looked at. */
export function readProblems(bag: Bag): PartResult["problems"] {
  const problems = bagIn(bag, "problems");
  return {
    count: numberIn(problems, "count"),
    first: bagsIn(problems, "first").map((row) => ({
      path: textIn(row, "path"),
      problem: textIn(row, "problem"),
    })),
  };
}

/** Files, lines and bytes of an object that has them. */
function amountOf(bag: Bag): Amount {
  return { files: numberIn(bag, "files"), lines: numberIn(bag, "lines"), bytes: numberIn(bag, "bytes") };
}

function marksOf(bag: Bag): Marks {
  return {
    lines: numberIn(bag, "lines"),
    files: numberIn(bag, "files"),
    first: bagsIn(bag, "first").map((row) => ({
      path: textIn(row, "path"),
      line: numberIn(row, "line"),
      text: textIn(row, "text"),
    })),
  };
}

function exportsOf(bag: Bag): Exports {
  return {
    names: numberIn(bag, "names"),
    files: numberIn(bag, "files"),
    first: bagsIn(bag, "first").map((row) => ({
      path: textIn(row, "path"),
      names: textsIn(row, "names"),
      namesNotShown: numberIn(row, "namesNotShown"),
    })),
  };
}
