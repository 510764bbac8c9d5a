/** A program for the package tests: says how it was started. */

import { writeSync } from "node:fs";
import { startupSnapshot } from "node:v8";

const loadedBy = process.pid;

function report(): void {
  const [, file, ...args] = process.argv;
  const isFromSnapshot = loadedBy !== process.pid;
  const certificates = process.env["TSBT_NODE_EXTRA_CA_CERTS"];
  writeSync(1, JSON.stringify({ file, args, isFromSnapshot, certificates }));
  process.exitCode = 7;
}

if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(report);
else report();
