/** What to say when the kernel does not make a map: in the words of the script, and what to try. */
import type { BpfMap, BpfMapType, ScriptMap } from "../../codegen/object.js";
import type { SystemCallFailure } from "../kernel/index.js";
import { MapError } from "./errors.js";

/** @param script - the map as the script knows it, if it does */
export function mapFailure(failure: SystemCallFailure, map: BpfMap, script: ScriptMap | undefined): MapError {
  return new MapError(failure, `Failed to create ${describe(map, script)}`, {
    span: script?.span,
    hint: hintFor(failure, map, script),
    cause: failure,
  });
}

function describe({ type, name, maxEntries }: BpfMap, script: ScriptMap | undefined): string {
  if (type === "ring-buffer") return `the ring buffer with ${maxEntries} bytes`;
  return script === undefined ? `the map ${name}` : `map ${script.name} with room for ${maxEntries} keys`;
}

/** Errors of what is too large, or of a size that cannot be. */
const ABOUT_SIZE: ReadonlySet<string> = new Set(["E2BIG", "ENOMEM", "EINVAL"]);

function hintFor({ code }: SystemCallFailure, map: BpfMap, script: ScriptMap | undefined): string | undefined {
  if (!ABOUT_SIZE.has(code)) return undefined;
  if (map.type === "ring-buffer") return "Try a smaller perf_rb_pages, e.g. `config = { perf_rb_pages = 64 }`";
  const declaration = `let ${script?.name} = ${DECLARED_AS[map.type] ?? "hash"}(5000)`;
  if (script?.isDeclared === true) return `Try another number of entries in the declaration e.g. \`${declaration}\``;
  if (script?.key === undefined) return undefined;
  return `Try decreasing max_map_keys config or manually setting the max entries in a map declaration e.g. \`${declaration}\``;
}

const DECLARED_AS: { readonly [T in BpfMapType]?: string } = {
  hash: "hash",
  "lru-hash": "lruhash",
  "percpu-hash": "percpuhash",
  "lru-percpu-hash": "percpulruhash",
};
