/** What a message about an incomplete type adds: where it was met first. */
import type { CPlace } from "./failure.js";
import type { CParser } from "./parser.js";
import { type CType, cTypeName, plain } from "./type.js";

export function incompleteNote(
  { outer }: CParser,
  type: CType,
): { readonly place: CPlace; readonly message: string } | undefined {
  const bare = plain(type);
  if (!("place" in bare)) return undefined;
  const name = cTypeName(bare);
  const isBeingDefined = bare === outer;
  return {
    place: bare.place,
    message: isBeingDefined
      ? `definition of '${name}' is not complete until the closing '}'`
      : `forward declaration of '${name}'`,
  };
}
