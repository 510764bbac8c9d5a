/** A table with one row for each kind of a union: a missing row does not compile. */
export type ByKind<U extends { kind: string }, R> = {
  readonly [K in U["kind"]]: (x: Extract<U, { kind: K }>) => R;
};

export function match<U extends { kind: string }, R>(value: U, table: ByKind<U, R>): R {
  const row = table[value.kind as U["kind"]] as (x: U) => R;
  return row(value);
}
