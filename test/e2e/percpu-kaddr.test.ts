import { checkScript, kernelTest } from "../support/index.js";

const RQ = (cpu: string): string => `((struct rq *)percpu_kaddr("runqueues"${cpu})).cpu`;

/** The variable says on which CPU it is. Symbols of data are hidden on some machines. */
kernelTest("percpu_kaddr() finds the variables of every CPU", { needs: ["btf", "kernel-variables"] }, async () => {
  await checkScript({
    script: `interval:ms:1 { print(${RQ("")} == cpu); print(${RQ(", 0")}); print(percpu_kaddr("runqueues", 100000)); print(percpu_kaddr("runqueues", cpu) == percpu_kaddr("runqueues")); exit(); }`,
    match: /^true\n0\n0\ntrue\n/,
    stderrMatch: /^/,
  });
});

kernelTest("percpu_kaddr() wants a variable that there is", { needs: "btf", matrix: false }, async () => {
  await checkScript({
    script: 'begin { print(percpu_kaddr("nosuch")); }',
    status: 1,
    stderrMatch: /^stdin:1:15-37: ERROR: Could not resolve variable "nosuch" from BTF$/m,
  });
});
