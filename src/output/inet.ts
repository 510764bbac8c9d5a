/** Network addresses as text: `inet_ntop` and MAC addresses. */
import type { Memory } from "./memory.js";

const AF_INET = 2;
const AF_INET6 = 10;

/** `inet`: a u64 address family, then the address in network byte order. Unknown families are empty. */
export function inetText(m: Memory, at: number): string {
  const family = m.view.getUint32(at, true);
  if (m.view.getUint32(at + 4, true) !== 0) return "";
  if (family === AF_INET) return dottedQuad(m, at + 8);
  if (family === AF_INET6) return inet6(m, at + 8);
  return "";
}

const dottedQuad = (m: Memory, at: number): string => Array.from(m.bytes.subarray(at, at + 4)).join(".");

/** RFC 5952: lower case, the first longest run of two or more zero groups as `::`. */
function inet6(m: Memory, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => m.view.getUint16(at + 2 * i));
  const zeros = longestZeroRun(groups);
  if (embedsIpv4(groups, zeros)) {
    const prefix = groups[5] === 0xffff ? "::ffff:" : "::";
    return prefix + dottedQuad(m, at + 12);
  }
  const text = (part: readonly number[]): string => part.map((g) => g.toString(16)).join(":");
  if (zeros.length < 2) return text(groups);
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(zeros.start + zeros.length))}`;
}

interface Run {
  readonly start: number;
  readonly length: number;
}

/** As glibc: `::a.b.c.d` (but not `::` or `::1`) and `::ffff:a.b.c.d`. */
function embedsIpv4(groups: readonly number[], zeros: Run): boolean {
  if (zeros.start !== 0) return false;
  return zeros.length === 6 || (zeros.length === 5 && groups[5] === 0xffff);
}

function longestZeroRun(groups: readonly number[]): Run {
  let best: Run = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

/** Six bytes, upper case. */
export const macText = (m: Memory, at: number): string =>
  Array.from(m.bytes.subarray(at, at + 6), (b) => b.toString(16).toUpperCase().padStart(2, "0")).join(":");
