/** Reading arguments whose places the traced program says, at each place of a probe in its own way. */
import type { Value } from "../ir/ir.js";
import type { ArgumentAddress, ArgumentPlace, ArgumentSource, ReadableArgument } from "../language/argument-place.js";
import type { ProbeContext } from "../language/provider.js";
import type { Lowering } from "../language/lowering.js";
import { perSite } from "./per-site.js";
import { INSTRUCTION_POINTER, registerOffset } from "../kernel/pt-regs.js";
import type { DiagnosticBag, Span } from "../../grammar/index.js";

const NOTHING: ReadableArgument = {
  kind: "readable",
  bytes: 8,
  isSigned: true,
  from: { kind: "constant", value: 0n },
};

/**
 * The argument of a number, from 0, in 64 bits. It is fetched once, when the probe fires; one that is not there, or that
 * cannot be read, is 0.
 */
export function placedArgument(cx: Lowering, number: number, span: Span): Value {
  return perSite(cx, `argument ${number}`, {
    values: cx.context.argumentSites().map(({ args }) => args[number] ?? NOTHING),
    make: (place) => read(cx, place, span),
  });
}

/** Reports an argument that some place has where nobody can read it, and returns whether all can be read. */
export function checkPlaces(
  { argumentSites }: ProbeContext,
  number: number,
  { name, span }: { readonly name: string; readonly span: Span },
  bag: DiagnosticBag,
): boolean {
  for (const { probe, args } of argumentSites()) {
    const place = args[number];
    if (place?.kind !== "unreadable") continue;
    bag.error("arg-unreadable", span, { name, probe, text: place.text, reason: place.reason });
    return false;
  }
  return true;
}

// ---------------------------------------------------------------- one place

function read(cx: Lowering, place: ArgumentPlace, span: Span): Value {
  if (place.kind === "unreadable") return cx.b.int(0);
  const { bytes, isSigned, from } = place;
  return READERS[from.kind](cx, from as never, { bytes, isSigned, span });
}

interface Shape extends Pick<ReadableArgument, "bytes" | "isSigned"> {
  readonly span: Span;
}

type Reader<K extends ArgumentSource["kind"]> = (
  cx: Lowering,
  from: Extract<ArgumentSource, { readonly kind: K }>,
  shape: Shape,
) => Value;

const READERS: { readonly [K in ArgumentSource["kind"]]: Reader<K> } = {
  constant: ({ b }, { value }, { bytes, isSigned }) =>
    b.int(isSigned ? BigInt.asIntN(8 * bytes, value) : BigInt.asUintN(8 * bytes, value)),
  register: (cx, { register, bit }, { bytes, isSigned }) => {
    const offset = registerOffset(cx.facts.arch, register) + bit / 8;
    return cx.b.load(cx.contextPointer(), offset, bit === 0 ? bytes : 1, isSigned);
  },
  address: (cx, { address }, shape) => narrowed(cx, sum(cx, address), shape),
  memory: (cx, { address }, { bytes, isSigned, span }) => {
    const copy = cx.temporary(8, 8, "argument");
    cx.readMemory(copy, bytes, sum(cx, address), "user", span);
    return cx.b.load(copy.base, copy.offset, bytes, isSigned);
  },
};

const narrowed = ({ b }: Lowering, value: Value, { bytes, isSigned }: Shape): Value =>
  bytes === 8 ? value : b.extend(value, (8 * bytes) as 8 | 16 | 32, isSigned);

function sum(cx: Lowering, { offset, isRelative, base, index, bits }: ArgumentAddress): Value {
  const { b } = cx;
  const register = (name: string): Value => b.load(cx.contextPointer(), registerOffset(cx.facts.arch, name), 8);
  const terms: Value[] = [];
  if (isRelative) terms.push(register(INSTRUCTION_POINTER[cx.facts.arch]));
  if (base !== undefined) terms.push(register(base));
  if (index !== undefined) {
    const whole = register(index.register);
    const value = index.extend === undefined ? whole : b.extend(whole, 32, index.extend === "sign");
    terms.push(index.shift === 0 ? value : b.alu("shl", value, b.int(index.shift)));
  }
  if (offset !== 0n || terms.length === 0) terms.push(b.int(offset));
  const all = terms.reduce((left, right) => b.add(left, right));
  return bits === 64 ? all : b.extend(all, 32, false);
}
