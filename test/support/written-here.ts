/** What follows the messages about a probe that could not be attached. @param line - of the script, where `part` stands */
export function writtenHere(line: string, part: string, number = 1): string {
  const column = line.indexOf(part);
  const place = `stdin:${number}:${column + 1}-${column + part.length + 1}`;
  return `${place}: NOTE: the probe is written here\n${line}\n${" ".repeat(column)}${"~".repeat(part.length)}\n`;
}
