import { existsSync, statSync } from "node:fs";

/** A path, which is a byte string with us, as `node:fs` wants it. What comes back of names is to be asked for in latin1. */
export const bytePath = (path: string): Buffer => Buffer.from(path, "latin1");

export const fileExists = (path: string): boolean => existsSync(bytePath(path));

/** For names that strangers choose: who opens a pipe waits for somebody to write to it. */
export const isRegularFile = (path: string): boolean =>
  statSync(bytePath(path), { throwIfNoEntry: false })?.isFile() === true;
