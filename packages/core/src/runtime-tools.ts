/** The names of the tools that the runtime gives to agents beside those of their definitions, which may not go by them. */
export const RUNTIME_TOOLS: ReadonlySet<string> = new Set([
  "spawn_worker",
  "spawn_workers",
  "agent_list",
  "agent_status",
  "agent_cancel",
  "read_report",
  "wait_for_reports",
  "send_to_worker",
  "close_worker",
  "reopen_worker",
  "answer_worker",
  "ask_user",
  "escalate",
  "report_to_parent",
]);
