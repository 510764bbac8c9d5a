import { closeSync, openSync } from "node:fs";
import type { Compilation } from "../../codegen/compile.js";
import type { BpfObject } from "../../codegen/object.js";
import type { LiveFacts } from "../kernel/live.js";
import { Native } from "../kernel/native.js";
import { TextOutput } from "../output/text-output.js";
import type { ValueContext } from "../output/value-context.js";
import { UTC } from "../time-zones/zone.js";
import { Writer } from "../output/writer.js";
import { Bpf } from "../runtime/bpf.js";
import { load } from "../runtime/loader.js";
import { Session } from "../runtime/session.js";
import { HostNames } from "./host-names.js";
import { idleAddon } from "./idle-addon.js";
import { UserSymbols } from "../symbols/index.js";

const RING_BYTES = 4096;

/** Runs a compiled script from loading to the last line, without a kernel and with its output thrown away. */
export async function rehearse(object: BpfObject, { config }: Compilation, facts: LiveFacts): Promise<void> {
  const sink = openSync("/dev/null", "w");
  const values: ValueContext = {
    names: new HostNames(() => facts.kernelSymbols, new UserSymbols({ policy: "none" })),
    truncationTrailer: config.strTruncTrailer,
    isTerminal: false,
    strings: object.strings,
    zone: UTC,
    maxTimeBytes: 0,
    bootToRealNs: 0n,
    onFailure: () => {},
  };
  const output = new TextOutput({
    out: new Writer(sink, "line"),
    err: new Writer(sink, "none"),
    values,
    color: false,
    isQuiet: false,
    showsWarnings: true,
  });
  const bpf = new Bpf(new Native(idleAddon(object.events.length)));
  const loaded = load(object, bpf, { ringBytes: RING_BYTES, logBytes: 0, silenced: new Set(), onLog: undefined });
  const session = new Session(loaded, {
    bpf,
    facts,
    onlineCpus: () => [0],
    config,
    output,
    values,
    ringBytes: RING_BYTES,
    process: undefined,
    report: SILENT,
    isDryRun: false,
    now: () => 0,
    inherited: {},
  });
  await session.run({ hasCome: false, onStop: (stop) => stop(), restore: () => {} });
  closeSync(sink);
}

const SILENT = {
  attaching: () => {},
  running: () => {},
  attached: () => {},
  attachFailed: () => {},
  nothingAttached: () => {},
  warning: () => {},
  pinned: () => {},
  failed: () => {},
  totalLost: () => {},
};
