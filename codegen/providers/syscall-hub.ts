/**
 * System calls without an event for each: one tracepoint of all of them, `sys_enter` or `sys_exit`, whose program goes on
 * to the body for the call, by its number. A raw one is the cheapest; what the record of a call would hold is in the
 * registers of the task. Where programs of raw ones miss events it is a perf event, whose record is that of all calls.
 */
import type { Architecture, KernelFacts, TracepointFormat } from "../facts.js";
import { findMember } from "../btf/index.js";
import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { registerOffset } from "../kernel/pt-regs.js";
import type { AttachWay, BodyPoints, ContextParts, Hub, HubSlot, Planned } from "../language/provider.js";
import type { ProgramType } from "../object.js";
import type { TracepointPoint } from "./tracepoint.js";

type Direction = "enter" | "exit";

interface SyscallPoint {
  readonly direction: Direction;
  /** As tracepoints spell it. */
  readonly name: string;
}

export function syscallOf({ category, event }: Pick<TracepointPoint, "category" | "event">): SyscallPoint | undefined {
  if (category !== "syscalls") return undefined;
  const direction = event.startsWith("sys_enter_") ? "enter" : event.startsWith("sys_exit_") ? "exit" : undefined;
  return direction === undefined ? undefined : { direction, name: event.slice(`sys_${direction}_`.length) };
}

/** The record as u64: the first is the kernel's own, then comes the number, then the arguments or the result. */
const RECORD_REGISTERS: { readonly [D in Direction]: readonly string[] } = {
  enter: ["orig_rax", "di", "si", "dx", "r10", "r8", "r9"],
  exit: ["orig_rax", "ax"],
};

/** What of the record is in registers, as offsets in `struct pt_regs`. */
const recordWords = (direction: Direction): readonly (number | undefined)[] => [
  undefined,
  ...RECORD_REGISTERS[direction].map((name) => registerOffset("x86_64", name)),
];

/** Tables of system calls are shorter, on every kernel. */
const SLOTS = 512;

/** Others keep their arguments elsewhere, and know system calls of another size by other signs. */
const ARCHITECTURE: Architecture = "x86_64";

/**
 * From so many system calls of a script on they go through hubs. With a hub every system call of the machine passes a
 * program: that costs 100 ns more than where perf events wait for others (6.18, on a machine without PCID). One that is
 * traced costs 400 ns less, and 75 ms of detaching are gone for each. With one in five calls traced it comes out even.
 */
const ENOUGH = 6;

type Taken = (
  bodies: readonly BodyPoints<TracepointPoint>[],
  facts: KernelFacts,
) => (point: TracepointPoint) => boolean;

export const takenByHubs: Taken = (bodies, facts) => taken(bodies, facts, ENOUGH, isReadable);

/** Events of their own may miss calls on new kernels: there an event of all is worth it for one. */
export const takenByEventHubs: Taken = (bodies, facts) => {
  const hasSyscalls = bodies.some(({ points }) => points.some((point) => syscallOf(point)));
  const enough = hasSyscalls && !facts.supports("steady-syscall-events") ? 1 : ENOUGH;
  return taken(bodies, facts, enough, hasLikeRecords);
};

/** Which points of a script can be entered through hubs, and are worth it: as a rule all its system calls, or none. */
function taken(
  bodies: readonly BodyPoints<TracepointPoint>[],
  facts: KernelFacts,
  enough: number,
  isPossible: (facts: KernelFacts) => boolean,
): (point: TracepointPoint) => boolean {
  if (facts.arch !== ARCHITECTURE) return () => false;
  const own = bodies.map(({ points, use }) => ({ points: points.filter((point) => syscallOf(point)), use }));
  const count = own.reduce((sum, { points }) => sum + points.length, 0);
  // Two ways into one call would change the order of its bodies.
  if (count < enough || own.some((body) => needsRecord(body, facts))) return () => false;
  if (statusOffset(facts) === undefined || !isPossible(facts)) return () => false;
  return (point) => {
    const syscall = syscallOf(point);
    return syscall !== undefined && facts.syscallNumber(syscall.name) !== undefined;
  };
}

/** Stacks begin elsewhere in the kernel; and records may have more than registers, which is copied from the process. */
function needsRecord({ points, use }: BodyPoints<TracepointPoint>, facts: KernelFacts): boolean {
  if (points.length === 0) return false;
  if (use.usesKernelStack) return true;
  if (!use.usesArgs) return false;
  const { argsMembers } = use;
  if (argsMembers === undefined) return true;
  return points.some((point) => {
    const words = recordWords(syscallOf(point)?.direction ?? "enter").length;
    const fields = facts.tracepointFormat(point.category, point.event)?.fields ?? [];
    return fields.some((field) => argsMembers.has(field.name) && (field.isDataLoc || field.offsetBytes >= 8 * words));
  });
}

const isReadable = (facts: KernelFacts): boolean => eventType("enter", facts) !== 0 && eventType("exit", facts) !== 0;

/** Where a task notes that its system call is one of a 32-bit program, which tracepoints leave out. */
function statusOffset({ btf }: KernelFacts): number | undefined {
  const task = btf?.find("struct", "task_struct");
  if (btf === undefined || task === undefined) return undefined;
  const info = findMember(btf, task, "thread_info");
  const status = info === undefined ? undefined : findMember(btf, info.type, "status");
  return info === undefined || status === undefined ? undefined : (info.bitOffset + status.bitOffset) / 8;
}

/** arch/x86/include/asm/thread_info.h */
const TS_COMPAT = 2;

const eventType = (direction: Direction, { btf }: KernelFacts): number =>
  btf?.find("typedef", `btf_trace_sys_${direction}`) ?? 0;

/** The event of all calls. Its record is that of each: the number where others have it, then the arguments or the result. */
const formatOfAll = (direction: Direction, facts: KernelFacts): TracepointFormat | undefined =>
  facts.tracepointFormat("raw_syscalls", `sys_${direction}`);

/** The numbers of words in the record: see {@link RECORD_REGISTERS}. */
const NUMBER_WORD = 1;
const FIRST_WORD = 2;

const hasLikeRecords = (facts: KernelFacts): boolean =>
  (["enter", "exit"] as const).every((direction) => {
    const [number, first] = formatOfAll(direction, facts)?.fields.filter(({ isCommon }) => !isCommon) ?? [];
    return number?.offsetBytes === 8 * NUMBER_WORD && number.sizeBytes === 8 && first?.offsetBytes === 8 * FIRST_WORD;
  });

export const hubSlot = (way: AttachWay, point: TracepointPoint, facts: KernelFacts): HubSlot =>
  slotIn(point, facts, (direction) => ({
    name: `sys_${direction}`,
    way,
    programType: "tracing",
    attachTo: { kind: "kernel", module: "vmlinux", btfId: eventType(direction, facts) },
    isSlowToDetach: false,
    ...slotsBy(numberInRegisters, 0, facts),
  }));

export const eventHubSlot = (
  way: AttachWay,
  programType: ProgramType,
  point: TracepointPoint,
  facts: KernelFacts,
): HubSlot =>
  slotIn(point, facts, (direction) => ({
    name: `sys_${direction}`,
    way,
    programType,
    attachTo: undefined,
    isSlowToDetach: true,
    // As of other tracepoints.
    ...slotsBy(numberInRecord, 1, facts),
  }));

/** What is opened for one call is the event of all. */
export function eventOfAll(point: TracepointPoint, facts: KernelFacts): Planned<TracepointPoint> {
  const direction = syscallOf(point)?.direction ?? "enter";
  return { point: { ...point, sharedId: formatOfAll(direction, facts)?.id } };
}

function slotIn(point: TracepointPoint, facts: KernelFacts, hubOf: (direction: Direction) => Hub): HubSlot {
  const syscall = syscallOf(point);
  const slot = syscall && facts.syscallNumber(syscall.name);
  if (syscall === undefined || slot === undefined) throw new RangeError(`${point.event} is no system call`);
  return { hub: hubOf(syscall.direction), slot };
}

const slotsBy = (
  numberOf: Hub["ownSlot"],
  returns: Hub["returns"],
  facts: KernelFacts,
): Pick<Hub, "slots" | "returns" | "findSlot" | "ownSlot"> => ({
  slots: SLOTS,
  returns,
  findSlot: (b) => {
    const task = b.call("get_current_task_btf", []);
    const status = b.load(task, statusOffset(facts) ?? 0, 4);
    b.if("ne", b.alu("and", status, b.int(TS_COMPAT)), b.int(0), { then: () => b.exit(b.int(returns)) });
    return numberOf(b, b.params[0] as Value);
  },
  ownSlot: numberOf,
});

/** Of a call that a debugger forbids it is -1, which no slot has. */
const numberInRegisters = (b: Builder, context: Value): Value =>
  b.load(registersOf(b, context), registerOffset(ARCHITECTURE, "orig_rax"), 8);

const numberInRecord = (b: Builder, context: Value): Value => b.load(context, 8 * NUMBER_WORD, 8);

/** The first argument of both events. */
const registersOf = (b: Builder, context: Value): Value => b.loadPointer("memory", context, 0);

/** What bodies find is what they would find in the tracepoint's record. */
export function registersAsRecord(parts: ContextParts, point: TracepointPoint): ContextParts {
  const { args } = parts;
  const words = recordWords(syscallOf(point)?.direction ?? "enter");
  return {
    ...parts,
    programType: "tracing",
    args: args && { kind: "record-registers", struct: args.struct, words },
    returns: 0,
  };
}
