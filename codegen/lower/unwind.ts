/**
 * `dw_ustack`: walks the user stack of the task by tables that user space has made of `.eh_frame` (`src/unwind/README.md`).
 *
 * The walk is a callback, once for each frame, with its state in memory that it shares with its caller:
 *
 *     u64 ip, u64 stack pointer, u64 frame pointer, u64 salt, u64 process, u64 pending return, u64 is unknown   WALK
 *     u64 frames, u64 address[slots]
 *
 * What the process' table does not have was mapped a moment ago: the kernel says from which file it is, and the tables of files
 * are known by themselves. Only where that one is not known yet the stack ends, with a warning if it has not begun.
 *
 * Rules are looked for in a cache first, by address and by the generation of the process' table: a stack that was walked before
 * costs one look for each frame, and reads of its words. Two CPUs may write one entry at the same time, so an entry says itself
 * whether it is whole: its first word is the second one, mixed, and what is looked for.
 */
import {
  CACHE_ENTRIES,
  CFA_SHIFT,
  FP_MASK,
  FP_SAME,
  FP_SHIFT,
  FP_UNKNOWN,
  MAX_LEVELS,
  NODE_ROWS,
  RULE_KIND,
  RULE_KIND_MASK,
  type RuleKind,
  SPACE_INFO_BYTES,
  SPACE_INFOS_AT,
  SPACE_MAPPINGS,
  SPACE_STACK_AT,
  SPACE_STARTS_AT,
  type UnwindArchitecture,
  UNWIND_FAILURE,
  UNWINDING,
  WORD_BYTES,
} from "../kernel/unwind-rules.js";
import type { Span } from "../../grammar/index.js";
import type { BlockId, Value } from "../ir/ir.js";
import { registerOffset } from "../kernel/pt-regs.js";
import type { Place } from "../language/lowering.js";
import { processId } from "../vocabulary/task-ids.js";
import { InternalError } from "../internal-error.js";
import { fieldOf, type KernelField } from "./kernel-fields.js";
import { canSeeNewCode, withMappedFile } from "./mapped-files.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { sendWarning } from "./warnings.js";

const WALK = { ip: 0, sp: 8, fp: 16, salt: 24, process: 32, pending: 40, isUnknown: 48, bytes: 56 } as const;
const FRAMES_AT = WALK.bytes + 8;

/** Odd numbers whose products look like chance. */
const MIX = { salt: 0x9e37_79b9_7f4a_7c15n, index: 0xbf58_476d_1ce4_e5b9n, rule: 0x94d0_49bb_1331_11ebn } as const;

/** @returns u64 frames, u64 address[limit], zeros behind the last one */
export function unwoundStack(cx: ProbeLowering, limit: number, span: Span): Place {
  const architecture = UNWINDING[cx.facts.arch];
  if (architecture === undefined) throw new InternalError("lower", "stacks cannot be unwound here", span);
  const slots = 2 ** Math.ceil(Math.log2(Math.max(limit, 1)));
  const memory = cx.sharedMemory(FRAMES_AT + 8 * slots);
  const { b } = cx;
  const { base, offset } = memory();
  b.zero(base, offset + WALK.bytes, 8 + 8 * limit, 8);
  const warn = (): void => sendWarning(cx, { kind: "dw-ustack", helper: undefined, span }, b.int(0));
  const walk = ({ process, salt }: OwnCode): void => {
    const task = b.call("get_current_task_btf", []);
    const registers = b.call("task_pt_regs", [task]);
    const { ip, sp, fp } = architecture.registers;
    const store = (at: number, value: Value): void => b.store(base, offset + at, 8, value);
    const register = (name: string): Value => b.load(registers, registerOffset(cx.facts.arch, name), 8);
    store(WALK.ip, register(ip));
    store(WALK.sp, register(sp));
    store(WALK.fp, register(fp));
    store(WALK.salt, salt);
    store(WALK.process, process);
    store(WALK.pending, pendingReturn(cx, task) ?? b.int(0));
    store(WALK.isUnknown, b.int(0));
    const frames = { memory, limit, slots };
    cx.repeat(b.int(limit), (turn, stop) => walkFrame(cx, architecture, frames, turn, stop));
    b.if("ne", b.load(base, offset + WALK.isUnknown, 8), b.int(0), { then: warn });
  };
  ifHasMemory(cx, () => withOwnCode(cx, { known: walk, unknown: warn }));
  return { base, offset: offset + WALK.bytes, align: 8 };
}

interface OwnCode {
  /** Whose space tells of it; {@link NOBODY}: none does. */
  readonly process: Value;
  /** Of its rules in the cache. */
  readonly salt: Value;
}

/** No process has this number. */
const NOBODY = 0;

/** Without a space, and where it is of the program that the process ran before, the kernel is asked for what is mapped. */
function withOwnCode(
  cx: ProbeLowering,
  { known, unknown }: { readonly known: (code: OwnCode) => void; readonly unknown: () => void },
): void {
  const { b } = cx;
  const generationSalt = (space: Value): Value => b.alu("mul", b.load(space, 0, 8), b.int(MIX.salt));
  const self = selfFields(cx);
  const [space, process] = ownSpace(cx);
  if (self === undefined) {
    return b.ifNotNull(space, {
      found: (entry) => known({ process, salt: generationSalt(entry) }),
      missing: unknown,
    });
  }
  const task = b.call("get_current_task_btf", []);
  const stack = b.load(b.loadPointer("memory", task, self.mm.at), self.stack.at, 8);
  // Nobody else has started at that time.
  const ownSalt = b.alu("xor", b.alu("mul", b.load(task, self.startTime.at, 8), b.int(MIX.index)), stack);
  const after = b.block(["int", "int"]);
  b.ifNotNull(space, {
    found: (entry) => {
      const start = b.load(entry, SPACE_STACK_AT, 8);
      const isOther = (): void => b.if("ne", start, stack, { then: () => b.jump(after, [b.int(NOBODY), ownSalt]) });
      b.if("ne", start, b.int(0), { then: isOther });
      const shared = generationSalt(entry);
      // What one has mapped since is not the other's.
      const salt = b.choose("eq", process, processId(cx, "curr_ns"), {
        then: () => shared,
        otherwise: () => b.alu("xor", shared, ownSalt),
      });
      b.jump(after, [process, salt]);
    },
  });
  b.jump(after, [b.int(NOBODY), ownSalt]);
  b.switchTo(after);
  const [whose, salt] = b.paramsOf(after) as [Value, Value];
  known({ process: whose, salt });
}

interface SelfFields {
  readonly mm: KernelField;
  readonly startTime: KernelField;
  readonly stack: KernelField;
}

function selfFields(cx: ProbeLowering): SelfFields | undefined {
  const [mm, startTime, stack] = [
    taskField(cx, "mm"),
    taskField(cx, "start_time"),
    fieldOf(cx, "mm_struct", "start_stack"),
  ];
  if (mm === undefined || startTime === undefined || stack === undefined) return undefined;
  return { mm, startTime, stack };
}

/**
 * The space of the process, and whose it is. One that has just been forked, of which nobody in user space has heard yet, has
 * the code of the process that made it: unless it has executed a program since, which the kernel counts.
 */
function ownSpace(cx: ProbeLowering): readonly [space: Value, process: Value] {
  const { b } = cx;
  const process = processId(cx, "curr_ns");
  const space = spaceOf(cx, process);
  const [parent, tgid] = [taskField(cx, "real_parent"), taskField(cx, "tgid")];
  const [parentExec, ownExec] = [taskField(cx, "parent_exec_id"), taskField(cx, "self_exec_id")];
  const isKnown = parent !== undefined && tgid !== undefined && parentExec !== undefined && ownExec !== undefined;
  // In another namespace the parent has another number than the one that the kernel has for it.
  if (!isKnown || cx.facts.pidNamespace !== undefined) return [space, process];
  const after = b.block(["map-value-or-null", "int"]);
  const missing = b.block();
  const isCopy = b.block();
  b.branch("ne", space, b.int(0), { block: after, args: [space, process] }, missing);
  b.switchTo(missing);
  const task = b.call("get_current_task_btf", []);
  const read = ({ at, bytes }: KernelField): Value => b.load(task, at, bytes);
  b.branch("eq", read(parentExec), read(ownExec), isCopy, { block: after, args: [space, process] });
  b.switchTo(isCopy);
  const maker = b.load(b.loadPointer("memory", task, parent.at), tgid.at, 4);
  b.jump(after, [spaceOf(cx, maker), maker]);
  b.switchTo(after);
  const [found, whose] = b.paramsOf(after) as [Value, Value];
  return [found, whose];
}

const taskField = (cx: ProbeLowering, name: string): KernelField | undefined => fieldOf(cx, "task_struct", name);

/** The first of the functions that `uretprobe` waits for, the innermost; undefined where the kernel does not say. */
function pendingReturn(cx: ProbeLowering, task: Value): Value | undefined {
  const utask = taskField(cx, "utask");
  const first = fieldOf(cx, "uprobe_task", "return_instances");
  if (utask === undefined || first === undefined || returnInstance(cx) === undefined) return undefined;
  return cx.b.load(cx.b.loadPointer("memory", task, utask.at), first.at, 8);
}

/** @see Linux, kernel/events/uprobes.c, prepare_uretprobe() */
function returnInstance(cx: ProbeLowering): { readonly [N in "stack" | "address" | "next"]: number } | undefined {
  const [stack, address, next] = ["stack", "orig_ret_vaddr", "next"].map((name) =>
    fieldOf(cx, "return_instance", name),
  );
  if (stack === undefined || address === undefined || next === undefined) return undefined;
  return { stack: stack.at, address: address.at, next: next.at };
}

/** So many of them are looked at for a frame: others have ended without a return. */
const MAX_PENDING = 8;

interface PendingReturns {
  readonly pending: () => Value;
  readonly goOnFrom: (instance: Value) => void;
}

/** `uretprobe` puts its own address to return to in the place of the caller's, which the kernel remembers. */
function returnAddressUnder(cx: ProbeLowering, found: Value, place: Value, returns: PendingReturns): Value {
  const { b } = cx;
  const layout = returnInstance(cx);
  if (layout === undefined) return found;
  const read = kernelReader(cx, "return");
  const first = returns.pending();
  return b.choose("eq", first, b.int(0), {
    then: () => found,
    otherwise: () => {
      const args = [first, place] as const;
      const instance = cx.callOutline({ name: "pending_return", args, changes: "nothing" }, ([first, place]) =>
        findReturn(cx, first, place, layout),
      );
      return b.choose("eq", instance, b.int(0), {
        then: () => found,
        otherwise: () => {
          returns.goOnFrom(instance);
          return read(instance, layout.address);
        },
      });
    },
  });
}

/** Reads a word of the kernel's memory, 0 where it cannot be read; `name` is that of the place on our stack. */
function kernelReader(cx: ProbeLowering, name: string): (instance: Value, at: number) => Value {
  const { b } = cx;
  const word = cx.stackPlace(8, 8, name);
  return (instance, at) => {
    b.store(word.base, word.offset, 8, b.int(0));
    b.call("probe_read_kernel", [cx.addressOf(word), b.int(8), b.add(instance, b.int(at))]);
    return b.load(word.base, word.offset, 8);
  };
}

/** The one whose address to return to is at a place of the stack, or 0. */
function findReturn(
  cx: ProbeLowering,
  first: Value,
  place: Value,
  { stack, next }: { readonly stack: number; readonly next: number },
): Value {
  const { b } = cx;
  const read = kernelReader(cx, "instance");
  let instance = first;
  for (let i = 0; i < MAX_PENDING; i++) {
    const current = instance;
    b.if("eq", current, b.int(0), { then: () => b.exit(b.int(0)) });
    b.if("eq", read(current, stack), place, { then: () => b.exit(current) });
    instance = read(current, next);
  }
  return b.int(0);
}

/** Threads of the kernel have no user stack. */
function ifHasMemory(cx: ProbeLowering, then: () => void): void {
  const { b } = cx;
  const mm = taskField(cx, "mm");
  if (mm === undefined) return then();
  b.if("ne", b.load(b.call("get_current_task_btf", []), mm.at, mm.bytes), b.int(0), { then });
}

function spaceOf(cx: ProbeLowering, process: Value): Value {
  const { b } = cx;
  const key = cx.stackPlace(4, 4, "process");
  b.store(key.base, key.offset, 4, process);
  return b.call("map_lookup_elem", [b.map(cx.module.unwindMaps().spaces), cx.addressOf(key)]);
}

interface Frames {
  readonly memory: () => Place;
  readonly limit: number;
  readonly slots: number;
}

/** Stores one frame, and finds the next. */
function walkFrame(
  cx: ProbeLowering,
  architecture: UnwindArchitecture,
  { memory, limit, slots }: Frames,
  turn: Value,
  stop: () => void,
): void {
  const { b } = cx;
  const { base, offset } = memory();
  const state = (at: number): Value => b.load(base, offset + at, 8);
  const store = (at: number, value: Value): void => b.store(base, offset + at, 8, value);
  const [ip, sp, fp] = [state(WALK.ip), state(WALK.sp), state(WALK.fp)];
  const count = b.add(turn, b.int(1));
  const frameAt = (number: Value): Value => b.add(base, b.alu("shl", b.alu("and", number, b.int(slots - 1)), b.int(3)));
  b.store(frameAt(turn), offset + FRAMES_AT, 8, ip);
  store(WALK.bytes, count);

  const failed = b.block();
  const buffer = cx.stackPlace(16, 8, "words");
  /** Reads words of the stack to the buffer. */
  const read = (address: Value, words: 1 | 2): void => {
    const result = b.call("probe_read_user", [cx.addressOf(buffer), b.int(8 * words), address]);
    const done = b.block();
    b.branch("ne", result, b.int(0), failed, done);
    b.switchTo(done);
  };
  const word = (index: 0 | 1): Value => b.load(buffer.base, buffer.offset + 8 * index, 8);
  const readWord = (address: Value): Value => {
    read(address, 1);
    return word(0);
  };

  const rule = ruleFor(cx, ip, state(WALK.salt), state(WALK.process));
  const kind = b.alu("and", rule, b.int(RULE_KIND_MASK));
  const saved = b.alu("and", b.alu("shr", rule, b.int(FP_SHIFT)), b.int(FP_MASK));
  const cfaOffset = b.alu("shl", b.alu("sar", b.extend(rule, 32, true), b.int(CFA_SHIFT)), b.int(3));

  /** Given the CFA. */
  const knowsCfa = b.block(["int"]);
  /** Given return address, stack pointer and frame pointer of the caller. */
  const knowsCaller = b.block(["int", "int", "int"]);
  const ofKind = (wanted: number, then: () => void): void => b.if("eq", kind, b.int(wanted), { then });

  ofKind(RULE_KIND.sp, () => b.jump(knowsCfa, [b.add(sp, cfaOffset)]));
  ofKind(RULE_KIND.fp, () => b.jump(knowsCfa, [b.add(fp, cfaOffset)]));
  ofKind(RULE_KIND.end, stop);
  ofKind(RULE_KIND.notYet, () => {
    b.if("ne", turn, b.int(0), { then: () => b.jump(failed) });
    b.store(frameAt(turn), offset + FRAMES_AT, 8, b.int(0));
    store(WALK.bytes, b.int(0));
    store(WALK.isUnknown, b.int(1));
    stop();
  });
  ofKind(RULE_KIND.plt, () => {
    const isFar = b.compare("uge", b.alu("and", ip, b.int(15)), saved);
    b.jump(knowsCfa, [b.add(b.add(sp, b.int(WORD_BYTES)), b.alu("shl", isFar, b.int(3)))]);
  });
  ofKind(RULE_KIND.fpIndirect, () => {
    const cfa = readWord(b.add(fp, cfaOffset));
    goOnIf(cx, "ugt", cfa, sp, failed);
    // It is at the frame pointer, or where it was; else nobody can follow it.
    const otherwise = (): Value => b.choose("eq", saved, b.int(FP_SAME), { then: () => fp, otherwise: () => b.int(1) });
    const callersFp = b.choose("eq", saved, b.int(1), { then: () => readWord(fp), otherwise });
    const returnAddress = readWord(b.add(cfa, b.int(architecture.returnAddressOffset)));
    b.jump(knowsCaller, [returnAddress, cfa, callersFp]);
  });
  ofKind(RULE_KIND.signal, () => {
    const { signalFrame } = architecture;
    // The kernel has put it there as if it had been called, by nobody: the address to return to is its own first.
    b.if("ne", turn, b.int(0), { then: () => b.store(frameAt(turn), offset + FRAMES_AT, 8, b.add(ip, b.int(1))) });
    const at = b.add(sp, cfaOffset);
    const [interruptedFp, interruptedSp, interruptedIp] = [signalFrame.fp, signalFrame.sp, signalFrame.ip].map(
      (distance) => readWord(b.add(at, b.int(distance))),
    ) as [Value, Value, Value];
    // No call has led here: the address is that of the instruction itself.
    store(WALK.ip, interruptedIp);
    store(WALK.sp, interruptedSp);
    store(WALK.fp, interruptedFp);
    b.exit(b.int(0));
  });
  // Nothing is known of this code: it may have a frame pointer. At the start of a stack that is 0.
  b.if("eq", fp, b.int(0), { then: stop });
  goOnIf(cx, "uge", fp, sp, failed);
  read(fp, 2);
  b.jump(knowsCaller, [word(1), b.add(fp, b.int(2 * WORD_BYTES)), word(0)]);

  b.switchTo(knowsCfa);
  const cfa = b.onlyParamOf(knowsCfa);
  // Stacks grow downwards: a caller's frame is above.
  goOnIf(cx, "ugt", cfa, sp, failed);
  const returnAddressAt = b.add(cfa, b.int(architecture.returnAddressOffset));
  // Of `plt` these bits say something else.
  b.if("eq", kind, b.int(RULE_KIND.plt), { then: () => b.jump(knowsCaller, [readWord(returnAddressAt), cfa, fp]) });
  b.if("eq", saved, b.int(2), {
    then: () => {
      read(b.add(cfa, b.int(-2 * WORD_BYTES)), 2);
      b.jump(knowsCaller, [word(1), cfa, word(0)]);
    },
  });
  const returnAddress = readWord(returnAddressAt);
  b.if("eq", saved, b.int(FP_SAME), { then: () => b.jump(knowsCaller, [returnAddress, cfa, fp]) });
  // A frame pointer that nobody knows is one that cannot be followed.
  b.if("eq", saved, b.int(FP_UNKNOWN), { then: () => b.jump(knowsCaller, [returnAddress, cfa, b.int(1)]) });
  const savedAt = b.alu("sub", cfa, b.alu("shl", saved, b.int(3)));
  b.jump(knowsCaller, [returnAddress, cfa, readWord(savedAt)]);

  b.switchTo(knowsCaller);
  const [foundIp, callerSp, callerFp] = b.paramsOf(knowsCaller) as [Value, Value, Value];
  const callerIp = returnAddressUnder(cx, foundIp, b.add(callerSp, b.int(architecture.returnAddressOffset)), {
    pending: () => state(WALK.pending),
    goOnFrom: (instance) => store(WALK.pending, instance),
  });
  b.if("eq", callerIp, b.int(0), { then: stop });
  // Behind the call may be another function already.
  store(WALK.ip, b.add(callerIp, b.int(-1)));
  store(WALK.sp, callerSp);
  store(WALK.fp, callerFp);
  b.exit(b.int(0));

  b.switchTo(failed);
  b.if("ult", count, b.int(limit), {
    then: () => {
      b.store(frameAt(count), offset + FRAMES_AT, 8, b.int(BigInt.asIntN(64, UNWIND_FAILURE)));
      store(WALK.bytes, b.add(count, b.int(1)));
    },
  });
  stop();
}

function goOnIf({ b }: ProbeLowering, condition: "uge" | "ugt", left: Value, right: Value, otherwise: BlockId): void {
  const next = b.block();
  b.branch(condition, left, right, next, otherwise);
  b.switchTo(next);
}

/** Out of the cache, of the tables of the process, or of those of files. */
function ruleFor(cx: ProbeLowering, ip: Value, salt: Value, process: Value): Value {
  const { b } = cx;
  const wanted = b.alu("xor", ip, salt);
  const index = b.alu("shr", b.alu("mul", wanted, b.int(MIX.index)), b.int(64 - Math.log2(CACHE_ENTRIES)));
  const entry = b.add(b.mapValue(cx.module.unwindMaps().cache), b.alu("shl", index, b.int(4)));
  const cached = b.load(entry, 8, 8);
  const tag = (rule: Value): Value => b.alu("xor", wanted, b.alu("mul", rule, b.int(MIX.rule)));
  return b.choose("eq", b.load(entry, 0, 8), tag(cached), {
    then: () => cached,
    otherwise: () => {
      const args = [process, ip] as const;
      const ofProcess = cx.callOutline({ name: "unwind_rule", args, changes: "nothing" }, ([process, ip]) =>
        findRule(cx, process, ip),
      );
      const isMissing = [ofProcess, b.int(RULE_KIND.notYet)] as const;
      const found = b.choose("eq", ...isMissing, {
        then: () => ruleOfNewCode(cx, ip),
        otherwise: () => ofProcess,
      });
      b.if("ne", found, b.int(RULE_KIND.notYet), {
        then: () => {
          b.store(entry, 8, 8, found);
          b.store(entry, 0, 8, tag(found));
        },
      });
      return found;
    },
  });
}

/** All searches go the same way through the code, whatever they find: else the verifier would follow each. */
function findRule(cx: ProbeLowering, process: Value, ip: Value): Value {
  const { b } = cx;
  const exitWith = (kind: RuleKind) => (): void => b.exit(b.int(kind));
  const missing = exitWith(canSeeNewCode(cx) ? RULE_KIND.notYet : RULE_KIND.none);
  const space = orElse(cx, spaceOf(cx, process), missing);
  const behind = b.add(ip, b.int(1));
  const mapping = search(cx, SPACE_MAPPINGS, behind, (at) => b.load(b.add(space, at), SPACE_STARTS_AT, 8));
  const start = b.load(b.add(space, b.alu("shl", mapping, b.int(3))), SPACE_STARTS_AT, 8);
  const info = b.add(space, b.alu("mul", mapping, b.int(SPACE_INFO_BYTES)));
  const infoWord = (index: number): Value => b.load(info, SPACE_INFOS_AT + 4 * index, 4);
  const distance = b.alu("sub", ip, start);
  b.if("uge", distance, infoWord(0), { then: missing });
  return findInTree(cx, { node: infoWord(2), levels: infoWord(3), address: b.add(distance, infoWord(1)) });
}

/** Of code that no space tells of. */
function ruleOfNewCode(cx: ProbeLowering, ip: Value): Value {
  const { b } = cx;
  const after = b.block(["int"]);
  withMappedFile(cx, ip, {
    none: () => b.jump(after, [b.int(RULE_KIND.none)]),
    unknown: () => b.jump(after, [b.int(RULE_KIND.notYet)]),
    found: (file, place) => {
      const args = [b.load(file, 8, 4), b.load(file, 12, 4), b.add(place, b.load(file, 0, 8))] as const;
      const rule = cx.callOutline({ name: "unwind_tree", args, changes: "nothing" }, ([node, levels, address]) =>
        findInTree(cx, { node, levels, address }),
      );
      b.jump(after, [rule]);
    },
  });
  b.switchTo(after);
  return b.onlyParamOf(after);
}

interface TreePlace {
  readonly node: Value;
  /** 0: the file has no tables. */
  readonly levels: Value;
  readonly address: Value;
}

function findInTree(cx: ProbeLowering, { node: root, levels, address }: TreePlace): Value {
  const { b } = cx;
  const none = (): void => b.exit(b.int(RULE_KIND.none));
  b.if("eq", levels, b.int(0), { then: none });
  const behind = b.add(address, b.int(1));
  const key = cx.stackPlace(4, 4, "node");
  let node = root;
  for (let level = 1; level <= MAX_LEVELS; level++) {
    b.store(key.base, key.offset, 4, node);
    const rows = orElse(cx, b.call("map_lookup_elem", [b.map(cx.module.unwindMaps().nodes), cx.addressOf(key)]), none);
    const row = search(cx, NODE_ROWS, behind, (at) => b.load(b.add(rows, at), 0, 4));
    const value = b.load(b.add(rows, b.alu("shl", row, b.int(3))), 4, 4);
    b.if("eq", levels, b.int(level), { then: () => b.exit(value) });
    node = value;
  }
  return b.int(RULE_KIND.none);
}

function orElse({ b }: ProbeLowering, pointer: Value, otherwise: () => void): Value {
  let found: Value | undefined;
  b.ifNotNull(pointer, { found: (entry) => void (found = entry), missing: otherwise });
  return found as Value;
}

/**
 * The last of `count` elements, each 8 bytes from the other, that is below a number; 0 if none is. Where the sign of a
 * difference would be a branch it is added up.
 */
function search({ b }: ProbeLowering, count: number, behind: Value, load: (at: Value) => Value): Value {
  let index = b.int(0);
  for (let step = Math.log2(count) - 1; step >= 0; step--) {
    const element = load(b.alu("shl", b.add(index, b.int(2 ** step)), b.int(3)));
    const isBelow = b.alu("shr", b.alu("sub", element, behind), b.int(63));
    index = b.add(index, b.alu("shl", isBelow, b.int(step)));
  }
  return index;
}
