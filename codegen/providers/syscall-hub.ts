/**
 * System calls without an event for each: one raw tracepoint, `sys_enter` or `sys_exit`, whose program goes on to the
 * body for the call, by its number. What the tracepoint's record would hold is in the registers of the task.
 */
import type { Architecture, KernelFacts } from "../facts.js";
import { findMember } from "../btf/index.js";
import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { registerOffset } from "../kernel/pt-regs.js";
import type { AttachWay, BodyPoints, ContextParts, Hub, HubSlot } from "../language/provider.js";
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

/** Which points of a script can be entered through hubs, and are worth it: as a rule all its system calls, or none. */
export function takenByHubs(
  bodies: readonly BodyPoints<TracepointPoint>[],
  facts: KernelFacts,
): (point: TracepointPoint) => boolean {
  if (facts.arch !== ARCHITECTURE) return () => false;
  const own = bodies.map(({ points, use }) => ({ points: points.filter((point) => syscallOf(point)), use }));
  const count = own.reduce((sum, { points }) => sum + points.length, 0);
  // Two ways into one call would change the order of its bodies.
  if (count < ENOUGH || own.some((body) => needsRecord(body, facts))) return () => false;
  if (!isReadable(facts)) return () => false;
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

const isReadable = (facts: KernelFacts): boolean =>
  statusOffset(facts) !== undefined && eventType("enter", facts) !== 0 && eventType("exit", facts) !== 0;

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

export function hubSlot(way: AttachWay, point: TracepointPoint, facts: KernelFacts): HubSlot {
  const syscall = syscallOf(point);
  const slot = syscall && facts.syscallNumber(syscall.name);
  if (syscall === undefined || slot === undefined) throw new RangeError(`${point.event} is no system call`);
  return { hub: hubOf(way, syscall.direction, facts), slot };
}

const hubOf = (way: AttachWay, direction: Direction, facts: KernelFacts): Hub => ({
  name: `sys_${direction}`,
  way,
  programType: "tracing",
  attachTo: { kind: "kernel", module: "vmlinux", btfId: eventType(direction, facts) },
  slots: SLOTS,
  findSlot: (b) => {
    const task = b.call("get_current_task_btf", []);
    const status = b.load(task, statusOffset(facts) ?? 0, 4);
    b.if("ne", b.alu("and", status, b.int(TS_COMPAT)), b.int(0), { then: () => b.exit(b.int(0)) });
    return numberOf(b, b.params[0] as Value);
  },
  ownSlot: numberOf,
});

/** Of a call that a debugger forbids it is -1, which no slot has. */
function numberOf(b: Builder, context: Value): Value {
  return b.load(registersOf(b, context), registerOffset(ARCHITECTURE, "orig_rax"), 8);
}

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
