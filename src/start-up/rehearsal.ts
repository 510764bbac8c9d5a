import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { type Compilation, compile, type CompileOptions } from "../../codegen/compile.js";
import { type LiveFacts, Native, replaceNative } from "../kernel/index.js";
import { Environment } from "../core/index.js";
import { Ended, idleAddon } from "./idle-addon.js";
import { main } from "../cli/main.js";
import { inheritance, readSurroundings, type Surroundings } from "../cli/surroundings.js";
import { type Stage, THIS_MACHINE } from "../cli/trace.js";
import { keepIgnoring } from "../runtime/index.js";

/** Compiles a script where there is no addon. */
export function compileIdly(text: string, facts: LiveFacts, options: CompileOptions): Compilation {
  replaceNative(new Native(idleAddon(0)));
  try {
    return compile({ name: "stdin", text }, facts, FULL_LANGUAGE, options);
  } finally {
    replaceNative(undefined);
  }
}

/**
 * The whole command on a compiled script, from its arguments to the last line: without a kernel, and with its output thrown
 * away.
 *
 * @returns its status
 */
export async function rehearse(text: string, { object }: Compilation, facts: LiveFacts): Promise<number> {
  const args = ["-q", "--no-warnings", "-o", "/dev/null", "-e", text];
  const stage: Stage = {
    facts(cx) {
      THIS_MACHINE.facts(cx);
      return facts;
    },
    stopSignals: THIS_MACHINE.stopSignals,
  };
  replaceNative(new Native(idleAddon(object?.events.length ?? 0)));
  try {
    await main({ ...rehearsedSurroundings(), args }, noPrompt, stage);
  } catch (error) {
    if (error instanceof Ended) return error.status;
    throw error;
  } finally {
    replaceNative(undefined);
  }
  return NO_END;
}

/** Read as at a start, but with nothing in them. */
function rehearsedSurroundings(): Surroundings {
  readSurroundings([]);
  keepIgnoring([]);
  const inherited = inheritance(["TSBT_LIMITS=7:1024:1024", "TSBT_IGNORED=1", "TSBT:PATH=/bin"]);
  return { args: [], environment: new Environment(inherited.env), inherited: { ...inherited, ignoredSignals: [] } };
}

const noPrompt = (): never => {
  throw new Error("not rehearsed");
};

const NO_END = 255;
