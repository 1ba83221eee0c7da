import { MODEL_PRICES } from "@colony/runtime";
import type { Environment } from "../io/io.ts";
import { chooseModel, type ModelChoice } from "../models/model-choice.ts";
import type { Settings } from "../settings/settings.ts";
import { good, note, type Finding } from "./finding.ts";

/** What the model that would be used costs and who says so; nothing where there is no such model, or it is free. */
export function examinePrice(
  { model, prices }: Pick<Settings, "model" | "prices">,
  env: Environment,
): readonly Finding[] {
  const choice = chosen(model, env);
  if (choice?.name === undefined || choice.provider === "offline") return [];
  const name = `${choice.provider}/${choice.name}`;
  const own = prices.value?.[name];
  if (own !== undefined) return [good("price", `${perMillion(own)} (${prices.source})`)];
  const listed = Object.hasOwn(MODEL_PRICES, name) ? MODEL_PRICES[name] : undefined;
  if (listed !== undefined)
    return [good("price", `${perMillion(listed)} (list price of ${listed.asOf}, ${listed.source})`)];
  return [
    note(
      "price",
      `not known for ${name}: costs are shown as unknown, and a budget in US dollars needs --prices "${name}=IN/OUT"`,
    ),
  ];
}

/** A model that cannot be chosen is told of elsewhere. */
function chosen(model: Settings["model"], env: Environment): ModelChoice | undefined {
  try {
    return chooseModel(model, env);
  } catch {
    return undefined;
  }
}

function perMillion({
  inputUsd,
  outputUsd,
}: {
  readonly inputUsd: number;
  readonly outputUsd: number;
}): string {
  return `$${inputUsd} in and $${outputUsd} out for a million tokens`;
}
