import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { type Compilation, compile, type CompileOptions } from "../../codegen/compile.js";
import { type LiveFacts, Native, replaceNative } from "../kernel/index.js";
import { Environment } from "../core/index.js";
import { idleAddon } from "./idle-addon.js";
import { statusOf } from "../cli/main.js";
import { readSettings } from "../cli/options.js";

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
  const settings = readSettings(["-q", "--no-warnings", "-o", "/dev/null", "-e", text]);
  const surroundings = {
    args: [],
    environment: new Environment([]),
    inherited: { env: [], limits: [], ignoredSignals: [] },
  };
  replaceNative(new Native(idleAddon(object?.events.length ?? 0)));
  try {
    return await statusOf(settings, surroundings, {
      facts: () => facts,
      stopSignals: () => ({ hasCome: false, fd: -1, onStop: (stop) => stop() }),
    });
  } finally {
    replaceNative(undefined);
  }
}
