import { SILENT_LOGGER, type Logger, type Notification } from "@colony/core";
import { notifierContract } from "@colony/testkit/contracts";
import { expect, it } from "vitest";
import { news } from "../testing/news.ts";
import { logNotifier } from "./log-notifier.ts";

notifierContract("logNotifier", () => {
  const taken: Notification[] = [];
  let refuses = false;
  const take = (data: object): void => {
    if (refuses) throw new Error("the disk is full");
    taken.push((data as { notification: Notification }).notification);
  };
  return Promise.resolve({
    notifier: logNotifier({ ...SILENT_LOGGER, info: take, warn: take }),
    received: () => Promise.resolve(taken),
    refuse: () => {
      refuses = true;
    },
  });
});

it("a log takes a success as information and everything else as a warning", async () => {
  const said: string[] = [];
  const logger: Logger = {
    ...SILENT_LOGGER,
    info: (_data, message) => void said.push(`info: ${message}`),
    warn: (_data, message) => void said.push(`warn: ${message}`),
  };
  const { signal } = new AbortController();
  await logNotifier(logger).notify(news(), { signal });
  await logNotifier(logger).notify(news({ mark: "warning", status: "lost" }), { signal });
  expect(said).toEqual(["info: worker ended", "warn: worker ended"]);
});
