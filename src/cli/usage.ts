/** `--help`, from the table of options. */
import { Command } from "commander";
import { optionOf } from "./command-line.js";
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
    tsbt help [name] | completion bash|zsh|fish | repl [-p PID] | setup | types script.bt

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

/** Commander lays it out as bpftrace does. */
export function usage(options: readonly OptionRow[]): string {
  const command = new Command().helpOption(false).configureHelp({
    formatHelp: (help, helper) =>
      HEAD +
      HEADINGS.map(([group, heading]) => {
        const shown = helper.visibleOptions(help).filter((option) => option.helpGroupHeading === group);
        return (
          heading + shown.map((option) => line(helper.optionTerm(option), helper.optionDescription(option))).join("")
        );
      }).join("\n") +
      TAIL,
    optionTerm: (option) => {
      const { value = "" } = options.find(({ short, long }) => (long ?? short) === option.name()) ?? {};
      return [[option.short, option.long].filter(Boolean).join(", "), value].filter(Boolean).join(" ");
    },
    optionDescription: ({ description }) => description,
  });
  for (const row of options) command.addOption(optionOf(row, row.help).helpGroup(row.group));
  return command.helpInformation();
}

function line(term: string, help: string): string {
  const left = " ".repeat(INDENT) + term;
  return left.length < HELP_COLUMN
    ? `${left.padEnd(HELP_COLUMN)}${help}\n`
    : `${left}\n${" ".repeat(HELP_COLUMN)}${help}\n`;
}
