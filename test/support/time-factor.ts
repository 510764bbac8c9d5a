/**
 * How much slower this machine is than an ordinary one. Virtual machines without hardware support
 * set it to about 20; every time limit in the tests is multiplied by it.
 */
export const TIME_FACTOR = Number(process.env["TSBT_TIME_FACTOR"] ?? 1);
