/** A printed text as a JSON string, into a buffer: what no event can change is escaped once. */
import type { Argument } from "./argument.js";
import { jsonString } from "./json.js";
import { compilePieces, inTurn, literalWriter, type Piece } from "./printf.js";
import type { TextBuffer, TextWriter } from "./text-buffer.js";

/** @param before, after - what stands around the string */
export function compileJsonPrintf(
  before: string,
  format: string,
  args: readonly Argument[],
  after: string,
): TextWriter {
  const pieces = compilePieces(format, args);
  const [begin, end] = [literalWriter(`${before}"`), literalWriter(`"${after}`)];
  const writers = isSeparable(pieces) ? pieces.map(escapedPiece) : [escaped(inTurn(pieces.map(({ write }) => write)))];
  return inTurn([begin, ...writers, end]);
}

/** Whether no character of UTF-8 can have its bytes in two pieces: ASCII is between all that may have other bytes. */
function isSeparable(pieces: readonly Piece[]): boolean {
  const isAscii = ({ literal, isNumber }: Piece): boolean =>
    isNumber || (literal !== undefined && /^[\0-\x7f]*$/.test(literal));
  const isUnknown = ({ literal, isNumber }: Piece): boolean => literal === undefined && !isNumber;
  return pieces.every((piece, i) => {
    const next = pieces[i + 1];
    return isUnknown(piece) ? next === undefined || isAscii(next) : isAscii(piece);
  });
}

function escapedPiece({ literal, isNumber, write }: Piece): TextWriter {
  if (literal !== undefined) return literalWriter(insideString(literal));
  return isNumber ? write : escaped(write);
}

const escaped =
  (write: TextWriter): TextWriter =>
  (m, at, to) => {
    const start = to.length;
    write(m, at, to);
    escapeFrom(to, start);
  };

/** What needs no escape stays where it was written. */
function escapeFrom(to: TextBuffer, start: number): void {
  const { bytes } = to;
  let plain = start;
  while (plain < bytes.length && isPlain(bytes[plain] as number)) plain++;
  if (plain === bytes.length) return;
  const rest = to.text(plain);
  to.truncate(plain);
  to.string(insideString(rest));
}

/** In ASCII, and stands for itself. */
const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c;

const insideString = (text: string): string => jsonString(text).slice(1, -1);
