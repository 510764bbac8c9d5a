/** Names of files, and what this process was started with, as bytes. */
export { bytePath, fileExists, isRegularFile } from "./byte-path.js";
export { lateModule } from "./late-module.js";
export { ownArguments, ownEnvironment, toBytes } from "./own-files.js";
export { throwScarcity } from "./scarcity.js";
