/** `%gr`: the kernel's allocation flags by name (stdlib.md 22.5). Order matters: composites come first. */
import type { Integer } from "./integer.js";

const FLAGS: readonly (readonly [name: string, bits: number])[] = [
  ["GFP_TRANSHUGE", 0x21c24ca],
  ["GFP_TRANSHUGE_LIGHT", 0x21c20ca],
  ["GFP_HIGHUSER_MOVABLE", 0x2100cca],
  ["GFP_HIGHUSER", 0x100cc2],
  ["GFP_USER", 0x100cc0],
  ["GFP_KERNEL_ACCOUNT", 0x400cc0],
  ["GFP_KERNEL", 0xcc0],
  ["GFP_NOFS", 0xc40],
  ["GFP_ATOMIC", 0x820],
  ["GFP_NOIO", 0xc00],
  ["GFP_NOWAIT", 0x2800],
  ["GFP_DMA", 0x1],
  ["__GFP_HIGHMEM", 0x2],
  ["GFP_DMA32", 0x4],
  ["__GFP_HIGH", 0x20],
  ["__GFP_IO", 0x40],
  ["__GFP_FS", 0x80],
  ["__GFP_ZERO", 0x100],
  ["__GFP_DIRECT_RECLAIM", 0x400],
  ["__GFP_KSWAPD_RECLAIM", 0x800],
  ["__GFP_WRITE", 0x1000],
  ["__GFP_NOWARN", 0x2000],
  ["__GFP_RETRY_MAYFAIL", 0x4000],
  ["__GFP_NOFAIL", 0x8000],
  ["__GFP_NORETRY", 0x10000],
  ["__GFP_MEMALLOC", 0x20000],
  ["__GFP_COMP", 0x40000],
  ["__GFP_NOMEMALLOC", 0x80000],
  ["__GFP_HARDWALL", 0x100000],
  ["__GFP_THISNODE", 0x200000],
  ["__GFP_ACCOUNT", 0x400000],
  ["__GFP_ZEROTAGS", 0x800000],
  ["__GFP_SKIP_ZERO", 0x1000000],
  ["__GFP_SKIP_KASAN", 0x2000000],
  ["__GFP_NO_OBJ_EXT", 0x4000000],
];

export function gfpFlags(value: Integer): string {
  let rest = BigInt.asUintN(64, BigInt(value));
  if (rest === 0n) return "0";
  const names: string[] = [];
  for (const [name, bits] of FLAGS) {
    if ((rest & BigInt(bits)) !== BigInt(bits)) continue;
    names.push(name);
    rest &= ~BigInt(bits);
  }
  if (rest !== 0n) names.push(`0x${rest.toString(16)}`);
  return names.join("|");
}
