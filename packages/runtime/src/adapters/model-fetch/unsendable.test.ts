import { expect, it } from "vitest";
import { AnsweringServer } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const ours = modelFetch();
const POST: RequestInit = { method: "POST", body: "x" };

it.each<readonly [string, string, RequestInit, string]>([
  ["no address", "nonsense", POST, 'the address "nonsense" is none; give a whole one'],
  [
    "a port that there is not",
    "http://127.0.0.1:99999/v1",
    POST,
    'the address "http://127.0.0.1:99999/v1" is none',
  ],
  [
    "a name and password in the address",
    "http://bob:S3cret@127.0.0.1/v1",
    POST,
    'the address "http://…@127.0.0.1/v1" holds a name or password, and is not asked with them',
  ],
  [
    "a key of two lines",
    "",
    { ...POST, headers: { accept: "*/*", authorization: "Bearer abcd1234\nS3cret" } },
    'the header "authorization" cannot be sent: its name or value holds a line break or another character',
  ],
  [
    "a header of one's own beyond bytes",
    "",
    { ...POST, headers: [["x-own-key", "S3cret…"]] },
    'the header "x-own-key" cannot be sent',
  ],
  [
    "the same where the global fetch is asked",
    "",
    { ...POST, cache: "no-store", headers: { "x-own-key": "S3cret\nX" } },
    'the header "x-own-key" cannot be sent',
  ],
])(
  "%s is refused in words that repeat no secret, and nothing is sent",
  async (...[, address, given, words]) => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    const refused = await ours(address === "" ? server.url : address, given).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "settings.invalid",
      message: expect.stringContaining(words) as string,
    });
    expect(String(refused)).not.toMatch(/S3cret|abcd1234|bob/);
    expect(server.requests).toEqual([]);
  },
);
