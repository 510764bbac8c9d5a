/**
 * Names of kernel addresses, asked of the kernel itself. The list of all its symbols (`/proc/kallsyms`) takes it a fifth of a
 * second to write, most of what a short trace with kernel stacks would cost; a program that writes an address as `%pS` has
 * the name in microseconds.
 */
import {
  assembleSmall,
  callHelper,
  compute,
  exit,
  FRAME,
  load,
  move,
  store,
  valueOf,
} from "../../codegen/kernel/small-program.js";
import { type Fd, isSystemCallFailure } from "../kernel/index.js";
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
const programCode = (output: number, format: number): Uint8Array =>
  assembleSmall([
    load(8, 6, 1, 0),
    store(8, FRAME, -8, { r: 6 }),
    valueOf(1, output),
    move(2, NAME_BYTES),
    valueOf(3, format),
    move(4, { r: FRAME }),
    compute("add", 4, -8),
    move(5, 8),
    callHelper(SNPRINTF),
    exit,
  ]);
