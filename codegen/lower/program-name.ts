/** Names of BPF programs (probes-and-cli.md 1.5): the probe's, as an identifier, and its number. */
const MAX_LENGTH = 127;

export function programName(probe: string, number: number): string {
  const name = probe.replace(/[^A-Za-z0-9_]/g, "_");
  const cut = name.length <= MAX_LENGTH ? name : `${name.slice(0, MAX_LENGTH - 9)}_${hash(name)}`;
  return `${cut}_${number}`;
}

/** FNV-1a, 32 bits, as 8 hexadecimal digits: tells long names apart. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}
