/**
 * Names of kernel addresses, asked of the kernel itself. The list of all its symbols (`/proc/kallsyms`) takes it a fifth of a
 * second to write, most of what a short trace with kernel stacks would cost; a program that writes an address as `%pS` has
 * the name in microseconds.
 */
import { PSEUDO } from "../../codegen/kernel/bpf.js";
import { assemble, type Instruction } from "../kernel/assemble.js";
import type { Fd } from "../kernel/native.js";
import { isSystemCallFailure } from "../kernel/system-error.js";
import type { NearestSymbol } from "../symbols/index.js";
import type { Bpf, MapSpec } from "./bpf.js";

const NAME_BYTES = 1024;
const FORMAT = Buffer.from("%pS\0\0\0\0\0", "latin1");

/** `bpf_snprintf`, Linux 5.13. */
const SNPRINTF = 165;

/** `symbol+0x10/0x20`, and ` [module]`. An address without a symbol is written as a number. */
const NAMED = /^(\S+)\+0x([0-9a-f]+)\/0x[0-9a-f]+/;

export class KernelNamer {
  readonly #bpf: Bpf;
  readonly #output: Fd;
  readonly #program: Fd;
  readonly #key = new Uint8Array(4);
  readonly #name = Buffer.alloc(NAME_BYTES);
  readonly #argument = new BigUint64Array(1);

  /** Undefined where the kernel does not have what it takes, or does not let us. */
  static open(bpf: Bpf): KernelNamer | undefined {
    const open: Fd[] = [];
    const keep = (fd: Fd): Fd => {
      open.push(fd);
      return fd;
    };
    try {
      const format = keep(bpf.createMap(arrayOf("name_format", FORMAT.length, true)));
      bpf.update(format, new Uint8Array(4), FORMAT);
      bpf.freezeMap(format);
      const output = keep(bpf.createMap(arrayOf("name", NAME_BYTES, false)));
      const program = bpf.loadProgram({
        name: "kernel_name",
        type: "raw-tracepoint",
        expectedAttach: "none",
        attachBtfId: 0,
        attachOwner: undefined,
        code: programCode(output.number, format.number),
        license: "GPL",
        btf: undefined,
        log: undefined,
      });
      // The program holds the format.
      format.close();
      return new KernelNamer(bpf, output, program);
    } catch (error) {
      for (const fd of open) fd.close();
      if (isSystemCallFailure(error)) return undefined;
      throw error;
    }
  }

  private constructor(bpf: Bpf, output: Fd, program: Fd) {
    this.#bpf = bpf;
    this.#output = output;
    this.#program = program;
  }

  symbolAt(address: bigint): NearestSymbol | undefined {
    this.#argument[0] = address;
    this.#bpf.testRunWith(this.#program, this.#argument);
    this.#bpf.lookup(this.#output, this.#key, this.#name);
    const [, name, offset] = NAMED.exec(this.#name.toString("latin1", 0, this.#name.indexOf(0))) ?? [];
    return name === undefined || offset === undefined ? undefined : { name, offset: BigInt(`0x${offset}`) };
  }

  close(): void {
    this.#program.close();
    this.#output.close();
  }
}

const arrayOf = (name: string, valueBytes: number, isReadOnly: boolean): MapSpec => ({
  name,
  type: "array",
  keyBytes: 4,
  valueBytes,
  maxEntries: 1,
  isAllocatedOnDemand: false,
  isReadOnly,
  btf: undefined,
});

/** `snprintf(output, NAME_BYTES, format, &argument, 8)`, where the argument is the first word of the context. */
function programCode(output: number, format: number): Uint8Array {
  const mapValue = (register: number, map: number): readonly Instruction[] => [
    [0x18, register, PSEUDO.mapValue, 0, map],
    [0, 0, 0, 0, 0],
  ];
  return assemble(
    [0x79, 6, 1, 0, 0], // r6 = *(u64 *)(r1 + 0)
    [0x7b, 10, 6, -8, 0], // *(u64 *)(r10 - 8) = r6
    ...mapValue(1, output),
    [0xb7, 2, 0, 0, NAME_BYTES],
    ...mapValue(3, format),
    [0xbf, 4, 10, 0, 0], // r4 = r10
    [0x07, 4, 0, 0, -8], // r4 += -8
    [0xb7, 5, 0, 0, 8],
    [0x85, 0, 0, 0, SNPRINTF],
    [0x95, 0, 0, 0, 0],
  );
}
