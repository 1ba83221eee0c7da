/** How a person types what they decide: at the command line, or in a chat. */
export interface RequestWords {
  readonly inbox: string;
  readonly answer: string;
  readonly approve: string;
  readonly deny: string;
  /** Behind `approve`: later calls too. */
  readonly always: string;
  /** What shows the whole of one, however long. */
  whole(number: number): string;
}

/** Beside the colony, in a command of its own. */
export const AT_COMMAND_LINE: RequestWords = {
  inbox: "colony inbox",
  answer: "colony answer",
  approve: "colony approve",
  deny: "colony deny",
  always: "--always worker",
  whole: () => "colony inbox",
};

/** Within a chat. */
export const IN_CHAT: RequestWords = {
  inbox: "/inbox",
  answer: "/answer",
  approve: "/approve",
  deny: "/deny",
  always: "always worker",
  whole: (number) => `/inbox ${number}`,
};
