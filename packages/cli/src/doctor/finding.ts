/** One thing that was looked at: how it stands, and how to mend it where it is wrong. */
export interface Finding {
  readonly about: string;
  /** `note`: worth knowing, nothing is wrong. */
  readonly state: "good" | "note" | "wrong";
  readonly says: string;
  readonly mend?: string;
  /** Since when it is so, in epoch milliseconds, where that is known. */
  readonly at?: number;
}

export const good = (about: string, says: string): Finding => ({ about, state: "good", says });
export const note = (about: string, says: string): Finding => ({ about, state: "note", says });
export const wrong = (about: string, says: string, mend: string): Finding => ({
  about,
  state: "wrong",
  says,
  mend,
});
