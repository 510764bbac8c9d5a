/** Local time at an instant. */
export interface LocalOffset {
  /** East of Greenwich. */
  readonly seconds: number;
  /** A byte string such as `CEST`. */
  readonly name: string;
  /** Leap seconds that the zone's clock counts and POSIX's does not. */
  readonly leapSeconds: number;
  /** How many seconds past :59 it is: in a leap second. */
  readonly insideLeap: number;
}

export interface Zone {
  /** @param epoch - whole seconds since 1970 */
  at(epoch: number): LocalOffset;
}

export const offset = (seconds: number, name: string): LocalOffset => ({
  seconds,
  name,
  leapSeconds: 0,
  insideLeap: 0,
});

export const UTC: Zone = { at: () => offset(0, "UTC") };
