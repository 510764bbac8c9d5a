/** Function prototypes by name. */
import type { Btf } from "./btf.js";
import type { BtfFuncProto, TypeId } from "./btf-type.js";
import { resolve } from "./resolve.js";

export interface BtfFunction {
  /** What a program attaches to or calls. */
  readonly id: TypeId;
  readonly name: string;
  readonly proto: BtfFuncProto;
}

/** The first function of that name; `isOwn`: of a module, and not of the kernel on which it stands. */
export function findFunction(btf: Btf, name: string, { isOwn = false } = {}): BtfFunction | undefined {
  const id = isOwn ? btf.findOwn("func", name) : btf.find("func", name);
  return id === undefined ? undefined : functionOf(btf, id);
}

/** @returns `undefined` when the id is not a function's */
export function functionOf(btf: Btf, id: TypeId): BtfFunction | undefined {
  const func = btf.typeOfKind(id, "func");
  const proto = func && btf.typeOfKind(func.proto, "func_proto");
  return proto && { id, name: func.name, proto };
}

/** The prototype that a function pointer's typedef names, such as `btf_trace_sched_switch`. */
export function protoOfTypedef(btf: Btf, name: string): BtfFuncProto | undefined {
  const id = btf.find("typedef", name);
  if (id === undefined) return undefined;
  const { type } = resolve(btf, id);
  const target = type.kind === "ptr" ? resolve(btf, type.target).type : type;
  return target.kind === "func_proto" ? target : undefined;
}
