/** Whether a program is still the one in which places were found: a probe in another is in the middle of something else. */
import { statSync } from "node:fs";
import type { FileStamp } from "../../../codegen/saved/index.js";
import { bytePath } from "../../files/index.js";
import { ElfFile } from "../../symbols/index.js";

/** Undefined: it is not there. */
export function stampOf(path: string): FileStamp | undefined {
  const stat = statSync(bytePath(path), { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return { path, bytes: Number(stat.size), modifiedNs: `${stat.mtimeNs}`, buildId: buildIdOf(path) };
}

/** What is wrong with it; undefined when it is the same file, or one that was built from the same. */
export function changeOf(then: FileStamp): string | undefined {
  const stat = statSync(bytePath(then.path), { bigint: true, throwIfNoEntry: false });
  if (stat?.isFile() !== true) return "is not there";
  // Some who install programs give all files one time: it counts where nothing better is known.
  const isSame =
    then.buildId === undefined ? `${stat.mtimeNs}` === then.modifiedNs : buildIdOf(then.path) === then.buildId;
  return isSame && Number(stat.size) === then.bytes ? undefined : "is another file";
}

function buildIdOf(path: string): string | undefined {
  let elf: ElfFile;
  try {
    elf = ElfFile.open(path);
  } catch {
    return undefined;
  }
  try {
    return elf.buildId();
  } catch {
    return undefined;
  } finally {
    elf.close();
  }
}
