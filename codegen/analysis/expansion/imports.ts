/**
 * Imports at the top level (language.md 15): scripts are merged in front of what imports them, so that their `begin`
 * and `end` probes run first. A file that is imported twice is merged once; circles are harmless for that reason.
 */
import { type DiagnosticBag, parse, type Program, type RootImport, type SourceFile } from "../../../grammar/index.js";

/** One file that an import names, or that lies in a directory that it names. */
export interface ImportedFile {
  /** Tells files apart, however they were named. */
  readonly path: string;
  readonly isWorldWritable: boolean;
  readonly read: () => SourceFile;
}

export type ImportLookup =
  | { readonly kind: "found"; readonly files: readonly ImportedFile[] }
  /** The paths that were tried. */
  | { readonly kind: "missing"; readonly checked: readonly string[] };

/** Paths are relative to the directory of the importing file, or to the current one. */
export type FindImport = (path: string, from: SourceFile) => ImportLookup;

export function mergeImports(program: Program, find: FindImport, bag: DiagnosticBag): Program {
  if (program.imports.length === 0) return program;
  return new Merge(find, bag).merge(program);
}

class Merge {
  readonly #find: FindImport;
  readonly #bag: DiagnosticBag;
  readonly #seen = new Set<string>();

  constructor(find: FindImport, bag: DiagnosticBag) {
    this.#find = find;
    this.#bag = bag;
  }

  merge(program: Program): Program {
    const imported = program.imports.flatMap((statement) => this.#import(statement));
    return {
      ...program,
      cDefinitions: [...imported.flatMap((p) => p.cDefinitions), ...program.cDefinitions],
      items: [...imported.flatMap((p) => p.items), ...program.items],
    };
  }

  #import(statement: RootImport): readonly Program[] {
    const { path, span } = statement;
    if (isEmbedded(path)) return [];
    const found = this.#find(path, span.file);
    if (found.kind === "missing") {
      this.#bag.error("import-missing", span, {}, { hints: [`checked: ${found.checked.join(", ")}`] });
      return [];
    }
    return found.files.flatMap((file) => this.#file(file, statement));
  }

  #file(file: ImportedFile, { span, path }: RootImport): readonly Program[] {
    if (this.#seen.has(file.path)) return [];
    this.#seen.add(file.path);
    if (file.isWorldWritable) {
      this.#bag.warning("import-world-writable", span, { path: file.path });
      return [];
    }
    if (file.path.endsWith(".h")) return []; // for the BPF compiler of the reference: scripts do not see it
    if (file.path.endsWith(".bpf.c")) {
      this.#bag.error("import-c-program", span, { path });
      return [];
    }
    if (!file.path.endsWith(".bt")) {
      this.#bag.error("import-type", span, { path });
      return [];
    }
    const program = parse(file.read(), this.#bag);
    if (program.config !== undefined) this.#bag.error("import-config", program.config.span, {});
    return [this.merge(program)];
  }
}

/** The library is always there. */
const isEmbedded = (path: string): boolean => path === "stdlib" || path.startsWith("stdlib/");
