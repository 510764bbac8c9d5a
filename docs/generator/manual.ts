/** docs/tsbt.8, in mdoc. */
import {
  builtinEntries,
  type Entry,
  functionEntries,
  type OptionEntry,
  optionEntries,
  providerEntries,
  settingEntries,
} from "./entries.js";

/** Of the page's last change that matters to readers: a page that is made again has to stay the same. */
const DATE = "November 29, 2026";

const HEAD = String.raw`.\" Made by docs/generate.mjs; not to be edited.
.Dd ${DATE}
.Dt TSBT 8
.Os
.Sh NAME
.Nm tsbt
.Nd trace a Linux system with scripts in the bpftrace language
.Sh SYNOPSIS
.Nm
.Op Ar options
.Ar file
.Op Ar parameter ...
.Nm
.Op Ar options
.Fl e Ar program
.Op Ar parameter ...
.Nm
.Fl l Op Ar pattern
.Nm
.Cm help
.Op Ar name
.Nm
.Cm completion
.Cm bash | zsh | fish
.Nm
.Cm repl
.Op Fl p Ar PID
.Nm
.Cm setup
.Nm
.Cm types
.Ar file
.Sh DESCRIPTION
.Nm
compiles a script, attaches its probes to the running kernel and to programs,
and prints what the script prints until it ends or is interrupted.
The maps of the script are printed at the end.
.Pp
A script is read from
.Ar file ,
from standard input if that is
.Sq - ,
or is the
.Ar program
itself.
.Pp
.Nm
.Cm help
says what a name of the language, an option or a message means,
.Nm
.Cm completion
prints what a shell needs to complete command lines,
.Nm
.Cm repl
is a prompt at which scripts are written and run,
.Nm
.Cm setup
makes the start-up snapshot that else the first run makes,
if the package came without one, and
.Nm
.Cm types
writes what a script prints and keeps as TypeScript's types, beside the script.
.Pp
The options are:
`;

const TAIL = String.raw`.Sh ENVIRONMENT
Each config variable can be set by a variable of the environment:
its name in capitals behind
.Ev BPFTRACE_ .
.Sh FILES
.Bl -tag -width Ds
.It Pa /var/cache/tsbt , ~/.cache/tsbt
Start-up snapshots of packages that came without one:
made by root for everyone, and by others for themselves.
.El
.Sh EXIT STATUS
.Nm
exits 0 when the trace has ended, with the script's own status after
.Fn exit ,
1 if the script or the command line is wrong,
and 255 if the machine refuses something.
.Sh EXAMPLES
Which files are opened, by whom:
.Pp
.Dl # tsbt -e 'tracepoint:syscalls:sys_enter_openat { printf("%s %s\en", comm, str(args.filename)); }'
.Pp
System calls by process name:
.Pp
.Dl # tsbt -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'
.Pp
What can be probed in the scheduler:
.Pp
.Dl # tsbt -l 'tracepoint:sched:*'
`;

export const manual = (): string =>
  [
    `${HEAD}.Bl -tag -width Ds\n${optionEntries().map(option).join("")}.El\n`,
    `.Sh PROBES\n${list(providers())}`,
    `.Sh BUILTINS\n${list(builtinEntries())}`,
    `.Sh FUNCTIONS\n${list(functionEntries())}`,
    `.Sh CONFIG VARIABLES\nAfter the sign of equality stands what holds otherwise.\n${list(settingEntries())}`,
    TAIL,
  ].join("");

/** With their forms. */
const providers = (): readonly Entry[] =>
  providerEntries().map((entry) => ({ ...entry, text: `${entry.text}\nWritten as ${entry.forms.join(", ")}.` }));

function option({ short, long, value, text }: OptionEntry): string {
  const flags = [...(short === undefined ? [] : [`Fl ${short}`]), ...(long === undefined ? [] : [`Fl -${long}`])];
  const argument = value === "" ? "" : ` Ar ${escaped(value).replaceAll(" ", "\\ ")}`;
  return `.It ${flags.join(" , ")}${argument}\n${sentences(text)}`;
}

const list = (entries: readonly Entry[]): string =>
  `.Bl -tag -width Ds\n${entries.map(({ title, text }) => `.It Li ${quoted(title)}\n${sentences(text)}`).join("")}.El\n`;

/** One argument of a macro. */
const quoted = (text: string): string => `"${escaped(text).replaceAll('"', '""')}"`;

/** A line for each sentence; none may look like a request. */
const sentences = (text: string): string =>
  `${escaped(text)
    .replace(/([a-zA-Z0-9)`'\]][.:!?]) (?=[A-Z0-9(`])/g, "$1\n")
    .replace(/\s*\n\s*/g, "\n")
    .split("\n")
    .map(wrapped)
    .join("\n")
    .replace(/^[.']/gm, "\\&$&")}\n`;

/** Lines of at most 79 characters. */
const wrapped = (line: string): string => line.replace(/(.{1,79})(?: |$)/g, "$1\n").trimEnd();

const escaped = (text: string): string => text.replaceAll("\\", "\\e").replace(/[^\0-\x7e]/g, named);

/** Characters beyond ASCII, as roff writes them. */
const named = (character: string): string =>
  `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`;
