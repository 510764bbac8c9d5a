import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { demangle } from "../../../src/symbols/index.js";
import { mutate, randomFrom } from "../../random.js";
import { kernelTest } from "../../support/index.js";

const own = (symbol: string): string => demangle(symbol, () => undefined);

describe("names as their languages write them", () => {
  it.each([
    ["main", "main"],
    ["_start", "_start"],
    // Rust
    ["_ZN4shop4Till3add17h0123456789abcdefE", "shop::Till::add"],
    ["_ZN4shop4Till3add17h0123456789abcdefE.llvm.1234ABCD", "shop::Till::add"],
    [
      "_ZN52_$LT$shop..Till$LT$u8$GT$$u20$as$u20$shop..Named$GT$4name17h0123456789abcdefE",
      "<shop::Till<u8> as shop::Named>::name",
    ],
    ["_ZN4shop17h0123456789abcdegE", "_ZN4shop17h0123456789abcdegE"],
    ["_RNvCs1234_4shop4open", "shop::open"],
    ["_RNvMCs1234_4shopNtB2_4Till3add", "<shop::Till>::add"],
    ["_RNCNvCs1234_4shop4open0", "shop::open::{closure#0}"],
    ["_RINvCs1234_4shop4openhAtj7_E", "shop::open::<u8, [u16; 7]>"],
    ["_RNvCs1234_4shopu9gre_6ka8l", "shop::grüße"],
    ["_RNvCs1234_4shop4open.llvm.77", "shop::open"],
    ["_RNvB1_", "_RNvB1_"],
    ["_Rubbish", "_Rubbish"],
    // Rust from its first years to now: which compiler it was makes no difference.
    ["_ZN12test$BP$test6foobar17h05af221e174051e9E", "test*test::foobar"],
    [
      "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE",
      "<Test + 'static as foo::Bar<Test>>::bar",
    ],
    [
      "_ZN88_$LT$core..result..Result$LT$$u21$$C$$u20$E$GT$$u20$as$u20$std..process..Termination$GT$6report17hfc41d0da4a40b3e8E",
      "<core::result::Result<!, E> as std::process::Termination>::report",
    ],
    ["_RNvC6_123foo3bar", "123foo::bar"],
    ["_RNvMsr_NtCs3ssYzQotkvD_3std4pathNtB5_7PathBuf3newCs15kBYyAo9fc_7mycrate", "<std::path::PathBuf>::new"],
    // D
    ["_Dmain", "D main"],
    ["_D4shop4Till3addMFiAyaZi", "shop.Till.add"],
    ["_D4shop4Till6__ctorMFiZCQwQt", "shop.Till.this"],
    ["_D4shop", "_D4shop"],
    ["_D4shop5outerMFZ5innerMFiZi", "shop.outer.inner"],
    ["_D4main9__lambda1FZ4deepMFNaNbNiNfiZi", "main.__lambda1.deep"],
    // With numbers, text and types; types and names that were there before are said by their distance.
    ["_D4shop__T4openVhi5VlN7Vmi9Vbi1Zv", "shop.open!(5u, -7L, 9uL, true)"],
    ["_D4shop__T4openVAyaa3_616263Zv", 'shop.open!("abc")'],
    ["_D4shop__T4openTHiAaTG4hTPxiTDFiZvZv", "shop.open!(char[][int], ubyte[4], const(int)*, void delegate(int))"],
    ["_D3std5stdio__T7writelnTAyaZQnFNfAyaZv", "std.stdio.writeln!(immutable(char)[]).writeln"],
    ["_D6object__T6_equalTAiTAiZQoFNaNbNiNfMxAiMxAiZb", "object._equal!(int[], int[])._equal"],
    ["_D4shop16__T4openTaTbZvZ", "_D4shop16__T4openTaTbZvZ"],
    // It would refer to itself.
    ["_D4shop__T4openTAQbZv", "_D4shop__T4openTAQbZv"],
    // Swift
    ["$s4shop4openyS2i_SitF", "shop.open"],
    ["$s4shop4open1x1yS2i_SitF", "shop.open"],
    ["$s4shop4TillV3addyyF", "shop.Till.add"],
    ["$s4shop4TillV5totalSivg", "shop.Till.total.getter"],
    ["$s4shop4TillV1x1yACSi_SitcfC", "shop.Till.init"],
    ["$s4shop4TillCfD", "shop.Till.__deallocating_deinit"],
    ["$s4shop4openyS2i_SitFS2iXEfU_", "closure #1 in shop.open"],
    ["$s4shop4openyS2i_SitFS2iXEfU0_", "closure #2 in shop.open"],
    ["$sSi4shopE3addyyF", "Swift.Int.add"],
    ["$ss5print_9separator10terminatoryypd_S2StF", "Swift.print"],
    ["$sSa6appendyyxnF", "Swift.Array.append"],
    ["$s4shopAAyyF", "shop.shop"],
    ["$s4shop10OpenedTillV04testC0yyF", "shop.OpenedTill.testTill"],
    ["$s4shop7isEmpty33_0123456789ABCDEF0123456789ABCDEFLLSbyF", "shop.isEmpty"],
    ["_$s4shop4openyyF", "shop.open"],
    // What a name is of, or what it is, needs more than that: a function in a function, an operator, a witness.
    ["$s4shop4openyyF5innerL_yyF", "$s4shop4openyyF5innerL_yyF"],
    ["$s4shop4TillV1poiyA2C_ACtFZ", "$s4shop4TillV1poiyA2C_ACtFZ"],
    ["$s4shop4TillVAA5NamedA2aDP4nameSSyFTW", "$s4shop4TillVAA5NamedA2aDP4nameSSyFTW"],
    ["$s4shop4TillVMa", "$s4shop4TillVMa"],
    ["$start", "$start"],
    ["_D99shop3addFiZi", "_D99shop3addFiZi"],
    // Go
    ["main.(*Till).add", "main.(*Till).add"],
    ["gopkg.in/yaml%2ev2.Unmarshal", "gopkg.in/yaml.v2.Unmarshal"],
  ])("%s is %s", (symbol, expected) => {
    const utf8 = Buffer.from(own(symbol), "latin1").toString();
    expect(utf8).toBe(expected);
  });

  it("C++ is for its own library", () => {
    expect(demangle("_ZN4shop4Till3addEi", (symbol) => `C++ ${symbol}`)).toBe("C++ _ZN4shop4Till3addEi");
  });

  it("what is broken stays as it is, in no time", () => {
    const random = randomFrom(7);
    const seeds = [
      "_RINvCs1234_4shop4openhAtj7_FUKCmRL_eEuDNtB2_1ap4ItemhEL_E",
      "_ZN52_$LT$shop..Till$LT$u8$GT$$u20$as$u20$shop..Named$GT$4name17h0123456789abcdefE",
      "_D4shop4Till3addMFiAyaZi",
      "_D6object__T6_equalTAiTAiZQoFNaNbNiNfMxAiMxAiZb",
      "$s4shop10OpenedTillV04testC0yyF",
    ];
    for (let round = 0; round < 5000; round++) {
      const seed = seeds[random(seeds.length)] ?? "";
      const broken = Buffer.from(mutate(Buffer.from(seed, "latin1"), random)).toString("latin1");
      expect(own(broken).length).toBeLessThan(10_000);
    }
    // Each part is the one before, twice.
    expect(own(`_RINvC1a1f${"TBb_Bb_E".repeat(400)}E`).length).toBeLessThan(10_000);
    expect(own(`_RNvC1a${"T".repeat(5000)}`)).toMatch(/^_R/);
    expect(own(`_D1a__T1bT${"HQbQc".repeat(400)}Zv`).length).toBeLessThan(10_000);
    expect(own(`_D1a__T1bT${"P".repeat(50_000)}iZv`)).toMatch(/^_D/);
  });
});

kernelTest("names of D are those of c++filt", { root: false, package: ["binutils"] }, () => {
  const symbols = [
    "_D3std5stdio__T7writelnTAyaZQnFNfAyaZv",
    "_D6object__T6_equalTAiTAiZQoFNaNbNiNfMxAiMxAiZb",
    "_D4shop__T4openTaTbVxai97Vbi1Vhi5VlN7Vmi9VAyaa3_616263Zv",
    "_D4shop__T3mapVii5TiZ3mapFNaNbiZi",
    "_D4shop4Till6__dtorMFZv",
    "_D4shop3addFiXv",
    "_D4main9__lambda1FZ4deepMFNaNbNiNfiZi",
  ];
  const filtered = execFileSync("c++filt", ["-s", "dlang"], { input: symbols.join("\n"), encoding: "latin1" });
  // It shows types of parameters, those of functions in between too.
  const expected = filtered.trim().split("\n");
  const bare = (name: string): string => name.replace(/(?<=\w|\))\((?:[^()]|\([^()]*\))*\)(?=\.|$)/g, "");
  expect(symbols.map(own)).toEqual(
    expected.map((name) => (name.includes("!") ? name.replace(/(?<!!)\((?:[^()]|\([^()]*\))*\)$/, "") : bare(name))),
  );
});

const RUST = `
mod shop {
    pub struct Till<T> { pub total: T }
    impl<T: Copy + std::ops::Add<Output = T> + 'static> Till<T> {
        #[inline(never)]
        pub fn add<F: Fn(T) -> T>(&mut self, f: F, v: T) -> T { self.total = self.total + f(v); self.total }
    }
    pub trait Named { fn name(&self) -> String; }
    impl Named for Till<u8> { #[inline(never)] fn name(&self) -> String { String::from("till") } }
    impl<'a> Named for &'a [i32] { #[inline(never)] fn name(&self) -> String { format!("{:?}", self) } }
}
use shop::Named;
#[inline(never)] fn show(d: &dyn std::fmt::Display) -> usize { format!("{}", d).len() }
#[inline(never)] fn pair<T>(t: (T, char), f: unsafe extern "C" fn(i32) -> u8) -> usize { let _ = (t, f); 3 }
unsafe extern "C" fn c(_: i32) -> u8 { 1 }
fn main() {
    let mut t = shop::Till { total: 3u8 };
    let k = std::env::args().count() as u8;
    println!("{} {} {} {} {}", t.add(|x| x * k, 2), t.name(), show(&k), (&[1i32, 2][..]).name(), pair((1i64, 'x'), c));
}
`;

kernelTest(
  "names of a Rust program are those of c++filt",
  { root: false, package: ["rustc", "binutils"], timeoutMs: 60_000 },
  () => {
    const directory = mkdtempSync(join(tmpdir(), "tsbt-rust-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, "till.rs"), RUST);
    execFileSync("rustc", ["-O", "-C", "symbol-mangling-version=v0", "-o", "till", "till.rs"], {
      cwd: directory,
      stdio: "pipe",
    });
    const listing = execFileSync("nm", ["till"], { cwd: directory, encoding: "latin1", maxBuffer: 1 << 28 });
    const symbols = [...new Set(Array.from(listing.matchAll(/ (_R\S+)$/gm), ([, symbol = ""]) => symbol))];
    const filtered = execFileSync("c++filt", ["--format=rust"], { input: symbols.join("\n"), encoding: "latin1" });
    // It shows hashes of crates, and types of numbers.
    const expected = filtered
      .replace(/\[[0-9a-f]{8,16}\]/g, "")
      .replace(/<(\d+): \w+>/g, "<$1>")
      .split("\n");
    expect(symbols.length).toBeGreaterThan(100);
    expect(symbols.map(own)).toEqual(expected.slice(0, symbols.length));
  },
);
