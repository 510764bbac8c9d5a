import { commandStage } from "./command-stage.js";
import { machineStage } from "./machine-stage.js";
import { sanitizerStage } from "./sanitizer-stage.js";
import type { Stage } from "./stage.js";
import { mountTracefs } from "./tracefs.js";
import { vitestStage } from "./vitest-stage.js";

const bin = (name: string): string => `node_modules/.bin/${name}`;

/** What `npm test` runs, in this order. */
export const STAGES: readonly Stage[] = [
  commandStage("build", "the bundle, its snapshot and the native addon", "the project builds", [
    "npm",
    "run",
    "--silent",
    "build",
  ]),
  commandStage("types", "the type checker on sources and tests", "all types fit", [bin("tsc"), "--noEmit", "-p", "."]),
  commandStage("lint", "eslint", "nothing to complain about", [bin("eslint"), "."]),
  commandStage("unused", "knip", "no file, export or dependency is there for nobody", [bin("knip"), "--no-progress"]),
  commandStage("format", "prettier", "everything is formatted", [bin("prettier"), "--check", "--log-level=warn", "."]),
  vitestStage("unit", "unit and golden tests, which run anywhere", "anywhere"),
  vitestStage("kernel", "verifier, differential and end-to-end tests on the running kernel", "kernel", mountTracefs),
  machineStage("6.12"),
];

/** Run when named: `npm run test:matrix`, `npm run test:sanitizers`. */
export const MORE_STAGES: readonly Stage[] = [
  machineStage("6.1"),
  machineStage("7.2"),
  sanitizerStage("address"),
  sanitizerStage("thread"),
];
