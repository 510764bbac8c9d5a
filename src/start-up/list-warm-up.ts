/** As warm-up.ts, for the part of the command that lists probes: it lists what a made-up kernel has. */
import type { TracepointFormat } from "../../codegen/facts.js";
import { patternText } from "../cli/list.js";
import { readSurroundings } from "../cli/surroundings.js";
import { LiveFacts, Native, parseTracepointFormat, replaceNative } from "../kernel/index.js";
import { idleAddon } from "./idle-addon.js";

const FORMAT = `name: sched_switch
ID: 1
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;

	field:char prev_comm[16];	offset:8;	size:16;	signed:0;
	field:pid_t prev_pid;	offset:24;	size:4;	signed:1;
`;

class MadeUpFacts extends LiveFacts {
  override tracepoints(): readonly string[] {
    return ["sched:sched_switch", "syscalls:sys_enter_openat"];
  }

  override tracepointFormat(): TracepointFormat {
    return parseTracepointFormat(FORMAT, "sched:sched_switch");
  }
}

export function warmUpLists(): void {
  replaceNative(new Native(idleAddon(0)));
  try {
    readSurroundings([]);
    for (const isVerbose of [false, true]) {
      const facts = new MadeUpFacts({ traceableFunctionsPath: "/dev/null" });
      patternText("tracepoint:*,kprobe:*,software:*", facts, { pid: undefined, isVerbose, warn: () => {} });
    }
  } finally {
    replaceNative(undefined);
  }
}
