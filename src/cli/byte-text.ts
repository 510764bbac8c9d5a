/** From JavaScript's strings, as Node has them from arguments and the environment, to byte strings. */
export const toBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
