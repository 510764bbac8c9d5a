import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { Child, kernelTest, run, tsbtCommand } from "../../support/index.js";

const PATH = `${dirname(tsbtCommand())}:${process.env["PATH"] ?? ""}`;
const TAB = "\t";

/** What each shell is started with, at a terminal of its own, so that nothing of this machine's settings is in it. */
const SHELLS = {
  bash: {
    command: "bash --norc --noprofile -i",
    setUp: `bind 'set completion-query-items 0'; bind 'set page-completions off'; eval "$(tsbt completion bash)"`,
  },
  zsh: {
    command: "zsh -f -i",
    setUp: "autoload -U compinit; compinit -u -D; zstyle ':completion:*' list-prompt ''; source <(tsbt completion zsh)",
  },
} as const;

describe.each(["bash", "zsh"] as const)("%s at a terminal", (name) => {
  const requirements = { ...(name === "bash" ? {} : { package: name }), matrix: false, timeoutMs: 40_000 };

  kernelTest("completes an attach point over its colons, part by part", requirements, async () => {
    const shell = await startShell(name);
    // The line is never sent: the shell shows what it makes of it.
    shell.write(`tsbt -l tracepoint:sche${TAB}`);
    await shell.printed("tracepoint:sched:");
    shell.write(`sched_process_ha${TAB}`);
    await shell.printed("tracepoint:sched:sched_process_hang");
  });

  kernelTest("completes subcommands, and what stands behind them", requirements, async () => {
    const shell = await startShell(name);
    shell.write(`tsbt comple${TAB}`);
    await shell.printed("tsbt completion ");
    shell.write(`z${TAB}`);
    await shell.printed("tsbt completion zsh");
    shell.write(`\u0015tsbt typ${TAB}`);
    await shell.printed("tsbt types ");
    shell.write(`/etc/hostna${TAB}`);
    await shell.printed(/types .*\/etc\/hostname/);
  });

  kernelTest("completes an attach point at the start of a program that is still open", requirements, async () => {
    const shell = await startShell(name);
    shell.write(`tsbt -e 'tracepoint:sche${TAB}`);
    await shell.printed(/'tracepoint:sche\x07?d:/); // a bell says that there is more to choose
    shell.write(`sched_process_ha${TAB}`);
    await shell.printed(/sched_process_hang/);
  });

  kernelTest("completes options, their values and names to be explained", requirements, async () => {
    const shell = await startShell(name);
    shell.write(`tsbt --traceable-f${TAB}`);
    await shell.printed("--traceable-functions");
    shell.write(`\u0015tsbt -B fu${TAB}`);
    await shell.printed("-B full");
    shell.write(`\u0015tsbt help cgroup_p${TAB}`);
    await shell.printed("cgroup_path");
  });
});

/** Fish tells what it would offer. */
describe("fish", () => {
  const requirements = { package: "fish", matrix: false, timeoutMs: 40_000 } as const;
  const offers = async (line: string): Promise<readonly string[]> => {
    const script = `tsbt completion fish | source; complete -C '${line}'`;
    const { stdout } = await run("fish", ["--no-config", "-c", script], { env: { PATH } });
    return stdout.split("\n").map((row) => row.split("\t")[0]!);
  };

  kernelTest("completes an attach point over its colons, part by part", requirements, async () => {
    expect(await offers("tsbt -l tracepoint:sche")).toContain("tracepoint:sched:");
    expect(await offers("tsbt -l tracepoint:sched:sched_process_ha")).toContain("tracepoint:sched:sched_process_hang");
  });

  kernelTest("completes options, their values and names to be explained", requirements, async () => {
    expect(await offers("tsbt --traceable-f")).toContain("--traceable-functions");
    expect(await offers("tsbt -B fu")).toContain("full");
    expect(await offers("tsbt help cgroup_p")).toEqual(["cgroup_path", ""]);
    expect(await offers("tsbt typ")).toContain("types");
    expect(await offers("tsbt types /etc/hostna")).toContain("/etc/hostname");
  });
});

/** At a pseudoterminal, which `script` makes; what is typed and what the shell makes of it comes out. */
async function startShell(name: keyof typeof SHELLS): Promise<Child> {
  const home = mkdtempSync(join(tmpdir(), "tsbt-completion-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { command, setUp } = SHELLS[name];
  const env = { PATH, HOME: home, TERM: "dumb", PS1: "> ", LC_ALL: "C" };
  const shell = new Child("script", ["-qfc", command, "/dev/null"], { input: "open", env, timeoutMs: 30_000 });
  shell.write(`${setUp}; echo rea''dy\r`);
  await shell.printed("ready");
  return shell;
}
