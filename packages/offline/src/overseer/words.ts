/** What the offline overseer can do, for whoever greets it. */
export const GREETING_WORDS =
  'Hello. I am Colony\'s offline model: I follow rules and need no network. I can survey this folder with several workers at once (say "Survey this folder" or "Survey ./docs"), have things looked up ("Compare A with B", "Find ...") and tell what the workers are doing (say "status").';

/** For everything the rules do not understand. */
export const OTHER_WORDS =
  'I am Colony\'s offline model, which follows rules and does not understand this. I can survey a folder with several workers at once ("Survey this folder", "Survey ./docs"), have things looked up ("Compare A with B", "Find ...") and tell what they are doing ("status"). For a real language model set OPENAI_API_KEY or ANTHROPIC_API_KEY (OPENAI_BASE_URL for any compatible server) and start again.';

/** Where a person calls something off: the model cannot stop what the runtime runs. */
export const CALLING_OFF_WORDS =
  "All right, I begin nothing more. Workers that are already running are stopped with the stop command; their reports come to me as they end.";

/** Where a limit was reached before everything was done. */
export const WRAP_UP_WORDS =
  "A limit of this turn has been reached, so I begin nothing more in it. Workers that are running go on, and their reports still come to me; ask again for what is missing.";

/** Where neither delegating nor reporting is possible. */
export const NO_TOOLS_WORDS =
  "I am Colony's offline model and have been given neither spawn_workers nor report_to_parent, so there is nothing I can do here. For a real language model set OPENAI_API_KEY or ANTHROPIC_API_KEY (OPENAI_BASE_URL for any compatible server).";
