import { describe, expect, it } from "vitest";
import type { UsdtNotes } from "../../../codegen/facts.js";
import { MemorySource } from "../../../src/symbols/byte-source.js";
import { ElfError, ElfFile } from "../../../src/symbols/index.js";
import { readUsdtNotes } from "../../../src/symbols/usdt-notes.js";
import { mutate, randomFrom } from "../../random.js";
import {
  DATA_ADDRESS,
  DATA_OFFSET,
  elfSample,
  type SampleNote,
  type SampleOptions,
  TEXT_ADDRESS,
  TEXT_OFFSET,
  usdtNote,
} from "./elf-sample.js";

const read = (bytes: Uint8Array): UsdtNotes => readUsdtNotes(new ElfFile(new MemorySource("/sample", bytes)));

interface Written extends Omit<SampleOptions, "usdt"> {
  readonly base?: number;
}

function readNotes(notes: readonly SampleNote[], { base, ...options }: Written = {}): UsdtNotes {
  const bytes = Buffer.concat(notes.map((note) => usdtNote(note, options.bits)));
  return read(elfSample({ ...options, usdt: { notes: bytes, ...(base === undefined ? {} : { base }) } }));
}

const NOTE: SampleNote = { location: TEXT_ADDRESS + 4, provider: "app", name: "start", args: "-4@%edi 8@$1" };
const PLACE = {
  provider: "app",
  name: "start",
  address: BigInt(TEXT_ADDRESS + 4),
  fileOffset: BigInt(TEXT_OFFSET + 4),
  semaphore: undefined,
  args: "-4@%edi 8@$1",
};

describe.each([64, 32] as const)("notes of a file of %d bits", (bits) => {
  it("say where probes are", () => {
    expect(readNotes([NOTE], { bits })).toEqual({
      architecture: bits === 64 ? "x86_64" : "i386",
      places: [PLACE],
      problems: [],
    });
  });

  it("come in the order of the file, one for each place", () => {
    const notes = [NOTE, { ...NOTE, location: TEXT_ADDRESS, args: "" }, { ...NOTE, name: "stop" }];
    expect(readNotes(notes, { bits }).places.map((place) => [place.name, place.address, place.args])).toEqual([
      ["start", BigInt(TEXT_ADDRESS + 4), "-4@%edi 8@$1"],
      ["start", BigInt(TEXT_ADDRESS), ""],
      ["stop", BigInt(TEXT_ADDRESS + 4), "-4@%edi 8@$1"],
    ]);
  });

  it("have semaphores in data", () => {
    const [place] = readNotes([{ ...NOTE, semaphore: DATA_ADDRESS + 6 }], { bits }).places;
    expect(place?.semaphore).toEqual({ address: BigInt(DATA_ADDRESS + 6), fileOffset: BigInt(DATA_OFFSET + 6) });
  });
});

it("a semaphore behind the bytes of the file still lies on its last page, or on no page of it", () => {
  const offsetOf = (distance: number): bigint | undefined =>
    readNotes([{ ...NOTE, semaphore: DATA_ADDRESS + distance }]).places[0]?.semaphore?.fileOffset;
  expect(offsetOf(0x800)).toBe(BigInt(DATA_OFFSET + 0x800));
  expect(offsetOf(0x1800)).toBeUndefined();
});

it("prelinked files have moved since their notes were written", () => {
  const moved = { ...NOTE, location: 0x104, base: 0x2000, semaphore: 0x200000 };
  const [place] = readNotes([moved], { base: 0x2000 + TEXT_ADDRESS - 0x100 }).places;
  expect(place?.address).toBe(BigInt(TEXT_ADDRESS + 4));
  expect(place?.semaphore?.address).toBe(BigInt(0x200000 + TEXT_ADDRESS - 0x100));
  // Without a base in the note there is nothing to compare.
  expect(readNotes([NOTE], { base: 0x7777 }).places).toEqual([PLACE]);
});

it("other architectures have their notes read, too", () => {
  expect(readNotes([NOTE], { machine: 183 })).toMatchObject({ architecture: "aarch64", places: [PLACE] });
  expect(readNotes([NOTE], { machine: 243 })).toMatchObject({ architecture: undefined, places: [PLACE] });
});

describe("broken notes are left out, and what is wrong is said", () => {
  it.each<readonly [problem: string, note: SampleNote]>([
    ["note 1 (app:start) is at 0x500000, where no code is", { ...NOTE, location: 0x500000 }],
    ["note 1 (app:start) has its semaphore at 0x10, where nothing is", { ...NOTE, semaphore: 0x10 }],
    ["note 1 (app:start) has its semaphore at 0x401000, where code is", { ...NOTE, semaphore: TEXT_ADDRESS }],
    ["note 1 has no name", { ...NOTE, name: "" }],
    ["note 1 has no name", { ...NOTE, provider: "" }],
  ])("%s", (problem, note) => {
    expect(readNotes([note, { ...NOTE, name: "good" }])).toMatchObject({
      places: [{ name: "good" }],
      problems: [problem],
    });
  });

  it("a description without its last NUL", () => {
    const note = usdtNote({ ...NOTE, args: "12345" });
    // The texts end with the description: one byte less is one NUL less.
    note[4] = (note[4] ?? 0) - 1;
    expect(read(elfSample({ usdt: { notes: note } }))).toMatchObject({ places: [], problems: ["note 1 is cut off"] });
  });

  it("a note that runs over the end of its section", () => {
    const notes = Buffer.concat([usdtNote(NOTE), usdtNote(NOTE).subarray(0, 40)]);
    expect(read(elfSample({ usdt: { notes } }))).toMatchObject({ places: [PLACE], problems: ["note 2 is cut off"] });
  });

  it("notes of others are no problem", () => {
    const foreign = usdtNote(NOTE);
    foreign.set(Buffer.from("another"), 12);
    expect(read(elfSample({ usdt: { notes: Buffer.concat([foreign, usdtNote(NOTE)]) } }))).toMatchObject({
      places: [PLACE],
      problems: [],
    });
  });

  it("whatever is broken, there is an answer or an ElfError", () => {
    const random = randomFrom(Number(process.env["TEST_SEED"] ?? 41_113));
    for (const bits of [64, 32] as const) {
      const notes = Buffer.concat([
        usdtNote({ ...NOTE, semaphore: DATA_ADDRESS }, bits),
        usdtNote({ ...NOTE, name: "x", args: "" }, bits),
      ]);
      const file = elfSample({ bits, usdt: { notes, base: 0x1000 } });
      const notesAt = Buffer.from(file).indexOf("stapsdt") - 12;
      for (let i = 0; i < 2000; i++) {
        const broken = file.slice();
        broken.set(mutate(file.subarray(notesAt, notesAt + notes.length), random), notesAt);
        const other = mutate(random(2) === 0 ? broken : file, random);
        for (const bytes of [broken, other]) {
          try {
            for (const place of read(bytes).places) expect(place.name).not.toBe("");
          } catch (error) {
            expect(error).toBeInstanceOf(ElfError);
          }
        }
      }
    }
  });
});
