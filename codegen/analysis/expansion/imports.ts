/**
 * Imports (language.md 15). At the top level, scripts are merged in front of what imports them, so that their `begin`
 * and `end` probes run first. A file that is imported twice is merged once; circles are harmless for that reason.
 */
import {
  type AnyNode,
  type DiagnosticBag,
  type ImportStatement,
  parse,
  type Program,
  type RootImport,
  type SourceFile,
  visit,
} from "../../../grammar/index.js";
import { isEmbedded, similarEmbedded } from "./embedded-imports.js";

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

/** Those inside of blocks, which bring nothing that scripts see. Those in macros count where the macros are used. */
export function checkImportsInBlocks(blocks: readonly AnyNode[], find: FindImport, bag: DiagnosticBag): void {
  const merge = new Merge(find, bag);
  for (const block of blocks)
    visit(block, (node) => {
      if (node.kind === "import-statement") merge.checkInBlock(node);
    });
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

  checkInBlock(statement: ImportStatement): void {
    const { path, span } = statement;
    if (isEmbedded(path) || FOR_BPF_COMPILER.test(path)) this.#import(statement);
    else this.#bag.error("import-not-at-root", span, {});
  }

  #import(statement: RootImport | ImportStatement): readonly Program[] {
    const { path, span } = statement;
    if (isEmbedded(path)) return [];
    const found = this.#find(path, span.file);
    if (found.kind === "missing") {
      const similar = similarEmbedded(path);
      const hints = [`checked: ${found.checked.join(", ")}`];
      if (similar.length > 0) hints.push(`similar to builtins: ${similar.join(",")}`);
      this.#bag.error("import-missing", span, {}, { hints });
      return [];
    }
    return found.files.flatMap((file) => this.#file(file, statement));
  }

  #file(file: ImportedFile, { span, path }: RootImport | ImportStatement): readonly Program[] {
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

const FOR_BPF_COMPILER = /\.[och]$/;
