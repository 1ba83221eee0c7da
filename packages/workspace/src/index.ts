export { createWorkspace } from "./workspace.ts";
export { workspaceTools } from "./workspace-tools.ts";
export { languageOf } from "./languages.ts";
export type { Workspace } from "./workspace.ts";
