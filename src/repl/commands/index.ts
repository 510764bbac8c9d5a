/** All commands, in the order of `:help`. */
import type { Command } from "./command.js";
import { DUMP_COMMANDS } from "./dumps.js";
import { FILE_COMMANDS } from "./files.js";
import { JOB_COMMANDS } from "./jobs.js";
import { KERNEL_COMMANDS } from "./kernel.js";
import { MAP_COMMANDS } from "./maps.js";
import { SESSION_COMMANDS } from "./session.js";

export const COMMANDS: readonly Command[] = [
  ...KERNEL_COMMANDS,
  ...JOB_COMMANDS,
  ...MAP_COMMANDS,
  ...DUMP_COMMANDS,
  ...FILE_COMMANDS,
  ...SESSION_COMMANDS,
];
