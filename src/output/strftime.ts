/** C's `strftime` in the C locale, for local time. Byte strings in and out. */
import type { Zone } from "../time-zones/index.js";

export interface LocalTime {
  readonly year: number;
  /** 0..11 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 = Sunday */
  readonly weekday: number;
  /** 0..365 */
  readonly yearDay: number;
  /** East of Greenwich. */
  readonly offsetSeconds: number;
  readonly zone: string;
  readonly epochSeconds: number;
}

const DAY_MS = 86_400_000;

export function localTime(epochSeconds: number, zone: Zone): LocalTime {
  const { seconds, name, leapSeconds, insideLeap } = zone.at(epochSeconds);
  const date = new Date((epochSeconds + seconds - leapSeconds) * 1000);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  return {
    year,
    month,
    day,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds() + insideLeap,
    weekday: date.getUTCDay(),
    yearDay: Math.round((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / DAY_MS),
    offsetSeconds: seconds,
    zone: name,
    epochSeconds,
  };
}

/** What is made of a second, once while times of that second follow each other: most do. */
export function oncePerSecond<T>(zone: Zone, make: (time: LocalTime) => T): (epochSeconds: number) => T {
  let last: { readonly second: number; readonly made: T } | undefined;
  return (second) => {
    if (last?.second !== second) last = { second, made: make(localTime(second, zone)) };
    return last.made;
  };
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const pad = (n: number, width: number, fill = "0"): string => String(n).padStart(width, fill);
const hour12 = (t: LocalTime): number => t.hour % 12 || 12;
const name = (table: readonly string[], index: number): string => table[index] ?? "?";

/** Weeks that begin on `first` (0 = Sunday); days before the first one are in week 0. */
const weekOfYear = (t: LocalTime, first: number): number =>
  Math.floor((t.yearDay + 7 - ((t.weekday - first + 7) % 7)) / 7);

function isoWeek(t: LocalTime): { year: number; week: number } {
  const week = Math.floor((t.yearDay - ((t.weekday + 6) % 7) + 10) / 7);
  if (week < 1) return { year: t.year - 1, week: weeksIn(t.year - 1) };
  if (week > weeksIn(t.year)) return { year: t.year + 1, week: 1 };
  return { year: t.year, week };
}

/** 53 when the year begins or ends on a Thursday. */
function weeksIn(year: number): number {
  const startsOn = (y: number): number => new Date(Date.UTC(y, 0, 1)).getUTCDay();
  return startsOn(year) === 4 || startsOn(year + 1) === 5 ? 53 : 52;
}

/** `-0000` where nothing is known of local time, as date(1) has it. */
function offsetText({ offsetSeconds, zone }: LocalTime): string {
  const minutes = Math.floor(Math.abs(offsetSeconds) / 60);
  const isNegative = offsetSeconds < 0 || (offsetSeconds === 0 && zone.startsWith("-"));
  return `${isNegative ? "-" : "+"}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
}

interface Conversion {
  readonly text: (t: LocalTime) => string;
  /** What the flags `_`, `-` and `0` replace, and its default width. */
  readonly number?: { readonly of: (t: LocalTime) => number; readonly width: number; readonly fill: string };
}

const number = (width: number, of: (t: LocalTime) => number, fill = "0"): Conversion => ({
  text: (t) => pad(of(t), width, fill),
  number: { of, width, fill },
});
const composed = (format: string): Conversion => ({ text: (t) => strftime(format, t) });
const word = (text: (t: LocalTime) => string): Conversion => ({ text });

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  a: word((t) => name(DAYS, t.weekday).slice(0, 3)),
  A: word((t) => name(DAYS, t.weekday)),
  b: word((t) => name(MONTHS, t.month).slice(0, 3)),
  B: word((t) => name(MONTHS, t.month)),
  c: composed("%a %b %e %H:%M:%S %Y"),
  C: number(2, (t) => Math.floor(t.year / 100)),
  d: number(2, (t) => t.day),
  D: composed("%m/%d/%y"),
  e: number(2, (t) => t.day, " "),
  F: composed("%Y-%m-%d"),
  g: number(2, (t) => isoWeek(t).year % 100),
  G: number(1, (t) => isoWeek(t).year),
  h: word((t) => name(MONTHS, t.month).slice(0, 3)),
  H: number(2, (t) => t.hour),
  I: number(2, hour12),
  j: number(3, (t) => t.yearDay + 1),
  k: number(2, (t) => t.hour, " "),
  l: number(2, hour12, " "),
  m: number(2, (t) => t.month + 1),
  M: number(2, (t) => t.minute),
  n: word(() => "\n"),
  p: word((t) => (t.hour < 12 ? "AM" : "PM")),
  P: word((t) => (t.hour < 12 ? "am" : "pm")),
  r: composed("%I:%M:%S %p"),
  R: composed("%H:%M"),
  s: number(1, (t) => t.epochSeconds),
  S: number(2, (t) => t.second),
  t: word(() => "\t"),
  T: composed("%H:%M:%S"),
  u: number(1, (t) => t.weekday || 7),
  U: number(2, (t) => weekOfYear(t, 0)),
  V: number(2, (t) => isoWeek(t).week),
  w: number(1, (t) => t.weekday),
  W: number(2, (t) => weekOfYear(t, 1)),
  x: composed("%m/%d/%y"),
  X: composed("%H:%M:%S"),
  y: number(2, (t) => t.year % 100),
  Y: number(1, (t) => t.year),
  z: word(offsetText),
  Z: word((t) => t.zone),
  "+": composed("%a %b %e %H:%M:%S %Z %Y"),
  "%": word(() => "%"),
};

/** Flags and width as glibc has them; `E` and `O` choose nothing in the C locale. */
const SPECIFIER = /%([_\-0^#]*)(\d*)[EO]?([a-zA-Z%+])/g;

/** Wider than any text that is shown: those who call refuse what is too long, and this much can be made. */
const MAX_WIDTH = 131_072;

/** Whether digits or a letter behind it would belong to its last conversion. */
export const endsInConversion = (format: string): boolean => /%[\-_0^#]*\d*[EO]?$/.test(format.replace(SPECIFIER, "|"));

/** Unknown conversions stay as they are written. */
export function strftime(format: string, time: LocalTime): string {
  return format.replace(SPECIFIER, (written, flags: string, width: string, letter: string) => {
    const conversion = CONVERSIONS[letter];
    if (conversion === undefined) return written;
    const text = flags === "" && width === "" ? conversion.text(time) : withFlags(conversion, time, flags, width);
    return flags.includes("^") ? text.toUpperCase() : text;
  });
}

const columns = (width: string): number => Math.min(Number(width), MAX_WIDTH);

function withFlags(conversion: Conversion, time: LocalTime, flags: string, width: string): string {
  const field = conversion.number;
  if (field === undefined) return conversion.text(time).padStart(columns(width), flags.includes("0") ? "0" : " ");
  if (flags.includes("-")) return String(field.of(time)).padStart(columns(width), field.fill);
  const fill = flags.includes("_") ? " " : flags.includes("0") ? "0" : field.fill;
  return pad(field.of(time), width === "" ? field.width : columns(width), fill);
}
