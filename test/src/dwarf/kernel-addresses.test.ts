/** Code near the end of the address space, where kernels have it: no address is rounded. */
import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import { Binary } from "../../../src/symbols/binary.js";
import { compileC, kernelTest } from "../../support/index.js";

const START = 0xffffffff81000000n;

/** `f` begins at an odd place. */
const SOURCE = `#line 1 "image.c"
__asm__(".text; .skip 0x123");
static inline __attribute__((always_inline)) int twice(int x) {
  return x * 2;
}
int g(int x) {
  x += 1;
  return twice(x);
}
int f(int a) {
  a = g(a);
  a = g(a + 2);
  return a;
}`;

for (const version of [4, 5]) {
  kernelTest(
    `lines of a kernel's image, version ${version}`,
    { root: false, matrix: false, package: ["gcc", "binutils"] },
    () => {
      const flags = ["-O0", `-gdwarf-${version}`, "-mcmodel=kernel", "-fno-pic", "-no-pie", "-nostdlib"];
      const image = compileC(SOURCE, {
        name: "image",
        flags: [...flags, "-static", `-Wl,-Ttext=0x${START.toString(16)},-e,f`],
      });
      Binary.with(image, (binary) => {
        const [f, g] = [binary.functionsNamed("f")[0], binary.functionsNamed("g")[0]];
        expect(f?.address).toBeGreaterThan(START);
        for (const fn of [f, g]) {
          for (let address = fn?.address ?? 0n; address < (fn?.address ?? 0n) + (fn?.size ?? 0n); address++) {
            const place = binary.placeOf(address);
            const innermost = place?.inlined[0]?.position ?? place?.position;
            const line = execFileSync("addr2line", ["-e", image, address.toString(16)], { encoding: "utf8" });
            expect(String(innermost?.line), address.toString(16)).toBe(/:(\d+)/.exec(line)?.[1]);
          }
        }
      });
    },
  );
}
