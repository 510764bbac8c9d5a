/**
 * The bpf(2) calls by which features are tried. Each cleans up after itself and tells how it ended: "ok", or the
 * name of the error.
 */
import { ATTACH_TYPE, ATTR_BYTES, COMMAND, MAP_TYPE, PROGRAM_TYPE } from "../../codegen/kernel/bpf.js";
import { ATTR } from "../../codegen/kernel/bpf-attr.js";
import type { HelperName } from "../../codegen/kernel/helpers.js";
import {
  assembleSmall,
  callFunction,
  callHelper,
  callKfunc,
  compareExchange,
  exit,
  FRAME,
  mapOf,
  mayGoto,
  move,
  moveSigned,
  store,
} from "../../codegen/kernel/small-program.js";
import type { ProgramType } from "../../codegen/object.js";
import { native, type Fd, type Pointer, type SystemCallError } from "./native.js";

/** "ok" or the name of an error, such as "EINVAL". */
export type Outcome = string;

type AttachType = keyof typeof ATTACH_TYPE;

export const helperCall = (helper: HelperName): Uint8Array => assembleSmall([callHelper(helper), move(0, 0), exit]);

export const INSTRUCTIONS = {
  nothing: assembleSmall([move(0, 0), exit]),
  /** `may_goto +1`; older kernels refuse `+0`. */
  mayGoto: assembleSmall([move(0, 0), mayGoto(1), move(0, 0), exit]),
  compareExchange: assembleSmall([store(8, FRAME, -8, 0), move(0, 0), move(1, 1), compareExchange(FRAME, -8, 1), exit]),
  signExtendingMove: assembleSmall([move(0, 0), moveSigned(0, 0, 8), exit]),
} as const;

export interface TrialProgram {
  readonly type: number;
  readonly instructions: Uint8Array;
  readonly attachType?: AttachType;
  readonly attachBtfId?: number;
}

export const loadProgram = (program: TrialProgram): Outcome => outcome(() => open(program).close());

/**
 * Whether the kernel lets programs of a type call one of its functions. Its arguments are wrong here: what counts is
 * what the verifier has against the program.
 * @param traced a function that programs for tracing can be for
 */
export function mayCallKfunc(btfId: number, type: ProgramType, traced: number | undefined): boolean {
  const isForTracing = type === "tracing";
  const program: TrialProgram = {
    type: PROGRAM_TYPE[type],
    instructions: assembleSmall([callKfunc(btfId), move(0, 0), exit]),
    ...(isForTracing && traced !== undefined ? { attachType: "fentry", attachBtfId: traced } : {}),
  };
  const log = Buffer.alloc(LOG_BYTES);
  if (outcome(() => open(program, log).close()) === "ok") return true;
  const text = log.toString("latin1", 0, log.indexOf(0));
  return text !== "" && !REFUSALS.some((refusal) => text.includes(refusal));
}

const LOG_BYTES = 65536;
/** The second is that of kernels without such calls. */
const REFUSALS: readonly string[] = [" is not allowed", "BPF_CALL uses reserved fields"];

export interface TrialMap {
  readonly type: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly entries: number;
}

export const createMap = (map: TrialMap): Outcome => outcome(() => openMap(map).close());

/** A program with a function of its own that goes on in another program, if there is one. */
export function loadTailCall(): Outcome {
  return outcome(() => {
    withFd(openMap({ type: MAP_TYPE["prog-array"], keyBytes: 4, valueBytes: 4, entries: 1 }), (map) => {
      const caller = [mapOf(2, map.number), move(3, 0), callHelper("tail_call"), callFunction(1), exit];
      const instructions = assembleSmall([...caller, move(0, 0), exit]);
      open({ type: PROGRAM_TYPE.tracepoint, instructions }).close();
    });
  });
}

/** Links a program to no perf event. */
export function linkPerfEvent(): Outcome {
  const program = { type: PROGRAM_TYPE.tracepoint, instructions: INSTRUCTIONS.nothing };
  return link(program, "perf-event", [[ATTR.linkCreate.targetFd, -1]], []);
}

/** Links a program to one function whose address lies where we have no memory. */
export function linkKprobes(attachType: "kprobe-multi" | "kprobe-session"): Outcome {
  const program = { type: PROGRAM_TYPE.kprobe, instructions: INSTRUCTIONS.nothing, attachType };
  return link(
    program,
    attachType,
    [
      [ATTR.linkKprobes.cnt, 1],
      [ATTR.linkKprobes.addrs, 1],
    ],
    [],
  );
}

/** Links a program to offset 0 of a file, in a process or in all. */
export function linkUprobes(path: string, pid = 0): Outcome {
  const program = {
    type: PROGRAM_TYPE.kprobe,
    instructions: INSTRUCTIONS.nothing,
    attachType: "uprobe-multi",
  } as const;
  const pointers = [
    { offset: ATTR.linkUprobes.path, target: Buffer.from(`${path}\0`, "latin1") },
    { offset: ATTR.linkUprobes.offsets, target: new Uint8Array(8) },
  ];
  return link(
    program,
    "uprobe-multi",
    [
      [ATTR.linkUprobes.cnt, 1],
      [ATTR.linkUprobes.pid, pid],
    ],
    pointers,
  );
}

/** Attaches a program to the entry of a kernel function, and takes it away again. */
export function attachTracing(btfId: number): Outcome {
  const program: TrialProgram = {
    type: PROGRAM_TYPE.tracing,
    instructions: INSTRUCTIONS.nothing,
    attachType: "fentry",
    attachBtfId: btfId,
  };
  return outcome(() => {
    withFd(open(program), (fd) => {
      native()
        .bpfOpen(COMMAND.rawTracepointOpen, fields([[ATTR.rawTracepoint.progFd, fd.number]]))
        .close();
    });
  });
}

/** Whether the kernel takes programs for one of its iterators. @param btfId - of the function `bpf_iter_NAME` */
export const loadsIterator = (btfId: number): boolean =>
  loadProgram({
    type: PROGRAM_TYPE.tracing,
    instructions: INSTRUCTIONS.nothing,
    attachType: "iterator",
    attachBtfId: btfId,
  }) === "ok";

/** How many instructions the verifier is ready to follow, as its log says; undefined where it does not. */
export function instructionLimit(): number | undefined {
  const log = Buffer.alloc(LOG_BYTES);
  loadedWith(log);
  const limit = /processed \d+ insns \(limit (\d+)\)/.exec(log.toString("latin1", 0, log.indexOf(0)))?.[1];
  return limit === undefined ? undefined : Number(limit);
}

const loadedWith = (log: Uint8Array): Outcome =>
  outcome(() => open({ type: PROGRAM_TYPE.tracepoint, instructions: INSTRUCTIONS.nothing }, log).close());

function link(
  program: TrialProgram,
  attachType: AttachType,
  values: readonly Field[],
  pointers: readonly Pointer[],
): Outcome {
  return outcome(() => {
    withFd(open(program), (fd) => {
      const at = ATTR.linkCreate;
      const attr = fields([[at.progFd, fd.number], [at.attachType, ATTACH_TYPE[attachType]], ...values]);
      native().bpfOpen(COMMAND.linkCreate, attr, pointers).close();
    });
  });
}

/** @param log where the verifier may say what it thinks of the program */
function open(program: TrialProgram, log?: Uint8Array): Fd {
  const at = ATTR.programLoad;
  const attr = fields([
    [at.progType, program.type],
    [at.insnCnt, program.instructions.length / 8],
    [at.logLevel, log === undefined ? 0 : 1],
    [at.logSize, log?.length ?? 0],
    [at.expectedAttachType, program.attachType === undefined ? 0 : ATTACH_TYPE[program.attachType]],
    [at.attachBtfId, program.attachBtfId ?? 0],
  ]);
  return native().bpfOpen(COMMAND.programLoad, attr, [
    { offset: at.insns, target: program.instructions },
    { offset: at.license, target: Buffer.from("GPL\0", "latin1") },
    ...(log === undefined ? [] : [{ offset: at.logBuf, target: log }]),
  ]);
}

function openMap(map: TrialMap): Fd {
  const at = ATTR.mapCreate;
  const attr = fields([
    [at.mapType, map.type],
    [at.keySize, map.keyBytes],
    [at.valueSize, map.valueBytes],
    [at.maxEntries, map.entries],
  ]);
  return native().bpfOpen(COMMAND.mapCreate, attr);
}

/** Offset and value of 32 bits. */
type Field = readonly [offset: number, value: number];

function fields(values: readonly Field[]): Uint8Array {
  const attr = new Uint8Array(ATTR_BYTES);
  const view = new DataView(attr.buffer);
  for (const [offset, value] of values) view.setInt32(offset, value, true);
  return attr;
}

function withFd(fd: Fd, use: (fd: Fd) => void): void {
  try {
    use(fd);
  } finally {
    fd.close();
  }
}

function outcome(attempt: () => void): Outcome {
  try {
    attempt();
    return "ok";
  } catch (error) {
    const { code } = error as SystemCallError;
    if (code === undefined) throw error;
    return code;
  }
}
