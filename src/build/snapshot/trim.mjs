/**
 * Takes the compiled form of Node's own modules out of a start-up snapshot.
 *
 * Node offers that itself (`withoutCodeCache`), but then drops the compiled form of our functions too, which is what makes
 * the start fast. The modules' part is more than a third of the file, is read into memory at each start, and hardly any of
 * it is used. It comes last:
 *
 *     ... | count | length, name, length, data | length, name, length, data | ...        lengths are 64-bit
 *
 * This is no documented format, so whoever calls this has to try the result.
 */

const LENGTH_BYTES = 8;
const MAX_NAME_BYTES = 200;
const MAX_MODULES = 10_000;

/** @returns {Buffer | undefined} undefined when the snapshot does not look like that */
export function trimSnapshot(snapshot) {
  for (let at = 0; at + LENGTH_BYTES <= snapshot.length; at++) {
    if (endOfModules(snapshot, at) !== snapshot.length) continue;
    return Buffer.concat([snapshot.subarray(0, at), Buffer.alloc(LENGTH_BYTES)]);
  }
  return undefined;
}

/** Where the list of modules ends that starts at `at`, if there is one. */
function endOfModules(snapshot, at) {
  const count = lengthAt(snapshot, at, MAX_MODULES);
  if (count === 0) return undefined;
  let end = at + LENGTH_BYTES;
  for (let i = 0; i < count; i++) {
    const nameBytes = lengthAt(snapshot, end, MAX_NAME_BYTES);
    if (nameBytes === 0) return undefined;
    end += LENGTH_BYTES + nameBytes;
    const dataBytes = lengthAt(snapshot, end, snapshot.length);
    if (dataBytes === 0) return undefined;
    end += LENGTH_BYTES + dataBytes;
  }
  return end;
}

/** 0 when there is none, or one that is too large. */
function lengthAt(snapshot, at, max) {
  if (at + LENGTH_BYTES > snapshot.length || snapshot.readUInt32LE(at + 4) !== 0) return 0;
  const length = snapshot.readUInt32LE(at);
  return length <= max ? length : 0;
}
