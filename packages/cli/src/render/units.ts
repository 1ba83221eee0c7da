import type { Usage } from "@colony/core";

/** A span of time, short: `40ms`, `0.4s`, `12s`, `3m05s`, `1h02m`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 0.0995) return `${Math.round(seconds * 1_000)}ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${two(whole % 60)}s`;
  return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
}

/** A count of tokens, short: `950`, `8.1k`, `1.2M`. */
export function tokens(count: number): string {
  if (count < 1_000) return String(Math.round(count));
  if (count < 999_500) return `${short(count / 1_000)}k`;
  return `${short(count / 1_000_000)}M`;
}

/** What it cost: an unknown price is not free, and says so. */
export function cost(costUsd: number | null): string {
  if (costUsd === null) return "cost ?";
  if (costUsd === 0) return "free";
  return `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`;
}

/** All tokens of a usage, in and out. */
export function tokensOf({ inputTokens, outputTokens }: Usage): number {
  return inputTokens + outputTokens;
}

/** The time of day, to the millisecond, where the reader is: `14:03:22.118`. */
export function timeOfDay(at: number): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

/** A moment for people: `2026-03-01 14:03:22`. */
export function moment(at: number): string {
  const time = new Date(at);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${timeOfDay(at).slice(0, 8)}`;
}

/** A size in bytes: `812 bytes`, `14.2 kB`, `3.1 MB`. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} ${count === 1 ? "byte" : "bytes"}`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = count / 1_000;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1_000;
  return `${short(value)} ${units[unit] ?? ""}`;
}

function short(value: number): string {
  return value < 99.95 ? value.toFixed(1).replace(/\.0$/u, "") : String(Math.round(value));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
