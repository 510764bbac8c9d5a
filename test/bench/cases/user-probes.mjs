/** Probes in programs. */
import { compile } from "../compile.mjs";
import { firingProgram } from "../firing.mjs";
import { event } from "../measures/event.mjs";
import { readyToStopped } from "../measures/ready-to-stopped.mjs";

/** A note as `sys/sdt.h` writes it, which need not be installed. */
const SDT_PROBE = String.raw`asm volatile(
  "990: nop\n"
  ".pushsection .note.stapsdt,\"\",\"note\"\n .balign 4\n .4byte 992f-991f, 994f-993f, 3\n"
  "991: .asciz \"stapsdt\"\n992: .balign 4\n"
  "993: .8byte 990b\n .8byte 0\n .8byte 0\n .asciz \"bench\"\n .asciz \"turn\"\n .asciz \"8@%0\"\n994: .balign 4\n"
  ".popsection\n" :: "r"(i));`;

export const USER_PROBES = {
  "500 uprobes that name their probe": {
    measure: readyToStopped,
    runs: 3, // bpftrace takes a minute for each
    prepare: () => ({ target: compile("functions", functions(500), ["-O0"]) }),
    args: ({ target }) => ["-e", `uprobe:${target}:f_* { @[probe] = count(); }`],
    goals: { bpftrace: { "ready to stopped": 0.005 } },
  },
  "usdt event": {
    measure: event,
    prepare: () => ({ fire: firingProgram("usdt", { turn: SDT_PROBE }) }),
    args: ({ fire }) => ["-e", `usdt:${fire}:bench:turn { @[arg0 & 7] = count(); }`],
    goals: { bpftrace: { "BPF program": 0.8 } },
  },
};

const functions = (count) =>
  `${Array.from({ length: count }, (_, i) => `void f_${i}(void) {}`).join("\n")}\nint main(void) { return 0; }\n`;
