/** Makes a compiled script of what a compiler has made, with what it relied on. */
import { readlinkSync } from "node:fs";
import { normalize } from "node:path";
import type { Compilation } from "../../../codegen/compile.js";
import type { KernelFacts } from "../../../codegen/facts.js";
import type { Attachment, BpfObject } from "../../../codegen/object.js";
import type { KernelIdentity, SavedScript, SavedWarning } from "../../../codegen/saved/index.js";
import type { Diagnostic } from "../../../grammar/index.js";
import { stampOf } from "./file-stamps.js";
import type { Witness } from "./relied-facts.js";

export interface SaveRequest {
  readonly object: BpfObject;
  readonly compilation: Pick<Compilation, "config" | "diagnostics">;
  /** Of the facts that it was compiled with. */
  readonly witness: Witness<KernelFacts>;
  readonly kernel: KernelIdentity;
  readonly isCertain: boolean;
  /** That was compiled in. */
  readonly pid: number | undefined;
  readonly warnsOfReads: boolean;
  readonly unsafe: readonly string[];
}

export function savedFrom({
  object,
  compilation,
  witness,
  kernel,
  isCertain,
  pid,
  warnsOfReads,
  unsafe,
}: SaveRequest): SavedScript {
  const absolute = withAbsolutePaths(object);
  const paths = new Set([...filesOf(absolute), ...Array.from(witness.files(), fromRoot)]);
  return {
    arch: witness.facts.arch,
    kernel,
    isCertain,
    facts: witness.relied(),
    files: [...paths].flatMap((path) => stampOf(path) ?? []),
    target: { pid },
    warnsOfReads,
    unsafe,
    warnings: compilation.diagnostics.map(warningOf),
    config: compilation.config,
    object: absolute,
  };
}

/** Whoever runs it may do so elsewhere. Names stay as they were written. */
const withAbsolutePaths = (object: BpfObject): BpfObject => ({
  ...object,
  attachments: object.attachments.map((attachment) => {
    const { point } = attachment;
    const paths = {
      ...("path" in point ? { path: fromRoot(point.path) } : {}),
      ...("filePath" in point ? { filePath: fromRoot(point.filePath) } : {}),
    };
    return { ...attachment, point: { ...point, ...paths } } as Attachment;
  }),
});

const fromRoot = (path: string): string =>
  path.startsWith("/") ? path : normalize(`${readlinkSync("/proc/self/cwd", "latin1")}/${path}`);

const warningOf = ({ code, severity, message, span, hints, contexts }: Diagnostic): SavedWarning => ({
  code,
  severity,
  message,
  span,
  hints,
  contexts: contexts.map(({ message, span }) => ({ message, span })),
});

const filesOf = ({ attachments }: BpfObject): readonly string[] =>
  attachments.flatMap(({ point }) => ("filePath" in point ? [point.filePath] : []));

/** Programs that somebody else has loaded, which have other numbers the next time: probes on them cannot be kept. */
export const foreignPrograms = ({ attachments }: BpfObject): readonly string[] =>
  attachments.flatMap(({ name, point }) => ("kind" in point && point.kind === "program" ? [name] : []));

/** What comes of a script without `--unsafe`. */
export interface SafeResult {
  readonly object: BpfObject | undefined;
  /** Why nothing does. */
  readonly errors: readonly string[];
}

/** What is refused, or left out, without `--unsafe`. */
export function unsafeParts({ attachments }: BpfObject, compileSafely: () => SafeResult): readonly string[] {
  const { object, errors } = compileSafely();
  if (errors.length > 0) return errors;
  const kept = new Set(object?.attachments.map(({ name }) => name));
  return attachments.filter(({ name }) => !kept.has(name)).map(({ name }) => `${name} is refused`);
}
