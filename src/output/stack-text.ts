/** Stacks as text (output.md 8). A stack begins with a newline, and so ends every frame. */
import type { ValueFormat } from "../../codegen/object.js";
import { hex } from "./integer.js";
import type { Memory } from "./memory.js";
import type { Names } from "./names.js";

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
  const frameText = format.isUser ? USER_FRAMES[format.mode] : KERNEL_FRAMES[format.mode];
  return (m, at) => {
    const pid = m.view.getInt32(at, true);
    const probe = m.view.getInt32(at + 4, true);
    const count = Math.min(m.view.getUint32(at + header - 8, true), format.limit);
    let text = "\n";
    for (let i = 0; i < count; i++) text += `${frameText(m, at + header + i * stride, names, pid, probe)}\n`;
    return text;
  };
}

type FrameText = (m: Memory, at: number, names: Names, pid: number, probe: number) => string;

const INDENT = "        ";
const bare = (address: bigint): string => address.toString(16);
/** An address without a symbol; 0 is written without a prefix. */
const unresolved = (address: bigint): string => (address === 0n ? "0" : hex(address));

const raw: FrameText = (m, at) => bare(m.view.getBigUint64(at, true));

const KERNEL_FRAMES: Readonly<Record<StackFormat["mode"], FrameText>> = {
  bpftrace: (m, at, names) => {
    const address = m.view.getBigUint64(at, true);
    const symbol = names.kernelSymbol(address);
    return INDENT + (symbol === undefined ? unresolved(address) : `${symbol.name}+${symbol.offset}`);
  },
  perf: (m, at, names) => {
    const address = m.view.getBigUint64(at, true);
    const symbol = names.kernelSymbol(address);
    return `\t${bare(address)} ${symbol === undefined ? unresolved(address) : `${symbol.name}+${symbol.offset}`}`;
  },
  raw,
  // The compiler turns it into `raw`; a kernel frame has no build id.
  build_id: raw,
};

const USER_FRAMES: Readonly<Record<StackFormat["mode"], FrameText>> = {
  bpftrace: (m, at, names, pid, probe) => {
    const address = m.view.getBigUint64(at, true);
    const symbol = names.userSymbol(address, pid, probe);
    return INDENT + (symbol === undefined ? unresolved(address) : `${symbol.name}+${symbol.offset}`);
  },
  perf: (m, at, names, pid, probe) => {
    const address = m.view.getBigUint64(at, true);
    const symbol = names.userSymbol(address, pid, probe);
    const place =
      symbol === undefined
        ? `${unresolved(address)} ([unknown])`
        : `${symbol.name}+${symbol.offset} (${symbol.module})`;
    return `\t${bare(address)} ${place}`;
  },
  raw,
  build_id: buildIdFrame,
};

const BUILD_ID_VALID = 1;

/** `struct bpf_stack_build_id`: s32 status, 20 bytes of build id, u64 file offset or address. */
function buildIdFrame(m: Memory, at: number): string {
  const offset = m.view.getBigUint64(at + 24, true);
  if (m.view.getInt32(at, true) !== BUILD_ID_VALID) return bare(offset);
  return `${m.bytes.toString("hex", at + 4, at + 24)} 0x${offset.toString(16).padStart(2, "0")}`;
}
