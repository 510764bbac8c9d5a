/**
 * Where the bundle starts. Run with `--build-snapshot` it only gets everything ready, and the work begins when Node is
 * started from that snapshot; run on its own it begins at once.
 */

import { takeBackArrayMethods } from "./array-methods.js"; // first
import { dirname, join } from "node:path";
import { startupSnapshot } from "node:v8";
import { useHeaderTable } from "../headers/header-table.js";
import { useAddon } from "../kernel/native.js";
import { main } from "./main.js";
import { warmUp } from "./warm-up.js";

function start(): void {
  const [, bundle = "", ...args] = process.argv;
  useAddon(join(dirname(bundle), "tsbt.node"));
  useHeaderTable(join(dirname(bundle), "kernel-headers.br"));
  restoreCertificates();
  void main(args);
}

/** The launcher hides this variable from Node. Commands that we start shall have it. */
function restoreCertificates(): void {
  const file = process.env["TSBT_NODE_EXTRA_CA_CERTS"];
  if (file === undefined) return;
  process.env["NODE_EXTRA_CA_CERTS"] = file;
  delete process.env["TSBT_NODE_EXTRA_CA_CERTS"];
}

if (startupSnapshot.isBuildingSnapshot()) {
  void warmUp().then(takeBackArrayMethods);
  startupSnapshot.setDeserializeMainFunction(start);
} else {
  start();
}
