/** What the contract suite has to be told of a provider. */
import type { FeatureName, Requirements, TracingChild } from "../../support/index.js";
import type { Target } from "./target.js";

export interface ProviderRow extends Pick<Requirements, "needs"> {
  /** What it takes on top of `needs` that its probes fire. */
  readonly firing?: FeatureName;
  /** What follows the provider's name in an attach point that exists. */
  readonly exact: (at: Place) => string;
  /** What `probe` says there, after the provider's name, if that is something else. */
  readonly exactName?: (at: Place) => string;
  /** What makes it fire: a round of the target, nothing more than time, the end of the run, or this. */
  readonly firedBy: "target" | "itself" | "end" | ((tsbt: TracingChild) => void);
  /** The process that it finds, where that is not the one that runs. */
  readonly finds?: string;
  /** No other probe may be in the script, and the run ends by itself. */
  readonly isAlone?: boolean;
  /** Options without which it does not run. */
  readonly options?: readonly string[];
  /** A pattern and the points that it stands for, all of which fire; or what is said where there are no patterns. */
  readonly wildcard: Pattern | Refused;
  /** A target that is not there, and what is said of it; or of a point that cannot be, where all that can be are there. */
  readonly missing: Missing | Refused;
  /** `-l` of this shows the line, and `-lv` below it the arguments. */
  readonly listed: Listed | "never";
  /** Whether `-p` keeps out what other processes do; `needed`: without it the point means nothing. */
  readonly pid: "filters" | "needed" | "means nothing";
}

/** Where the target and its variable are. */
export interface Place extends Pick<Target, "watched"> {
  readonly path: string;
  /** Of `-p`. */
  readonly pid?: number;
}

interface Pattern {
  readonly parts: (path: string) => string;
  readonly names: (path: string) => readonly string[];
}

export interface Missing {
  readonly parts: (path: string) => string;
  readonly message: (path: string) => string;
  /** What is said in place of that with `missing_probes=warn`. */
  readonly warning: (path: string) => string;
}

interface Refused {
  readonly parts: (path: string) => string;
  readonly refusal: string;
}

interface Listed {
  readonly parts: (path: string) => string;
  readonly line: (path: string) => string;
  readonly args: readonly string[];
}
