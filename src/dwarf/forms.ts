/** How values are written: one row for each form. */
import { FORM } from "./constants.js";
import type { Cursor } from "./cursor.js";

/** What decides how wide some values are. */
export interface Widths {
  readonly version: number;
  readonly offsetBytes: 4 | 8;
  readonly addressBytes: number;
}

/**
 * What a value means, besides its number: `string-…` and `address-index` are looked up elsewhere, `unit-reference` counts
 * from the unit, `signature` is the number of a unit of types, `…supplement…` is in another file.
 */
export type FormClass =
  | "address"
  | "address-index"
  | "block"
  | "constant"
  | "flag"
  | "list-index"
  | "offset"
  | "reference"
  | "signature"
  | "string"
  | "string-index"
  | "string-line"
  | "string-offset"
  | "string-supplement"
  | "supplement-reference"
  | "unit-reference";

/** Bytes of a value: a number, or how it is written. */
type Size = number | "address" | "block-leb" | "block1" | "block2" | "block4" | "leb" | "nothing" | "offset" | "string";

interface Form {
  readonly class: FormClass;
  readonly size: Size;
  readonly isSigned?: true;
}

const FORMS: ReadonlyMap<number, Form> = new Map<number, Form>([
  [FORM.addr, { class: "address", size: "address" }],
  [FORM.block1, { class: "block", size: "block1" }],
  [FORM.block2, { class: "block", size: "block2" }],
  [FORM.block4, { class: "block", size: "block4" }],
  [FORM.block, { class: "block", size: "block-leb" }],
  [FORM.exprloc, { class: "block", size: "block-leb" }],
  [FORM.data1, { class: "constant", size: 1 }],
  [FORM.data2, { class: "constant", size: 2 }],
  [FORM.data4, { class: "constant", size: 4 }],
  [FORM.data8, { class: "constant", size: 8 }],
  [FORM.data16, { class: "block", size: 16 }],
  [FORM.sdata, { class: "constant", size: "leb", isSigned: true }],
  [FORM.udata, { class: "constant", size: "leb" }],
  [FORM.implicitConst, { class: "constant", size: "nothing" }],
  [FORM.string, { class: "string", size: "string" }],
  [FORM.strp, { class: "string-offset", size: "offset" }],
  [FORM.lineStrp, { class: "string-line", size: "offset" }],
  [FORM.strx, { class: "string-index", size: "leb" }],
  [FORM.strx1, { class: "string-index", size: 1 }],
  [FORM.strx2, { class: "string-index", size: 2 }],
  [FORM.strx3, { class: "string-index", size: 3 }],
  [FORM.strx4, { class: "string-index", size: 4 }],
  [FORM.gnuStrIndex, { class: "string-index", size: "leb" }],
  [FORM.addrx, { class: "address-index", size: "leb" }],
  [FORM.addrx1, { class: "address-index", size: 1 }],
  [FORM.addrx2, { class: "address-index", size: 2 }],
  [FORM.addrx3, { class: "address-index", size: 3 }],
  [FORM.addrx4, { class: "address-index", size: 4 }],
  [FORM.gnuAddrIndex, { class: "address-index", size: "leb" }],
  [FORM.flag, { class: "flag", size: 1 }],
  [FORM.flagPresent, { class: "flag", size: "nothing" }],
  [FORM.refAddr, { class: "reference", size: "offset" }],
  [FORM.ref1, { class: "unit-reference", size: 1 }],
  [FORM.ref2, { class: "unit-reference", size: 2 }],
  [FORM.ref4, { class: "unit-reference", size: 4 }],
  [FORM.ref8, { class: "unit-reference", size: 8 }],
  [FORM.refUdata, { class: "unit-reference", size: "leb" }],
  [FORM.refSig8, { class: "signature", size: 8 }],
  [FORM.refSup4, { class: "supplement-reference", size: 4 }],
  [FORM.refSup8, { class: "supplement-reference", size: 8 }],
  [FORM.strpSup, { class: "string-supplement", size: "offset" }],
  [FORM.gnuRefAlt, { class: "supplement-reference", size: "offset" }],
  [FORM.gnuStrpAlt, { class: "string-supplement", size: "offset" }],
  [FORM.secOffset, { class: "offset", size: "offset" }],
  [FORM.loclistx, { class: "list-index", size: "leb" }],
  [FORM.rnglistx, { class: "list-index", size: "leb" }],
]);

/** A value as it stands there. */
export type RawValue =
  | { readonly class: Exclude<FormClass, "block" | "string">; readonly number: bigint }
  | { readonly class: "block"; readonly bytes: Uint8Array }
  | { readonly class: "string"; readonly text: string };

export function readForm(cursor: Cursor, form: number, implicit: bigint, widths: Widths): RawValue {
  if (form === FORM.indirect) return readForm(cursor, directForm(cursor), 0n, widths);
  const { class: of, size, isSigned } = formOf(form, cursor);
  if (of === "string") return { class: of, text: cursor.string() };
  if (of === "block") return { class: of, bytes: cursor.block(blockBytes(cursor, size)) };
  if (size === "nothing") return { class: of, number: of === "flag" ? 1n : implicit };
  if (size === "leb") return { class: of, number: isSigned === true ? cursor.sleb() : cursor.wideUleb() };
  if (size === 3) return { class: of, number: BigInt(cursor.u24()) };
  return { class: of, number: cursor.unsigned(fixedBytes(form, size, widths)) };
}

export function skipForm(cursor: Cursor, form: number, widths: Widths): void {
  if (form === FORM.indirect) return skipForm(cursor, directForm(cursor), widths);
  const { size } = formOf(form, cursor);
  if (typeof size === "number") cursor.skip(size);
  else if (size === "string") cursor.skipString();
  else if (size === "leb") cursor.skipLeb();
  else if (size.startsWith("block")) cursor.skip(blockBytes(cursor, size));
  else if (size !== "nothing") cursor.skip(fixedBytes(form, size, widths));
}

/** How long values of a form are, if that is always the same. */
export function fixedFormBytes(form: number, widths: Widths): number | undefined {
  const size = FORMS.get(form)?.size;
  if (typeof size === "number") return size;
  if (size === "nothing") return 0;
  return size === "address" || size === "offset" ? fixedBytes(form, size, widths) : undefined;
}

/** Which one it is stands in front of the value. */
function directForm(cursor: Cursor): number {
  const form = cursor.uleb();
  if (form === FORM.indirect) throw cursor.broken("a value has a form that stands elsewhere, and so has that");
  return form;
}

function formOf(form: number, cursor: Cursor): Form {
  const found = FORMS.get(form);
  if (found === undefined) throw cursor.broken(`there is a value of the unknown form ${form}`);
  return found;
}

function blockBytes(cursor: Cursor, size: Size): number {
  if (size === "block1") return cursor.u8();
  if (size === "block2") return cursor.u16();
  if (size === "block4") return cursor.u32();
  return typeof size === "number" ? size : cursor.uleb();
}

/** References to other units were once as wide as addresses. */
function fixedBytes(form: number, size: Size, { version, offsetBytes, addressBytes }: Widths): number {
  if (typeof size === "number") return size;
  return size === "address" || (form === FORM.refAddr && version <= 2) ? addressBytes : offsetBytes;
}
