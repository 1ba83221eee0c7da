const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const SPAN = /^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/u;

/** A span of time as people write it, in milliseconds: `90` (seconds), `500ms`, `30s`, `1h30m`; undefined for what is none. */
export function spanMs(text: string): number | undefined {
  const written = text.trim().toLowerCase();
  if (/^\d+(?:\.\d+)?$/u.test(written)) return Number(written) * 1_000;
  if (!SPAN.test(written)) return undefined;
  const parts = Array.from(written.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/gu));
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
}
