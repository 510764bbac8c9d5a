/** Stacks as text (output.md 8). A stack begins with a newline, and so ends every frame. */
import type { ValueFormat } from "../../codegen/object.js";
import { type FrameOf, isUnwindFailure, placeFinder, positionText, UNWIND_FAILURE_TEXT } from "./code-place.js";
import { hex } from "./integer.js";
import type { Memory } from "./memory.js";
import type { Names, UserSymbolName } from "./names.js";

type StackFormat = Extract<ValueFormat, { kind: "stack" }>;

/**
 * In memory:
 *
 *     kstack: u64 frames, u64 address[limit]
 *     ustack: s32 pid, s32 probe, u64 frames, element[limit]
 */
export function compileStack(format: StackFormat, names: Names): (m: Memory, at: number) => string {
  const header = format.isUser ? 16 : 8;
  const stride = format.mode === "build_id" ? 32 : 8;
  const frameText = frameWriter(format, names);
  return (m, at) => {
    const pid = m.view.getInt32(at, true);
    const probe = m.view.getInt32(at + 4, true);
    const count = Math.min(m.view.getUint32(at + header - 8, true), format.limit);
    let text = "\n";
    for (let i = 0; i < count; i++) {
      const frameAt = at + header + i * stride;
      if (stride === 8 && isUnwindFailure(m.view.getBigUint64(frameAt, true), format, probe)) {
        return `${text}${INDENT}${UNWIND_FAILURE_TEXT}\n`;
      }
      text += `${frameText({ m, at: frameAt, frame: i, pid, probe })}\n`;
    }
    return text;
  };
}

interface Frame extends FrameOf {
  readonly m: Memory;
  readonly at: number;
}

/** One line, or with functions that were put there instead of being called, several. */
type FrameText = (frame: Frame) => string;

const INDENT = "        ";
const bare = (address: bigint): string => address.toString(16);
/** An address without a symbol; 0 is written without a prefix. */
const unresolved = (address: bigint): string => (address === 0n ? "0" : hex(address));

function frameWriter(format: StackFormat, names: Names): FrameText {
  if (format.mode === "build_id" && format.isUser) return ({ m, at }) => buildIdFrame(m, at);
  // The compiler turns it into `raw`; a kernel frame has no build id.
  if (format.mode === "raw" || format.mode === "build_id") return ({ m, at }) => bare(m.view.getBigUint64(at, true));
  const lines = LINES[format.mode];
  const symbolOf = format.isUser
    ? (address: bigint, { pid, probe }: Frame) => names.userSymbol(address, pid, probe)
    : (address: bigint) => names.kernelSymbol(address);
  const place = placeFinder(format, names);
  return (frame) => {
    const address = frame.m.view.getBigUint64(frame.at, true);
    const symbol = symbolOf(address, frame);
    if (symbol === undefined) return lines.unknown(address, format.isUser);
    const found = place(address, frame);
    const module = "module" in symbol ? (symbol as UserSymbolName).module : undefined;
    const text = lines.known(address, `${symbol.name}+${symbol.offset}${positionText(found?.position)}`, module);
    if (found === undefined || found.inlined.length === 0) return text;
    const inlined = found.inlined.map(({ name, position }) => lines.inlined(address, name, positionText(position)));
    return [...inlined, text].join("\n");
  };
}

interface FrameLines {
  known(address: bigint, code: string, module: string | undefined): string;
  inlined(address: bigint, name: string, position: string): string;
  unknown(address: bigint, isUser: boolean): string;
}

const LINES: Readonly<Record<"bpftrace" | "perf", FrameLines>> = {
  bpftrace: {
    known: (_address, code) => `${INDENT}${code}`,
    inlined: (_address, name, position) => `${INDENT}[inlined] ${name}${position}`,
    unknown: (address) => `${INDENT}${unresolved(address)}`,
  },
  perf: {
    known: (address, code, module) => `\t${bare(address)} ${code}${module === undefined ? "" : ` (${module})`}`,
    inlined: (address, name, position) => `\t${bare(address)} ${name}${position} (inlined)`,
    unknown: (address, isUser) => `\t${bare(address)} ${unresolved(address)}${isUser ? " ([unknown])" : ""}`,
  },
};

const BUILD_ID_VALID = 1;

/** `struct bpf_stack_build_id`: s32 status, 20 bytes of build id, u64 file offset or address. */
function buildIdFrame(m: Memory, at: number): string {
  const offset = m.view.getBigUint64(at + 24, true);
  if (m.view.getInt32(at, true) !== BUILD_ID_VALID) return bare(offset);
  return `${m.bytes.toString("hex", at + 4, at + 24)} 0x${offset.toString(16).padStart(2, "0")}`;
}
