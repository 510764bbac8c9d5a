/**
 * What people look up and no registry defines: parts of the language, types, names of the environment, features of kernels. Its examples
 * are tried like those of the registries.
 */
import type { Entry } from "./entries.js";

export interface Topic extends Entry {
  readonly kind: string;
  /** Looked up by these as well. */
  readonly also: readonly string[];
}

function topic(kind: string, names: string, title: string, text: string, example?: string): Topic {
  const [name = "", ...also] = names.split(" ");
  return { kind, name, also, title, text, example };
}

const language = (names: string, title: string, text: string, example?: string): Topic =>
  topic("language", names, title, text, example);
const type = (names: string, title: string, text: string, example?: string): Topic =>
  topic("type", names, title, text, example);
const feature = (name: string, text: string): Topic =>
  topic("feature", name, name, `${text} \`--no-feature ${name}\` does without it.`);
const variable = (names: string, text: string): Topic =>
  topic("environment variable", names, names.replaceAll(" ", ", "), text);

export const TOPICS: readonly Topic[] = [
  language(
    "getopt",
    'getopt("name"[, default[, description]])',
    "An option of the script, given as --name=value behind the script or after --. Without a default it is a switch, true or false; `tsbt script.bt --help` lists the options with their descriptions.",
    'BEGIN { printf("%d\\n", getopt("ms", 10, "milliseconds")); exit(); }',
  ),
  language(
    "predicate filter / //",
    "PROBE /CONDITION/ { … }",
    "Between the probe and its block: nothing of the block is done unless it holds.",
    'tracepoint:syscalls:sys_enter_openat /comm == "bash"/ { printf("%s\\n", str(args.filename)); }',
  ),
  language(
    "map maps @",
    "@name, @name[KEY, …]",
    "Values that all probes share, alone or by key, until the trace ends; then they are printed. Keys are integers, strings, tuples and the like. Functions such as count() and hist() aggregate in them.",
    "tracepoint:syscalls:sys_enter_read { @calls[comm] = count(); }",
  ),
  language(
    "variable variables scratch $",
    "$name",
    "A variable of one firing of a probe; it ends with the block that it is first assigned in, or declared in by let.",
    'BEGIN { $x = 1; if ($x > 0) { let $y = $x + 1; printf("%d\\n", $y); } exit(); }',
  ),
  language(
    "positional parameter parameters $N $# $1",
    "$1, $2, …, $#",
    "Words behind the script on the command line: numbers, or strings by str($1). $# is how many there are. For options with names see getopt.",
    "interval:s:1 /$# == 0 || $1 > 0/ { exit(); }",
  ),
  language(
    "operator operators + - * / % ++ -- == != < <= > >= && || ! & | ^ ~ << >> = += -= *= /= %= &= |= ^= <<= >>= , . -> [ ] ( )",
    "operators, what binds tighter first",
    "[] () . -> ++ --   then ! ~ - + * & (TYPE) before a value, then * / %, + -, << >>, < <= > >=, == !=, &, ^, |, &&, ||, ?:, and = with += -= *= /= %= &= |= ^= <<= >>=. Integers have 64 bits; dividing by zero gives 0. -> and . are the same for pointers to structs.",
  ),
  language(
    "ternary ?: ? :",
    "CONDITION ? VALUE : VALUE",
    "One of two values.",
    'BEGIN { printf("%s\\n", pid > 1 ? "many" : "one"); exit(); }',
  ),
  language(
    "comment comments /* #!",
    "// to the end of the line, /* … */",
    "What is not read. A first line that begins with #! is not, either.",
  ),
  language(
    "include #include #define preprocessor",
    "#include <HEADER>, #define NAME VALUE, struct NAME { … };",
    "Before the first probe: C definitions. Types of the kernel need no headers where it has BTF.",
  ),
  language(
    "wildcard wildcards glob",
    "tracepoint:syscalls:sys_enter_*",
    "A * in an attach point stands for anything. `tsbt -l PATTERN` shows what it matches; several attach points are divided by commas.",
    "tracepoint:syscalls:sys_enter_op* { @[probe] = count(); }",
  ),
  language(
    "range ..",
    "for ($i : FIRST..END) { … }",
    "Numbers from the first one up to the end, which does not belong to them.",
    'BEGIN { for ($i : 0..3) { printf("%d\\n", $i); } exit(); }',
  ),
  language(
    "unit units ns us ms s m h d hz",
    "10us, 5ms, 2s, 1m, interval:ms:100, profile:hz:99",
    "Behind a number ns, us, ms, s, m, h and d make it nanoseconds. Attach points of interval and profile have us, ms, s and hz, how often in a second, as a word of their own, or a number with a unit: interval:100ms.",
    'interval:100ms { printf("%d\\n", 5ms); exit(); }',
  ),
  language(
    "format formats conversion conversions %d %s %x %p %c %r %u",
    'printf("%d %s\\n", NUMBER, TEXT)',
    "What printf(), errorf(), warnf(), system() and cat() make of values: %d %u %x of integers, %s of text, names and what print() shows of any value, %c of a byte, %p of an address, %r and %rx of buffers, %% is a percent sign. Between % and the letter stand flags and a width: %-16s, %08x. Dates have conversions of their own, those of strftime(3).",
    'BEGIN { printf("%-8s %04x\\n", comm, pid); exit(); }',
  ),
  topic(
    "format",
    "json JSON text output",
    "tsbt -f json",
    'Output for programs: a line of JSON for each thing that is printed, {"type": …, "data": …}. Maps, histograms and stacks have shapes of their own; see -f and -o.',
  ),
  type(
    "integer integers int int8 int16 int32 int64 uint8 uint16 uint32 uint64 u8 u16 u32 u64 s8 s16 s32 s64 number",
    "int8 … int64, uint8 … uint64",
    "Whole numbers with and without a sign; (uint8)x is the value x as one. Literals are written 12, 0x1f, 017, 1_000, 1e6, and with units of time as nanoseconds: 10ms, 2s, 1m.",
    'BEGIN { printf("%d %d\\n", (uint8)-1, 1_000); exit(); }',
  ),
  type("bool boolean", "bool", "true or false: what comparisons are.", "BEGIN { print(1 < 2); exit(); }"),
  type(
    "string strings",
    "string, string[N]",
    'Text in double quotes, or by str() of an address, of at most max_strlen bytes. Compared by == and !=, in order by strncmp(); "a"[0] is a byte.',
    'BEGIN { $s = "text"; printf("%s %d\\n", $s, strlen($s)); exit(); }',
  ),
  type(
    "cast casts",
    "(TYPE)VALUE",
    "A value as another type: an integer, a pointer to a struct, an array of bytes.",
    'BEGIN { printf("%d\\n", ((struct task_struct *)curtask).pid); exit(); }',
  ),
  type(
    "pointer pointers *",
    "TYPE *",
    "An address, and what is there: .member and [index] read it, * before it as well. What cannot be read is 0; -k warns of it.",
  ),
  type(
    "tuple tuples",
    "(VALUE, VALUE, …)",
    "Several values as one: t.0, t.1, … are its elements. Keys of several parts are tuples.",
    'BEGIN { $t = (1, "one"); printf("%d %s\\n", $t.0, $t.1); exit(); }',
  ),
  type(
    "record records",
    "(NAME=VALUE, NAME=VALUE, …)",
    "Several values as one, by name.",
    'BEGIN { $r = (id=1, name="init"); print($r.name); exit(); }',
  ),
  type(
    "array arrays",
    "TYPE[N]",
    "Arrays of the kernel's structs, and integers cast to bytes: x[0] is an element.",
    "BEGIN { $bytes = (uint8[8])0x0102; print($bytes[0]); exit(); }",
  ),
  type(
    "aggregation aggregations count_t sum_t min_t max_t avg_t stats_t hist_t lhist_t tseries_t stddev_t",
    "count_t, sum_t, hist_t, …",
    "What a map holds that count(), sum(), min(), max(), avg(), stats(), stddev(), hist(), lhist() or tseries() is assigned to: each CPU has its own, and they are added when they are read.",
    "tracepoint:syscalls:sys_exit_read { @bytes = hist(args.ret); }",
  ),
  type(
    "stack stacks",
    "kstack, ustack",
    "What was called on the way here: kstack in the kernel, ustack in the program, each as a value or with a mode and a limit: kstack(perf, 5).",
    "profile:hz:99 { @[kstack(5)] = count(); }",
  ),
  topic(
    "file",
    "script scripts .bt",
    "tsbt [OPTIONS] SCRIPT.bt [PARAMETERS]",
    "A script is probes with their blocks, and before them config, imports, C definitions and macros. `tsbt --fmt SCRIPT` formats one, `tsbt --dry-run SCRIPT` attaches and leaves.",
  ),
  topic(
    "command",
    "help",
    "tsbt help [NAME]",
    "Says what a name of the language, an option, a variable or a message means; without a name, which there are.",
  ),
  topic(
    "command",
    "completion",
    "tsbt completion bash|zsh|fish",
    'What the shell needs to complete options and attach points: eval "$(tsbt completion bash)".',
  ),
  topic(
    "command",
    "repl prompt",
    "tsbt repl [-p PID]",
    "The prompt; tsbt alone in a terminal is the same. :help there says what can be typed.",
  ),
  topic(
    "command",
    "setup snapshot",
    "tsbt setup",
    "Makes the start-up snapshot of an installed package, which else the first run makes.",
  ),
  topic(
    "command",
    "types",
    "tsbt types SCRIPT.bt",
    "Writes the types of a script's events and maps, for programs that import it.",
  ),
  feature("kprobe_multi", "One link for many kernel functions (Linux 5.18)."),
  feature("kprobe_session", "One program for entry and return of a kernel function (Linux 6.12)."),
  feature("uprobe_multi", "One link for many functions of a program (Linux 6.6)."),
  feature(
    "tail_calls",
    "System call tracepoints through one raw tracepoint, from which programs go on to those of each call.",
  ),
  feature(
    "steady_raw_tracepoints",
    "Raw tracepoints of system calls that miss none; where they do, one perf event of all calls is used.",
  ),
  feature(
    "compare_exchange",
    "Keyed aggregations in tables of memory that programs and tracer share (Linux 6.9), and not in hashes of the kernel.",
  ),
  variable("BPFTRACE_BTF", "A file with types, in place of /sys/kernel/btf/vmlinux."),
  variable(
    "BPFTRACE_VMLINUX",
    "The kernel's image with its symbols, which tells sizes of functions and what was inlined.",
  ),
  variable(
    "BPFTRACE_KERNEL_SOURCE BPFTRACE_KERNEL_BUILD",
    "Where the kernel's headers are, and what building has added to them. Without them those of the running kernel are looked for in /lib/modules.",
  ),
  variable(
    "BPFTRACE_COLOR NO_COLOR",
    "BPFTRACE_COLOR: colours in messages: always, never or auto. At the prompt any NO_COLOR means none.",
  ),
  variable(
    "EDITOR VISUAL",
    "What :edit at the prompt starts; VISUAL comes first, and vi is what there is without both.",
  ),
  variable("XDG_STATE_HOME", "The history of the prompt is in tsbt/history there, or else in ~/.local/state."),
  variable("TZ TZDIR", "The time zone of time() and strftime(), and where time zones are described."),
  variable(
    "__BPFTRACE_NOTIFY_PROBES_ATTACHED",
    "When it is set its name is printed once all is attached: for programs that wait for that.",
  ),
];
