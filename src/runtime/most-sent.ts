/**
 * How much a script can send: what `begin` and `end` send once, and what an interval sends at most, is known if no program that
 * sends has a loop. Many scripts send nothing else: what their other probes see goes to maps.
 */
import { CALLEE, PSEUDO } from "../../codegen/kernel/bpf.js";
import { HELPERS } from "../../codegen/kernel/helpers.js";
import {
  CALL_OPCODE,
  CLASS,
  CLASS_MASK,
  EXIT_OPCODE,
  GOTO_OPCODE,
  GOTOL_OPCODE,
  LDIMM64,
} from "../../codegen/kernel/opcodes.js";
import type { BpfObject, EventSchema } from "../../codegen/object.js";
import { intervalNsOf } from "../attach/index.js";
import { hasLoop, type Jump } from "./jumps.js";

const INSTRUCTION_BYTES = 8;
/** Of a record in the ring. */
const HEADER_BYTES = 8;
/** A warning has a number and nothing else. */
const WARNING_BYTES = HEADER_BYTES + 16;

/** A reader of the output may leave it for so long. */
const PATIENCE_NS = 3600 * 1e9;

/** Looking through more takes longer than it saves. */
const LONG_PROGRAM_BYTES = 16_000 * INSTRUCTION_BYTES;
const MANY_JUMPS = 1000;

/**
 * @param cpus - each sends the first warning of a place
 * @returns bytes of the ring; Infinity when it is not known
 */
export function mostBytesSent(object: BpfObject, cpus: number): number {
  const events = object.events.filter(({ action }) => action !== "warning");
  const largest = events.reduce((max, event) => Math.max(max, recordBytes(event)), 0);
  let sum = (object.events.length - events.length) * cpus * WARNING_BYTES;
  for (const label of new Set(events.map(({ probe }) => probe))) {
    const senders = [...object.programs.keys()].filter((i) => object.programs[i]?.label === label);
    if (senders.length === 0) return Infinity;
    for (const i of senders) {
      const firings = mostFirings(object, i);
      if (firings === Infinity) return Infinity;
      if (firings > 0) sum += firings * mostSends(object.programs[i]?.code ?? NO_CODE) * largest;
    }
  }
  return sum;
}

const NO_CODE = new Uint8Array();

function recordBytes({ fixedBytes, fields }: EventSchema): number {
  const strings = fields.reduce((bytes, { variable }) => bytes + (variable?.capacity ?? 0), 0);
  return HEADER_BYTES + INSTRUCTION_BYTES * Math.ceil((fixedBytes + strings) / 8);
}

function mostFirings({ programs, attachments }: BpfObject, program: number): number {
  const own = attachments.filter((attachment) => attachment.program === program);
  const runs = programs[program]?.schedule.runs;
  if (runs === "before" || runs === "after") return own.length;
  if (runs !== "attached") return Infinity;
  return own.reduce((sum, attachment) => sum + PATIENCE_NS / (intervalNsOf(attachment) ?? 0), 0);
}

/** In one firing: without a loop each instruction of a function runs once for each call of it. */
function mostSends(code: Uint8Array): number {
  if (code.length > LONG_PROGRAM_BYTES) return Infinity;
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const sends: number[] = [];
  const calls: Call[] = [];
  const jumps: Jump[] = [];
  const ends: number[] = [];
  for (let at = 0; at < code.length; at += INSTRUCTION_BYTES) {
    const opcode = view.getUint8(at);
    const source = view.getUint8(at + 1) >> 4;
    const imm = view.getInt32(at + 4, true);
    if (opcode === LDIMM64) {
      if (source === PSEUDO.function) return Infinity;
      at += INSTRUCTION_BYTES;
    } else if (opcode === CALL_OPCODE) {
      if (source === CALLEE.function) calls.push({ at, target: at + INSTRUCTION_BYTES * (imm + 1) });
      else if (source === CALLEE.helper && SENDING.has(imm)) sends.push(at);
    } else if (opcode === EXIT_OPCODE) {
      ends.push(at);
    } else if (isJump(opcode)) {
      const distance = opcode === GOTOL_OPCODE ? imm : view.getInt16(at + 2, true);
      const isConditional = opcode !== GOTOL_OPCODE && opcode !== GOTO_OPCODE;
      jumps.push({ at, target: at + INSTRUCTION_BYTES * (distance + 1), isConditional });
    }
  }
  if (jumps.length > MANY_JUMPS || hasLoop(jumps, ends)) return Infinity;
  const runs = runsOf(calls);
  return sends.reduce((sum, at) => sum + runs(at), 0);
}

const SENDING: ReadonlySet<number> = new Set([HELPERS.ringbuf_reserve.id, HELPERS.ringbuf_output.id]);

function isJump(opcode: number): boolean {
  const kind = opcode & CLASS_MASK;
  return kind === CLASS.jmp || kind === CLASS.jmp32;
}

interface Call {
  readonly at: number;
  readonly target: number;
}

/** How often what stands at a place runs. The first function is the program itself. */
function runsOf(calls: readonly Call[]): (at: number) => number {
  const runs = new Map([[0, 1]]);
  const starts = [...new Set(calls.map(({ target }) => target))].sort((a, b) => b - a);
  const runsAt = (at: number): number => {
    const start = starts.find((candidate) => candidate <= at) ?? 0;
    const known = runs.get(start);
    if (known !== undefined) return known;
    const sum = calls.reduce((total, call) => (call.target === start ? total + runsAt(call.at) : total), 0);
    runs.set(start, sum);
    return sum;
  };
  return runsAt;
}
