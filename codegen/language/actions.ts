/**
 * What user space is asked to do by events, and what it is told of the place that asks: numbers are indexes into the object's
 * tables. `src/runtime/actions` has a handler for each; one that is missing or misspelt does not compile, nor does
 * a place that leaves something out.
 */
export interface ActionSites {
  readonly printf: FormatSite;
  readonly errorf: FormatSite;
  readonly warnf: FormatSite;
  readonly system: FormatSite;
  /** In bytes. */
  readonly cat: FormatSite & { readonly limit: number };
  readonly time: FormatSite;
  readonly "print-value": NoSite;
  readonly "print-map": MapSite & {
    readonly top: number;
    readonly div: number;
    readonly afterwards: "keep" | "clear" | "zero";
  };
  readonly clear: MapSite;
  readonly zero: MapSite;
  readonly "fill-slot": MapSite;
  readonly exit: NoSite;
  /** Index into `warnings`. */
  readonly warning: { readonly warning: number };
  readonly join: { readonly separator: number };
  readonly skboutput: { readonly file: number; readonly offset: number };
  readonly unwatch: NoSite;
}

export type ActionName = keyof ActionSites;

/** Index into `strings`. */
interface FormatSite {
  readonly format: number;
}
/** Index into `scriptMaps`. */
interface MapSite {
  readonly map: number;
}
type NoSite = Readonly<Record<string, never>>;

/** An action with what it is told. */
export type ActionCall = { readonly [N in ActionName]: ActionCallOf<N> }[ActionName];

export interface ActionCallOf<N extends ActionName> {
  readonly action: N;
  readonly site: ActionSites[N];
}
