/** Types of a traced program, as its debug information has them, as types of the language (probes-and-cli.md 8). */
import type { DebugMember, DebugType, Executable } from "../facts.js";
import type { Member, StructSource } from "./struct-source.js";
import { type AddressSpace, array, int, NONE, pointer, string, type StructType, type Type, VOID } from "./type.js";

/** Floats are none that the language has. What a pointer out of the program points to lies in the program. */
export function programType(type: DebugType, path: string, space: AddressSpace): Type {
  switch (type.kind) {
    case "void":
      return VOID;
    case "int":
      return int(type.bytes, type.isSigned, space);
    case "pointer":
      return pointer(programType(type.to, path, space), space);
    case "struct": {
      const { tag, name, bytes, id } = type;
      const source = { origin: "program", path, id: id ?? 0 } as const;
      const struct: StructType = { kind: "struct", tag, name, sizeBytes: bytes, source, space };
      return id === undefined ? { ...struct, isIncomplete: true } : struct;
    }
    case "array":
      return type.isText && type.length > 0
        ? string(type.length, space)
        : array(programType(type.element, path, space), type.length, space);
    case "float":
    case "other":
      return NONE;
  }
}

/** Structs of the programs that a script's probes are in. */
export class ProgramTypes implements StructSource {
  readonly #programs = new Map<string, Executable>();

  add(program: Executable): void {
    this.#programs.set(program.path, program);
  }

  member(struct: StructType, name: string): Member | undefined {
    return this.members(struct).find((member) => member.name === name);
  }

  members(struct: StructType): readonly Member[] {
    const { source, space } = struct;
    if (source.origin !== "program" || struct.isIncomplete === true) return [];
    const program = this.#programs.get(source.path);
    return program === undefined ? [] : membersOf(program, source.id, space, 0);
  }

  typeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined {
    if (tag === "enum") return undefined;
    for (const program of this.#programs.values()) {
      const found = program.debugTypeNamed(name, tag);
      if (found !== undefined) return programType(found, program.path, "none");
    }
    return undefined;
  }

  enumerator(): undefined {
    return undefined;
  }

  enumerators(): readonly [] {
    return [];
  }

  /** Debug information is asked by name only. */
  typeNames(): readonly [] {
    return [];
  }

  enumeratorNames(): readonly [] {
    return [];
  }
}

function membersOf(program: Executable, id: number, space: AddressSpace, offsetBits: number): readonly Member[] {
  return program.debugMembers(id).flatMap((member) => {
    const at = offsetBits + member.offsetBits;
    const inside = anonymousId(member);
    if (inside !== undefined) return membersOf(program, inside, space, at);
    const { name, type, bitSize } = member;
    return [{ name, type: programType(type, program.path, space), offsetBits: at, bitSize }];
  });
}

const anonymousId = ({ name, type }: DebugMember): number | undefined =>
  name === "" && type.kind === "struct" ? type.id : undefined;
