import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { SetupError } from "./setup-error.mjs";

const floor = [24, 12];

/** The Node to run with: the one we run under when it is new enough, else the one the packages brought. */
export function findNode(root) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const bundled = bundledNode(root);
  if (existsSync(bundled)) return bundled;
  throw new SetupError(
    `Node ${floor.join(".")} or newer is needed, this is ${process.versions.node}, and fetching one failed; install Node 24 or try again with a network`,
  );
}

/** Whether a Node that can run the sources is at hand. */
export function hasNode(root) {
  return isNewEnough(process.versions.node) || existsSync(bundledNode(root));
}

/** What the program sees: our Node and the tools of the workspace first on PATH, compiled code kept between runs. */
export function childEnvironment(root, node) {
  const first = [dirname(node), join(root, "node_modules", ".bin")];
  return {
    ...process.env,
    PATH: [...first, process.env.PATH ?? ""].join(delimiter),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "compile"),
  };
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > floor[0] || (major === floor[0] && minor >= floor[1]);
}

function bundledNode(root) {
  const bin = join(root, "node_modules", "node", "bin");
  return join(bin, process.platform === "win32" ? "node.exe" : "node");
}
