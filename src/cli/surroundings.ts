/** What the process was started with: the launcher (src/build/launcher/environment.h) hides it from Node, and tells what Node changes. */
import { ownArguments, ownEnvironment } from "../files/index.js";
import type { ResourceLimit } from "../kernel/index.js";
import { Environment } from "../core/index.js";

/** Text is byte strings. */
export interface Surroundings {
  /** Without the command's own name. */
  readonly args: readonly string[];
  readonly environment: Environment;
  /** What the programs that we start shall have of it. */
  readonly inherited: Inheritance;
}

export interface Inheritance {
  readonly env: readonly string[];
  readonly limits: readonly ResourceLimit[];
  readonly ignoredSignals: readonly number[];
}

/** @param args - as Node has them */
export function readSurroundings(args: readonly string[]): Surroundings {
  const inherited = inheritance(ownEnvironment());
  return { args: ownArguments(args), environment: new Environment(inherited.env), inherited };
}

const HIDDEN = "TSBT:";
const LIMITS = "TSBT_LIMITS=";
const IGNORED = "TSBT_IGNORED=";

/** @param entries - of an environment that the launcher made, or of any other */
export function inheritance(entries: readonly string[]): Inheritance {
  const limits = entries.find((entry) => entry.startsWith(LIMITS));
  // Without the launcher everything is as it was given.
  if (limits === undefined) return { env: entries, limits: [], ignoredSignals: [] };
  const ignored = entries.find((entry) => entry.startsWith(IGNORED)) ?? IGNORED;
  return {
    env: entries.filter((entry) => entry.startsWith(HIDDEN)).map((entry) => entry.slice(HIDDEN.length)),
    limits: wordsOf(limits, LIMITS).map(limitOf),
    ignoredSignals: wordsOf(ignored, IGNORED).map(Number),
  };
}

const wordsOf = (entry: string, name: string): string[] => entry.slice(name.length).split(",").filter(Boolean);

function limitOf(word: string): ResourceLimit {
  const [resource = "", soft = "", hard = ""] = word.split(":");
  return { resource: Number(resource), soft: BigInt(soft), hard: BigInt(hard) };
}
