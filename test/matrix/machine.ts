import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { initramfs, type Job } from "./initramfs.js";
import type { KernelImage } from "./kernel-image.js";

/** Where the programs are that make a machine. */
export interface Tools {
  readonly qemu: string;
  readonly virtiofsd: string;
  readonly busybox: string;
}

export interface MachineOptions {
  readonly image: KernelImage;
  readonly tools: Tools;
  readonly job: Job;
  readonly timeoutMs: number;
  /** Takes what the job prints, as it comes. */
  readonly onOutput: (stream: "stdout" | "stderr", data: Buffer) => void;
}

/** How a machine ended. */
export type MachineResult =
  | { readonly kind: "finished"; readonly status: number }
  /** It panicked, hung or did not come up. */
  | { readonly kind: "lost"; readonly reason: string; readonly console: string };

const MEMORY = "2048M";
const PORTS = ["stdout", "stderr", "status"] as const;
/** The kernel's last words, or those of the scripts in guest/. */
const DEATH = /(Kernel panic - .*|MATRIX-FAILED: .*)/;
const POLL_MS = 100;
/** A machine that has reported its result is given this long to switch itself off. */
const POWER_OFF_MS = 5_000;
const CONSOLE_LINES = 50;

/**
 * Whether to use the processor's own virtualization. Only where the developer says so: `/dev/kvm`
 * also exists in virtual machines whose KVM cannot boot an ordinary kernel.
 */
export const USES_KVM = process.env["TSBT_KVM"] === "1";

/** Boots a kernel on this machine's files, runs a command there and waits for its end. */
export async function runInMachine(options: MachineOptions): Promise<MachineResult> {
  const machine = new Machine(options);
  const stop = (): void => void machine.close();
  process.once("exit", stop);
  try {
    return await machine.run();
  } finally {
    process.removeListener("exit", stop);
    await machine.close();
  }
}

class Machine {
  private readonly options: MachineOptions;
  private readonly dir = mkdtempSync(join(tmpdir(), "tsbt-matrix."));
  private readonly processes: ChildProcess[] = [];
  private readonly servers: Server[] = [];
  private readonly console = join(this.dir, "console");
  private status = "";

  constructor(options: MachineOptions) {
    this.options = options;
  }

  async run(): Promise<MachineResult> {
    const { image, tools, job, timeoutMs } = this.options;
    const deadline = Date.now() + timeoutMs;
    const initrd = join(this.dir, "initrd");
    writeFileSync(initrd, initramfs(image, tools.busybox, job));
    const devices = [
      ...PORTS.flatMap((port) => this.listen(port)),
      ...this.share("host", "/"),
      ...this.share("modules", realpathSync(image.modulesDir)),
    ];
    await this.sharesAreReady();
    const qemu = this.start(tools.qemu, [...this.machineArguments(image, initrd), ...devices], "qemu");
    return this.follow(qemu, deadline);
  }

  /** Ends what still runs. Safe to call twice. */
  async close(): Promise<void> {
    for (const child of this.processes) child.kill("SIGKILL");
    for (const server of this.servers) server.close();
    await Promise.all(this.processes.map(ended));
    rmSync(this.dir, { recursive: true, force: true });
  }

  private machineArguments(image: KernelImage, initrd: string): readonly string[] {
    // Emulated, one thread runs all processors: with more of them the kernel's code patching (fentry) oopses,
    // and without cmpxchg16b the allocator of 6.12 does not.
    const processor = USES_KVM
      ? ["-accel", "kvm", "-cpu", "host"]
      : ["-accel", "tcg,thread=single,tb-size=512", "-cpu", "max,-cx16"];
    return [
      ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-machine", "pc", ...processor],
      // virtiofsd works in the guest's memory, so it has to be shared.
      ...["-smp", "2", "-m", MEMORY, "-object", `memory-backend-memfd,id=memory,size=${MEMORY},share=on`],
      ...["-numa", "node,memdev=memory", "-device", "virtio-serial-pci"],
      ...["-chardev", `file,id=console,path=${this.console}`, "-serial", "chardev:console"],
      ...["-kernel", image.vmlinuz, "-initrd", initrd],
      ...["-append", "console=ttyS0 panic=-1 oops=panic mitigations=off no_timer_check quiet loglevel=4"],
    ];
  }

  /** A port of the guest, and the socket to which it leads. */
  private listen(port: (typeof PORTS)[number]): readonly string[] {
    const path = join(this.dir, port);
    const server = createServer((socket) => {
      socket.on("error", () => undefined); // the machine may be killed while it speaks
      socket.on("data", (data: Buffer) => {
        if (port === "status") this.status += data.toString("latin1");
        else this.options.onOutput(port, data);
      });
    });
    server.listen(path);
    this.servers.push(server);
    return ["-chardev", `socket,id=${port},path=${path}`, "-device", `virtserialport,chardev=${port},name=${port}`];
  }

  /** A directory of this machine that the guest may read. */
  private share(tag: string, source: string): readonly string[] {
    const socket = this.socketOf(tag);
    const { virtiofsd } = this.options.tools;
    // QEMU's own daemon takes options as `mount` does, its successor in Rust has long ones.
    // The default sandbox pivots its root, which it cannot where that is the root already.
    const isRust = spawnSync(virtiofsd, ["--help"], { encoding: "utf8" }).stdout.includes("--shared-dir");
    const args = isRust
      ? ["--socket-path", socket, "--shared-dir", source, "--cache", "always", "--sandbox", "chroot"]
      : [`--socket-path=${socket}`, "-o", `source=${source}`, "-o", "cache=always", "-o", "sandbox=chroot"];
    this.start(virtiofsd, [...args, "--thread-pool-size=4"], tag);
    return [
      ...["-chardev", `socket,id=${tag},path=${socket}`],
      ...["-device", `vhost-user-fs-pci,chardev=${tag},tag=${tag},queue-size=512`],
    ];
  }

  private async sharesAreReady(): Promise<void> {
    const end = Date.now() + 10_000;
    while (!["host", "modules"].every((tag) => existsSync(this.socketOf(tag)))) {
      if (Date.now() > end || this.processes.some(hasEnded)) throw new Error(`virtiofsd did not start\n${this.logs()}`);
      await sleep(20);
    }
  }

  private async follow(qemu: ChildProcess, deadline: number): Promise<MachineResult> {
    for (let reported = Infinity; ; await sleep(POLL_MS)) {
      const status = /^exit (\d+)$/m.exec(this.status)?.[1];
      if (status !== undefined) {
        reported = Math.min(reported, Date.now());
        if (hasEnded(qemu) || Date.now() > reported + POWER_OFF_MS) return { kind: "finished", status: Number(status) };
      } else if (hasEnded(qemu)) {
        // A panic ends QEMU, since the kernel then reboots at once and -no-reboot is given.
        return this.lost(DEATH.exec(this.consoleText())?.[1] ?? "the machine ended without a result");
      } else if (Date.now() > deadline) {
        return this.lost(`not finished within ${this.options.timeoutMs / 1000} s`);
      }
    }
  }

  private lost(reason: string): MachineResult {
    const console = this.consoleText().split("\n").slice(-CONSOLE_LINES).join("\n");
    return { kind: "lost", reason, console: `${console}\n${this.logs()}`.trim() };
  }

  private consoleText(): string {
    return existsSync(this.console) ? readFileSync(this.console, "latin1").replaceAll("\r", "") : "";
  }

  /** Starts a program that ends with this process, even where this one is killed. */
  private start(file: string, args: readonly string[], name: string): ChildProcess {
    const child = spawn("setpriv", ["--pdeathsig", "KILL", file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => this.log.push(`${name}: ${data.toString("latin1").trim()}`));
    }
    child.on("error", (error) => this.log.push(`${name}: ${error.message}`));
    this.processes.push(child);
    return child;
  }

  private readonly log: string[] = [];

  private logs(): string {
    return this.log.slice(-20).join("\n");
  }

  private socketOf(tag: string): string {
    return join(this.dir, `${tag}.sock`);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

function ended(child: ChildProcess): Promise<void> {
  return hasEnded(child) ? Promise.resolve() : new Promise((resolve) => child.once("exit", () => resolve()));
}
