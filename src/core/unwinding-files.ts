import type { BpfMap, BpfProgram } from "../../codegen/object.js";

interface Unwinding {
  readonly maps: readonly Pick<BpfMap, "role">[];
  readonly programs: readonly Pick<BpfProgram, "relocations">[];
  readonly attachments: readonly { readonly program: number; readonly point: unknown; readonly slot: unknown }[];
}

/** The files that the probes are in which unwind stacks; undefined: some are elsewhere, and any process may come to them. */
export function unwindingFiles({ attachments, programs, maps }: Unwinding): readonly string[] | undefined {
  const spaces = maps.findIndex(({ role }) => role === "unwind-spaces");
  const unwinds = programs.map(({ relocations }) =>
    relocations.some((relocation) => relocation.kind === "map" && relocation.map === spaces),
  );
  const files = new Set<string>();
  for (const { program, point, slot } of attachments) {
    // One that goes on to others may come to one that unwinds.
    if (unwinds[program] !== true && slot === undefined) continue;
    const path = fileOf(point);
    if (path === undefined) return undefined;
    files.add(path);
  }
  return [...files];
}

/** Functions say it as their programs are called; `usdt` has no more than what the kernel is told. */
function fileOf(point: unknown): string | undefined {
  const { path, filePath } = point as { readonly path?: unknown; readonly filePath?: unknown };
  return [path, filePath].find((file) => typeof file === "string");
}
