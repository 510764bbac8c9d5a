/** Where the caller's stack ended, at each instruction of functions that do something to it. */
import { expect } from "vitest";
import { ElfFile } from "../../../src/symbols/index.js";
import { frameEndsOf } from "../../../src/unwind/index.js";
import { compileC, kernelTest } from "../../support/index.js";

const [FRAME_POINTER, STACK_POINTER] = [6, 7];

kernelTest(
  "the end of the caller's stack follows pushes and frames",
  { root: false, package: ["gcc", "libc6-dev"] },
  () => {
    const path = compileC(
      `__asm__(".text\\n.type pushes, @function\\npushes: .cfi_startproc\\n nop\\n pushq %rbx\\n .cfi_adjust_cfa_offset 8\\n nop\\n pushq %rbp\\n"
      " .cfi_adjust_cfa_offset 8\\n .cfi_rel_offset %rbp, 0\\n movq %rsp, %rbp\\n .cfi_def_cfa_register %rbp\\n nop\\n ret\\n .cfi_endproc\\n.size pushes, .-pushes\\n"
      "bare: nop\\n ret\\n.type bare, @function\\n.size bare, .-bare");
    int main(void) { return 0; }`,
      { name: "frame-ends", flags: ["-O1", "-no-pie"] },
    );
    const elf = ElfFile.open(path);
    try {
      const at = (name: string, offset: bigint): unknown =>
        frameEndsOf(elf)((elf.findSymbol(name)?.address ?? 0n) + offset);
      // One byte each: nop, push, nop, push; three: mov.
      expect(at("pushes", 0n)).toEqual({ register: STACK_POINTER, offset: 8n });
      expect(at("pushes", 1n)).toEqual({ register: STACK_POINTER, offset: 8n });
      expect(at("pushes", 2n)).toEqual({ register: STACK_POINTER, offset: 16n });
      expect(at("pushes", 4n)).toEqual({ register: STACK_POINTER, offset: 24n });
      expect(at("pushes", 7n)).toEqual({ register: FRAME_POINTER, offset: 24n });
      expect(at("bare", 0n)).toBeUndefined();
    } finally {
      elf.close();
    }
  },
);
