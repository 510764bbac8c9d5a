import type { AnyNode, Call } from "../../../grammar/index.js";
import { builtinNamed, type Language } from "../../language/language.js";

/** A call without arguments. */
export type BareCall = Call & { readonly args: readonly [] };

/** `comm()` is the builtin `comm`, unless a function of that name can do without arguments. */
export const isBareCall = <N extends AnyNode>(language: Language, node: N): node is N & BareCall =>
  node.kind === "call" &&
  node.args.length === 0 &&
  isCallable(language, node.name) &&
  !needsNoArguments(language, node.name);

/** Macros of the library may be called; `args`, `ctx` and `argN` are no macros. */
const isCallable = (language: Language, name: string): boolean =>
  builtinNamed(language, name) !== undefined && !/^(?:args|ctx|arg[0-9]+)$/.test(name);

const needsNoArguments = ({ functions }: Language, name: string): boolean =>
  functions.get(name)?.params.every((param) => param.isOptional === true) ?? false;
