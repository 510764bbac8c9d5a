/** Numbers of devices: those of files are not the kernel's own. */
/** @see Linux, include/linux/kdev_t.h, MKDEV */
export const deviceNumber = (major: number, minor: number): number => major * 2 ** MINOR_BITS + minor;

const MINOR_BITS = 20;

/** Of what `stat(2)` tells. @see Linux, include/linux/kdev_t.h, new_decode_dev */
export function deviceOfStat(device: bigint): number {
  const minor = (device & 0xffn) | ((device >> 12n) & 0xfff00n);
  return deviceNumber(Number((device >> 8n) & 0xfffn), Number(minor));
}
