/**
 * Scalars of kernel memory, loaded by an instruction where a helper would copy them to the stack: 2 ns in the place of 20.
 *
 * `bpf_rdonly_cast` (6.2) is a move that tells the verifier to take an address for that of a struct. Such loads are allowed to
 * fail: of what cannot be read they give 0, like the helper. Nobody is told, so where failures are to be counted the helper
 * stays.
 */
import { type Btf, findMember, resolve } from "../btf/index.js";
import type { Value } from "../ir/ir.js";
import type { ProbeLowering } from "./probe-lowering.js";

const KFUNC = "bpf_rdonly_cast";

/**
 * Part of the interface of a system call (linux/resource.h). The integer of eight bytes at its start makes what is loaded an
 * integer: a pointer in a struct of the right type would be one with which the verifier forbids arithmetic.
 */
const STRUCT_OF_INTEGERS = "rlimit64";
const FIRST_MEMBER = "rlim_cur";

/** @returns undefined where it is left to the helper */
export function loadFromKernel(cx: ProbeLowering, address: Value, bytes: number, isSigned: boolean): Value | undefined {
  if (bytes !== 1 && bytes !== 2 && bytes !== 4 && bytes !== 8) return undefined;
  // What has an address of its own type is memory of ours, or such that the kernel shows only through it.
  if (cx.b.typeOf(address) !== "int" || cx.options.warnsOfReads) return undefined;
  const cast = castOf(cx);
  if (cast === undefined) return undefined;
  const pointer = cx.b.callKfunc(KFUNC, cast.kfunc, [address, cx.b.int(cast.struct)], "memory");
  return cx.b.load(pointer, 0, bytes, isSigned && bytes < 8);
}

interface Cast {
  /** BTF ids. */
  readonly kfunc: number;
  readonly struct: number;
}

/** Kernel functions may be called only under the kernel's licence. */
function castOf({ facts: { btf }, config }: ProbeLowering): Cast | undefined {
  if (config.license !== "GPL" || btf === undefined) return undefined;
  if (!casts.has(btf)) casts.set(btf, findCast(btf));
  return casts.get(btf);
}

const casts = new WeakMap<Btf, Cast | undefined>();

function findCast(btf: Btf): Cast | undefined {
  const kfunc = btf.find("func", KFUNC);
  const struct = btf.find("struct", STRUCT_OF_INTEGERS);
  if (kfunc === undefined || struct === undefined) return undefined;
  const first = findMember(btf, struct, FIRST_MEMBER);
  if (first?.bitOffset !== 0) return undefined;
  const { type } = resolve(btf, first.type);
  return type.kind === "int" && type.bytes === 8 ? { kfunc, struct } : undefined;
}
