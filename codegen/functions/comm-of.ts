import type { Call } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { type Lowering, memory, type Place } from "../language/lowering.js";
import type { StructSource } from "../types/struct-source.js";
import { INT32, string } from "../types/type.js";
import { type CallCheck, defineFunction, firstArgument } from "../language/function.js";
import { sayAtRunTime } from "../vocabulary/run-time-message.js";

const RESULT_BYTES = 64;
/** TASK_COMM_LEN of linux/sched.h. */
const COMM_BYTES = 16;
/** Gives a task that has to be given back (6.2). Ids are those of the whole system. */
const FIND_TASK = "bpf_task_from_pid";
const RELEASE_TASK = "bpf_task_release";

export const commOf = defineFunction({
  name: "comm",
  isMacro: true,
  doc: {
    summary: "Name of the thread that has an id; without an argument, of the current one.",
    example: "tracepoint:sched:sched_switch { @[comm(args.prev_pid)] = count(); }",
  },
  params: [{ name: "pid", kind: "value" }],
  result: string(RESULT_BYTES, "kernel"),
  check: checkComm,
  lower: (cx, call) => {
    const place = cx.temporary(RESULT_BYTES, 8, "comm");
    readComm(cx, call, place);
    return memory(place);
  },
  lowerInto: readComm,
});

function checkComm({ call, typeOf, context, facts, bag }: CallCheck): void {
  const { kind } = typeOf(firstArgument(call));
  if (kind !== "int" && kind !== "enum" && kind !== "bool") return bag.error("comm-argument", call.span, {});
  if (facts.btf?.find("func", FIND_TASK) === undefined || facts.allowsKfunc(FIND_TASK, context.programType)) return;
  bag.error("comm-probe-type", call.span, { probeType: context.probeType });
}

function readComm(cx: Lowering, call: Call, place: Place): void {
  const { b, facts } = cx;
  b.zero(place.base, place.offset, RESULT_BYTES, place.align);
  const find = facts.btf?.find("func", FIND_TASK);
  const release = facts.btf?.find("func", RELEASE_TASK);
  const name = offsetOfComm(cx.structs);
  const pid = cx.castTo(firstArgument(call), INT32);
  const say = (format: string, numbers: readonly Value[]): void =>
    sayAtRunTime(cx, { severity: "warnf", format, numbers, span: call.span });
  if (find === undefined || release === undefined || name === undefined) {
    write(cx, place, "[unknown]");
    say(MISSING, []);
    return;
  }
  const task = b.callKfunc(FIND_TASK, find, [pid], "memory-or-null");
  b.if("ne", task, b.int(0), {
    then: () => {
      b.call("probe_read_kernel", [cx.addressOf(place), b.int(COMM_BYTES), b.add(task, b.int(name))]);
      b.callKfunc(RELEASE_TASK, release, [task], "int");
    },
    otherwise: () => {
      write(cx, place, "N/A");
      say("No such process (pid=%d)", [pid]);
    },
  });
}

const MISSING =
  "'bpf_task_from_pid kfunc', which is used for getting the process comm, is not supported on your system.";

function offsetOfComm(structs: StructSource): number | undefined {
  const task = structs.typeNamed("task_struct", "struct");
  const comm = task?.kind === "struct" ? structs.member(task, "comm") : undefined;
  return comm === undefined ? undefined : comm.offsetBits / 8;
}

function write(cx: Lowering, place: Place, text: string): void {
  for (let i = 0; i < text.length; i++) cx.b.store(place.base, place.offset + i, 1, cx.b.int(text.charCodeAt(i)));
}
