/** In which order the type checker tells what it finds: a message says by itself where it belongs. */

/**
 * Of errors: wrong literals come first, then what inference finds, then all others; some are told in any case. Warnings
 * come from three walks over the program, of which each tells all of its own.
 */
export type Stage = "literals" | "inference" | "always" | "first-walk" | "second-walk";

type Words = (args: never) => string;
export type Staged<W extends Words> = W & { readonly stage: Stage };

const staged =
  (stage: Stage) =>
  <W extends Words>(words: W): Staged<W> =>
    Object.assign(words, { stage });

export const ofLiterals = staged("literals");
export const ofInference = staged("inference");
export const always = staged("always");
export const ofFirstWalk = staged("first-walk");
export const ofSecondWalk = staged("second-walk");
