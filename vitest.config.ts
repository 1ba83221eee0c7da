import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "*.test.ts",
      "tools/**/*.test.ts",
      "packages/*/src/**/*.test.ts",
      "examples/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    // Files of one process share their modules, which saves most of the start-up. Tests therefore leave nothing behind.
    pool: "forks",
    isolate: false,
    setupFiles: ["tools/vitest/leaves-nothing.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    watch: false,
  },
});
