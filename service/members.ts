/** Members of what an expression stands for, as people want to see them. */
import { inside } from "../codegen/types/spaces.js";
import type { StructSource } from "../codegen/types/struct-source.js";
import { type Type, typeName } from "../codegen/types/type.js";

export interface MemberView {
  readonly name: string;
  readonly type: Type;
  /** Of structs in memory, with bits where it does not start on a byte. */
  readonly offset: string | undefined;
}

/** Any number of pointers is followed. */
export function membersOf(type: Type, structs: StructSource): readonly MemberView[] {
  let reached = type;
  while (reached.kind === "pointer") reached = inside(reached.to, reached.space);
  switch (reached.kind) {
    case "struct":
      return structs.members(reached).map((member) => ({
        name: member.name,
        type: member.type,
        offset: offsetText(member.offsetBits),
      }));
    case "record":
      return reached.fields.map(({ name, type: field }) => ({ name, type: field, offset: undefined }));
    case "tuple":
      return reached.elements.map((element, i) => ({ name: String(i), type: element, offset: undefined }));
    default:
      return [];
  }
}

export const offsetText = (bits: number): string =>
  bits % 8 === 0 ? `+${bits / 8}` : `+${Math.floor(bits / 8)}:${bits % 8}`;

export const memberText = ({ name, type, offset }: MemberView): string =>
  `${typeName(type)} ${name}${offset === undefined ? "" : `  ${offset}`}`;
