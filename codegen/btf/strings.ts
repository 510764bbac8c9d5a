import { BtfError } from "./error.js";

/**
 * A BTF string section: NUL-terminated names, referred to by byte offset. A split BTF's offsets
 * go on where those of its base end.
 */
export class StringSection {
  readonly #bytes: Uint8Array;
  readonly #base: StringSection | undefined;
  /** The first offset that is ours and not the base's. */
  readonly #start: number;

  /** @throws {@link BtfError} when the section does not end in NUL, so that reading a name always stops */
  constructor(bytes: Uint8Array, base: StringSection | undefined) {
    if (bytes.length > 0 && bytes[bytes.length - 1] !== 0) throw new BtfError("BTF string section does not end in NUL");
    if (base === undefined && (bytes.length === 0 || bytes[0] !== 0)) {
      throw new BtfError("BTF string section does not start with the empty name");
    }
    this.#bytes = bytes;
    this.#base = base;
    this.#start = base === undefined ? 0 : base.end;
  }

  /** One past the last offset. */
  get end(): number {
    return this.#start + this.#bytes.length;
  }

  /** The name at an offset, as a byte string. */
  at(offset: number): string {
    if (offset < this.#start && this.#base !== undefined) return this.#base.at(offset);
    const bytes = this.#bytes;
    let at = offset - this.#start;
    if (at >= bytes.length) throw new BtfError(`BTF name offset ${offset} is outside of the string section`);
    let text = "";
    for (let byte = bytes[at]; byte !== undefined && byte !== 0; byte = bytes[++at]) text += String.fromCharCode(byte);
    return text;
  }

  /** Whether the name at `offset` is `name`, without making a string of it. */
  equals(offset: number, name: string): boolean {
    if (offset < this.#start && this.#base !== undefined) return this.#base.equals(offset, name);
    const bytes = this.#bytes;
    const at = offset - this.#start;
    // Past the end of the section a byte is `undefined`, which is neither a character nor NUL.
    for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name.charCodeAt(i)) return false;
    return bytes[at + name.length] === 0;
  }

  /** All offsets that say `name`, those of the base too: where names end alike they may share bytes. */
  offsetsOf(name: string): readonly number[] {
    const offsets = this.#base === undefined ? [] : [...this.#base.offsetsOf(name)];
    const bytes = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
    const wanted = Buffer.from(`${name}\0`, "latin1");
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) offsets.push(this.#start + at);
    return offsets;
  }

  /** The same hash as {@link hashName} of the name at `offset`. */
  hash(offset: number): number {
    if (offset < this.#start && this.#base !== undefined) return this.#base.hash(offset);
    const bytes = this.#bytes;
    let at = offset - this.#start;
    let hash = FNV_BASIS;
    for (let byte = bytes[at]; byte !== undefined && byte !== 0; byte = bytes[++at]) hash = fnvStep(hash, byte);
    return hash >>> 0;
  }
}

/** FNV-1a over 32 bits. */
const FNV_BASIS = 0x811c9dc5 | 0;
const fnvStep = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

export function hashName(name: string): number {
  let hash = FNV_BASIS;
  for (let i = 0; i < name.length; i++) hash = fnvStep(hash, name.charCodeAt(i));
  return hash >>> 0;
}
