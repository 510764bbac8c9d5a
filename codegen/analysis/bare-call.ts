import type { AnyNode, Call } from "../../grammar/index.js";
import { isCallable } from "../builtins/index.js";
import { FUNCTIONS } from "../functions/index.js";

/** A call without arguments. */
export type BareCall = Call & { readonly args: readonly [] };

/** `comm()` is the builtin `comm`, unless a function of that name can do without arguments. */
export const isBareCall = <N extends AnyNode>(node: N): node is N & BareCall =>
  node.kind === "call" && node.args.length === 0 && isCallable(node.name) && !needsNoArguments(node.name);

const needsNoArguments = (name: string): boolean =>
  FUNCTIONS.get(name)?.params.every((param) => param.isOptional === true) ?? false;
