import { describe, expect, test } from "vitest";
import { Child, run } from "./child.js";
import { waitFor } from "./wait-for.js";

describe("a child", () => {
  test("yields its output and status", async () => {
    const result = await run("sh", ["-c", "echo out; echo err >&2; exit 3"]);
    expect(result).toEqual({ stdout: "out\n", stderr: "err\n", status: 3, signal: null });
  });

  test("reads input and prints output byte by byte", async () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");
    expect((await run("cat", [], { input: bytes })).stdout).toBe(bytes);
  });

  test("that takes too long is ended, and its output is in the error", async () => {
    const child = run("sh", ["-c", "echo so far; exec sleep 60"], { timeoutMs: 300 });
    await expect(child).rejects.toThrow(/did not end within[^]*so far/);
  });

  test("is waited for until it has printed something", async () => {
    const child = new Child("cat", [], { input: "open" });
    child.write("hello\n");
    await child.printed(/^hello$/m);
    child.closeInput();
    expect((await child.finished).status).toBe(0);
  });

  test("that ends early fails the wait for its output at once", async () => {
    await expect(new Child("true", []).printed("never")).rejects.toThrow(/ended without printing never/);
  });

  test("that cannot be started rejects", async () => {
    await expect(run("/nonexistent")).rejects.toThrow(/ENOENT/);
  });

  let abandoned = 0;
  test("may be left running", () => {
    abandoned = new Child("sleep", ["60"]).pid;
  });
  test("does not outlive its test", async () => {
    await waitFor("the end of the child", () => !isAlive(abandoned));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
