/** The functions of the BPF programs that are loaded, by the BTF that they were loaded with. */
import type { BpfProgramFunction } from "../../codegen/facts.js";
import { ATTR_BYTES, COMMAND, FUNC_INFO_BYTES } from "../../codegen/kernel/bpf.js";
import { ATTR, BTF_INFO, BTF_INFO_BYTES, PROGRAM_INFO, PROGRAM_INFO_BYTES } from "../../codegen/kernel/bpf-attr.js";
import { Btf } from "../../codegen/btf/index.js";
import { type Fd, native } from "./native.js";
import { Struct } from "./struct.js";
import { isSystemCallFailure } from "./system-error.js";

/** By program; a program that is gone before it is read, or that may not be read, is left out. */
export function readProgramFunctions(): readonly BpfProgramFunction[] {
  const found: BpfProgramFunction[] = [];
  for (let id = nextProgram(0); id !== undefined; id = nextProgram(id)) {
    const program = id;
    found.push(...(unlessGone(() => functionsOf(program)) ?? []));
  }
  return found;
}

function nextProgram(after: number): number | undefined {
  const attr = new Struct(ATTR_BYTES).u32(ATTR.byId.startId, after);
  return unlessGone(() => {
    native().bpf(COMMAND.programNextId, attr.bytes);
    return attr.readU32(ATTR.byId.nextId);
  });
}

function functionsOf(program: number): readonly BpfProgramFunction[] {
  const types = withObject(COMMAND.programFdById, program, (fd) => typesOf(fd));
  if (types === undefined) return [];
  const btf = Btf.parse(withObject(COMMAND.btfFdById, types.btfId, readBtf));
  return types.functions.map((btfId) => ({ program, name: btf.nameOf(btfId), btfId }));
}

/** Type ids of the program's functions; undefined when it has no BTF. */
function typesOf(fd: Fd): { readonly btfId: number; readonly functions: readonly number[] } | undefined {
  const sizes = new Struct(PROGRAM_INFO_BYTES).u32(PROGRAM_INFO.funcInfoRecSize, FUNC_INFO_BYTES);
  readInfo(fd, sizes);
  const [btfId, count] = [sizes.readU32(PROGRAM_INFO.btfId), sizes.readU32(PROGRAM_INFO.nrFuncInfo)];
  if (btfId === 0 || count === 0) return undefined;
  const records = new Uint32Array((count * FUNC_INFO_BYTES) / 4);
  const filled = new Struct(PROGRAM_INFO_BYTES)
    .u32(PROGRAM_INFO.funcInfoRecSize, FUNC_INFO_BYTES)
    .u32(PROGRAM_INFO.nrFuncInfo, count)
    .pointer(PROGRAM_INFO.funcInfo, records);
  readInfo(fd, filled);
  return { btfId, functions: [...records].filter((_, i) => i % 2 === 1) };
}

function readBtf(fd: Fd): Uint8Array {
  const size = new Struct(BTF_INFO_BYTES);
  readInfo(fd, size);
  const data = new Uint8Array(size.readU32(BTF_INFO.btfSize));
  readInfo(fd, new Struct(BTF_INFO_BYTES).pointer(BTF_INFO.btf, data).u32(BTF_INFO.btfSize, data.length));
  return data;
}

function readInfo(fd: Fd, info: Struct): void {
  const at = ATTR.info;
  const attr = new Struct(ATTR_BYTES)
    .u32(at.bpfFd, fd.number)
    .u32(at.infoLen, info.bytes.length)
    .pointer(at.info, info.bytes, info.pointers);
  native().bpf(COMMAND.objectInfo, attr.bytes, attr.pointers);
}

function withObject<T>(command: number, id: number, use: (fd: Fd) => T): T {
  const attr = new Struct(ATTR_BYTES).u32(ATTR.byId.progId, id);
  const fd = native().bpfOpen(command, attr.bytes, attr.pointers);
  try {
    return use(fd);
  } finally {
    fd.close();
  }
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isSystemCallFailure(error)) return undefined;
    throw error;
  }
}
