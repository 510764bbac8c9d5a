const DIRECTORY = 0o040755;
const REGULAR = 0o100000;

/**
 * An archive in the form that the kernel unpacks as its first file system ("newc"):
 *
 *     "070701" + 13 fields of 8 hexadecimal digits | name, NUL | padding to 4 | data | padding to 4
 */
export class CpioArchive {
  private readonly chunks: Buffer[] = [];
  private readonly directories = new Set<string>();
  private entries = 0;

  /** Adds a directory and those above it. */
  directory(path: string): void {
    const parts = path.split("/");
    for (let depth = 1; depth <= parts.length; depth++) {
      const name = parts.slice(0, depth).join("/");
      if (name === "" || name === "." || this.directories.has(name)) continue;
      this.directories.add(name);
      this.entry(name, DIRECTORY, Buffer.alloc(0));
    }
  }

  /** Adds a file, and the directories above it. */
  file(path: string, data: Buffer | string, permissions = 0o644): void {
    const slash = path.lastIndexOf("/");
    if (slash > 0) this.directory(path.slice(0, slash));
    this.entry(path, REGULAR | permissions, Buffer.from(data));
  }

  bytes(): Buffer {
    const trailer = new CpioArchive();
    trailer.entry("TRAILER!!!", 0, Buffer.alloc(0));
    return Buffer.concat([...this.chunks, ...trailer.chunks]);
  }

  private entry(name: string, mode: number, data: Buffer): void {
    const inode = ++this.entries;
    const linkCount = 1;
    const nameBytes = Buffer.from(`${name}\0`);
    // inode, mode, uid, gid, links, mtime, size, four device numbers, length of the name, check sum
    const fields = [inode, mode, 0, 0, linkCount, 0, data.length, 0, 0, 0, 0, nameBytes.length, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
    this.push(Buffer.concat([Buffer.from(header), nameBytes]));
    this.push(data);
  }

  private push(data: Buffer): void {
    this.chunks.push(data, Buffer.alloc(-data.length & 3));
  }
}
