/**
 * Which tests show what the sections of the language reference say. The reference is not part of the repository: its
 * sections (`## N`, `### N.M`) are listed here.
 */

/** A test file, and what it calls its tests: the beginning of a describe, a test or a claim. */
export type TestReference = readonly [file: string, ...names: string[]];

export interface Section {
  readonly number: string;
  readonly title: string;
  readonly tests: readonly TestReference[];
  /** What the section says and no test shows, and why. */
  readonly missing?: string;
}

const language = (file: string, ...names: string[]): TestReference => [`test/e2e/language/${file}.test.ts`, ...names];
const analysis = (file: string, ...names: string[]): TestReference => [
  `test/codegen/analysis/${file}.test.ts`,
  ...names,
];
const grammar = (file: string, ...names: string[]): TestReference => [`test/grammar/${file}.test.ts`, ...names];
const e2e = (file: string, ...names: string[]): TestReference => [`test/e2e/${file}.test.ts`, ...names];

/** What the reference says of hundreds of scripts, message by message. */
const RECORDED = analysis("diagnostics", "the reference says the same of");

/** Whole, as it is printed. */
const TRANSCRIPTS = analysis("messages", "messages with their excerpts, contexts and hints");

export const SECTIONS: readonly Section[] = [
  { number: "1", title: "Lexical structure", tests: [language("01-lexical-structure", "1 ")] },
  { number: "1.1", title: "Characters, layout, comments", tests: [language("01-lexical-structure", "1.1 ")] },
  { number: "1.2", title: "Identifiers and keywords", tests: [language("01-lexical-structure", "1.2 ")] },
  { number: "1.3", title: "Sigils", tests: [language("01-lexical-structure", "1.3 ")] },
  {
    number: "1.4",
    title: "Integer literals",
    tests: [language("01-lexical-structure", "1.4 "), grammar("syntax-errors", "integer literals")],
  },
  {
    number: "1.5",
    title: "Strings",
    tests: [language("01-lexical-structure", "1.5 "), grammar("literals", "strings")],
  },
  { number: "1.6", title: "Punctuation", tests: [language("01-lexical-structure", "1.6 ")] },

  { number: "2", title: "Program grammar", tests: [language("02-program-grammar", "2 ")] },
  { number: "2.1", title: "Order", tests: [language("02-program-grammar", "2.1 ")] },
  {
    number: "2.2",
    title: "EBNF",
    tests: [
      language("02-program-grammar", "2.2 "),
      grammar("items"),
      grammar("statements"),
      grammar("expressions"),
      grammar("broken-rules"),
    ],
  },
  { number: "2.3", title: "Notes on items", tests: [language("02-program-grammar", "2.3 ")] },
  { number: "2.4", title: "Parser builtins", tests: [language("02-program-grammar", "2.4 ")] },

  { number: "3", title: "Attach points (language level)", tests: [language("03-attach-points", "3 ")] },
  { number: "3.1", title: "Raw text", tests: [language("03-attach-points", "3.1 ")] },
  { number: "3.2", title: "Splitting", tests: [language("03-attach-points", "3.2 ")] },
  { number: "3.3", title: "Provider names", tests: [language("03-attach-points", "3.3 ")] },

  { number: "4", title: "C definitions and preprocessor", tests: [e2e("c-definitions", "C definitions")] },
  {
    number: "4.1",
    title: "What is passed to the C front end",
    tests: [
      e2e("c-definitions", "C definitions", "-I and --include name headers"),
      grammar("c/preprocessor", "conditions", "headers"),
      grammar("c/layout"),
    ],
  },
  {
    number: "4.2",
    title: "Object-like macros in scripts",
    tests: [analysis("c-macros", "a macro is a subtree, not text"), e2e("c-definitions", "macros are expressions")],
  },
  {
    number: "4.3",
    title: "Enum constants",
    tests: [
      e2e("c-definitions", "enumerators print their names, also as keys"),
      language("08-typing-of-expressions", "8.8 enums become integers"),
    ],
  },
  {
    number: "4.4",
    title: "Fields",
    tests: [
      ["test/codegen/c/user-structs.test.ts", "members have the types of language.md 4.4"],
      e2e("c-definitions", "members are read as C has them"),
      language("07-pointers", "7.6 dereferencing"),
    ],
  },

  {
    number: "5",
    title: "Statements and blocks",
    tests: [language("05-statements-and-blocks", ...Array.from({ length: 11 }, (_, i) => `5 ${i + 1} `))],
  },

  { number: "6", title: "Expression grammar", tests: [language("06-expression-grammar", "6 ")] },
  { number: "6.1", title: "Precedence", tests: [language("06-expression-grammar", "6.1 ")] },
  {
    number: "6.2",
    title: "Operators with restricted operands",
    tests: [language("06-expression-grammar", "6.2 "), grammar("syntax-errors", "operators with restricted operands")],
  },
  {
    number: "6.3",
    title: "Cast or parenthesis?",
    tests: [language("06-expression-grammar", "6.3 "), grammar("expressions", "whether a parenthesis is a cast")],
  },
  { number: "6.4", title: "Tuples and records", tests: [language("06-expression-grammar", "6.4 ")] },
  { number: "6.5", title: "sizeof, offsetof, typeof, typeinfo", tests: [language("06-expression-grammar", "6.5 ")] },

  { number: "7", title: "Types", tests: [language("07-types", "7 ")] },
  { number: "7.1", title: "The types and their printed names", tests: [language("07-types", "7.1 "), RECORDED] },
  { number: "7.2", title: "Type names that scripts may write", tests: [language("07-types", "7.2 ")] },
  { number: "7.3", title: "Strings", tests: [language("07-strings", "7.3 ")] },
  { number: "7.4", title: "Arrays", tests: [language("07-types", "7.4 ")] },
  { number: "7.5", title: "Tuples and records", tests: [language("07-types", "7.5 ")] },
  { number: "7.6", title: "Pointers", tests: [language("07-pointers", "7.6 ")] },
  { number: "7.7", title: "Bool", tests: [language("07-types", "7.7 ")] },
  {
    number: "7.8",
    title: "Other types",
    tests: [language("07-types", "7.8 "), language("07-other-types", "7.8 ")],
  },

  { number: "8", title: "Typing of expressions", tests: [language("08-typing-of-expressions", "8 ")] },
  {
    number: "8.1",
    title: "Integer literals and sign-flexibility",
    tests: [language("08-typing-of-expressions", "8.1 "), ["test/codegen/types/literals.test.ts"]],
  },
  {
    number: "8.2",
    title: "promote(a, b)",
    tests: [language("08-typing-of-expressions", "8.2 "), ["test/codegen/types/promote.test.ts", "promote"]],
  },
  {
    number: "8.3",
    title: "Binary operators on integers",
    tests: [language("08-typing-of-expressions", "8.3 "), ["test/codegen/types/operators.test.ts"]],
  },
  {
    number: "8.4",
    title: "Implicit-cast warning",
    tests: [language("08-typing-of-expressions", "8.4 "), RECORDED],
  },
  {
    number: "8.5",
    title: "Assignments that do not fit",
    tests: [language("08-typing-of-expressions", "8.5 "), RECORDED],
  },
  {
    number: "8.6",
    title: "Explicit casts",
    tests: [language("08-typing-of-expressions", "8.6 "), ["test/codegen/types/casts.test.ts"]],
  },
  { number: "8.7", title: "Conditions and branches", tests: [language("08-typing-of-expressions", "8.7 ")] },
  {
    number: "8.8",
    title: "Implicit conversions at a glance",
    tests: [language("08-typing-of-expressions", "8.8 ")],
  },

  {
    number: "9",
    title: "Run-time values",
    tests: [
      language("09-run-time-values", "9 2 ", "9 3 ", "9 5 ", "9 6 ", "9 7 "),
      language("08-typing-of-expressions", "8.3 64 bits wrap"),
    ],
  },
  { number: "9.1", title: "Evaluation order", tests: [language("09-run-time-values", "9.1 ")] },

  {
    number: "10",
    title: "Scratch variables",
    tests: [
      language(
        "10-scratch-variables",
        "an assignment makes a variable in the innermost block",
        "let always makes one",
        "a visible variable cannot be made again",
        "text order decides what is known",
        "each copy of an unrolled body is a block of its own",
        "an annotation fixes size and sign",
        "a type that has been asked for is locked",
      ),
    ],
  },

  { number: "11", title: "Maps", tests: [language("11-maps", "11 ")] },
  { number: "11.1", title: "Scalar and keyed", tests: [language("11-maps", "a map is scalar or keyed")] },
  { number: "11.2", title: "Values", tests: [language("11-maps", "keys and values grow over all probes")] },
  { number: "11.3", title: "Absent keys", tests: [language("11-maps", "reading an absent key gives zero")] },
  {
    number: "11.4",
    title: "Operations",
    tests: [language("11-maps", "delete", "has_key and len", "find", "clear and zero happen")],
  },
  {
    number: "11.5",
    title: "Declarations and kinds",
    tests: [language("11-maps", "declarations of maps", "a full map tells what it drops")],
  },
  {
    number: "11.6",
    title: "Per-CPU",
    tests: [language("12-aggregations", "a map aggregates in one way"), ["test/kernel/runtime/map-access.test.ts"]],
  },

  { number: "12", title: "Aggregations", tests: [language("12-aggregations", "12 ")] },
  {
    number: "12.1",
    title: "Functions",
    tests: [language("12-aggregations", "an aggregation is the whole right side", "arguments are integers")],
  },
  {
    number: "12.2",
    title: "Literal parameters",
    tests: [language("12-aggregations", "the parameters of histograms are literals")],
  },
  {
    number: "12.3",
    title: "Reading",
    tests: [language("12-aggregations", "five of them are read as integers", "not so by unary operators")],
  },

  {
    number: "13",
    title: "Control flow",
    tests: [
      language(
        "13-control-flow",
        "a predicate is an if around the body",
        "ranges exclude their end",
        "loops over maps see pairs of key and value",
        "variables outside of a loop are the same inside",
        "while",
        "unroll",
        "break and continue leave the innermost loop",
        "exit() ends the run",
        "return ends the probe",
        "begin and end alone end by themselves",
      ),
    ],
  },

  { number: "14", title: "Macros", tests: [analysis("macros")] },
  {
    number: "14.1",
    title: "Definition and call",
    tests: [analysis("macros", "each expansion has variables of its own")],
  },
  {
    number: "14.2",
    title: "Parameters",
    tests: [
      analysis(
        "macros",
        "a macro's own variables are not the caller's",
        "a type parameter is the type of its argument",
        "maps must come in as arguments",
      ),
    ],
  },
  {
    number: "14.3",
    title: "Overloading",
    tests: [analysis("macros", "a parameter that takes only variables is preferred")],
  },
  {
    number: "14.4",
    title: "Precedence of names",
    tests: [
      e2e("library", "a macro of the script takes the place of one of the library"),
      language("02-program-grammar", "2.4 a user's macro"),
    ],
  },

  { number: "15", title: "Imports", tests: [e2e("imports", "imports (language.md 15)")] },

  { number: "16", title: "Configuration, parameters, options", tests: [language("16-configuration")] },
  {
    number: "16.1",
    title: "Config block and environment",
    tests: [language("16-configuration", "settings of the config block", "the environment wins", "unstable features")],
  },
  {
    number: "16.2",
    title: "Positional parameters",
    tests: [language("16-configuration", "positional parameters are literals")],
  },
  { number: "16.3", title: "getopt", tests: [language("16-configuration", "named options")] },

  { number: "17", title: "Constant folding and comptime", tests: [language("17-constant-folding", "17 ")] },
  {
    number: "17.1",
    title: "Integers",
    tests: [language("17-constant-folding", "17.1 "), analysis("fold", "folding")],
  },
  { number: "17.2", title: "Other literals", tests: [language("17-constant-folding", "17.2 ")] },
  { number: "17.3", title: "comptime", tests: [language("17-constant-folding", "17.3 ")] },
  { number: "17.4", title: "What must be a literal", tests: [language("17-constant-folding", "17.4 ")] },
  { number: "17.5", title: "str() of literals", tests: [language("17-constant-folding", "17.5 ")] },

  { number: "18", title: "Diagnostics", tests: [TRANSCRIPTS, language("18-diagnostics", "18 ")] },
  {
    number: "18.1",
    title: "Format",
    tests: [
      grammar("render", "a tab is one column, and four characters wide"),
      language("18-diagnostics", "the form of a diagnostic"),
    ],
  },
  {
    number: "18.2",
    title: "Locations of nodes",
    tests: [grammar("spans", "each kind of node covers what the reference says"), RECORDED],
  },
  {
    number: "18.3",
    title: "Stages",
    tests: [RECORDED, ["test/codegen/c/user-structs.test.ts", "are told after the existence of probes, before names"]],
  },
  {
    number: "18.4",
    title: "Notices and exit status",
    tests: [e2e("cli/arguments", "an empty file has no probes"), e2e("command", "what goes wrong")],
  },
  {
    number: "18.5",
    title: "Run-time warnings",
    tests: [
      language("09-run-time-values", "9 2 ", "9 5 "),
      language("07-types", "7.4 a constant index is checked by the compiler"),
      language("11-maps", "a full map tells what it drops"),
      language("18-diagnostics", "at run time"),
    ],
  },

  { number: "19", title: "Message tables", tests: [TRANSCRIPTS, grammar("messages", "every message is what some")] },
  {
    number: "19.1",
    title: "Syntax",
    tests: [grammar("syntax-errors", "statements", "strings", "the order of the parts")],
  },
  { number: "19.2", title: "Names", tests: [RECORDED, language("21-names-and-calls", "21 unknown names")] },
  { number: "19.3", title: "Calls", tests: [RECORDED, language("21-names-and-calls", "21 arity")] },
  { number: "19.4", title: "Types", tests: [RECORDED, TRANSCRIPTS] },
  { number: "19.5", title: "Warnings", tests: [RECORDED, TRANSCRIPTS] },
  { number: "19.6", title: "Attach points", tests: [language("03-attach-points", "3.3 "), TRANSCRIPTS] },

  {
    number: "20",
    title: "Address spaces and probe-dependent names",
    tests: [language("20-address-spaces", "20 ")],
  },
  {
    number: "20.1",
    title: "Address spaces",
    tests: [
      language("20-address-spaces", "20.1 "),
      language("21-addresses", "21 kptr and uptr", "21 kaddr"),
      language("21-addresses-of-programs", "21 uaddr finds", "21 uaddr in uretprobes"),
    ],
  },
  {
    number: "20.2",
    title: "Availability of builtins",
    tests: [
      language("20-address-spaces", "20.2 "),
      language("20-context", "20.2 "),
      language("21-stacks", "21 functions that not every probe can use", "21 func is of functions"),
      language("21-builtins", "21 probetype and usermode"),
      language("21-addresses", "21 reg"),
      language("21-addresses-of-programs", "20.2 "),
    ],
  },

  {
    number: "21",
    title: "Names and calls: types",
    tests: [
      language("21-names-and-calls", "21 types of calls", "21 printf converts"),
      language("21-builtins", "21 of the machine", "21 username", "21 the relatives of a task"),
      language("21-time", "21 clocks of nsecs", "21 strftime", "21 ids in a namespace"),
      language("21-stacks", "21 arguments of kstack and ustack", "21 types of stacks", "21 ksym and usym"),
      language("21-addresses", "21 reg", "21 kaddr", "21 cgroupid", "21 cgroup_path"),
      language("21-tasks-and-kfuncs", "21 "),
      language("21-addresses-of-programs", "21 "),
      e2e("write-user", "write_user()"),
      e2e("percpu-kaddr", "percpu_kaddr()"),
      e2e("library/strings", "strlen()", "strcap()", "strstr()", "strncmp()", "memcmp()", "numbers have names"),
      e2e("library/memory-and-network", "buf()", "ntop()", "pton()", "macaddr()"),
      e2e("library/output-functions", "errorf() and warnf()", "assert()", "cat()", "system()", "join()"),
      e2e("library/time-series", "takes the time of the day"),
      language(
        "21-side-effects",
        "21 signal",
        "21 override",
        "21 write_user",
        "21 is_err and container_of",
        "21 debugf",
      ),
    ],
  },
  { number: "22", title: "Legacy spellings", tests: [language("22-legacy-spellings", "22 ")] },
  { number: "23", title: "Checklist of quirks and crashes", tests: [language("23-quirks", "23 ")] },
  {
    number: "24",
    title: "Test vectors",
    tests: [
      analysis("vectors", "the vectors of the language reference"),
      e2e("vectors", "the vectors of the language reference, run"),
    ],
  },
];

/** Sections that are not shown whole, and why. This may only become less. */
export const MISSING: ReadonlyMap<string, string> = new Map(
  SECTIONS.flatMap(({ number, missing }) => (missing === undefined ? [] : [[number, missing]])),
);
