import type { Lowering, Place } from "../language/lowering.js";
import { scalar } from "../language/lowering.js";
import type { Value } from "../ir/ir.js";
import { INT32 } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";
import { capacityOf, checkStringLike, readStringLike } from "./parts/string-like.js";
import type { Expr } from "../../grammar/index.js";

export const strstr = defineFunction({
  name: "strstr",
  isMacro: true,
  doc: {
    summary: "Where a string has another one in it, from 0; -1 if it has not.",
    example: 'BEGIN { print(strstr("hello", "ll")); exit(); }',
  },
  params: [
    { name: "haystack", kind: "value" },
    { name: "needle", kind: "value" },
  ],
  result: INT32,
  check: (call: CallCheck) => {
    checkStringLike(call, 0);
    checkStringLike(call, 1);
  },
  lower: (cx, call) => {
    const [haystack, needle] = call.args;
    if (haystack === undefined || needle === undefined) throw new Error("strstr() has two arguments");
    const kfunc = kernelSearch(cx);
    if (kfunc !== undefined) return scalar(searchInKernel(cx, kfunc, haystack, needle));
    return scalar(search(cx, readSearched(cx, haystack), readSearched(cx, needle)));
  },
});

const KFUNC = "bpf_strnstr";

/** The BTF id of the kernel's own function (6.17), which only programs under its licence may call. */
const kernelSearch = (cx: Lowering): number | undefined =>
  cx.config.license === "GPL" ? cx.facts.btf?.find("func", KFUNC) : undefined;

/** It wants a NUL behind the needle; behind the haystack it does without. */
function searchInKernel(cx: Lowering, kfunc: number, haystack: Expr, needle: Expr): Value {
  const { b } = cx;
  const type = cx.typeOf(haystack);
  const within = type.kind === "pointer" ? copyOf(cx, haystack) : cx.placeOf(haystack);
  const wanted = needle.kind === "string" ? cx.placeOf(needle) : copyOf(cx, needle);
  const args = [cx.addressOf(within), cx.addressOf(wanted), b.int(capacityOf(type, cx.config))];
  const found = b.extend(b.callKfunc(KFUNC, kfunc, args, "int"), 32, true);
  return b.choose("slt", found, b.int(0), { then: () => b.int(NOT_FOUND), otherwise: () => found });
}

function copyOf(cx: Lowering, expr: Expr): Place {
  const copy = cx.temporary(capacityOf(cx.typeOf(expr), cx.config) + 1, 8, "searched");
  readStringLike(cx, expr, copy);
  return copy;
}

interface Searched {
  /** Its bytes and a NUL. */
  readonly place: () => Place;
  readonly capacity: number;
}

function readSearched(cx: Lowering, expr: Expr): Searched {
  const capacity = capacityOf(cx.typeOf(expr), cx.config);
  const place = cx.sharedMemory(capacity + 1);
  readStringLike(cx, expr, place());
  return { place, capacity };
}

const NOT_FOUND = -1;

/**
 * One comparison a turn: the needle's byte number `matched` against that of the haystack behind `start`. A difference
 * moves `start` on by one; the end of the needle is a find, the end of the haystack before that is none.
 */
function search(cx: Lowering, haystack: Searched, needle: Searched): Value {
  const state = stateOf(cx);
  const { b } = cx;
  state.start.set(b.int(0));
  state.matched.set(b.int(0));
  state.result.set(b.int(NOT_FOUND));
  const turns = (haystack.capacity + 1) * (needle.capacity + 1);
  cx.repeat(b.int(turns), (_turn, stop) => {
    const { b } = cx;
    const matched = state.matched.get();
    const start = state.start.get();
    const wanted = byteAt(cx, needle, matched);
    b.if("eq", wanted, b.int(0), {
      then: () => {
        state.result.set(start);
        stop();
      },
    });
    const found = byteAt(cx, haystack, b.add(start, matched));
    b.if("eq", found, wanted, {
      then: () => state.matched.set(b.add(matched, b.int(1))),
      otherwise: () => {
        b.if("eq", found, b.int(0), { then: stop });
        state.start.set(b.add(start, b.int(1)));
        state.matched.set(b.int(0));
      },
    });
  });
  return state.result.get();
}

interface Cell {
  get(): Value;
  set(value: Value): void;
}

function stateOf(cx: Lowering): { readonly start: Cell; readonly matched: Cell; readonly result: Cell } {
  const memory = cx.sharedMemory(24);
  const cell = (offset: number): Cell => ({
    get: () => cx.b.load(memory().base, memory().offset + offset, 8),
    set: (value) => cx.b.store(memory().base, memory().offset + offset, 8, value),
  });
  return { start: cell(0), matched: cell(8), result: cell(16) };
}

/** 0 where there is none: the bound is checked in the register that is then used as offset. */
function byteAt(cx: Lowering, { place, capacity }: Searched, index: Value): Value {
  const { b } = cx;
  return b.choose("ule", index, b.int(capacity), {
    then: () => {
      const at = place();
      return b.load(b.add(cx.addressOf(at), index), 0, 1);
    },
    otherwise: () => b.int(0),
  });
}
