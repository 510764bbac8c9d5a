/** All of a compiled script: what others name by index comes before them. */
import type {
  Attachment,
  AttachmentOf,
  BpfMap,
  BpfObject,
  BpfProgram,
  CalledSchedule,
  EventBase,
  EventField,
  EventSchema,
  LoadTarget,
  LoadedProgram,
  LossSite,
  ProgramArray,
  ProgramLoad,
  ProgramSlot,
  Relocation,
  Schedule,
  ScriptMap,
  WarningSite,
} from "../object.js";
import type { KeyTable } from "../kernel/key-table.js";
import type { ActionName, ActionSites } from "../language/actions.js";
import type { Language } from "../language/language.js";
import {
  bool,
  bytes,
  checked,
  cString,
  type Codec,
  count,
  counted,
  type FieldCodecs,
  indexOf,
  integer,
  list,
  missing,
  nothing,
  optional,
  parts,
  record,
  recordOf,
  text,
  u32,
  union,
  unionOf,
  whole,
  word,
} from "../codec/index.js";
import { CALL_OPCODE, LDIMM64, MOV64_IMMEDIATE } from "../kernel/opcodes.js";
import { mapValueFormat, valueFormat } from "./formats.js";
import { span } from "./spans.js";

const theMap = indexOf("maps");
const theString = indexOf("strings");
const theScriptMap = indexOf("script maps");
const theProgram = indexOf("programs");

// ---------------------------------------------------------------- maps

const bpfMap = checked(
  record<BpfMap>({
    role: optional(
      word(
        "events",
        "late-events",
        "spare-ring",
        "spare-allowance",
        "losses",
        "warnings",
        "packets",
        "unwind-spaces",
        "unwind-nodes",
        "unwind-files",
        "run-start",
        "stop-flag",
        "boot-to-tai",
        "target",
      ),
    ),
    name: cString,
    type: word(
      "hash",
      "lru-hash",
      "percpu-hash",
      "lru-percpu-hash",
      "array",
      "percpu-array",
      "ring-buffer",
      "perf-event-array",
      "prog-array",
      "queue",
    ),
    keyBytes: u32,
    valueBytes: u32,
    maxEntries: u32,
    keyTypeId: u32,
    valueTypeId: u32,
    isAllocatedOnDemand: bool,
    initial: optional(bytes),
    isReadOnly: bool,
  }),
  ({ initial, valueBytes }) =>
    initial !== undefined && initial.length > valueBytes ? "a first value is longer than its map's" : undefined,
);

const scriptMap = (language: Language): Codec<ScriptMap> =>
  record<ScriptMap>({
    name: text,
    map: theMap,
    key: optional(record<NonNullable<ScriptMap["key"]>>({ bytes: u32, format: valueFormat })),
    value: mapValueFormat(language),
    holdsPrograms: bool,
    span,
    isDeclared: bool,
    table: optional(
      record<KeyTable>({
        slots: u32,
        banks: u32,
        cpus: u32,
        keyBytes: u32,
        isText: bool,
        valueBytes: u32,
        maxKeys: u32,
      }),
    ),
  });

// ---------------------------------------------------------------- programs

const schedule: Codec<Schedule> = union<Schedule, "runs">("runs", {
  attached: record({ order: word("forward", "reverse"), isSlowToDetach: bool }),
  before: nothing,
  after: nothing,
  "on-signal": record({ signal: word("SIGUSR1") }),
  "as-test": nothing,
  "as-benchmark": nothing,
  called: record<Omit<CalledSchedule, "runs">>({
    isSlowToDetach: missing(always(true)),
    isBefore: missing(always(true)),
  }),
});

function always<const T>(value: T): Codec<T> {
  return { write: () => undefined, read: () => value };
}

const loadTarget: Codec<LoadTarget> = union<LoadTarget, "kind">("kind", {
  kernel: record({ module: cString, btfId: u32 }),
  program: record({ id: u32, btfId: u32 }),
});

const programLoad = record<ProgramLoad>({
  way: text,
  isMulti: bool,
  expectedAttach: word(
    "none",
    "kprobe-multi",
    "kprobe-session",
    "uprobe-multi",
    "raw-tp",
    "fentry",
    "fexit",
    "iterator",
  ),
  attachTo: optional(loadTarget),
  point: integer,
  mapsInstead: list(record<ProgramLoad["mapsInstead"][number]>({ map: theMap, instead: theMap })),
});

const relocation: Codec<Relocation> = union<Relocation, "kind">("kind", {
  map: record({ instruction: u32, map: theMap }),
  "map-value": record({ instruction: u32, map: theMap, offset: u32 }),
  point: record({ instruction: u32 }),
  kfunc: record({ instruction: u32, name: text, btfId: u32 }),
});

const INSTRUCTION_BYTES = 8;

/** What is written to others could make of a harmless call one that nobody has looked at. */
const RELOCATED: { readonly [K in Relocation["kind"]]: number } = {
  map: LDIMM64,
  "map-value": LDIMM64,
  point: MOV64_IMMEDIATE,
  kfunc: CALL_OPCODE,
};

const program = checked(
  record<BpfProgram>({
    name: cString,
    probeName: text,
    label: text,
    type: word("raw-tracepoint", "tracepoint", "kprobe", "perf-event", "tracing", "xdp"),
    schedule,
    loads: list(programLoad),
    code: bytes,
    relocations: list(relocation),
    funcInfo: bytes,
    lineInfo: bytes,
    lines: list(record<BpfProgram["lines"][number]>({ instruction: u32, span })),
  }),
  ({ code, relocations }) => {
    if (code.length === 0 || code.length % INSTRUCTION_BYTES !== 0) return "a program is cut off";
    const wordsOf = ({ kind }: Relocation): number => (RELOCATED[kind] === LDIMM64 ? 2 : 1);
    const isOutside = (one: Relocation): boolean => (one.instruction + wordsOf(one)) * INSTRUCTION_BYTES > code.length;
    if (relocations.some(isOutside)) return "a relocation lies behind the end of its program";
    const isOther = ({ kind, instruction }: Relocation): boolean =>
      code[instruction * INSTRUCTION_BYTES] !== RELOCATED[kind];
    return relocations.some(isOther) ? "a relocation would change what it is not for" : undefined;
  },
);

const loadedProgram = record<LoadedProgram>({ program: theProgram, load: count });

const slot = record<ProgramSlot>({ map: theMap, index: u32, program: theProgram, load: count });

/** Each provider knows its points. */
function attachment({ providers }: Language): Codec<Attachment> {
  const common: FieldCodecs<Omit<AttachmentOf<string, unknown>, "provider" | "point">> = {
    program: theProgram,
    load: count,
    cookie: optional(count),
    slot: optional(slot),
    name: text,
    pattern: optional(text),
    trouble: optional(text),
    span,
  };
  const members = Array.from(providers.values(), ({ name, codec }) => [name, recordOf({ point: codec, ...common })]);
  return unionOf("provider", Object.fromEntries(members));
}

const programArray = record<ProgramArray>({
  scriptMap: theScriptMap,
  slots: u32,
  filled: optional(theMap),
  arrays: list(
    record<ProgramArray["arrays"][number]>({
      map: optional(theMap),
      byNumber: optional(theMap),
      programs: list(optional(loadedProgram)),
    }),
  ),
});

// ---------------------------------------------------------------- events

type Site<N extends ActionName> = Codec<ActionSites[N]>;

const format = { format: theString };
const ofMap: Site<"clear"> = record({ map: theScriptMap });
const noSite = nothing as Codec<Record<string, never>>;

const SITES: { readonly [N in ActionName]: Site<N> } = {
  printf: record(format),
  errorf: record(format),
  warnf: record(format),
  system: record(format),
  cat: record({ ...format, limit: whole }),
  time: record(format),
  "print-value": noSite,
  "print-map": record({
    map: theScriptMap,
    top: u32,
    div: u32,
    afterwards: word("keep", "clear", "zero"),
  }),
  clear: ofMap,
  zero: ofMap,
  "fill-slot": ofMap,
  exit: noSite,
  warning: record({ warning: indexOf("warnings") }),
  join: record({ separator: theString }),
  skboutput: record({ file: theString, offset: u32 }),
  unwatch: noSite,
};

const eventField = record<EventField>({
  name: text,
  offset: u32,
  format: valueFormat,
  variable: optional(record<NonNullable<EventField["variable"]>>({ capacity: u32 })),
});

const EVENT: { readonly [K in keyof EventBase]: Codec<EventBase[K]> } = {
  id: u32,
  fixedBytes: u32,
  fields: list(eventField),
  span,
  probe: text,
};

const event: Codec<EventSchema> = (() => {
  const members = Object.entries(SITES).map(([name, site]) => [name, recordOf({ ...EVENT, site })] as const);
  return unionOf("action", Object.fromEntries(members));
})();

const lossSite = record<LossSite>({ probe: text, cause: word("events", "packets", "recursions") });

const warningSite = record<WarningSite>({
  kind: word(
    "divide-by-zero",
    "array-bounds",
    "helper",
    "kstack",
    "ustack",
    "dw-ustack",
    "tail-call-limit",
    "slot-range",
  ),
  helper: optional(text),
  span,
});

// ---------------------------------------------------------------- the whole

export const bpfObject = (language: Language): Codec<BpfObject> =>
  parts<BpfObject>(
    {
      license: cString,
      strings: counted("strings", list(text)),
      maps: counted("maps", list(bpfMap)),
      scriptMaps: counted("script maps", list(scriptMap(language))),
      warnings: counted("warnings", list(warningSite)),
      losses: list(lossSite),
      spareProbes: list(text),
      events: list(event),
      btf: bytes,
      programs: counted("programs", list(program)),
      attachments: list(attachment(language)),
      programArrays: list(programArray),
    },
    { scriptMaps: "script maps", btf: "debug information", programArrays: "arrays of programs" },
  );
