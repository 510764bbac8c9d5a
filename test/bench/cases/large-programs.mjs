/** What it costs that a program is large: 100 MB of debug information, beside the same with one unit of it. */
import { largeProgram } from "../large-program.mjs";

const UNITS = 64;

/** @param args - of a tracer, for a program */
const large = (args, goals = { "one unit": { CPU: 1.5 } }) => ({
  prepare: () => ({ program: largeProgram(UNITS), small: largeProgram(1) }),
  args: ({ program }) => args(program),
  others: ({ small }, tsbt) => ({ "one unit": [tsbt, ...args(small)] }),
  goals,
});

const traced = (probe, body) => (program) => ["-c", program, "-e", `uprobe:${program}${probe} { ${body} exit(); }`];

export const LARGE_PROGRAMS = {
  "function of 100 MB": large(traced(":tick", "")),
  "argument in 100 MB": large(traced(":tick", "print(args.b->size);")),
  "symbol in 100 MB": large(traced(":tick", "print(ustack);")),
  "line of 100 MB": large(traced("@main.cc:1000", "")),
  "line of 64 units": large(traced("@unit.cc:21", "")),
};
