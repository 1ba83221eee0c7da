export { examineColonyFile, loadColonyFile } from "./when-asked.ts";
export { problemLine } from "./problems/problem.ts";
export { OVERSEER_INSTRUCTIONS, WORKER_DESCRIPTION, WORKER_INSTRUCTIONS } from "./defaults/instructions.ts";
export type { ModelSource } from "./building/build.ts";
export type { ColonyFileOptions, ColonyFromFile, ExaminedColonyFile } from "./load-colony-file.ts";
export type { Problem } from "./problems/problem.ts";
export type { Environment } from "./reading/variables.ts";
