import { bagOf, parsed, textIn, type Bag } from "../json-reading.ts";

/** A worker's report as it stands in a message to the overseer. */
export interface WorkerReport {
  readonly worker: string;
  /** The batch it was spawned in; undefined for a worker spawned alone. */
  readonly batch: string | undefined;
  /** Its place in the batch, from 1. */
  readonly place: number;
  readonly batchSize: number;
  /** How many reports of the batch are still to come after this one. */
  readonly remaining: number;
  readonly status: string;
  readonly label: string;
  readonly task: string;
  readonly summary: string;
  readonly data: Bag;
  /** The data as it was reported, which may be any JSON. */
  readonly anyData: unknown;
  /** Why it failed, where it did. */
  readonly error: string;
}

// Only a line feed ends a report's line; names in it may hold other characters that count as line ends.
const REPORT = /^<worker_report ([^>]*)>(.*)<\/worker_report>\s*$/su;
const ATTRIBUTE = /([a-z_]+)="([^"]*)"/gu;

/** Every report in a message, in order; none where it is something a person typed. */
export function reportsIn(text: string): readonly WorkerReport[] {
  return text.split("\n").flatMap((line) => {
    const match = REPORT.exec(line);
    return match === null ? [] : [reportOf(match[1] ?? "", match[2] ?? "")];
  });
}

function reportOf(head: string, json: string): WorkerReport {
  const attributes = new Map([...head.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, value]));
  const body = bagOf(parsed(json));
  const [place, size] = (attributes.get("place") ?? "1/1").split("/").map(Number);
  const error = body["error"];
  return {
    worker: attributes.get("worker") ?? "",
    batch: attributes.get("batch"),
    place: place ?? 1,
    batchSize: size ?? 1,
    remaining: Number(attributes.get("remaining") ?? 0),
    status: attributes.get("status") ?? "failed",
    label: textIn(body, "label"),
    task: textIn(body, "task"),
    summary: textIn(body, "summary"),
    data: bagOf(body["data"]),
    anyData: body["data"],
    error: typeof error === "string" ? error : textIn(bagOf(error), "message"),
  };
}
