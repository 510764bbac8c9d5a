/** Files of time zones, as the C library reads them. */
import { type LocalOffset, offset, type Zone } from "./zone.js";
import { parsePosixRules, PosixZone } from "./posix-zone.js";

export interface TransitionType {
  readonly seconds: number;
  readonly isSummer: boolean;
  readonly name: string;
  /** Its transitions are told in standard time, or in UTC. */
  readonly isToldInStandard: boolean;
  readonly isToldInUtc: boolean;
}

export interface Transition {
  readonly at: number;
  /** What holds from then on. */
  readonly type: TransitionType;
}

export interface LeapSecond {
  /** On the clock of the zone, which counts them. */
  readonly at: number;
  /** With this one, since 1972. */
  readonly total: number;
}

export interface ZoneFile {
  readonly transitions: readonly Transition[];
  readonly types: readonly TransitionType[];
  readonly leaps: readonly LeapSecond[];
  /** For the time after the last transition. Empty when there is none. */
  readonly rules: string;
}

const MAGIC = "TZif";
const HEADER_BYTES = 44;
const TYPE_BYTES = 6;

/** Undefined for what is no such file, or a broken one. */
export function parseZoneFile(bytes: Uint8Array): ZoneFile | undefined {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const old = headerAt(view, 0);
    if (old === undefined) return undefined;
    if (old.version === 0) return readBlock(view, HEADER_BYTES, old, 4).file;
    const start = HEADER_BYTES + blockBytes(old, 4);
    const header = headerAt(view, start);
    if (header === undefined) return undefined;
    const { file, end } = readBlock(view, start + HEADER_BYTES, header, 8);
    return { ...file, rules: footer(view, end) };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it ends too early
    throw error;
  }
}

interface Header {
  readonly version: number;
  readonly utcFlags: number;
  readonly standardFlags: number;
  readonly leaps: number;
  readonly transitions: number;
  readonly types: number;
  readonly nameBytes: number;
}

function headerAt(view: DataView, at: number): Header | undefined {
  if (textAt(view, at, MAGIC.length) !== MAGIC) return undefined;
  const count = (index: number): number => view.getUint32(at + 20 + 4 * index);
  return {
    version: view.getUint8(at + 4),
    utcFlags: count(0),
    standardFlags: count(1),
    leaps: count(2),
    transitions: count(3),
    types: count(4),
    nameBytes: count(5),
  };
}

/** @param timeBytes - 4, or 8 from version 2 on */
function blockBytes(h: Header, timeBytes: number): number {
  return (
    h.transitions * (timeBytes + 1) +
    h.types * TYPE_BYTES +
    h.nameBytes +
    h.leaps * (timeBytes + 4) +
    h.standardFlags +
    h.utcFlags
  );
}

function readBlock(view: DataView, at: number, h: Header, timeBytes: 4 | 8): { file: ZoneFile; end: number } {
  const end = at + blockBytes(h, timeBytes);
  if (end > view.byteLength || h.types === 0) throw new RangeError("a broken file");
  const timeAt = (place: number): number => (timeBytes === 4 ? view.getInt32(place) : Number(view.getBigInt64(place)));
  const indexes = at + h.transitions * timeBytes;
  const typesAt = indexes + h.transitions;
  const namesAt = typesAt + h.types * TYPE_BYTES;
  const leapsAt = namesAt + h.nameBytes;
  const standardAt = leapsAt + h.leaps * (timeBytes + 4);
  const utcAt = standardAt + h.standardFlags;
  const types = Array.from({ length: h.types }, (_, i): TransitionType => {
    const place = typesAt + i * TYPE_BYTES;
    return {
      seconds: view.getInt32(place),
      isSummer: view.getUint8(place + 4) !== 0,
      name: nameAt(view, namesAt + view.getUint8(place + 5), leapsAt),
      isToldInStandard: i < h.standardFlags && view.getUint8(standardAt + i) !== 0,
      isToldInUtc: i < h.utcFlags && view.getUint8(utcAt + i) !== 0,
    };
  });
  const transitions = Array.from({ length: h.transitions }, (_, i): Transition => {
    const type = types[view.getUint8(indexes + i)];
    if (type === undefined) throw new RangeError("a broken file");
    return { at: timeAt(at + i * timeBytes), type };
  });
  const leaps = Array.from({ length: h.leaps }, (_, i): LeapSecond => {
    const place = leapsAt + i * (timeBytes + 4);
    return { at: timeAt(place), total: view.getInt32(place + timeBytes) };
  });
  return { file: { transitions, types, leaps, rules: "" }, end };
}

/** What stands between two line ends; nobody looks at the second one. */
function footer(view: DataView, at: number): string {
  const length = view.byteLength - at;
  if (length < 2) throw new RangeError("a broken file");
  const text = textAt(view, at, length);
  return text.startsWith("\n") ? text.slice(1, -1) : "";
}

const nameAt = (view: DataView, at: number, end: number): string => textAt(view, at, end - at).split("\0", 1)[0] ?? "";

function textAt(view: DataView, at: number, length: number): string {
  if (length < 0 || at + length > view.byteLength) throw new RangeError("a broken file");
  return Buffer.from(view.buffer, view.byteOffset + at, length).toString("latin1");
}

export class FileZone implements Zone {
  readonly #file: ZoneFile;
  readonly #afterwards: Zone | undefined;

  /** @param afterwards - after the last transition, if that does not go on */
  constructor(file: ZoneFile, afterwards: Zone | undefined = zoneOfRules(file)) {
    this.#file = file;
    this.#afterwards = afterwards;
  }

  at(epoch: number): LocalOffset {
    return { ...this.#offset(epoch), ...leapsAt(this.#file.leaps, epoch) };
  }

  #offset(epoch: number): LocalOffset {
    const { transitions, types } = this.#file;
    const next = firstAfter(transitions, epoch);
    if (next === transitions.length && next > 0 && this.#afterwards !== undefined) return this.#afterwards.at(epoch);
    const type = transitions[next - 1]?.type ?? types.find(({ isSummer }) => !isSummer) ?? types[0];
    return offset(type?.seconds ?? 0, type?.name ?? "");
  }
}

const zoneOfRules = ({ rules }: ZoneFile): Zone | undefined =>
  rules === "" ? undefined : new PosixZone(parsePosixRules(rules));

function firstAfter(sorted: readonly { readonly at: number }[], epoch: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.at ?? 0) <= epoch) low = middle + 1;
    else high = middle;
  }
  return low;
}

function leapsAt(leaps: readonly LeapSecond[], epoch: number): Pick<LocalOffset, "leapSeconds" | "insideLeap"> {
  const index = firstAfter(leaps, epoch) - 1;
  const leap = leaps[index];
  if (leap === undefined) return { leapSeconds: 0, insideLeap: 0 };
  const isInside = epoch === leap.at && leap.total > (leaps[index - 1]?.total ?? 0);
  return { leapSeconds: leap.total, insideLeap: isInside ? 1 : 0 };
}
