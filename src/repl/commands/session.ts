/** How entries are run, and the end. */
import type { Config } from "../../../codegen/config.js";
import { didYouMean } from "../../../grammar/index.js";
import { type Command, CommandError } from "./command.js";

const settingName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What is in force, by the names that config blocks have for it. */
function settingsOf({ unstable, dummyClockMap: _ofTests, ...config }: Config): ReadonlyMap<string, string> {
  const own = Object.entries(config).map(([key, value]) => [settingName(key), String(value ?? "as fits")] as const);
  const features = Object.entries(unstable).map(([feature, value]) => [`unstable_${feature}`, value] as const);
  return new Map([...own, ...features]);
}

export const SESSION_COMMANDS: readonly Command[] = [
  {
    name: "set",
    argument: "[NAME=VALUE]",
    summary: "settings of config blocks, for all entries to come; without a value, the one it has",
    run: (shell, argument) => {
      const { settings } = shell.tracer;
      const [, name = "", value] = /^(\w*)\s*=?\s*(.*)$/.exec(argument) ?? [];
      const all = settingsOf(shell.tracer.compile("BEGIN { }").config);
      if (name !== "" && !all.has(name)) {
        throw new CommandError([`there is no setting ${name}`, ...didYouMean(name, all.keys())].join("; "));
      }
      if (name === "" || value === "" || value === undefined) {
        const shown = [...all].filter(([key]) => name === "" || key === name);
        return shell.say(shown.map(([key, now]) => `${key} = ${now}\n`).join(""));
      }
      const before = settings.get(name);
      settings.set(name, value);
      // A value that is no good is told when something is compiled.
      const { diagnostics } = shell.tracer.compile("BEGIN { }");
      const wrong = diagnostics.find(({ severity }) => severity === "error");
      if (wrong === undefined) return;
      if (before === undefined) settings.delete(name);
      else settings.set(name, before);
      throw new CommandError(wrong.message);
    },
  },
  {
    name: "unsafe",
    argument: "on|off",
    summary: "whether entries may call functions that change the system",
    run: (shell, argument) => {
      if (argument === "on" || argument === "off") shell.tracer.isUnsafe = argument === "on";
      else if (argument !== "") throw new CommandError(":unsafe on, or :unsafe off");
      shell.say(`unsafe functions are ${shell.tracer.isUnsafe ? "allowed" : "refused"}\n`);
    },
  },
  {
    name: "quit",
    argument: "",
    summary: "ends all jobs and tsbt; so does Ctrl-D",
    run: (shell) => shell.quit(),
  },
];
