import { defineConfig } from "vitest/config";

/** Limits end what hangs; they say nothing of how fast anything is, as other work may have the machine at the same time. */
const limits = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 15_000 } } };

/** What needs installed programs, or minutes, has a script of its own. */
const APART = { browser: "test/browser/**/*.test.ts", "aws-cli": "test/aws-cli/**/*.test.ts", slow: "test/slow/**/*.test.ts" };

export default defineConfig({
  test: {
    // Both cores of a small machine: by itself vitest would leave one to the terminal.
    maxWorkers: "100%",
    projects: [
      // Each worker loads the code once for all of its files, which halves the time; no file may leave anything behind.
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/real/**", ...Object.values(APART)],
          isolate: false,
          ...limits,
        },
      },
      ...Object.entries(APART).map(([name, files]) => ({
        test: { name, include: [files], ...limits, testTimeout: 240_000, hookTimeout: 180_000, fileParallelism: false },
      })),
    ],
  },
});
