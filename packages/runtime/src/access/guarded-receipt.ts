import type { Receipt } from "../agent-face.ts";
import type { AccessAction } from "./policy.ts";

/**
 * What somebody holds of an input of theirs, for as long as they may: what became of it is for those who may see its agent when
 * it is told, and taken back by those who may say something to it. `allow` throws where they may not.
 */
export function guardedReceipt(receipt: Receipt, allow: (action: AccessAction) => void): Receipt {
  const see = (): void => allow("see");
  return {
    ...receipt,
    reply: (options) => whileAllowed(see, () => receipt.reply(options)),
    outcome: (options) => whileAllowed(see, () => receipt.outcome(options)),
    withdraw: async (options) => {
      allow("inject");
      return await receipt.withdraw(options);
    },
  };
}

/** What is found out, however it comes out, where it is theirs to know both when they ask and when it is told. */
export async function whileAllowed<What>(allow: () => void, find: () => Promise<What>): Promise<What> {
  allow();
  try {
    return await find();
  } finally {
    allow();
  }
}
