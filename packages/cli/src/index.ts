export { runCommandLine } from "./command-line.ts";
export { processIo } from "./io/io.ts";
export type { Environment, Io } from "./io/io.ts";
