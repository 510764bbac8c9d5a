/**
 * Where the bundle starts. Run with `--build-snapshot` it only gets everything ready, and the work begins when Node is
 * started from that snapshot; run on its own it begins at once.
 */

import { takeBack } from "./lent.js"; // first
import { dirname, join } from "node:path";
import { startupSnapshot } from "node:v8";
import { useHeaderTable } from "../headers/index.js";
import { useAddon } from "../kernel/index.js";
import { runRepl } from "../repl/start.js";
import { closeDebugger, keepIgnoring } from "../runtime/index.js";
import { main } from "../cli/main.js";
import { readSurroundings } from "../cli/surroundings.js";
import { startCold } from "../cli/tiers.js";
import { warmUp } from "./warm-up.js";

function start(): void {
  closeDebugger();
  startCold();
  const [, bundle = "", ...args] = process.argv;
  useAddon(join(dirname(bundle), "tsbt.node"));
  useHeaderTable(join(dirname(bundle), "kernel-headers.br"));
  const surroundings = readSurroundings(args);
  keepIgnoring(surroundings.inherited.ignoredSignals);
  void main(surroundings, runRepl);
}

if (startupSnapshot.isBuildingSnapshot()) {
  void warmUp().then(takeBack);
  startupSnapshot.setDeserializeMainFunction(start);
} else {
  start();
}
