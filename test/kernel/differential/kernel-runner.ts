/** Compiles scripts, loads them into the running kernel and runs their `begin` probes, all in this process. */
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { compile, type CompileOptions, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import type { BpfObject, ScriptMap } from "../../../codegen/object.js";
import { renderDiagnostics } from "../../../grammar/index.js";
import { LiveFacts } from "../../../src/kernel/live.js";
import { type Fd, native } from "../../../src/kernel/native.js";
import { compileMapText, printedText } from "../../../src/output/maps/map-text.js";
import { isBlock } from "../../../src/output/maps/map-values.js";
import { UTC } from "../../../src/time-zones/zone.js";
import type { ValueContext } from "../../../src/output/value-context.js";
import { HostNames } from "../../../src/core/host-names.js";
import { Bpf, type ProgramSpec } from "../../../src/runtime/bpf.js";
import { VerifierError } from "../../../src/runtime/errors.js";
import { type LoadedObject, load } from "../../../src/runtime/loader.js";
import { MapAccess } from "../../../src/runtime/map-access.js";
import { ProgramArrays } from "../../../src/runtime/program-arrays.js";
import { shapeOf } from "../../../src/runtime/script-maps.js";
import { UserSymbols } from "../../../src/symbols/index.js";

/** What the verifier says of the work that it had. */
export interface VerifierStatistics {
  readonly processedInstructions: number;
  readonly milliseconds: number;
}

export type Run =
  | { readonly kind: "ran"; readonly entries: ReadonlyMap<string, string>; readonly verifier: VerifierStatistics }
  | { readonly kind: "does not compile"; readonly message: string }
  | { readonly kind: "rejected"; readonly message: string; readonly log: string };

/** Enough for what the programs use, and quickly made. */
const COMPILE_OPTIONS: CompileOptions = {
  ...DEFAULT_OPTIONS,
  environment: new Map([["BPFTRACE_MAX_MAP_KEYS", "512"]]),
  isChecked: true,
};
const LOAD_OPTIONS = { ringBytes: 1 << 16, logBytes: 1 << 16, onLog: undefined };

export class KernelRunner {
  readonly #facts: LiveFacts;
  readonly #bpf = new MeasuringBpf(native());
  readonly #access: MapAccess;
  readonly #values: ValueContext;

  constructor(facts = new LiveFacts()) {
    this.#facts = facts;
    this.#access = new MapAccess(this.#bpf, facts.possibleCpus);
    this.#values = {
      names: new HostNames(() => facts.kernelSymbols, new UserSymbols({ policy: "none" })),
      rows: native(),
      truncationTrailer: "..",
      isTerminal: false,
      strings: [],
      zone: UTC,
      maxTimeBytes: 0,
      bootToRealNs: 0n,
      onFailure: () => {},
    };
  }

  run(text: string, positional: readonly string[] = []): Run {
    const options = { ...COMPILE_OPTIONS, positional };
    const { object, diagnostics } = compile({ name: "program.bt", text }, this.#facts, FULL_LANGUAGE, options);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0 || object === undefined)
      return { kind: "does not compile", message: renderDiagnostics(errors, { color: false }) };
    this.#bpf.statistics = NO_WORK;
    try {
      const loaded = load(object, this.#bpf, LOAD_OPTIONS);
      try {
        this.#runAll(object, loaded);
        return { kind: "ran", entries: this.#entriesOf(object, loaded), verifier: this.#bpf.statistics };
      } finally {
        loaded.close();
      }
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error;
      return { kind: "rejected", message: error.message, log: error.log };
    }
  }

  /** One after the other, as they stand in the script; what one puts into an array of programs is there for the next. */
  #runAll(object: BpfObject, loaded: LoadedObject): void {
    const arrays = new ProgramArrays(loaded, this.#bpf);
    arrays.fillNumbered();
    for (const [i, { schedule }] of object.programs.entries()) {
      if (schedule.runs === "called") continue;
      for (const program of loaded.programs[i] ?? []) this.#bpf.testRun(program);
      arrays.fillAll();
    }
  }

  /** `@name` or `@name[key]` to its value, as they are printed; of a histogram the rows that are not empty. */
  #entriesOf(object: BpfObject, loaded: LoadedObject): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const map of object.scriptMaps) {
      if (map.holdsPrograms) continue;
      const text = this.#textOf(map, loaded);
      for (const [name, value] of isBlock(map) ? histogramsIn(text) : linesIn(text)) found.set(name, value);
    }
    return found;
  }

  #textOf(map: ScriptMap, loaded: LoadedObject): string {
    const reading = this.#access.read(shapeOf(map, loaded));
    const options = { top: 0, div: 0, wasZeroed: false, isAtExit: true };
    return printedText((out) => compileMapText(map, this.#values)(reading, options, out));
  }
}

function* linesIn(text: string): Iterable<readonly [string, string]> {
  for (const line of text.split("\n")) {
    const [, name, value] = /^(@.*?): (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) yield [name, value];
  }
}

function* histogramsIn(text: string): Iterable<readonly [string, string]> {
  for (const block of text.split("\n\n")) {
    const [head, ...lines] = block.split("\n").filter((line) => line !== "");
    if (head === undefined) continue;
    const rows = lines.map((line) => /^([[(].*?[)\]]) +(\d+) \|/.exec(line)).filter((row) => row?.[2] !== "0");
    yield [
      head.replace(/:$/, ""),
      rows
        .map((row) => `${row?.[1]} ${row?.[2]}`)
        .sort()
        .join("; "),
    ];
  }
}

const NO_WORK: VerifierStatistics = { processedInstructions: 0, milliseconds: 0 };
/** linux/bpf_verifier.h: BPF_LOG_STATS. */
const LOG_STATISTICS = 4;

/** Asks for the verifier's statistics whenever nothing else is asked for. */
class MeasuringBpf extends Bpf {
  statistics = NO_WORK;

  override loadProgram(spec: ProgramSpec): Fd {
    if (spec.log !== undefined) return super.loadProgram(spec);
    const buffer = Buffer.alloc(1 << 20);
    const fd = super.loadProgram({ ...spec, log: { level: LOG_STATISTICS, buffer } });
    const text = buffer.toString("latin1", 0, buffer.indexOf(0));
    this.statistics = {
      processedInstructions: this.statistics.processedInstructions + numberIn(text, /processed (\d+) insns/),
      milliseconds: this.statistics.milliseconds + numberIn(text, /verification time (\d+) usec/) / 1000,
    };
    return fd;
  }
}

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
