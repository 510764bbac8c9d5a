import { setTimeout as sleep } from "node:timers/promises";
import { TIME_FACTOR } from "./time-factor.js";

const POLL_MS = 10;
const DEFAULT_LIMIT_MS = 10_000;

/**
 * Waits until a condition holds.
 *
 * @param what - what is waited for, for the error
 * @param condition - its result ends the waiting as soon as it is neither `false` nor `undefined`
 * @returns what the condition returned
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | false | undefined | Promise<T | false | undefined>,
  limitMs: number = DEFAULT_LIMIT_MS,
): Promise<T> {
  const end = Date.now() + limitMs * TIME_FACTOR;
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > end) throw new Error(`waited ${limitMs * TIME_FACTOR} ms in vain for ${what}`);
    await sleep(POLL_MS);
  }
}
