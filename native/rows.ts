/** What is shown of the entries of a map, for `native/rows.cc`. */

/** How a value lies in memory; the place in the list is its number in `native/rows.cc`. */
export const COLUMN_KINDS = ["signed", "unsigned", "double", "text", "cut-text"] as const;

/** One value of each entry of a map. */
export interface Column {
  readonly bytes: NodeJS.TypedArray;
  /** From one entry to the next, in bytes. */
  readonly stride: number;
  /** Of the first entry's value. */
  readonly offset: number;
  /** 1, 2, 4 or 8 bytes; of text what it has room for. */
  readonly width: number;
  /** A double is exact; text ends at its NUL, and where there is none it has been cut. */
  readonly kind: (typeof COLUMN_KINDS)[number];
  /** Numbers are divided by it, toward zero. */
  readonly divisor: number;
}

/** The text of each entry: columns between literals. */
export interface RowText {
  readonly columns: readonly Column[];
  /** Byte strings; one more than there are columns. */
  readonly literals: readonly string[];
  /** A byte string, which follows text that has been cut. */
  readonly mark: string;
}

export const viewsOf = (columns: readonly Column[]): readonly NodeJS.TypedArray[] => columns.map(({ bytes }) => bytes);

/** As `native/rows.cc` has them: a column is six numbers. */
export const numbersOf = (columns: readonly Column[]): Uint32Array =>
  Uint32Array.from(
    columns.flatMap(({ stride, offset, width, kind, divisor }, view) => [
      view,
      stride,
      offset,
      width,
      COLUMN_KINDS.indexOf(kind),
      divisor,
    ]),
  );
