import { describe, expect, it } from "vitest";
import { TracepointFormatError } from "../../../src/kernel/index.js";
import { parseTracepointFormat } from "../../../src/kernel/tracepoint-format.js";
import { randomFrom } from "../../random.js";

const SAMPLE = `name: sample
ID: 318
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;

	field:char prev_comm[16];	offset:8;	size:16;	signed:0;
	field:__data_loc char[] filename;	offset:24;	size:4;	signed:0;
	field:const char * name;	offset:32;	size:8;	signed:0;
	field:unsigned long args[6];	offset:40;	size:48;	signed:0;
	field:u8 rest[];	offset:88;	size:0;	signed:0;
	field:long ret;	offset:96;	size:8;	signed:1;

print fmt: "field:%s", REC->name
`;

const parse = (text: string) => parseTracepointFormat(text, "c:e");
const line = (declaration: string, rest = "offset:8;\tsize:4;\tsigned:0;"): string =>
  `\tfield:${declaration};\t${rest}\n`;

describe("a format file", () => {
  it("has an id and fields", () => {
    const { id, fields } = parse(SAMPLE);
    expect(id).toBe(318);
    expect(fields.map((f) => f.name)).toEqual(["common_type", "prev_comm", "filename", "name", "args", "rest", "ret"]);
  });

  it.each([
    ["common_type", { typeText: "unsigned short", isCommon: true, arrayLength: undefined }],
    ["prev_comm", { typeText: "char", arrayLength: 16, offsetBytes: 8, sizeBytes: 16, isCommon: false }],
    ["filename", { typeText: "__data_loc char[]", arrayLength: undefined, isDataLoc: true }],
    ["name", { typeText: "const char *", isDataLoc: false }],
    ["args", { typeText: "unsigned long", arrayLength: 6 }],
    ["rest", { arrayLength: 0 }],
    ["ret", { isSigned: true, sizeBytes: 8 }],
  ])("says of %s what it is", (name, expected) => {
    expect(parse(SAMPLE).fields.find((f) => f.name === name)).toMatchObject(expected);
  });

  it.each([
    ["no name", line("int"), "could not parse"],
    ["an array size that is no number", line("u8 addr[TASK_COMM_LEN]"), "could not parse array size"],
    ["no offset", line("int x", "size:4;\tsigned:0;"), 'could not parse "offset"'],
    ["an offset that is no number", line("int x", "offset:x;\tsize:4;\tsigned:0;"), 'could not parse "offset"'],
  ])("with %s is refused", (_, text, reason) => {
    expect(() => parse(text)).toThrow(TracepointFormatError);
    expect(() => parse(text)).toThrow(reason);
    expect(() => parse(text)).toThrow(/of "c:e"/);
  });

  it("that is broken gives fields or an error, never anything else", () => {
    const random = randomFrom(7);
    for (let i = 0; i < 2000; i++) {
      const at = random(SAMPLE.length);
      const broken = SAMPLE.slice(0, at) + String.fromCharCode(random(256)) + SAMPLE.slice(at + random(20));
      try {
        expect(parse(broken).fields.length).toBeLessThan(20);
      } catch (error) {
        expect(error).toBeInstanceOf(TracepointFormatError);
      }
    }
  });
});
