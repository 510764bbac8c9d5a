import { defineConfig } from "vitest/config";

/** Set where a machine is slower than an ordinary one; see test/support/time-factor.ts. */
const timeFactor = Number(process.env["TSBT_TIME_FACTOR"] ?? 1);

/** Tests that trace: they need root, and they disturb each other when many run side by side. */
const TRACING = [
  ...["native", "kernel", "e2e"].map((folder) => `test/${folder}/**/*.test.ts`),
  "test/package/install.test.ts",
];

export default defineConfig({
  test: {
    setupFiles: process.env["TSBT_ADDON"] === undefined ? [] : ["test/support/use-addon.ts"],
    testTimeout: 90_000 * timeFactor,
    hookTimeout: 60_000 * timeFactor,
    projects: [
      { extends: true, test: { name: "anywhere", include: ["test/**/*.test.ts"], exclude: TRACING } },
      // After the others: vitest wants groups of their own for projects with different numbers of workers.
      { extends: true, test: { name: "kernel", include: TRACING, maxWorkers: 2, sequence: { groupOrder: 1 } } },
    ],
  },
});
