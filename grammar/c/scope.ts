/** The names that C declarations have given so far. Behind them lie the kernel's. */
import type { Constant } from "./constant.js";
import { constant } from "./constant.js";
import { type CEnum, type CRecord, type CType, integerNamed, plain } from "./type.js";
import type { CPlace } from "./failure.js";
import { isOursBefore } from "./header-file.js";

/** What is known of types that the C text uses and does not define. */
export interface CEnvironment {
  /** With a tag a struct, union or enum, without one a typedef. */
  typeNamed(name: string, tag: CTag | undefined): CType | undefined;
  enumerator(name: string): bigint | undefined;
  /** Of an external struct or union; anonymous members are looked through. */
  member(type: Extract<CType, { kind: "external" }>, name: string): FoundMember | undefined;
}

export type CTag = "struct" | "union" | "enum";

export interface FoundMember {
  readonly type: CType;
  readonly offsetBits: number;
}

/** An enumerator with the enum that it belongs to. */
export interface ScopedEnumerator {
  readonly place: CPlace;
  readonly constant: Constant;
  readonly type: CEnum;
}

/** Declared by the compiler itself. */
const BUILTIN_TYPES: ReadonlyMap<string, CType> = new Map<string, CType>([
  ["__builtin_va_list", { kind: "opaque", name: "__builtin_va_list", sizeBytes: 24, alignBytes: 8 }],
  ["__int128_t", integerNamed("__int128")],
  ["__uint128_t", integerNamed("unsigned __int128")],
]);

export class Scope {
  readonly typedefs = new Map<string, CType>(BUILTIN_TYPES);
  readonly tags = new Map<string, CRecord | CEnum>();
  readonly enumerators = new Map<string, ScopedEnumerator>();
  readonly #environment: CEnvironment;

  constructor(environment: CEnvironment) {
    this.#environment = environment;
  }

  typeNamed(name: string): CType | undefined {
    return this.typedefs.get(name) ?? this.#environment.typeNamed(name, undefined);
  }

  constantNamed(name: string): Constant | undefined {
    const own = this.enumerators.get(name);
    if (own !== undefined) return own.constant;
    const value = this.#environment.enumerator(name);
    return value === undefined ? undefined : enumeratorConstant(value);
  }

  /**
   * What is only declared here may be defined by the kernel. Outside of its headers the kernel as it runs is believed more
   * than they are.
   *
   * @param user where it is used
   */
  completed(type: CType, user: CPlace): CType {
    if (type.kind === "record" || type.kind === "enum") {
      if (type.name === undefined) return type;
      if (type.body !== undefined && !isOursBefore(user, type.place)) return type;
      return this.#environment.typeNamed(type.name, type.kind === "enum" ? "enum" : type.tag) ?? type;
    }
    if (type.kind === "array") {
      const element = this.completed(type.element, user);
      return element === type.element ? type : { ...type, element };
    }
    return type;
  }

  member(container: CType, name: string, user: CPlace): FoundMember | undefined {
    const type = plain(this.completed(container, user));
    if (type.kind === "external") return this.#environment.member(type, name);
    if (type.kind !== "record") return undefined;
    for (const member of type.body?.members ?? []) {
      if (member.name === name) return member;
      if (member.name !== undefined) continue;
      const inner = this.member(member.type, name, user);
      if (inner !== undefined) return { type: inner.type, offsetBits: member.offsetBits + inner.offsetBits };
    }
    return undefined;
  }
}

/** An int if it fits. */
export function enumeratorConstant(value: bigint): Constant {
  const fits = constant(value, 4, true);
  if (fits.value === value) return fits;
  const unsigned = constant(value, 4, false);
  return unsigned.value === value ? unsigned : constant(value, 8, value < 0n);
}
