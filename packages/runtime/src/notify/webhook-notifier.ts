import { createHmac } from "node:crypto";
import { ColonyError, messageOf, type Notifier } from "@colony/core";
import { createSystemClock } from "../adapters/system-clock.ts";
import { requireWebhookNotifier } from "./notifier-options.ts";

/** Who is sent notifications over HTTP, and how it knows them. */
export interface WebhookNotifierOptions {
  /** `http` or `https`. What may be secret of it (its path and query) is never told in an error. */
  readonly url: string;
  /** What the signature is made with; the receiver has the same one. */
  readonly secret: string;
  /** How long one request may take; default 10,000 ms. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const MOST_REDIRECTS = 3;

/**
 * Sends each notification as a POST of JSON with three headers: `x-colony-id` (the same id is the same news),
 * `x-colony-timestamp` (seconds), and `x-colony-signature`: `v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>`. Any 2xx has
 * taken it. 408, 429, what a server fails at (5xx) and what is not reached is sent again later, as late as `retry-after` asks;
 * every other answer is a refusal for good. A redirect is followed on the same host only. Throws `settings.invalid`.
 */
export function webhookNotifier(options: WebhookNotifierOptions): Notifier {
  requireWebhookNotifier(options);
  const { secret, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const url = new URL(options.url);
  const clock = createSystemClock();
  return {
    async notify(notification, { signal }) {
      const body = JSON.stringify(notification);
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
      const over = new AbortController();
      const cancel = clock.after(timeoutMs, () => over.abort());
      const request: RequestInit = {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          "user-agent": "colony",
          "x-colony-id": notification.id,
          "x-colony-timestamp": timestamp,
          "x-colony-signature": `v1=${signature}`,
        },
        redirect: "manual",
        signal: AbortSignal.any([signal, over.signal]),
      };
      try {
        judge(url, await send(url, request), clock.now());
      } catch (error) {
        if (error instanceof ColonyError) throw error;
        const why = over.signal.aborted
          ? `did not answer within ${timeoutMs} ms`
          : `was not reached: ${reasonOf(error)}`;
        throw new ColonyError("notification.failed", `${url.host} ${why}`, { cause: error });
      } finally {
        cancel();
      }
    },
  };
}

/** The answer, of which nothing but its head is of any interest. */
async function send(url: URL, request: RequestInit): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(at, request);
    await response.body?.cancel();
    // Only these two say that the same is to be sent there once more.
    if (response.status !== 307 && response.status !== 308) return response;
    const next = URL.parse(response.headers.get("location") ?? "", at.href);
    if (next === null || next.origin !== url.origin || redirects === MOST_REDIRECTS)
      throw rejected(url, `answered ${response.status} and led elsewhere, which is not followed`);
    at = next;
  }
}

function judge(url: URL, { status, headers }: Response, now: number): void {
  if (status >= 200 && status < 300) return;
  if (status !== 408 && status !== 429 && status < 500) throw rejected(url, `answered ${status}`);
  const retryAfterMs = askedMs(headers.get("retry-after"), now);
  throw new ColonyError("notification.failed", `${url.host} answered ${status}`, {
    details: retryAfterMs === undefined ? {} : { retryAfterMs },
  });
}

/** Seconds, or a date. */
function askedMs(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null || retryAfter.trim() === "") return undefined;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function rejected({ host }: URL, what: string): ColonyError {
  return new ColonyError("notification.rejected", `${host} ${what}; it is not sent again`);
}

/** What went wrong stands below what `fetch` throws. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
