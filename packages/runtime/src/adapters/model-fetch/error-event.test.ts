import { expect, it } from "vitest";
import { AnsweringServer } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const STREAM = '{"model":"m", "stream": true}';

it.each<readonly [string, string, string, string]>([
  [
    "an error",
    STREAM,
    '{\n "error": {"message": "no", "type": "odd"}\n}',
    'data: {"type":"error","sequence_number":0,"error":{"type":"odd","message":"no"}}\n\n',
  ],
  [
    "an error in a word",
    STREAM,
    '{"error":"no"}',
    'data: {"type":"error","sequence_number":0,"error":{"type":"error","message":"no"}}\n\n',
  ],
  ["an answer", STREAM, '{"choices": [], "error": null}', '{"choices": [], "error": null}'],
  ["no JSON", STREAM, "<html>", "<html>"],
  ["a list", STREAM, '[{"error":1}]', '[{"error":1}]'],
  ["an error of what was asked for whole", '{"a":"\\"stream\\":true"}', '{"error":1}', '{"error":1}'],
])(
  "JSON instead of a stream is handed on as an event where it is an error: %s",
  async (...[, body, said, as]) => {
    await using server = await AnsweringServer.open(
      (response) =>
        void response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(said),
    );
    const answer = await modelFetch()(server.url, { method: "POST", body });
    expect([answer.url, answer.headers.get("content-type"), await answer.text()]).toEqual([
      `${server.url}/`,
      "application/json; charset=utf-8",
      as,
    ]);
  },
);
