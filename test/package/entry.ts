/** A program for the package tests: says how it was started. */

import { takeBack } from "../../src/start-up/lent.js"; // first
import { writeSync } from "node:fs";
import { startupSnapshot } from "node:v8";
import { readSurroundings } from "../../src/cli/surroundings.js";

const loadedBy = process.pid;

function report(): void {
  const [, file, ...args] = process.argv;
  const isFromSnapshot = loadedBy !== process.pid;
  const { inherited, ...surroundings } = readSurroundings(args);
  const limits = inherited.limits.map(({ resource, soft, hard }) => `${resource} ${soft} ${hard}`);
  const visible = Object.keys(process.env).filter((name) => !name.startsWith("TSBT"));
  const tunables = process.env["GLIBC_TUNABLES"];
  const { args: own } = surroundings;
  const said = { file, args: own, isFromSnapshot, inherited: { ...inherited, limits }, visible, tunables };
  writeSync(1, JSON.stringify(said));
  process.exitCode = 7;
}

if (startupSnapshot.isBuildingSnapshot()) {
  takeBack();
  startupSnapshot.setDeserializeMainFunction(report);
} else report();
