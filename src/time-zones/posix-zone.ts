/** `TZ` as POSIX has it: names, offsets, and when in the year they change. */
import { offset, type Zone } from "./zone.js";

/** Midnight of a day in a year, in seconds since 1970 if it were UTC. */
type DayOf = (year: number) => number;

export interface Change {
  readonly day: DayOf;
  /** Local time, from midnight on. */
  readonly seconds: number;
}

export interface PosixRules {
  readonly standard: Period;
  readonly summer: Period;
  /** When summer time begins and ends. */
  readonly begin: Change;
  readonly end: Change;
  /** A name for summer time, and no dates. */
  readonly lacksDates: boolean;
}

export interface Period {
  readonly name: string;
  /** East of Greenwich. */
  readonly seconds: number;
}

const DAY = 86_400;
const HOUR = 3_600;
const NEVER: Change = { day: startOfYear, seconds: 0 };
const UNNAMED: Period = { name: "", seconds: 0 };
const NO_RULES: PosixRules = { standard: UNNAMED, summer: UNNAMED, begin: NEVER, end: NEVER, lacksDates: false };

export function parsePosixRules(text: string): PosixRules {
  return new RuleReader(text).read();
}

export class PosixZone implements Zone {
  readonly #rules: PosixRules;

  constructor(rules: PosixRules) {
    this.#rules = rules;
  }

  at(epoch: number): ReturnType<Zone["at"]> {
    const { standard, summer, begin, end } = this.#rules;
    const year = new Date(epoch * 1000).getUTCFullYear();
    const start = instant(begin, year, standard);
    const stop = instant(end, year, summer);
    // South of the equator summer is when the year begins.
    const isSummer = start > stop ? epoch < stop || epoch >= start : epoch >= start && epoch < stop;
    const { seconds, name } = isSummer ? summer : standard;
    return offset(seconds, name);
  }
}

/** @param before - in what the time of day is told */
const instant = (change: Change, year: number, before: Period): number =>
  change.day(year) - before.seconds + change.seconds;

function startOfYear(year: number): number {
  return Date.UTC(year, 0, 1) / 1000;
}

/** What cannot be read ends the reading; what was read until then counts. */
class RuleReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): PosixRules {
    const standardName = this.#name();
    if (standardName === undefined) return NO_RULES;
    const unnamed = { ...NO_RULES, standard: { name: standardName, seconds: 0 } };
    if (!/[-+0-9]/.test(this.#next)) return unnamed;
    const offsetOfStandard = this.#offset();
    if (offsetOfStandard === undefined) return unnamed;
    const standard = { name: standardName, seconds: offsetOfStandard };
    if (this.#next === "") return { ...NO_RULES, standard, summer: standard };
    const summerName = this.#name();
    const summer =
      summerName === undefined ? UNNAMED : { name: summerName, seconds: this.#offset() ?? standard.seconds + HOUR };
    const lacksDates = summerName !== undefined && ["", ","].includes(this.#text.slice(this.#at));
    const begin = this.#change(SECOND_SUNDAY_OF_MARCH);
    const end = begin && this.#change(FIRST_SUNDAY_OF_NOVEMBER);
    return { standard, summer, begin: begin ?? NEVER, end: end ?? NEVER, lacksDates };
  }

  get #next(): string {
    return this.#text.charAt(this.#at);
  }

  /** Sticky expressions only. */
  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at = expression.lastIndex;
    return match;
  }

  #name(): string | undefined {
    const match = this.#match(/([a-zA-Z]{3,})|<([-+a-zA-Z0-9]{3,})>/y);
    return match?.[1] ?? match?.[2];
  }

  /** POSIX counts to the west. */
  #offset(): number | undefined {
    const sign = this.#match(/[-+]/y)?.[0] === "-" ? 1 : -1;
    const time = this.#time();
    if (time === undefined) return undefined;
    const [hours, minutes, seconds] = time;
    return sign * (Math.min(hours, 24) * HOUR + Math.min(minutes, 59) * 60 + Math.min(seconds, 59));
  }

  #time(): readonly [hours: number, minutes: number, seconds: number] | undefined {
    const match = this.#match(/(\d+)(?::(\d+)(?::(\d+))?)?/y);
    return match && [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  }

  /** @param otherwise - where the text has ended */
  #change(otherwise: DayOf): Change | undefined {
    this.#match(/,/y);
    const day = this.#next === "" ? otherwise : this.#day();
    if (day === undefined || !["", "/", ","].includes(this.#next)) return undefined;
    if (this.#match(/\//y) === undefined) return { day, seconds: 2 * HOUR };
    if (this.#next === "") return undefined;
    const sign = this.#match(/-/y) === undefined ? 1 : -1;
    const [hours, minutes, seconds] = this.#time() ?? [2, 0, 0];
    return { day, seconds: sign * (hours * HOUR + minutes * 60 + seconds) };
  }

  #day(): DayOf | undefined {
    const week = this.#match(/M(\d+)\.(\d+)\.(\d+)/y);
    if (week !== undefined) {
      const [month, nth, weekday] = [Number(week[1]), Number(week[2]), Number(week[3])];
      const isRight = month >= 1 && month <= 12 && nth >= 1 && nth <= 5 && weekday <= 6;
      return isRight ? weekdayOf(month, nth, weekday) : undefined;
    }
    const day = this.#match(/(J?)(\d+)/y);
    const number = Number(day?.[2]);
    if (day === undefined || number > 365) return undefined;
    if (day[1] === "") return (year) => startOfYear(year) + number * DAY;
    return number === 0 ? undefined : (year) => startOfYear(year) + (number - 1 + leapDay(year, number)) * DAY;
  }
}

const MARCH_1 = 60;

/** 29 February is not counted. */
const leapDay = (year: number, day: number): number => (day >= MARCH_1 && isLeapYear(year) ? 1 : 0);

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** @param nth - of the month; 5 is the last one */
function weekdayOf(month: number, nth: number, weekday: number): DayOf {
  return (year) => {
    const first = Date.UTC(year, month - 1, 1) / 1000;
    const days = (Date.UTC(year, month, 1) / 1000 - first) / DAY;
    let day = (weekday - new Date(first * 1000).getUTCDay() + 7) % 7;
    for (let i = 1; i < nth && day + 7 < days; i++) day += 7;
    return first + day * DAY;
  };
}

/** Rules without dates are those of the United States. */
const SECOND_SUNDAY_OF_MARCH = weekdayOf(3, 2, 0);
const FIRST_SUNDAY_OF_NOVEMBER = weekdayOf(11, 1, 0);
