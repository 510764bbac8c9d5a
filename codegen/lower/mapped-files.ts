/** `dw_ustack`: which file the code at an address is from, as the kernel knows it before anybody else does. */
import type { Value } from "../ir/ir.js";
import { fieldOf, type KernelField } from "./kernel-fields.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** The first two are the key of the map of files. */
const CODE = { inode: 0, device: 8, start: 16, page: 24 } as const;
const CODE_BYTES = 32;
const PAGE_SHIFT = 12;

interface Fields {
  readonly start: KernelField;
  readonly page: KernelField;
  readonly file: KernelField;
  readonly inode: KernelField;
  readonly number: KernelField;
  readonly fileSystem: KernelField;
  readonly device: KernelField;
}

/** `bpf_find_vma` came with 5.17, as `bpf_loop` did. */
export const canSeeNewCode = (cx: ProbeLowering): boolean => fieldsOf(cx) !== undefined;

interface Arms {
  /** Given an entry of the map of files, and the place in the file. */
  readonly found: (file: Value, place: Value) => void;
  /** It is no file's. */
  readonly none: () => void;
  /** Nobody has looked at the file yet, or the kernel is changing what the process has mapped. */
  readonly unknown: () => void;
}

/** Each arm ends its block. */
export function withMappedFile(cx: ProbeLowering, ip: Value, { found, none, unknown }: Arms): void {
  const { b } = cx;
  const fields = fieldsOf(cx);
  if (fields === undefined) return unknown();
  const code = cx.stackPlace(CODE_BYTES, 8, "code");
  b.zero(code.base, code.offset, CODE_BYTES, 8);
  const callback = cx.callback(["memory", "memory", "frame"], ([, mapping, out]) => {
    if (mapping !== undefined && out !== undefined) tellMapping(cx, fields, mapping, out);
  });
  const task = b.call("get_current_task_btf", []);
  const args = [task, ip, b.functionReference(callback.index), cx.addressOf(code), b.int(0)];
  b.if("ne", b.call("find_vma", args), b.int(0), { then: unknown });
  const told = (at: number): Value => b.load(code.base, code.offset + at, 8);
  b.if("eq", told(CODE.inode), b.int(0), { then: none });
  const place = b.add(b.alu("sub", ip, told(CODE.start)), b.alu("shl", told(CODE.page), b.int(PAGE_SHIFT)));
  const entry = b.call("map_lookup_elem", [b.map(cx.module.unwindMaps().files), cx.addressOf(code)]);
  b.ifNotNull(entry, { found: (file) => found(file, place), missing: unknown });
}

/** Memory of no file has no inode: what is read through nowhere is 0. */
function tellMapping({ b }: ProbeLowering, fields: Fields, mapping: Value, out: Value): void {
  const tell = (at: number, value: Value): void => b.store(out, at, 8, value);
  const read = (pointer: Value, { at, bytes }: KernelField): Value => b.load(pointer, at, bytes);
  const follow = (pointer: Value, { at }: KernelField): Value => b.loadPointer("memory", pointer, at);
  const inode = follow(follow(mapping, fields.file), fields.inode);
  tell(CODE.inode, read(inode, fields.number));
  tell(CODE.device, read(follow(inode, fields.fileSystem), fields.device));
  tell(CODE.start, read(mapping, fields.start));
  tell(CODE.page, read(mapping, fields.page));
}

function fieldsOf(cx: ProbeLowering): Fields | undefined {
  const [start, page, file] = ["vm_start", "vm_pgoff", "vm_file"].map((name) => fieldOf(cx, "vm_area_struct", name));
  const inode = fieldOf(cx, "file", "f_inode");
  const [number, fileSystem] = ["i_ino", "i_sb"].map((name) => fieldOf(cx, "inode", name));
  const device = fieldOf(cx, "super_block", "s_dev");
  if (start === undefined || page === undefined || file === undefined || inode === undefined) return undefined;
  if (number === undefined || fileSystem === undefined || device === undefined) return undefined;
  return { start, page, file, inode, number, fileSystem, device };
}
