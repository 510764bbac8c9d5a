import { describe } from "vitest";
import { checkScript, kernelTest } from "../support/index.js";

/** The stack of `begin` is that of our own test run. */
const OWN_FRAMES = String.raw`\n {8}bpf_prog_[0-9a-f]{16}_begin_1\+\d+\n {8}\w+\+\d+\n`;

const text = (pattern: string): RegExp => new RegExp(`^${pattern}$`);

describe("stacks as values", () => {
  kernelTest("print shows a stack below an empty line", {}, async () => {
    await checkScript({ script: "begin { print(kstack(2)); }", match: text(`${OWN_FRAMES}\n\n\n`) });
  });

  kernelTest("a stack is a key, a value, and a part of both", {}, async () => {
    await checkScript({
      script: "begin { @[kstack(2)] = count(); @m[1] = kstack(2); @n[1, kstack(2), 7] = (kstack(2), 2); }",
      match: text(
        String.raw`\n\n@\[${OWN_FRAMES}\]: 1\n@m\[1\]: ${OWN_FRAMES}\n@n\[1, ${OWN_FRAMES}, 7\]: \(${OWN_FRAMES}, 2\)\n`,
      ),
    });
  });

  kernelTest("a stack is a part of formatted text", {}, async () => {
    await checkScript({
      script: 'begin { printf("<%s> %d\\n", kstack(2), 5); print((1, kstack(2))); }',
      match: text(String.raw`<${OWN_FRAMES}> 5\n\(1, ${OWN_FRAMES}\)\n\n\n`),
    });
  });

  kernelTest("loops see the stacks that are keys", {}, async () => {
    await checkScript({
      script: "begin { @x[kstack(2)] = 5; for ($kv : @x) { print($kv.0); print($kv.1); } clear(@x); }",
      match: text(`${OWN_FRAMES}\n5\n\n\n`),
    });
  });

  kernelTest("in perf mode the address stands in front", {}, async () => {
    await checkScript({
      script: "begin { print(kstack(perf, 2)); }",
      match: text(String.raw`\n\t[0-9a-f]{16} bpf_prog_[0-9a-f]{16}_begin_1\+\d+\n\t[0-9a-f]{16} \w+\+\d+\n\n\n\n`),
    });
  });

  kernelTest("in raw mode there is nothing but the address", {}, async () => {
    await checkScript({
      script: "begin { print(kstack(raw, 2)); }",
      match: text(String.raw`\n([0-9a-f]{16}\n){2}\n\n\n`),
    });
    await checkScript({
      script: "config = { stack_mode = raw } begin { print(kstack(2)); }",
      match: text(String.raw`\n([0-9a-f]{16}\n){2}\n\n\n`),
    });
  });

  kernelTest("in JSON a stack is a string", {}, async () => {
    const frames = String.raw`\\n {8}bpf_prog_\w+\+\d+\\n {8}\w+\+\d+\\n`;
    await checkScript({
      script: "begin { print(kstack(2)); @m[1] = kstack(2); @[kstack(2)] = 1; }",
      options: ["-f", "json"],
      match: [
        new RegExp(`^{"type": "value", "data": "${frames}"}$`, "m"),
        new RegExp(`^{"type": "map", "data": {"@m": {"1": "${frames}"}}}$`, "m"),
        new RegExp(String.raw`^{"type": "map", "data": {"@": {"${frames.replaceAll(" {8}", "")}": 1}}}$`, "m"),
      ],
    });
  });

  kernelTest("the default depth is 127 frames, and the limit cuts it", {}, async () => {
    await checkScript({
      script:
        "begin { $all = len(kstack); print($all > 2 && $all < 127); print(len(kstack(1024)) == $all); print(len(kstack(2))); }",
      stdout: "true\ntrue\n2\n\n\n",
    });
  });
});
