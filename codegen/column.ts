/** Numbers and records in columns: what is asked of one is there, or we have made a mistake. */
import { InternalError } from "./internal-error.js";

/** The element at an index. @throws InternalError when there is none */
export function cell<T>(column: ArrayLike<T>, index: number): T {
  const element = column[index];
  if (element === undefined) throw new InternalError("column", `no element ${index} of ${column.length}`);
  return element;
}
