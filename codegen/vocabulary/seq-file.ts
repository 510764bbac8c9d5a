/** The file whose reader makes the kernel walk: see `ContextParts.seqFile`. */
import type { Value } from "../ir/ir.js";
import type { Lowering } from "../language/lowering.js";
import { InternalError } from "../internal-error.js";

/** All iterators have it as their first parameter. */
const META_OFFSET = 0;

/** `ctx.meta.seq`, of which the verifier sees that it is one. */
export function seqFile(cx: Lowering): Value {
  const { b, structs } = cx;
  const meta = structs.typeNamed("bpf_iter_meta", "struct");
  const seq = meta?.kind === "struct" ? structs.member(meta, "seq") : undefined;
  if (seq === undefined) throw new InternalError("lower", "iterators of this kernel have no file");
  return b.loadPointer("memory", b.loadPointer("memory", cx.contextPointer(), META_OFFSET), seq.offsetBits / 8);
}

/** One byte, whatever it is. */
export function writeTurn(cx: Lowering): void {
  cx.b.call("seq_write", [seqFile(cx), cx.addressOf(cx.constant("\0")), cx.b.int(1)]);
}
