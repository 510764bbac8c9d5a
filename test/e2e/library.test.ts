import { describe } from "vitest";
import { checkScript, kernelTest } from "../support/index.js";

describe("the part of the library that is written in the language", () => {
  kernelTest("find() sets its variable only when there is an entry", { matrix: false }, async () => {
    await checkScript({
      script:
        'begin { @m["a"] = 5; $v = 0; print(find(@m, "a", $v)); print($v); print(find(@m, "b", $v)); print($v); clear(@m); }',
      stdout: "true\n5\nfalse\n5\n\n\n",
    });
  });

  kernelTest("relatives of the current task", {}, async () => {
    await checkScript({
      script:
        'begin { print(ppid == curtask.real_parent.tgid); print(ppid(curtask) == ppid); print(leader_tid == pid); print(pcomm == ""); }',
      stdout: "true\ntrue\ntrue\nfalse\n\n\n",
    });
  });

  kernelTest("a macro of the script takes the place of one of the library", { matrix: false }, async () => {
    await checkScript({ script: "macro ppid() { 5 } begin { print(ppid); }", stdout: "5\n\n\n" });
  });

  kernelTest("what is wrong inside is told at the script's call", { matrix: false }, async () => {
    await checkScript({
      script: 'begin { $v = "x"; @m["a"] = 1; print(find(@m, "a", $v)); }',
      status: 1,
      stderrMatch: /^stdin:1:38-55: ERROR: Type mismatch for \$v: .*\nbegin .*\n +~{17}\nstdin:1:9-17: NOTE: /,
    });
  });
});
