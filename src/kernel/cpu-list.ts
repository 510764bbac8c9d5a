/** The numbers in a list as sysfs writes it, such as `0-3,8`. Parts that are no range are left out. */
export function parseCpuList(text: string): readonly number[] {
  const cpus: number[] = [];
  for (const part of text.trim().split(",")) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined || Number(last) > MAX_CPU) continue;
    for (let cpu = Number(first); cpu <= Number(last); cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** Above any CONFIG_NR_CPUS. */
const MAX_CPU = 65_535;
