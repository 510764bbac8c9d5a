import { expect, test } from "vitest";
import type { ValueFormat } from "../../../codegen/object.js";
import { fixedArgument } from "../../../src/output/argument.js";
import { jsonString } from "../../../src/output/json.js";
import { compileJsonPrintf } from "../../../src/output/json-printf.js";
import { memoryOf } from "../../../src/output/memory.js";
import { compilePrintf } from "../../../src/output/printf.js";
import { textOf } from "../../../src/output/text-buffer.js";
import { randomFrom } from "../../random.js";
import { CONTEXT } from "./context.js";

const STRING: ValueFormat = { kind: "string", bytes: 16 };
const INTEGER: ValueFormat = { kind: "int", bytes: 8, isSigned: true };

/** Halves of characters among them: two strings side by side can make one. */
const PIECES = [
  "a",
  " ",
  '"',
  "\\",
  "\n",
  "\t",
  "\x01",
  "\x7f",
  "caf\xc3\xa9",
  "\xff",
  "\xe2\x82",
  "\xac",
  "\xe2\x82\xac",
];

test("is the JSON string of what printf prints", () => {
  const next = randomFrom(7);
  const textOfPieces = (most: number): string =>
    Array.from({ length: next(most) }, () => PIECES[next(PIECES.length)]).join("");
  for (let i = 0; i < 3000; i++) {
    let format = "";
    const formats: ValueFormat[] = [];
    const bytes: Buffer[] = [];
    for (let part = next(6); part > 0; part--) {
      if (next(2) === 0) format += textOfPieces(3);
      const isString = next(2) === 0;
      format += isString ? ["%s", "%20s"][next(2)] : ["%ld", "%5d", "%lx"][next(3)];
      formats.push(isString ? STRING : INTEGER);
      const value = Buffer.alloc(isString ? STRING.bytes : INTEGER.bytes);
      if (isString) value.write(textOfPieces(5), "latin1");
      else value.writeBigInt64LE(BigInt(next(2 ** 31)) * BigInt(next(2 ** 31)) - 2n ** 60n);
      bytes.push(value);
    }
    const args = formats.map((valueFormat, at) =>
      fixedArgument(
        valueFormat,
        bytes.slice(0, at).reduce((sum, value) => sum + value.length, 0),
        CONTEXT,
      ),
    );
    const memory = memoryOf(Buffer.concat(bytes));
    expect(textOf(compileJsonPrintf("<", format, args, ">"), memory, 0)).toBe(
      `<${jsonString(compilePrintf(format, args)(memory, 0))}>`,
    );
  }
});
