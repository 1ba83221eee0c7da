import { ColonyError } from "@colony/core";
import type { Environment } from "../io/io.ts";
import { set } from "./model-choice.ts";

/**
 * The address of the model server, as it is set. Throws `settings.invalid` for one that is none, and for one that holds a password,
 * which is not repeated.
 */
export function serverAddress(env: Environment): string {
  const text = set(env, "OPENAI_BASE_URL") ?? "";
  const address = URL.parse(text);
  if (/\/\/[^/?#]*@/u.test(text) || (address?.username ?? "") !== "")
    throw new ColonyError(
      "settings.invalid",
      "OPENAI_BASE_URL holds a name or password, and no server is asked with them; give the address without, and the key in OPENAI_API_KEY",
    );
  if (address?.protocol !== "http:" && address?.protocol !== "https:")
    throw new ColonyError(
      "settings.invalid",
      `OPENAI_BASE_URL is "${text}"; give the server's whole address, as in http://localhost:11434/v1`,
    );
  return text;
}
