/**
 * Exercises the compiler and the runtime while the start-up snapshot is made: V8 compiles a function when it is first called, the
 * snapshot keeps what has been compiled, and so every later start finds it ready. Nothing else of this is kept.
 */
import { DEFAULT_OPTIONS } from "../../codegen/compile.js";
import type { TracepointFormat } from "../../codegen/facts.js";
import { renderDiagnostics } from "../../grammar/index.js";
import { LiveFacts, parseTracepointFormat } from "../kernel/index.js";
import { compileIdly, rehearse } from "./rehearsal.js";

/** What many scripts are made of, and one with mistakes. */
const SCRIPTS = [
  right(`BEGIN { printf("%s %d %p\\n", comm, pid, curtask); exit(); }`),
  right(`
  tracepoint:syscalls:sys_enter_openat /pid > 1 && comm != "x"/ {
    printf("%-6d %-16s %s\\n", tid, comm, str(args.filename));
    @start[tid] = nsecs;
    @[comm, args.flags & 3] = count();
  }
  tracepoint:syscalls:sys_exit_openat /@start[tid]/ {
    $took = (nsecs - @start[tid]) / 1000;
    @us = hist($took);
    @linear = lhist($took, 0, 100, 10);
    @stats[comm] = stats($took);
    delete(@start, tid);
    if (args.ret < 0) { @failed[args.ret] = sum(1); } else { $took += 1; }
  }
  interval:s:1 { print(@us); clear(@us); time("%H:%M:%S\\n"); }
  END { clear(@start); }`),
  right(`
  BEGIN { printf("%d %s\\n", curtask->pid, curtask->group_leader->comm); }
  profile:hz:99 { @[comm, cpu] = count(); for ($i : 0..4) { @n[$i] = $i; } }
  interval:ms:10 { for ($kv : @n) { print($kv); } exit(); }`),
  right(`uprobe:libc:malloc { @bytes[comm] = hist(arg0); @total[comm] = sum(arg0); }`),
  right(`
  interval:ms:11 { @by["a", comm] = nsecs; exit(); }
  interval:ms:12 { @by["b", comm] = nsecs; }
  interval:ms:13 { @by["c", comm] = nsecs; }`),
  wrong(`BEGIN { $x = unknown_function(1); @a = "text"; @a = 1; }`),
  wrong(`BEGIN { printf("%d\\n" }`),
];

function right(text: string): Script {
  return { text, isRight: true };
}

function wrong(text: string): Script {
  return { text, isRight: false };
}

interface Script {
  readonly text: string;
  readonly isRight: boolean;
}

const OPENAT_FORMAT = `name: sys_enter_openat
ID: 1
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

	field:int __syscall_nr;	offset:8;	size:4;	signed:1;
	field:const char * filename;	offset:16;	size:8;	signed:0;
	field:long ret;	offset:16;	size:8;	signed:1;
	field:int flags;	offset:24;	size:8;	signed:0;

print fmt: ""
`;

/** Asks the kernel nothing that needs rights or the addon: neither is at hand when a package is installed. */
class WarmUpFacts extends LiveFacts {
  override tracepointFormat(): TracepointFormat {
    return parseTracepointFormat(OPENAT_FORMAT, "syscalls:sys_enter_openat");
  }

  override supports(): boolean {
    return true;
  }
}

/** @returns what went wrong, which costs no more than time: a slower start */
export async function warmUp(): Promise<readonly unknown[]> {
  const facts = new WarmUpFacts();
  const problems: unknown[] = [];
  for (const { text, isRight } of SCRIPTS) {
    try {
      const compilation = compileIdly(text, facts, DEFAULT_OPTIONS);
      const { diagnostics, object } = compilation;
      const rendered = renderDiagnostics(diagnostics, { color: false });
      if (isRight === diagnostics.some((d) => d.severity === "error")) problems.push(rendered);
      if (object === undefined) continue;
      const status = await rehearse(text, compilation, facts);
      if (status !== 0) problems.push(`status ${status}: ${text}`);
    } catch (error) {
      problems.push(error);
    }
  }
  return problems;
}
