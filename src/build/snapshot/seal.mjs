/**
 * What tells a snapshot from one that was cut off, damaged or exchanged: a line in a file beside it, which is written last. The
 * launcher (launcher/snapshot.c) reads it at each start, and so looks at some bytes of each page only.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

const PAGE_BYTES = 4096;
const SAMPLE_WORDS = 16;

/** @param {string} snapshot - the file */
export function sealSnapshot(snapshot) {
  putInPlace(snapshot, `tsbt ${statSync(snapshot).size} ${checksum(readFileSync(snapshot)).toString(16)}\n`);
}

/** In the place of a snapshot: none can be made, and for some time nobody has to try it again. */
export function sealImpossible(snapshot, reason) {
  putInPlace(snapshot, `impossible: ${reason.split("\n")[0].slice(0, 80)}\n`);
}

function putInPlace(snapshot, line) {
  const unfinished = `${snapshot}.seal.${process.pid}`;
  writeFileSync(unfinished, line);
  renameSync(unfinished, `${snapshot}.seal`);
}

/** FNV-1a over the first words of each page. */
function checksum(bytes) {
  let hash = 0x811c9dc5;
  for (let page = 0; page + SAMPLE_WORDS * 4 <= bytes.length; page += PAGE_BYTES) {
    for (let i = 0; i < SAMPLE_WORDS; i++) hash = Math.imul(hash ^ bytes.readUInt32LE(page + i * 4), 0x01000193) >>> 0;
  }
  return hash;
}
