import { test } from "vitest";
import { type FeatureName, presenceOf } from "./features.js";
import { isInstalled, type PackageName } from "./packages.js";
import { missingPrivileges } from "./privileges.js";
import { TIME_FACTOR } from "./time-factor.js";

export interface Requirements {
  /** What the running kernel must have. */
  readonly needs?: FeatureName | readonly FeatureName[];
  /** Whether the test needs the privileges to trace. Most do, so that is what is assumed. */
  readonly root?: boolean;
  /** Debian packages that must be installed. */
  readonly package?: PackageName | readonly PackageName[];
  /** On an ordinary machine; it grows with {@link TIME_FACTOR}. */
  readonly timeoutMs?: number;
  /** `false`: not worth its time in the slow virtual machines, because it says nothing about kernels. */
  readonly matrix?: boolean;
}

const DEFAULT_TIMEOUT_MS = 20_000;

/** Whether the tests run on a machine that is meant to have everything: there a test may not be skipped for want of a package. */
const IS_COMPLETE_MACHINE = process.env["CI"] === "true" || process.env["CI"] === "1";
const IS_MATRIX = process.env["TSBT_MATRIX"] !== undefined;

/**
 * A test that needs something of the machine. It is skipped, with the reason in the summary, when the
 * machine cannot have that; it fails when the machine ought to have it.
 *
 * @param claim - what is true of the product, as a sentence
 */
export function kernelTest(claim: string, requirements: Requirements, body: () => Promise<void> | void): void {
  if (IS_MATRIX && requirements.matrix === false) return;
  const timeout = (requirements.timeoutMs ?? DEFAULT_TIMEOUT_MS) * TIME_FACTOR;
  test(claim, { timeout }, async (context) => {
    const obstacle = obstacleTo(requirements);
    if (obstacle?.kind === "fail") throw new Error(obstacle.reason);
    if (obstacle?.kind === "skip") return context.skip(obstacle.reason);
    return body();
  });
}

interface Obstacle {
  readonly kind: "skip" | "fail";
  readonly reason: string;
}

function obstacleTo(requirements: Requirements): Obstacle | undefined {
  const lacking = IS_COMPLETE_MACHINE ? "fail" : "skip";
  const missingPackage = list(requirements.package).find((name) => !isInstalled(name));
  if (missingPackage !== undefined) return { kind: lacking, reason: `the package ${missingPackage} is not installed` };
  const privileges = requirements.root === false ? [] : missingPrivileges();
  if (privileges.length > 0) return { kind: lacking, reason: `not root: no ${privileges.join(", ")}` };
  for (const feature of list(requirements.needs)) {
    const presence = presenceOf(feature);
    if (presence.kind === "absent") return { kind: "skip", reason: presence.reason };
    if (presence.kind === "broken") return { kind: "fail", reason: presence.reason };
  }
  return undefined;
}

function list<T extends string>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
