/**
 * Reads call frame information, `.eh_frame` and `.debug_frame`: what each function does to the stack, as a program whose
 * instructions go through the addresses of the function. What comes out are rows of rules.
 *
 * @see DWARF 5, 6.4; Linux Standard Base 5.0, 10.6
 */
import {
  CFA_SHIFT,
  FP_SAME,
  FP_UNKNOWN,
  packRule,
  RULE_KIND,
  type UnwindArchitecture,
  WORD_BYTES,
} from "../../codegen/kernel/unwind-rules.js";
import { DwarfError } from "../dwarf/index.js";
import { FrameCursor } from "./frame-cursor.js";
import { type FrameExpression, readExpression } from "./frame-expressions.js";
import { type FrameRows, RowCollector } from "./frame-rows.js";

export interface FrameSection {
  readonly name: ".eh_frame" | ".debug_frame";
  readonly bytes: Uint8Array;
  /** Where it is when the program runs, as the file has addresses. */
  readonly address: number;
}

export interface FrameTable extends FrameRows {
  /** What was wrong with the first part that could not be read: section, offset and reason. */
  readonly trouble: string | undefined;
}

/** The rows of all sections; where several describe an address, the first one counts. */
export function readCallFrames(sections: readonly FrameSection[], architecture: UnwindArchitecture): FrameTable {
  const readers = sections.map((section) => new FrameReader(section, architecture));
  const functions = readers.flatMap((reader) => reader.functions());
  // Equal starts keep the order of the sections.
  functions.sort((a, b) => a.start - b.start);
  const rows = new RowCollector();
  let end = 0;
  for (const fn of functions) {
    if (fn.start < end) continue;
    fn.reader.run(fn, rows);
    end = fn.end;
    rows.add(end, RULE_KIND.none);
  }
  return { ...rows.rows, trouble: readers.find(({ trouble }) => trouble !== undefined)?.trouble };
}

/** The rule at an address: of the one function that is there all rows are read, of the others where they are. */
export function rulesOf(
  sections: readonly FrameSection[],
  architecture: UnwindArchitecture,
): (address: number) => number | undefined {
  const functions = sections.flatMap((section) => new FrameReader(section, architecture).functions());
  return (address) => {
    const fn = functions.find(({ start, end }) => address >= start && address < end);
    if (fn === undefined) return undefined;
    const collector = new RowCollector();
    fn.reader.run(fn, collector);
    const { addresses, rules } = collector.rows;
    return rules[addresses.findLastIndex((start) => start <= address)];
  };
}

/** What functions have in common (CIE). */
interface Common {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  readonly pointerEncoding: number;
  readonly hasAugmentation: boolean;
  readonly isSignal: boolean;
  readonly instructions: number;
  readonly end: number;
  /** Or what is wrong with it, which it is for all functions. */
  initial: State | DwarfError | undefined;
}

/** One function (FDE): where it is and where its program stands. */
interface FunctionFrames {
  readonly reader: FrameReader;
  readonly start: number;
  readonly end: number;
  readonly common: Common;
  readonly instructions: number;
  readonly instructionsEnd: number;
}

/** How registers are found again, at one address. */
interface State {
  cfaRegister: number;
  cfaOffset: number;
  cfaExpression: FrameExpression | undefined;
  fp: RegisterRule;
  returnAddress: RegisterRule;
}

type RegisterRule =
  | { readonly kind: "same" | "undefined" | "unknown" }
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "expression"; readonly expression: FrameExpression };

const SAME: RegisterRule = { kind: "same" };
const UNDEFINED: RegisterRule = { kind: "undefined" };
const UNKNOWN: RegisterRule = { kind: "unknown" };

/** Compilers do not nest them at all. */
const MAX_REMEMBERED = 64;

class FrameReader {
  trouble: string | undefined;
  readonly #section: FrameSection;
  readonly #architecture: UnwindArchitecture;
  readonly #isEh: boolean;
  readonly #common = new Map<number, Common | DwarfError>();

  constructor(section: FrameSection, architecture: UnwindArchitecture) {
    this.#section = section;
    this.#architecture = architecture;
    this.#isEh = section.name === ".eh_frame";
  }

  /** In the order of the section. What is broken is left out, and what follows a broken length. */
  functions(): readonly FunctionFrames[] {
    const found: FunctionFrames[] = [];
    const { bytes } = this.#section;
    let at = 0;
    while (at + 4 <= bytes.length) {
      const start = at;
      try {
        const record = this.#record(at);
        if (record === undefined) {
          // Linkers put a length of 0 between the parts of several files.
          at += 4;
          continue;
        }
        at = record.end;
        if (record.commonAt === undefined) continue;
        const fn = this.#function(record.cursor, record.commonAt);
        if (fn !== undefined) found.push(fn);
      } catch (error) {
        this.#note(start, error);
        if (at === start) break;
      }
    }
    return found;
  }

  /** Adds the rows of one function. */
  run(fn: FunctionFrames, rows: RowCollector): void {
    try {
      fn.common.initial ??= orWrong(() => this.#initial(fn.common));
      const initial = rightOne(fn.common.initial);
      const cursor = this.#cursor(fn.instructions, fn.instructionsEnd);
      this.#execute(cursor, fn.common, { ...initial }, initial, fn, rows);
    } catch (error) {
      this.#note(fn.instructions, error);
      // Of half a function nothing is believed.
      rows.dropFrom(fn.start);
      rows.add(fn.start, RULE_KIND.none);
    }
  }

  #note(at: number, error: unknown): void {
    if (!(error instanceof DwarfError)) throw error;
    this.trouble ??= `${this.#section.name} at 0x${at.toString(16)}: ${error.message}`;
  }

  #cursor(at: number, end?: number): FrameCursor {
    return new FrameCursor(this.#section.bytes, at, end);
  }

  /** `commonAt` undefined: it is such a one itself. */
  #record(
    at: number,
  ): { readonly cursor: FrameCursor; readonly end: number; readonly commonAt: number | undefined } | undefined {
    const cursor = this.#cursor(at);
    const short = cursor.u32();
    if (short === 0) return undefined;
    const isLong = short === 0xffff_ffff;
    const length = isLong ? cursor.u64() : short;
    const end = cursor.at + length;
    if (!(end <= this.#section.bytes.length)) throw new DwarfError("a record is longer than the section");
    cursor.end = end;
    const idAt = cursor.at;
    const id = isLong && !this.#isEh ? cursor.u64() : cursor.u32();
    if (this.#isEh) return { cursor, end, commonAt: id === 0 ? undefined : idAt - id };
    const isCommon = isLong ? id >= 2 ** 63 : id === 0xffff_ffff;
    return { cursor, end, commonAt: isCommon ? undefined : id };
  }

  #commonAt(at: number): Common {
    let found = this.#common.get(at);
    if (found === undefined) this.#common.set(at, (found = orWrong(() => this.#readCommon(at))));
    return rightOne(found);
  }

  #readCommon(at: number): Common {
    const record = at >= 0 && at < this.#section.bytes.length ? this.#record(at) : undefined;
    if (record === undefined || record.commonAt !== undefined)
      throw new DwarfError("a function names what is not there");
    const { cursor, end } = record;
    const version = cursor.u8();
    const augmentation = this.#string(cursor);
    if (!this.#isEh && version >= 4) {
      const [addressBytes, segmentBytes] = [cursor.u8(), cursor.u8()];
      if (addressBytes !== 8 || segmentBytes !== 0) throw new DwarfError(`addresses have ${addressBytes} bytes`);
    }
    const codeAlignment = cursor.uleb();
    const dataAlignment = cursor.sleb();
    // The number of the register that stands for the return address.
    if (version === 1) cursor.u8();
    else cursor.uleb();
    const hasAugmentation = augmentation.startsWith("z");
    if (augmentation !== "" && !hasAugmentation) throw new DwarfError(`augmentation "${augmentation}" is not known`);
    let [pointerEncoding, isSignal] = [0, false];
    if (hasAugmentation) {
      const bytes = cursor.uleb();
      const instructions = cursor.at + bytes;
      for (const letter of augmentation.slice(1)) {
        if (letter === "R") pointerEncoding = cursor.u8();
        else if (letter === "P") this.#pointer(cursor, cursor.u8());
        else if (letter === "L") cursor.u8();
        else if (letter === "S") isSignal = true;
        else break;
      }
      cursor.at = instructions;
    }
    return {
      codeAlignment,
      dataAlignment,
      pointerEncoding,
      hasAugmentation,
      isSignal,
      instructions: cursor.at,
      end,
      initial: undefined,
    };
  }

  #function(cursor: FrameCursor, commonAt: number): FunctionFrames | undefined {
    const common = this.#commonAt(commonAt);
    const start = this.#pointer(cursor, common.pointerEncoding);
    // The length is written like the start, and is relative to nothing.
    const length = this.#pointer(cursor, common.pointerEncoding & 0x0f);
    if (common.hasAugmentation) {
      const bytes = cursor.uleb();
      cursor.skip(bytes);
    }
    // The linker leaves what it has left out at 0.
    if (!(start > 0 && length > 0 && start + length <= Number.MAX_SAFE_INTEGER)) return undefined;
    return {
      reader: this,
      start,
      end: start + length,
      common,
      instructions: cursor.at,
      instructionsEnd: cursor.end,
    };
  }

  #string(cursor: FrameCursor): string {
    let text = "";
    for (let byte = cursor.u8(); byte !== 0; byte = cursor.u8()) text += String.fromCharCode(byte);
    return text;
  }

  /** DW_EH_PE_*: the low half says how it is written, the high half what it counts from. */
  #pointer(cursor: FrameCursor, encoding: number): number {
    if (encoding === PE.omit) return 0;
    const at = cursor.at;
    const value = readEncoded(cursor, encoding & 0x0f);
    const from = encoding & 0x70;
    if (from === PE.absolute) return value;
    if (from === PE.pcRelative) return value + this.#section.address + at;
    throw new DwarfError(`a pointer is written in the unknown way 0x${encoding.toString(16)}`);
  }

  #initial(common: Common): State {
    const state: State = {
      cfaRegister: -1,
      cfaOffset: 0,
      cfaExpression: undefined,
      fp: SAME,
      returnAddress: SAME,
    };
    this.#execute(this.#cursor(common.instructions, common.end), common, state, state, undefined, undefined);
    return state;
  }

  /** @param rows - told of each address; without it only the state counts */
  #execute(
    cursor: FrameCursor,
    common: Common,
    state: State,
    initial: State,
    fn: FunctionFrames | undefined,
    rows: RowCollector | undefined,
  ): void {
    const { dwarf } = this.#architecture;
    const { codeAlignment, dataAlignment } = common;
    const remembered: State[] = [];
    let address = fn?.start ?? 0;
    const emit = (): void => rows?.add(address, this.#pack(state, common));
    const advance = (units: number): void => {
      goTo(address + units * codeAlignment);
    };
    const goTo = (next: number): void => {
      emit();
      address = next;
      // What is not a number is not within it either.
      if (fn !== undefined && !(address >= fn.start && address <= fn.end))
        throw new DwarfError("a function goes on outside of it");
    };
    const set = (register: number, rule: RegisterRule): void => {
      if (register === dwarf.fp) state.fp = rule;
      else if (register === dwarf.returnAddress) state.returnAddress = rule;
    };
    const restore = (register: number): void => {
      if (register === dwarf.fp) state.fp = initial.fp;
      else if (register === dwarf.returnAddress) state.returnAddress = initial.returnAddress;
    };
    const defineCfa = (register: number, offset: number): void => {
      state.cfaRegister = register;
      state.cfaOffset = offset;
      state.cfaExpression = undefined;
    };
    const expression = (): FrameExpression => {
      const length = cursor.uleb();
      const start = cursor.at;
      cursor.skip(length);
      return readExpression(this.#section.bytes.subarray(start, start + length), this.#architecture);
    };
    while (cursor.at < cursor.end) {
      const operation = cursor.u8();
      const low = operation & 0x3f;
      switch (operation & 0xc0) {
        case CFA.advance:
          advance(low);
          continue;
        case CFA.offset:
          set(low, { kind: "offset", offset: cursor.uleb() * dataAlignment });
          continue;
        case CFA.restore:
          restore(low);
          continue;
      }
      switch (operation) {
        case CFA.nop:
          break;
        case CFA.setAddress:
          goTo(this.#pointer(cursor, common.pointerEncoding));
          break;
        case CFA.advance1:
          advance(cursor.u8());
          break;
        case CFA.advance2:
          advance(cursor.u16());
          break;
        case CFA.advance4:
          advance(cursor.u32());
          break;
        case CFA.offsetExtended:
          set(cursor.uleb(), { kind: "offset", offset: cursor.uleb() * dataAlignment });
          break;
        case CFA.offsetSigned:
          set(cursor.uleb(), { kind: "offset", offset: cursor.sleb() * dataAlignment });
          break;
        case CFA.gnuNegativeOffset:
          set(cursor.uleb(), { kind: "offset", offset: -cursor.uleb() * dataAlignment });
          break;
        case CFA.restoreExtended:
          restore(cursor.uleb());
          break;
        case CFA.undefined:
          set(cursor.uleb(), UNDEFINED);
          break;
        case CFA.sameValue:
          set(cursor.uleb(), SAME);
          break;
        case CFA.register:
          set(cursor.uleb(), UNKNOWN);
          cursor.uleb();
          break;
        case CFA.valueOffset:
          set(cursor.uleb(), UNKNOWN);
          cursor.uleb();
          break;
        case CFA.valueOffsetSigned:
          set(cursor.uleb(), UNKNOWN);
          cursor.sleb();
          break;
        case CFA.expression: {
          const register = cursor.uleb();
          set(register, { kind: "expression", expression: expression() });
          break;
        }
        case CFA.valueExpression: {
          const register = cursor.uleb();
          expression();
          set(register, UNKNOWN);
          break;
        }
        case CFA.rememberState:
          if (remembered.length === MAX_REMEMBERED) throw new DwarfError("states are remembered without end");
          remembered.push({ ...state });
          break;
        case CFA.restoreState:
          Object.assign(state, remembered.pop());
          break;
        case CFA.defineCfa:
          defineCfa(cursor.uleb(), cursor.uleb());
          break;
        case CFA.defineCfaSigned:
          defineCfa(cursor.uleb(), cursor.sleb() * dataAlignment);
          break;
        case CFA.defineCfaRegister:
          defineCfa(cursor.uleb(), state.cfaOffset);
          break;
        case CFA.defineCfaOffset:
          defineCfa(state.cfaRegister, cursor.uleb());
          break;
        case CFA.defineCfaOffsetSigned:
          defineCfa(state.cfaRegister, cursor.sleb() * dataAlignment);
          break;
        case CFA.defineCfaExpression:
          state.cfaExpression = expression();
          break;
        case CFA.gnuArgumentsSize:
          cursor.uleb();
          break;
        default:
          throw new DwarfError(`there is no instruction 0x${operation.toString(16)}`);
      }
    }
    emit();
  }

  #pack(state: State, common: Common): number {
    const { dwarf, returnAddressOffset } = this.#architecture;
    const { cfaRegister, cfaOffset, cfaExpression, returnAddress } = state;
    if (returnAddress.kind === "undefined") return RULE_KIND.end;
    if (common.isSignal) return signalRule(state, this.#architecture);
    if (returnAddress.kind !== "offset" || returnAddress.offset !== returnAddressOffset) return RULE_KIND.none;
    if (cfaExpression === undefined) {
      const kind = cfaRegister === dwarf.sp ? RULE_KIND.sp : cfaRegister === dwarf.fp ? RULE_KIND.fp : RULE_KIND.none;
      return kind === RULE_KIND.none ? kind : packRule({ kind, fp: savedFp(state.fp), cfaOffset });
    }
    if (cfaExpression.kind === "plt") return packRule({ kind: RULE_KIND.plt, fp: cfaExpression.from, cfaOffset: 8 });
    if (cfaExpression.kind !== "indirect" || cfaExpression.register !== dwarf.fp) return RULE_KIND.none;
    const { fp } = state;
    const isAtFp =
      fp.kind === "expression" &&
      fp.expression.kind === "register" &&
      fp.expression.register === dwarf.fp &&
      fp.expression.offset === 0;
    return packRule({
      kind: RULE_KIND.fpIndirect,
      fp: isAtFp ? 1 : fp.kind === "same" ? FP_SAME : FP_UNKNOWN,
      cfaOffset: cfaExpression.offset,
    });
  }
}

function orWrong<T>(read: () => T): T | DwarfError {
  try {
    return read();
  } catch (error) {
    if (error instanceof DwarfError) return error;
    throw error;
  }
}

function rightOne<T>(found: T | DwarfError): T {
  if (found instanceof DwarfError) throw found;
  return found;
}

/** All registers lie where the kernel has put them: one offset tells of all. */
function signalRule({ cfaExpression, fp, returnAddress }: State, { dwarf, signalFrame }: UnwindArchitecture): number {
  if (cfaExpression?.kind !== "indirect" || cfaExpression.register !== dwarf.sp) return RULE_KIND.none;
  const { offset } = cfaExpression;
  const isAt = (rule: RegisterRule, distance: number): boolean =>
    rule.kind === "expression" &&
    rule.expression.kind === "register" &&
    rule.expression.register === dwarf.sp &&
    rule.expression.offset === offset + distance;
  const isUsual = isAt(fp, signalFrame.fp) && isAt(returnAddress, signalFrame.ip);
  return isUsual ? packRule({ kind: RULE_KIND.signal, fp: FP_SAME, cfaOffset: offset }) : RULE_KIND.none;
}

function savedFp(rule: RegisterRule): number {
  if (rule.kind === "same") return FP_SAME;
  if (rule.kind !== "offset") return FP_UNKNOWN;
  const words = -rule.offset / WORD_BYTES;
  return Number.isInteger(words) && words > 0 && words < FP_UNKNOWN && words < 2 ** (CFA_SHIFT - 4)
    ? words
    : FP_UNKNOWN;
}

/** DW_EH_PE_* */
const PE = { omit: 0xff, absolute: 0x00, pcRelative: 0x10 } as const;

function readEncoded(cursor: FrameCursor, how: number): number {
  switch (how) {
    case 0x00:
    case 0x04:
      return cursor.u64();
    case 0x01:
      return cursor.uleb();
    case 0x02:
      return cursor.u16();
    case 0x03:
      return cursor.u32();
    case 0x09:
      return cursor.sleb();
    case 0x0a:
      return cursor.i16();
    case 0x0b:
      return cursor.i32();
    case 0x0c:
      return cursor.i64();
    default:
      throw new DwarfError(`a pointer is written in the unknown way 0x${how.toString(16)}`);
  }
}

/** DW_CFA_* */
const CFA = {
  nop: 0x00,
  setAddress: 0x01,
  advance1: 0x02,
  advance2: 0x03,
  advance4: 0x04,
  offsetExtended: 0x05,
  restoreExtended: 0x06,
  undefined: 0x07,
  sameValue: 0x08,
  register: 0x09,
  rememberState: 0x0a,
  restoreState: 0x0b,
  defineCfa: 0x0c,
  defineCfaRegister: 0x0d,
  defineCfaOffset: 0x0e,
  defineCfaExpression: 0x0f,
  expression: 0x10,
  offsetSigned: 0x11,
  defineCfaSigned: 0x12,
  defineCfaOffsetSigned: 0x13,
  valueOffset: 0x14,
  valueOffsetSigned: 0x15,
  valueExpression: 0x16,
  gnuArgumentsSize: 0x2e,
  gnuNegativeOffset: 0x2f,
  advance: 0x40,
  offset: 0x80,
  restore: 0xc0,
} as const;
