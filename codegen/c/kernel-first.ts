/** Types of the kernel's headers, which are read only if the kernel's BTF does not know a name. */
import type { Member, StructSource } from "../types/struct-source.js";
import type { EnumType, StructType, Type } from "../types/type.js";

export class KernelFirst implements StructSource {
  readonly #kernel: () => StructSource;
  readonly #headers: () => StructSource;

  constructor(kernel: () => StructSource, headers: () => StructSource) {
    this.#kernel = kernel;
    this.#headers = headers;
  }

  member(struct: StructType, name: string): Member | undefined {
    return this.#headers().member(struct, name);
  }

  members(struct: StructType): readonly Member[] {
    return this.#headers().members(struct);
  }

  typeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined {
    return this.#kernel().typeNamed(name, tag) === undefined ? this.#headers().typeNamed(name, tag) : undefined;
  }

  enumerator(name: string): { readonly value: bigint; readonly type: EnumType } | undefined {
    return this.#kernel().enumerator(name) === undefined ? this.#headers().enumerator(name) : undefined;
  }

  *typeNames(tag: "struct" | "union" | "enum" | undefined): Generator<string> {
    yield* this.#kernel().typeNames(tag);
    yield* this.#headers().typeNames(tag);
  }

  *enumeratorNames(): Generator<string> {
    yield* this.#kernel().enumeratorNames();
    yield* this.#headers().enumeratorNames();
  }

  enumerators(type: EnumType): readonly { readonly name: string; readonly value: bigint }[] {
    return this.#headers().enumerators(type);
  }
}
