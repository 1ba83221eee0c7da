import { createHmac } from "node:crypto";
import type { Notification } from "@colony/core";
import { notifierContract } from "@colony/testkit/contracts";
import { describe, expect, it } from "vitest";
import { news } from "../testing/news.ts";
import { WebhookReceiver } from "../testing/webhook-receiver.ts";
import { webhookNotifier } from "./webhook-notifier.ts";

const secret = "s3cret";
const never = (): AbortSignal => new AbortController().signal;

notifierContract("webhookNotifier", async () => {
  const receiver = await WebhookReceiver.open();
  const taken: Notification[] = [];
  receiver.answer = (response, { body }) => {
    taken.push(JSON.parse(body) as Notification);
    response.writeHead(200).end("thanks");
  };
  return {
    notifier: webhookNotifier({ url: receiver.url, secret }),
    received: () => Promise.resolve(taken),
    refuse: () => {
      receiver.answer = (response) => void response.writeHead(500).end();
    },
    hang: () => {
      receiver.answer = () => undefined;
    },
    close: async () => await receiver[Symbol.asyncDispose](),
  };
});

describe("a webhook", () => {
  it("is signed so that whoever knows the secret can tell that it is ours, and when it was sent", async () => {
    await using receiver = await WebhookReceiver.open();
    const notifier = webhookNotifier({ url: `${receiver.url}/hooks/colony?x=1`, secret });
    await notifier.notify(news(), { signal: never() });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: "POST", path: "/hooks/colony?x=1" });
    if (request === undefined) throw new Error("nothing was sent");
    const { headers, body } = request;
    expect(headers).toMatchObject({ "content-type": "application/json", "x-colony-id": "w-1@9" });
    const timestamp = String(headers["x-colony-timestamp"]);
    expect(Math.abs(Number(timestamp) * 1_000 - Date.now())).toBeLessThan(60_000);
    const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
    expect(headers["x-colony-signature"]).toBe(`v1=${signature}`);
    expect(JSON.parse(body)).toEqual(news());
  });

  it.each([
    [200, "taken"],
    [204, "taken"],
    [202, "taken"],
    [301, "notification.rejected"],
    [302, "notification.rejected"],
    [400, "notification.rejected"],
    [401, "notification.rejected"],
    [404, "notification.rejected"],
    [410, "notification.rejected"],
    [408, "notification.failed"],
    [429, "notification.failed"],
    [500, "notification.failed"],
    [503, "notification.failed"],
  ])("that is answered with %i is %s", async (status, what) => {
    await using receiver = await WebhookReceiver.open();
    receiver.answer = (response) => void response.writeHead(status, { location: "/there" }).end();
    const telling = webhookNotifier({ url: receiver.url, secret }).notify(news(), { signal: never() });
    const outcome = await telling.then(
      () => "taken",
      (error: unknown) => (error as { code: string }).code,
    );
    expect(outcome).toBe(what);
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    ["120", 120_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 3_600_000],
    ["soon", undefined],
    ["-5", undefined],
    ["Fri, 01 Jan 1999 00:00:00 GMT", undefined],
    ["", undefined],
  ])("that is asked to come again after %j says so", async (retryAfter, ms) => {
    await using receiver = await WebhookReceiver.open();
    receiver.answer = (response) => void response.writeHead(429, { "retry-after": retryAfter }).end();
    const telling = webhookNotifier({ url: receiver.url, secret }).notify(news(), { signal: never() });
    const { details } = await telling.then(
      () => Promise.reject(new Error("it was taken")),
      (error: unknown) => error as { details: { retryAfterMs?: number } },
    );
    // A date is told in whole seconds, and time goes on meanwhile.
    const asked = details.retryAfterMs === undefined ? undefined : Math.ceil(details.retryAfterMs / 60_000);
    expect(asked).toBe(ms === undefined ? undefined : ms / 60_000);
  });

  it("follows a redirect on its own host with the same request, and none to another host", async () => {
    await using receiver = await WebhookReceiver.open();
    await using other = await WebhookReceiver.open();
    receiver.answer = (response, { path }) =>
      void (path === "/"
        ? response.writeHead(307, { location: "/moved" }).end()
        : response.writeHead(204).end());
    await webhookNotifier({ url: receiver.url, secret }).notify(news(), { signal: never() });
    const [first, second] = receiver.requests;
    expect(second).toMatchObject({ method: "POST", path: "/moved", body: first?.body });
    expect(second?.headers["x-colony-signature"]).toBe(first?.headers["x-colony-signature"]);

    receiver.answer = (response) => void response.writeHead(308, { location: `${other.url}/steal` }).end();
    const telling = webhookNotifier({ url: receiver.url, secret }).notify(news(), { signal: never() });
    await expect(telling).rejects.toMatchObject({ code: "notification.rejected" });
    expect(other.requests).toEqual([]);
  });

  it("does not go around in circles", async () => {
    await using receiver = await WebhookReceiver.open();
    receiver.answer = (response) => void response.writeHead(307, { location: "/" }).end();
    const telling = webhookNotifier({ url: receiver.url, secret }).notify(news(), { signal: never() });
    await expect(telling).rejects.toMatchObject({ code: "notification.rejected" });
    expect(receiver.requests).toHaveLength(4);
  });

  it("that nobody answers is given up in time, also one whose answer never ends", async () => {
    await using receiver = await WebhookReceiver.open();
    const notifier = webhookNotifier({ url: receiver.url, secret, timeoutMs: 50 });
    receiver.answer = () => undefined;
    await expect(notifier.notify(news(), { signal: never() })).rejects.toMatchObject({
      code: "notification.failed",
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer within 50 ms$/) as string,
    });
    receiver.answer = (response) => void response.writeHead(200).write("x".repeat(1_000));
    const patient = webhookNotifier({ url: receiver.url, secret, timeoutMs: 20_000 });
    await patient.notify(news(), { signal: never() });
  });

  it("to a host that is not there, or that breaks off, may be tried again; its path is told to nobody", async () => {
    const receiver = await WebhookReceiver.open();
    const url = `${receiver.url}/T0K3N`;
    receiver.answer = (response) => void response.destroy();
    const told = async (): Promise<string> =>
      await webhookNotifier({ url, secret })
        .notify(news(), { signal: never() })
        .then(
          () => "taken",
          (error: unknown) => {
            const { code, message } = error as { code: string; message: string };
            return `${code}: ${message}`;
          },
        );
    expect(await told()).toMatch(/^notification\.failed: 127\.0\.0\.1:\d+ was not reached: \S/);
    await receiver[Symbol.asyncDispose]();
    const gone = await told();
    expect(gone).toMatch(/^notification\.failed: 127\.0\.0\.1:\d+ was not reached: .*ECONNREFUSED/);
    expect(gone).not.toContain("T0K3N");
  });
});

describe("a webhook notifier", () => {
  it.each<readonly [unknown, string]>([
    [undefined, "a webhook notifier needs an object; give { url, secret }"],
    [{ secret }, "url of the webhook notifier is missing; give an http or https address"],
    [{ url: "ftp://host/", secret }, 'url of the webhook notifier is "ftp://host/"; give an http or https'],
    [{ url: "hooks", secret }, 'url of the webhook notifier is "hooks"; give an http or https address'],
    [{ url: "http://host/" }, "secret of the webhook notifier is missing; give the text that"],
    [{ url: "http://host/", secret: "" }, 'secret of the webhook notifier is ""; give the text'],
    [{ url: "http://host/", secret, timeoutMs: 0 }, "timeoutMs of the webhook notifier is 0; give a number"],
    [
      { url: "http://host/", secret, timeout: 5 },
      "there is no option timeout of the webhook notifier (did you",
    ],
  ])("made with %j is refused in a sentence", (options, sentence) => {
    expect(() => webhookNotifier(options as Parameters<typeof webhookNotifier>[0])).toThrow(
      expect.objectContaining({
        code: "settings.invalid",
        message: expect.stringContaining(sentence) as string,
      }) as Error,
    );
  });

  it("never shows a password that stands in its address", () => {
    const make = (): unknown => webhookNotifier({ url: "https://ada:pa55@host/", secret });
    expect(make).toThrow("has a name or a password in it");
    expect(make).not.toThrow("pa55");
  });
});
