/** Headers of the kernel that a machine need not have: what they would declare is in BTF. */

/** The folders of the kernel's `include/`. */
const KERNEL_FOLDERS: ReadonlySet<string> = new Set(
  (
    "acpi asm asm-generic clocksource crypto drm dt-bindings generated keys kunit linux math-emu media memory misc net pcmcia ras rdma " +
    "rv scsi soc sound target trace uapi ufs vdso video xen"
  ).split(" "),
);

export const isKernelHeader = (header: string): boolean => {
  const slash = header.indexOf("/");
  return slash > 0 && KERNEL_FOLDERS.has(header.slice(0, slash));
};
