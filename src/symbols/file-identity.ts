import { statSync } from "node:fs";
import { bytePath, throwScarcity } from "../files/index.js";
import { splitMemberPath } from "./archive.js";

/** The same for all paths that lead to a file. One that is gone is like no other. */
export function fileIdentity(path: string): string {
  const member = splitMemberPath(path);
  try {
    const { dev, ino } = statSync(bytePath(member?.archive ?? path), { bigint: true });
    return `${dev}:${ino}:${member?.member ?? ""}`;
  } catch (error) {
    throwScarcity(error);
    return path;
  }
}
