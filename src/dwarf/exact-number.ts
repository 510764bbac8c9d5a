/**
 * Addresses as numbers: exact where programs and kernels have code, since those near the end of the address space are
 * counted from there and so are below 0. Their order is right within a file.
 */
export const exactNumber = (address: bigint): number => Number(BigInt.asIntN(64, address));

export const addressOf = (number: number): bigint => BigInt.asUintN(64, BigInt(number));
