/** A compiled script in the kernel, and what a run of it needs: names, clocks, limits. Nothing is attached yet. */
import { freemem } from "node:os";
import type { Config } from "../../codegen/config.js";
import { type BpfObject, specialMap } from "../../codegen/object.js";
import { kernelImages, type LiveFacts, native } from "../kernel/index.js";
import type { ValueContext } from "../output/index.js";
import {
  aheadOfBootNs,
  Bpf,
  type EngineOptions,
  KernelNamer,
  load,
  type LoadedObject,
  type LoadOptions,
  mostBytesSent,
  ringSizeBytes,
  Session,
  type SessionOptions,
  type TracedProcess,
  type TrialOptions,
  TrialRun,
} from "../runtime/index.js";
import { KernelImage, ModuleImages } from "../symbols/index.js";
import type { Host } from "./host.js";
import { HostNames } from "./host-names.js";
import { warnOfLargeEvents } from "./large-events.js";
import { raiseLimits } from "./limits.js";
import { LocalZone } from "./local-zone.js";
import type { Notices } from "./notices.js";
import { Unwinding } from "./unwinding.js";
import { showsUserSymbols, UserNames } from "./user-names.js";

export interface LoadRequest {
  readonly object: BpfObject;
  readonly config: Config;
  readonly facts: LiveFacts;
  readonly host: Host;
  readonly target: Target | undefined;
  /** Whose stacks may be unwound besides (`--dwarf-pid`). */
  readonly unwoundProcesses?: readonly number[];
  /** Output goes to a terminal, which control characters must not reach. */
  readonly isTerminal: boolean;
  readonly notices: Notices;
  /** See {@link import("../runtime/loader.js").LoadOptions}. */
  readonly keptMap?: LoadOptions["keptMap"];
  /** Is told what the verifier says of each program. */
  readonly onLog: ((program: string, log: string) => void) | undefined;
}

/** The process that is traced. */
export interface Target {
  readonly process: TracedProcess;
  /** It was started to be traced, and has not begun. */
  readonly isChild: boolean;
}

type EngineParts = Omit<EngineOptions, "report">;

export class LoadedScript {
  readonly config: Config;
  readonly facts: LiveFacts;
  readonly loaded: LoadedObject;
  readonly values: ValueContext;
  readonly #request: LoadRequest;
  readonly #engine: EngineParts;
  readonly #userNames: UserNames;
  readonly #names: HostNames;
  readonly #showsUserSymbols: boolean;
  readonly #unwinding: Unwinding | undefined;

  /** @throws what {@link load} throws */
  constructor(request: LoadRequest) {
    const { object, config, facts, host, target, notices, onLog } = request;
    raiseLimits(facts.release, 3 * object.attachments.length + object.maps.length + 50, notices);
    const bpf = new Bpf(native());
    const ringBytes = ringSizeBytes({
      pages: config.perfRbPages,
      cpus: facts.possibleCpus,
      availableBytes: freemem,
      mostBytes: () => mostBytesSent(object, facts.possibleCpus),
    });
    if (specialMap(object, "events") !== undefined) warnOfLargeEvents(object, ringBytes, notices);
    this.loaded = load(object, bpf, { ringBytes, logBytes: config.logSize, onLog, keptMap: request.keptMap });
    this.#userNames = new UserNames(object, {
      onTrouble: (message) => notices.warning(message),
      config,
      native,
      directories: facts.debugDirectories,
      onlineCpus: () => facts.onlineCpus(),
      pid: target?.isChild === false ? target.process.pid : undefined,
      childPid: target?.isChild === true ? target.process.pid : undefined,
    });
    this.#showsUserSymbols = showsUserSymbols(object);
    if (this.#showsUserSymbols) this.#userNames.watch();
    try {
      this.#unwinding = Unwinding.for(this.loaded, {
        bpf,
        facts,
        native,
        target,
        processes: request.unwoundProcesses ?? [],
        onTrouble: (message) => notices.warning(message),
      });
    } catch (error) {
      this.#userNames.close();
      this.loaded.close();
      throw error;
    }
    this.config = config;
    this.facts = facts;
    this.#names = new HostNames(() => facts.kernelSymbols, this.#userNames.symbols, {
      namer: () => KernelNamer.open(bpf),
      image: config.showDebugInfo ? kernelImage(request) : undefined,
    });
    this.values = valueContext(request, this.#names);
    const { inherited } = host;
    this.#engine = { bpf, facts, values: this.values, ringBytes, inherited, now: () => Date.now() / 1000 };
    this.#request = request;
  }

  session({ report, ...options }: RunOptions): Session {
    const { config, facts, host, target } = this.#request;
    const attached = (): void => {
      if (this.#showsUserSymbols) this.#userNames.readProcesses();
      report.attached();
    };
    return new Session(this.loaded, {
      ...this.#engine,
      config,
      onlineCpus: () => facts.onlineCpus(),
      process: target?.process,
      signals: host.signals,
      stayAwake: host.stayAwake,
      letGo: host.letGo,
      standardOutput: host.standardOutput,
      ...options,
      report: { ...report, attached },
    });
  }

  trials(options: Omit<TrialOptions, keyof EngineParts>): TrialRun {
    return new TrialRun(this.loaded, { ...this.#engine, ...options });
  }

  /** Programs and maps stay: a run's `close()` lets go of them. */
  close(): void {
    this.#userNames.close();
    this.#names.close();
    this.#unwinding?.close();
  }
}

/** What is to be said of a run besides. */
export type RunOptions = Pick<SessionOptions, "output" | "report" | "isDryRun"> &
  Partial<Pick<SessionOptions, "config">>;

function kernelImage({ facts, host, notices }: LoadRequest): KernelImage {
  const release = facts.release.text;
  const onTrouble = (message: string): void => notices.warning(message);
  return new KernelImage({
    paths: kernelImages(release),
    chosen: host.environment.get("BPFTRACE_VMLINUX"),
    onTrouble,
    modules: new ModuleImages({ release, directories: facts.debugDirectories, onTrouble }),
  });
}

function valueContext(request: LoadRequest, names: HostNames): ValueContext {
  const { object, config, host, isTerminal, notices } = request;
  let bootToRealNs: bigint | undefined;
  return {
    names,
    rows: native(),
    truncationTrailer: config.strTruncTrailer,
    zone: new LocalZone(host.environment),
    maxTimeBytes: config.maxStrlen,
    isTerminal,
    strings: object.strings,
    get bootToRealNs() {
      return (bootToRealNs ??= aheadOfBootNs(native(), "realtime") ?? 0n);
    },
    onFailure: (message) => notices.error(message),
  };
}
