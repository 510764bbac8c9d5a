import { describe, expect, test } from "vitest";
import { Interruption } from "../../../src/runtime/interruption.js";
import { memory } from "../output/bytes.js";

function guarded(action: string, signals: { hasCome: boolean; fd: number }) {
  const interruption = new Interruption();
  interruption.heed(signals);
  const done: string[] = [];
  const handle = interruption.guard(action, () => done.push(action));
  return { interruption, done, act: () => handle(memory(), 0) };
}

describe("a signal that comes while events are handled", () => {
  test("is seen by the next command, which is counted and not run", () => {
    const signals = { hasCome: false, fd: 7 };
    const { interruption, done, act } = guarded("system", signals);
    act();
    signals.hasCome = true;
    act();
    act();
    expect(done).toHaveLength(1);
    expect([...interruption.dropped]).toEqual([["system", 2]]);
    expect(interruption.fd).toBe(7);
  });

  test("leaves plain output alone", () => {
    const { interruption, done, act } = guarded("printf", { hasCome: true, fd: 7 });
    act();
    expect(done).toHaveLength(1);
    expect(interruption.dropped.size).toBe(0);
  });

  test("lets maps be printed for a while", () => {
    const { done, act } = guarded("print-map", { hasCome: true, fd: 7 });
    act();
    expect(done).toHaveLength(1);
  });

  test("has no say in what end probes ask for", () => {
    const { interruption, done, act } = guarded("system", { hasCome: true, fd: 7 });
    interruption.disregard();
    act();
    expect(done).toHaveLength(1);
    expect(interruption.fd).toBe(-1);
    expect(interruption.cutsShort("system")).toBe(false);
  });
});
