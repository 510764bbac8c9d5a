/** Text that an `#include` found. */
import type { SourceFile } from "../source.js";

export interface HeaderFile extends SourceFile {
  /**
   * Written for the kernel's own build. What cannot be read of it does not stop a script, and does not stand in the way of
   * what the script itself defines.
   */
  readonly isKernels?: boolean;
  /** Not all that the header defines where it is installed. */
  readonly isPartial?: boolean;
}

export const isOfKernel = (file: SourceFile): boolean => (file as HeaderFile).isKernels === true;

interface Placed {
  readonly file: SourceFile;
}

/** Of two definitions of a name the first is the script's and the second the kernel's. */
export const isOursBefore = (first: Placed, second: Placed): boolean =>
  !isOfKernel(first.file) && isOfKernel(second.file);
