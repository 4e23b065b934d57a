/**
 * CPU units of a Fargate task, and the memory sizes (MiB) that are valid with them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, range(1, 4, 1)],
  [1024, range(2, 8, 1)],
  [2048, range(4, 16, 1)],
  [4096, range(8, 30, 1)],
  [8192, range(16, 60, 4)],
  [16384, range(32, 120, 8)],
]);

export function isFargateSize(cpu: number, memory: number): boolean {
  return SIZES.get(cpu)?.includes(memory) ?? false;
}

/** Parses CPU units such as `256` or `0.25 vCPU`; undefined if invalid. */
export function cpuUnits(text: string | undefined): number | undefined {
  const units = /^(\d+)$/.exec(text ?? "");
  if (units) return Number(units[1]);
  const virtual = /^(\d+(?:\.\d+)?|\.\d+)\s*vcpu$/i.exec(text ?? "");
  return virtual ? Number(virtual[1]) * 1024 : undefined;
}

/** Parses MiB such as `512` or `0.5 GB`; undefined if invalid. */
export function memoryMib(text: string | undefined): number | undefined {
  const mib = /^(\d+)$/.exec(text ?? "");
  if (mib) return Number(mib[1]);
  const gigabytes = /^(\d+(?:\.\d+)?|\.\d+)\s*gb$/i.exec(text ?? "");
  return gigabytes ? Number(gigabytes[1]) * 1024 : undefined;
}

/** Returns the MiB of every step from `from` to `to` gigabytes. */
function range(from: number, to: number, step: number): number[] {
  const sizes: number[] = [];
  for (let size = from; size <= to; size += step) sizes.push(size * 1024);
  return sizes;
}
