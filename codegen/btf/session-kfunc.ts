/** What a program asks that the kernel runs where a function is entered and again where it returns. */
import type { Btf } from "./btf.js";
import { type BtfFunction, findFunction } from "./functions.js";

/** `bool bpf_session_is_return()`; some kernels want the context. */
export const isReturnKfunc = (btf: Btf | undefined): BtfFunction | undefined =>
  btf === undefined ? undefined : findFunction(btf, "bpf_session_is_return");
