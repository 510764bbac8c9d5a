/** Operands of x86 in the syntax of AT&T, of programs of 64 and of 32 bits. */
import { type Address, type Operand, parseSum, unsupported } from "./usdt-operand.js";

interface Register {
  /** As `registers.ts` calls the whole of it. */
  readonly register: string;
  readonly bits: 8 | 16 | 32 | 64;
  readonly bit: 0 | 8;
}

const REGISTERS: ReadonlyMap<string, Register> = new Map(registerNames());

function* registerNames(): Generator<[string, Register]> {
  const names = (register: string, spellings: readonly [string, string, string, string?]): [string, Register][] =>
    spellings.flatMap((name, i) =>
      name === undefined ? [] : [[name, { register, bits: ([64, 32, 16, 8] as const)[i] ?? 8, bit: 0 }]],
    );
  for (const letter of ["a", "b", "c", "d"]) {
    yield* names(`${letter}x`, [`r${letter}x`, `e${letter}x`, `${letter}x`, `${letter}l`]);
    yield [`${letter}h`, { register: `${letter}x`, bits: 8, bit: 8 }];
  }
  for (const name of ["si", "di", "bp", "sp"]) yield* names(name, [`r${name}`, `e${name}`, name, `${name}l`]);
  for (let n = 8; n < 16; n++) yield* names(`r${n}`, [`r${n}`, `r${n}d`, `r${n}w`, `r${n}b`]);
  yield* names("ip", ["rip", "eip", "ip"]);
}

const VECTOR = /^%(?:[xyz]?mm\d+|st|k\d)/;
const SEGMENT = /^%[c-gs]s:/;
/** `OFFSET(BASE,INDEX,SCALE)`, each of them optional. */
const MEMORY = /^([^()]*)(?:\(\s*(?:%(\w+))?\s*(?:,\s*(?:%(\w+))?\s*(?:,\s*([1248])?\s*)?)?\))?$/;

export function parseX86Operand(text: string): Operand {
  if (VECTOR.test(text))
    return unsupported("is in a vector or floating-point register, which the kernel does not show");
  if (SEGMENT.test(text)) return unsupported("is relative to a segment, such as a thread-local variable");
  if (text.startsWith("%")) return parseRegister(text.slice(1));
  if (text.includes("@")) return unsupported("needs a relocation");
  if (text.startsWith("$")) {
    const value = parseSum(text.slice(1));
    return value === undefined || text === "$" ? unsupported("is not understood") : { kind: "number", value };
  }
  return parseMemory(text);
}

function parseRegister(name: string): Operand {
  const found = REGISTERS.get(name);
  if (found === undefined) return unsupported(`is in a register that is not known: ${name}`);
  return { kind: "register", register: found.register, bit: found.bit };
}

function parseMemory(text: string): Operand {
  const [whole, offsetText = "", baseName, indexName, scale = "1"] = MEMORY.exec(text) ?? [];
  const offset = parseSum(offsetText);
  const base = baseName === undefined ? undefined : addressRegister(baseName);
  const index = indexName === undefined ? undefined : addressRegister(indexName);
  const isEmpty = offsetText === "" && baseName === undefined && indexName === undefined;
  const isBroken = whole === undefined || offset === undefined || base === null || index === null || isEmpty;
  if (isBroken) return unsupported("is not understood");
  const bits = (base ?? index)?.bits === 32 ? 32 : 64;
  const address: Address = {
    offset,
    base: base?.register,
    index: index && { register: index.register, shift: Math.log2(Number(scale)), extend: undefined },
    bits,
  };
  return { kind: "memory", address };
}

/** Null: not one that addresses are made of. */
function addressRegister(name: string): Register | null {
  const found = REGISTERS.get(name);
  return found !== undefined && found.bits >= 32 ? found : null;
}
