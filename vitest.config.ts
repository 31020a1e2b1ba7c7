import { defineConfig } from "vitest/config";

/** Limits end what hangs; they say nothing of how fast anything is, as other work may have the machine at the same time. */
const limits = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 15_000 } } };

/** Programs that run on hosts, driven as they are: each waits for PostgreSQL, or for a shell, more than it works. */
const HOSTS = "test/slow/{copy,database,switch}/**/*.test.ts";

/** What needs installed programs, or minutes, has a script of its own. */
const APART = {
  browser: { include: ["test/browser/**/*.test.ts"] },
  "aws-cli": { include: ["test/aws-cli/**/*.test.ts"] },
  hosts: { include: [HOSTS], fileParallelism: true },
  slow: { include: ["test/slow/**/*.test.ts"], exclude: [HOSTS], fileParallelism: true },
};

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
          exclude: ["test/real/**", ...Object.values(APART).flatMap(({ include }) => include)],
          isolate: false,
          ...limits,
        },
      },
      ...Object.entries(APART).map(([name, files]) => ({
        test: { name, ...limits, testTimeout: 240_000, hookTimeout: 180_000, fileParallelism: false, ...files },
      })),
    ],
  },
});
