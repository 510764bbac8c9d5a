/** Small hand-made objects, for tests that need no compiler. */
import type { ActionCall } from "../../../codegen/language/actions.js";
import type { BpfMap, BpfObject, BpfProgram, EventBase, EventSchema, ProgramLoad } from "../../../codegen/object.js";
import { span, type SourceFile } from "../../../grammar/index.js";

export const FILE: SourceFile = { name: "stdin", text: "begin { print(1); }\nend { print(2); }\n" };
export const SPAN = span(FILE, 8, 16);

export type Instruction = readonly [opcode: number, dst: number, src: number, offset: number, immediate: number];

export function encode(...instructions: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(instructions.length * 8));
  instructions.forEach(([opcode, dst, src, offset, immediate], i) => {
    view.setUint8(i * 8, opcode);
    view.setUint8(i * 8 + 1, dst | (src << 4));
    view.setInt16(i * 8 + 2, offset, true);
    view.setInt32(i * 8 + 4, immediate, true);
  });
  return new Uint8Array(view.buffer);
}

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
