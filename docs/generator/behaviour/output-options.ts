import type { BehaviourGroups } from "./row.js";

/** What becomes of the output, what is allowed, and what helps when something is wrong. */
export const OUTPUT_OPTIONS: BehaviourGroups = {
  Output: [
    {
      subject: "-o, --output",
      claim: "what the script prints goes there",
      args: ["-o", "out.txt", "-e", "begin { print(1); exit(); }"],
      stderr: "Attached 1 probe\n",
    },
    {
      subject: "-o, --output",
      claim: "a file that cannot be made",
      args: ["-o", "none/out.txt", "-e", "begin { print(1); exit(); }"],
      stderr: 'ERROR: Failed to open output file: "none/out.txt": No such file or directory\n',
      status: 1,
    },
    {
      subject: "-f",
      claim: "JSON",
      args: ["-f", "json", "-e", "begin { print(1); exit(); }"],
      stdout: '{"type": "attached_probes", "count": 1, "data": {"probes": 1}}\n{"type": "value", "data": 1}\n',
    },
    {
      subject: "-f",
      claim: "another format",
      args: ["-f", "xml", "-e", "begin { print(1); exit(); }"],
      stderr: "ERROR: Invalid output format \"xml\"\nValid formats: 'text', 'json'\n",
      status: 1,
    },
    {
      subject: "-B",
      claim: "written line by line (so it is by default)",
      args: ["-B", "line", "-q", "-e", "begin { print(1); exit(); }"],
      stdout: "1\n\n\n",
    },
    {
      subject: "-B",
      claim: "written when a buffer is full, and at the end",
      args: ["-B", "full", "-q", "-e", "begin { print(1); exit(); }"],
      stdout: "1\n\n\n",
    },
    {
      subject: "-B",
      claim: "written at once",
      args: ["-B", "none", "-q", "-e", "begin { print(1); exit(); }"],
      stdout: "1\n\n\n",
    },
    {
      subject: "-B",
      claim: "another mode",
      args: ["-B", "some", "-e", "begin { print(1); exit(); }"],
      stderr: "ERROR: USAGE: -B must be either 'line', 'full', or 'none'.\n",
      status: 1,
    },
    {
      subject: "-q, --quiet",
      claim: "nothing but what the script prints",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      stdout: "1\n\n\n",
    },
    {
      subject: "-k, --warnings",
      claim: "failed reads are told at run time",
      args: ["-k", "-q", "-e", "begin { $p = (int8 *)1; print(*$p); exit(); }"],
      stdout: "0\n\n\n",
      stderr: "stdin:1:…: WARNING: …",
    },
    {
      subject: "-k, --warnings",
      claim: "twice is deprecated",
      args: ["-kk", "-e", "begin { print(1); exit(); }"],
      stderr:
        "ERROR: USAGE: -kk has been deprecated. Use a single -k for runtime warnings for errors in map lookups and probe reads.\n",
      status: 1,
    },
    {
      subject: "--no-warnings",
      claim: "no warning of any kind",
      args: ["--no-warnings", "-q", "-e", "begin { $x = 1; print($1); exit(); }"],
      stdout: "0\n\n\n",
    },
    {
      subject: "--no-warnings",
      claim: "not beside -k",
      args: ["-k", "--no-warnings", "-e", "begin { print(1); exit(); }"],
      stderr: "ERROR: USAGE: -k, --warnings conflicts with --no-warnings\n",
      status: 1,
    },
  ],
  Safety: [
    {
      subject: "--unsafe",
      claim: "needed for what changes something",
      args: ["-e", 'begin { system("echo x"); exit(); }'],
      stderr: "stdin:1:…: ERROR: system() is an unsafe function being used in safe mode\n…",
      status: 1,
    },
    {
      subject: "--unsafe",
      claim: "allows it",
      args: ["--unsafe", "-q", "-e", 'begin { system("echo x"); exit(); }'],
      stdout: "x\n\n\n\n",
    },
    {
      subject: "--no-feature",
      claim: "features of the kernel that are not used",
      args: [
        "--no-feature",
        "kprobe_multi,kprobe_session,uprobe_multi,tail_calls,steady_raw_tracepoints,compare_exchange",
        "-q",
        "-e",
        "begin { print(1); exit(); }",
      ],
      stdout: "1\n\n\n",
    },
    {
      subject: "--no-feature",
      claim: "one that there is not",
      args: ["--no-feature", "uprobe_mulit", "-e", "begin { print(1); exit(); }"],
      stderr:
        "ERROR: USAGE: --no-feature can only have values 'kprobe_multi,kprobe_session,uprobe_multi,tail_calls,steady_raw_tracepoints,compare_exchange'.\nHINT: Did you mean `uprobe_multi`?\n",
      status: 1,
    },
  ],
  Troubleshooting: [
    {
      subject: "--dry-run",
      claim: "attaches, and prints nothing",
      args: ["--dry-run", "-e", "begin { print(1); exit(); }"],
    },
    {
      subject: "--mode",
      claim: "codegen: compiles and ends",
      args: ["--mode", "codegen", "-e", "begin { print(1); exit(); }"],
    },
    {
      subject: "--mode",
      claim: "test, bench, format: as --test, --bench, --fmt",
      args: ["--mode", "format", "-e", "begin{}"],
      stdout: "begin\n{}\n",
    },
    {
      subject: "--mode",
      claim: "compiler-bench: what compiling takes",
      args: ["--mode", "compiler-bench", "-e", "begin { print(1); exit(); }"],
      stdout: "parse …\ncompile …\n",
    },
    {
      subject: "--mode",
      claim: "another one",
      args: ["--mode", "tests", "-e", "begin { print(1); exit(); }"],
      stderr:
        "ERROR: USAGE: --mode can only be 'codegen', 'compiler-bench', 'bench', 'test' or 'format'.\nHINT: Did you mean `test`?\n",
      status: 1,
    },
    {
      subject: "-d, --debug",
      claim: "ast: on standard error",
      args: ["-d", "ast", "--mode", "codegen", "-e", "begin{}"],
      stderr: "AST:\n--------------------------------------\nbegin\n{}\n\n",
    },
    {
      subject: "-d, --debug",
      claim: "types: the program with its types as comments",
      args: ["-d", "types", "--mode", "codegen", "-e", "begin { @[pid] = count(); }"],
      stdout:
        "Types:\n--------------------------------------\n// @[uint32]: count_t\nbegin\n{\n  @[pid /* uint32 */] /* count_t */ = count() /* count_t */;\n}\n\n",
    },
    {
      subject: "-d, --debug",
      claim: "ir: the intermediate code; also by bpftrace's names codegen and codegen-opt",
      args: ["-d", "codegen-opt", "--mode", "codegen", "-e", "begin { }"],
      stdout: "IR of begin_1:\n…",
    },
    {
      subject: "-d, --debug",
      claim: "bytecode: the BPF instructions; also as dis",
      args: ["-d", "dis", "--mode", "codegen", "-e", "begin { }"],
      stdout: "BPF bytecode of begin_1:\n…",
    },
    {
      subject: "-d, --debug",
      claim: "plan: how programs are attached",
      args: ["-d", "plan", "--mode", "codegen", "-e", "interval:s:1 { }"],
      stdout: "Attachments:\n--------------------------------------\ninterval_s_1_1: perf events\n    interval:s:1\n\n",
    },
    {
      subject: "-d, --debug",
      claim: "verifier: what the kernel's verifier says",
      args: ["-d", "verifier", "--dry-run", "-e", "begin { }"],
      stdout: "BPF verifier log for begin_1:\n…",
    },
    {
      subject: "-d, --debug",
      claim: "all, or several with commas between them",
      args: ["-d", "ast,plan", "--mode", "codegen", "-e", "begin { }"],
      stdout: "Attachments:\n--------------------------------------\nbegin_1: run by the tracer\n    begin\n\n",
      stderr: "AST:\n--------------------------------------\nbegin\n{}\n\n",
    },
    {
      subject: "-d, --debug",
      claim: "another one",
      args: ["-d", "bytecod", "-e", "begin { print(1); exit(); }"],
      stderr: "ERROR: USAGE: invalid option for -d: bytecod\nHINT: Did you mean `bytecode`?\n",
      status: 1,
    },
    {
      subject: "--dump-after",
      claim: "what one pass of the optimiser made, or all; in front of the rest",
      args: ["-d", "ir", "--dump-after", "renumber", "--mode", "codegen", "-e", "begin { }"],
      stdout: "IR of begin_1 after renumber:\n…",
    },
    {
      subject: "--dump-after",
      claim: "one that there is not",
      args: ["-d", "ir", "--dump-after", "renumbr", "-e", "begin { }"],
      stderr: "ERROR: USAGE: --dump-after can only have values 'all,…'.\nHINT: Did you mean `renumber`?\n",
      status: 1,
    },
    {
      subject: "--without-pass",
      claim: "a pass of the optimiser is left out",
      args: ["-d", "ir", "--without-pass", "share-calls", "--mode", "codegen", "-e", "begin { }"],
      stdout: "IR of begin_1:\n…",
    },
    {
      subject: "--without-pass",
      claim: "only beside -d",
      args: ["--without-pass", "share-calls", "-e", "begin { }"],
      stderr: "ERROR: USAGE: --dump-after and --without-pass are for debugging: they need -d as well.\n",
      status: 1,
    },
    {
      subject: "-b, --btf",
      claim: "without effect",
      args: ["-b", "-q", "-e", "begin { print(1); exit(); }"],
      stdout: "1\n\n\n",
    },
    {
      subject: "--usdt-file-activation",
      claim: "without effect",
      args: ["--usdt-file-activation", "-q", "-e", "begin { print(1); exit(); }"],
      stdout: "1\n\n\n",
    },
  ],
  "Options of bpftrace that tsbt has not": [
    {
      subject: "--emit-elf",
      claim: "there is no object file",
      args: ["--emit-elf", "x.o", "-e", "begin { print(1); exit(); }"],
      stderr:
        "ERROR: USAGE: tsbt has no --emit-elf.\nHINT: --emit FILE writes all of a compiled script, which tsbt FILE runs; -d bytecode shows its programs without running it if --mode codegen is there, too.\n",
      status: 1,
    },
    {
      subject: "--emit-llvm",
      claim: "there is no LLVM",
      args: ["--emit-llvm", "x", "-e", "begin { print(1); exit(); }"],
      stderr:
        "ERROR: USAGE: tsbt has no --emit-llvm.\nHINT: tsbt compiles without LLVM: -d ir shows its own intermediate code, checked after every pass by its tests.\n",
      status: 1,
    },
    {
      subject: "--verify-llvm-ir",
      claim: "there is no LLVM",
      args: ["--verify-llvm-ir", "-e", "begin { print(1); exit(); }"],
      stderr:
        "ERROR: USAGE: tsbt has no --verify-llvm-ir.\nHINT: tsbt compiles without LLVM: -d ir shows its own intermediate code, checked after every pass by its tests.\n",
      status: 1,
    },
    {
      subject: "--aot",
      claim: "--emit does it",
      args: ["--aot", "x", "-e", "begin { print(1); exit(); }"],
      stderr:
        "ERROR: USAGE: tsbt has no --aot.\nHINT: --emit FILE compiles a script to a file, which tsbt FILE runs.\n",
      status: 1,
    },
  ],
};
