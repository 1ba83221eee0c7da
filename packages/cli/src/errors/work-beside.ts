/** The commands that work on a colony which another process has open, as a list in a sentence. */
export const WORK_BESIDE =
  "inject, send, inbox, answer, approve, deny, cancel, stop, close, reopen, dismiss, remove, trigger, budget, workers, show, log and export";

/** The commands that open a colony and do its work, as a list in a sentence. */
export const OWNING = "run, chat and host";
