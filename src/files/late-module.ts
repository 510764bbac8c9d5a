/**
 * Modules of Node that few runs need: they would be loaded at every start, and some of them no start-up snapshot can hold.
 * Imports of their types are free.
 */
import { createRequire } from "node:module";

interface LateModules {
  readonly "node:child_process": typeof import("node:child_process");
  readonly "node:worker_threads": typeof import("node:worker_threads");
}

export function lateModule<Name extends keyof LateModules>(name: Name): LateModules[Name] {
  return createRequire("/")(name) as LateModules[Name];
}
