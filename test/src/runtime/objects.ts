/** Small hand-made objects, for tests that need no compiler. */
import { assembleSmall, type Instruction } from "../../../codegen/kernel/small-program.js";
import type { ActionCall } from "../../../codegen/language/actions.js";
import type { BpfMap, BpfObject, BpfProgram, EventBase, EventSchema, ProgramLoad } from "../../../codegen/object.js";
import { span, type SourceFile } from "../../../grammar/index.js";

export const FILE: SourceFile = { name: "stdin", text: "begin { print(1); }\nend { print(2); }\n" };
export const SPAN = span(FILE, 8, 16);

export const encode = (...instructions: readonly Instruction[]): Uint8Array => assembleSmall(instructions);

export const RETURN_0: readonly Instruction[] = [
  [0xb7, 0, 0, 0, 0],
  [0x95, 0, 0, 0, 0],
];

export const LOAD: ProgramLoad = {
  way: "",
  isMulti: false,
  expectedAttach: "none",
  attachTo: undefined,
  point: 0,
  mapsInstead: [],
};

export const program = (parts: Partial<BpfProgram> = {}): BpfProgram => ({
  name: "begin_1",
  probeName: "begin",
  label: "begin",
  type: "raw-tracepoint",
  schedule: { runs: "attached", order: "forward", isSlowToDetach: false },
  loads: [LOAD],
  code: encode(...RETURN_0),
  relocations: [],
  funcInfo: new Uint8Array(),
  lineInfo: new Uint8Array(),
  lines: [],
  ...parts,
});

export const map = (parts: Partial<BpfMap> = {}): BpfMap => ({
  name: "m",
  type: "hash",
  keyBytes: 4,
  valueBytes: 8,
  maxEntries: 16,
  keyTypeId: 0,
  valueTypeId: 0,
  isAllocatedOnDemand: false,
  role: undefined,
  initial: undefined,
  isReadOnly: false,
  ...parts,
});

export const event = (parts: Partial<EventBase> & (ActionCall | { readonly action?: undefined })): EventSchema => ({
  id: 0,
  fixedBytes: 8,
  fields: [],
  span: SPAN,
  probe: "begin",
  ...parts,
  ...(parts.action === undefined ? { action: "exit", site: {} } : parts),
});

export const object = (parts: Partial<BpfObject> = {}): BpfObject => ({
  maps: [],
  programs: [],
  btf: new Uint8Array(),
  events: [],
  strings: [],
  attachments: [],
  scriptMaps: [],
  programArrays: [],
  losses: [],
  spareProbes: [],
  warnings: [],
  license: "GPL",
  ...parts,
});
