/** Writes the values to `result` in the order of their numbers in `order`. */
export function permuted<T extends Float64Array | Uint32Array | Uint8Array>(
  values: T,
  order: Uint32Array,
  result: T,
): T {
  for (let i = 0; i < order.length; i++) result[i] = values[order[i] as number] as number;
  return result;
}
