/** `--help`, from the table of options. */
import type { OptionRow } from "./options.js";

const HEADINGS: readonly (readonly [group: OptionRow["group"], heading: string])[] = [
  ["general", "OPTIONS:\n"],
  ["tracing", ""],
  ["output", ""],
  ["safety", ""],
  ["trouble", "TROUBLESHOOTING OPTIONS:\n"],
];

const HEAD = `tsbt - a tracer for Linux that runs bpftrace scripts

USAGE:
    tsbt [options] filename
    tsbt [options] - <stdin input>
    tsbt [options] -e 'program'
    use -- after filename/-e 'program' for named script parameters

`;

const TAIL = `
CONFIGURATION:
    Settings are made in a script's config block or by environment variables:
    BPFTRACE_MAX_STRLEN=64 tsbt -e '...'

EXAMPLES:
    tsbt -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'
        count syscalls by process name
    tsbt -e 'tracepoint:syscalls:sys_enter_openat { printf("%s %s\\n", comm, str(args.filename)); }'
        trace file opens with process name and path
    tsbt -p 1337 -e 'uprobe:libc:malloc { @bytes = hist(arg0); }'
        how much a process allocates at a time
    tsbt -l '*sleep*'
        list probes containing "sleep"
`;

const INDENT = 4;
const HELP_COLUMN = 19;

export function usage(options: readonly OptionRow[]): string {
  const groups = HEADINGS.map(
    ([group, heading]) =>
      heading +
      options
        .filter((option) => option.group === group)
        .map(optionText)
        .join(""),
  );
  return HEAD + groups.join("\n") + TAIL;
}

function optionText({ short, long, value, help }: OptionRow): string {
  const names = [short === undefined ? "" : `-${short}`, long === undefined ? "" : `--${long}`]
    .filter(Boolean)
    .join(", ");
  const left = " ".repeat(INDENT) + (value === "" ? names : `${names} ${value}`);
  return left.length < HELP_COLUMN
    ? `${left.padEnd(HELP_COLUMN)}${help}\n`
    : `${left}\n${" ".repeat(HELP_COLUMN)}${help}\n`;
}
