/** Where arguments of USDT probes are (probes-and-cli.md 7.3). */
import { describe } from "vitest";
import { checkScript, kernelTest } from "../../support/index.js";
import { formsProgram, NEEDS, WAYS } from "./programs.js";

/** What notes say, and what is read: as signed numbers, as argN is. */
const VALUES: readonly (readonly [name: string, args: string, ...values: string[]])[] = [
  ["bytes", "1@%al -1@%al 1@%ah -1@%ah 1@%bl", "153", "-103", "136", "-120", "2"],
  ["words", "2@%ax -2@%ax 2@%bx", "34969", "-30567", "2"],
  ["halves", "4@%eax -4@%eax -4@%edx 4@%edx 4@%r12d", "1432783001", "1432783001", "-1", "4294967295", "1"],
  ["wholes", "8@%rax -8@%rdx 8@%r12", "1234605616436512921", "-1", "-9223372036854775807"],
  ["narrowed", "4@%rax 1@%r12 2@%eax", "1432783001", "1", "34969"],
  ["constants", "-4@$-7 4@$-7 8@$0x10 -1@$250 1@$250", "-7", "4294967289", "16", "-6", "250"],
  [
    "memory",
    "8@(%rcx) -4@4(%rcx) 1@8(%rcx) -1@8(%rcx) 2@0x8(%rcx)",
    "1234605616436508552",
    "287454020",
    "254",
    "-2",
    "65534",
  ],
  ["indexed", "8@(%rcx,%rbx,8) -8@-8(%rcx,%rbx,8) 8@8(%rcx,%rbx) 1@(%rcx,%rbx)", "3", "-2", "1125899906842623", "102"],
  [
    "symbols",
    "8@longs(%rip) -8@longs+8(%rip) 8@16+longs(%rip) -4@local_int(%rip)",
    "1234605616436508552",
    "-2",
    "3",
    "-5",
  ],
  ["none", ""],
  ["unreadable", "8@16 4@(%rdx)", "0", "0"],
];

const FORMS = VALUES.map(([name, args]) => ({ name, args }));
const printed = (count: number): string => Array.from({ length: count }, (_, i) => `arg${i}`).join(", ");

describe.each(WAYS)("arguments, $name", ({ needs, options }) => {
  for (const [name, args, ...values] of VALUES) {
    kernelTest(`${name}: ${args === "" ? "none" : args}`, { ...NEEDS, needs }, async () => {
      await checkScript({
        script: `usdt:${formsProgram(FORMS)}:form:${name} { print((1, ${printed(values.length + 1)})); }`,
        options: [...options, "-c", formsProgram(FORMS)],
        match: new RegExp(`^\\(1, ${[...values, "0"].join(", ")}\\)$`, "m"),
      });
    });
  }
});
