import { parsed } from "../json-reading.ts";

/** The work of one worker that looks something up. */
export interface LookupTask {
  /** What this worker looks up; undefined where it has the request as it is. */
  readonly subject: string | undefined;
  /** What the person asked for. */
  readonly request: string;
}

const PART = /^Find out about (.+?)\.\n\nThis is one part of a request: (".*")$/su;

/** The task as a worker is given it: the subject first, because that is what it looks for. */
export function writeLookupTask({ subject, request }: LookupTask): string {
  if (subject === undefined) return request;
  return `Find out about ${subject}.\n\nThis is one part of a request: ${JSON.stringify(request)}`;
}

/** Any task that is no survey is one to look something up. */
export function readLookupTask(task: string): LookupTask {
  const [, subject, json = ""] = PART.exec(task.trim()) ?? [];
  const request = parsed(json);
  return subject === undefined || typeof request !== "string"
    ? { subject: undefined, request: task.trim() }
    : { subject, request };
}
