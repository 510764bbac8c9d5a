/** How entries are run, and the end. */
import { DEFAULT_CONFIG } from "../../../codegen/config.js";
import { type Command, CommandError } from "./command.js";

const settingName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const SESSION_COMMANDS: readonly Command[] = [
  {
    name: "set",
    argument: "[NAME=VALUE]",
    summary: "settings of config blocks, for all entries to come; without a value, the one it has",
    run: (shell, argument) => {
      const { settings } = shell.tracer;
      const [, name = "", value] = /^(\w*)\s*=?\s*(.*)$/.exec(argument) ?? [];
      const names = Object.entries(DEFAULT_CONFIG).map(([key, normal]) => [settingName(key), String(normal)] as const);
      if (name !== "" && !names.some(([key]) => key === name)) throw new CommandError(`there is no setting ${name}`);
      if (name === "" || value === "" || value === undefined) {
        const shown = names.filter(([key]) => name === "" || key === name);
        return shell.say(shown.map(([key, normal]) => `${key} = ${settings.get(key) ?? normal}\n`).join(""));
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
