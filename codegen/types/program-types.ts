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
    case "vector":
    case "other":
      return NONE;
  }
}

/** Why scripts can make nothing of a value of the type. */
export function whyNot(type: DebugType): string | undefined {
  if (type.kind === "float") return "it is a floating-point number, and scripts have none";
  if (type.kind === "vector") return "it is a vector, and scripts have none";
  return type.kind === "other" ? "scripts have no values of its type" : undefined;
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
    for (const path of this.#programs.keys()) {
      const found = this.typeIn(path, name, tag);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Of one program, by its path. What lies nowhere takes the memory of what it is cast from. */
  typeIn(path: string, name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined {
    const found = this.#programs.get(path)?.debugTypeNamed(name, tag);
    return found && programType(found, path, "none");
  }

  /** Of one program: a constant of an enum. */
  constantIn(path: string, name: string): bigint | undefined {
    return this.#programs.get(path)?.debugConstant(name);
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
    const trouble = whyNot(type);
    const found = { name, type: programType(type, program.path, space), offsetBits: at, bitSize };
    return [trouble === undefined ? found : { ...found, trouble }];
  });
}

const anonymousId = ({ name, type }: DebugMember): number | undefined =>
  name === "" && type.kind === "struct" ? type.id : undefined;
