/**
 * What Go's compiler says of a function, without Go, which is large to install: the parts of a value without what lies between
 * them, and results among the parameters (go1.19, `func points(p Point) int` with `struct { x int32; y int64 }`).
 */
import { expect } from "vitest";
import { compileC, kernelTest, runTsbt } from "../../support/index.js";

const DW_LANG_GO = "0x16";

const attributes = (...pairs: readonly string[]): string =>
  `${pairs.map((pair) => `.uleb128 ${pair}`).join("; ")}; .byte 0, 0`;

const ASSEMBLY = `
.text
.globl points, main
.type points, @function
points: ret
points_end: .size points, .-points
.type main, @function
main: movl $10, %eax; movl $20, %ebx; call points; xorl %edi, %edi; call exit
.size main, .-main
.section .debug_abbrev,"",@progbits
.uleb128 1, 0x11; .byte 1; ${attributes("0x13, 0x0b", "0x03, 0x08", "0x11, 0x01", "0x12, 0x07")}
.uleb128 2, 0x2e; .byte 1; ${attributes("0x03, 0x08", "0x11, 0x01", "0x12, 0x07", "0x3f, 0x0c")}
.uleb128 3, 0x05; .byte 0; ${attributes("0x03, 0x08", "0x4b, 0x0c", "0x49, 0x13", "0x02, 0x18")}
.uleb128 4, 0x13; .byte 1; ${attributes("0x03, 0x08", "0x0b, 0x0b")}
.uleb128 5, 0x0d; .byte 0; ${attributes("0x03, 0x08", "0x38, 0x0b", "0x49, 0x13")}
.uleb128 6, 0x24; .byte 0; ${attributes("0x03, 0x08", "0x3e, 0x0b", "0x0b, 0x0b")}
.byte 0
.section .debug_info,"",@progbits
unit: .long unit_end - unit_start
unit_start: .short 4; .long 0; .byte 8
.uleb128 1; .byte ${DW_LANG_GO}; .asciz "main"; .quad points; .quad points_end - points
.uleb128 2; .asciz "points"; .quad points; .quad points_end - points; .byte 1
.uleb128 3; .asciz "p"; .byte 0; .long point - unit; .uleb128 6; .byte 0x50, 0x93, 4, 0x53, 0x93, 8
.uleb128 3; .asciz "~r0"; .byte 1; .long int64 - unit; .uleb128 1; .byte 0x50
.byte 0
point: .uleb128 4; .asciz "main.Point"; .byte 16
.uleb128 5; .asciz "x"; .byte 0; .long int32 - unit
.uleb128 5; .asciz "y"; .byte 8; .long int64 - unit
.byte 0
int32: .uleb128 6; .asciz "int32"; .byte 5, 4
int64: .uleb128 6; .asciz "int64"; .byte 5, 8
.byte 0
unit_end:
.section .note.GNU-stack,"",@progbits
`;

kernelTest("a struct in registers, as Go's compiler describes it", { package: ["gcc", "libc6-dev"] }, async () => {
  const asm = `__asm__(${ASSEMBLY.trim()
    .split("\n")
    .map((line) => JSON.stringify(`${line}\n`))
    .join("\n")});`;
  const path = compileC(asm, { name: "go-like", flags: ["-g0", "-no-pie"] });
  const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", `uprobe:${path}:points { print(args); }`]);
  expect(stdout.trim(), stderr).toBe("{ .p = { .x = 10, .y = 20 } }");
  const listed = await runTsbt(["-lv", `uprobe:${path}:points`]);
  expect(listed.stdout).toBe(`uprobe:${path}:points\n    struct main.Point p\n`);
});
