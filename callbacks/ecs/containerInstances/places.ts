import { fits, instancesFor, type Size } from "./fit";
import type { Waiting } from "./readServices";

export const deploymentOnlyModule = true;

/**
 * Returns how many more instances the tasks need. As long as no instance has been seen, the size of one is unknown: one
 * is started to learn it.
 */
export function instancesNeeded(
  left: readonly Size[],
  size: Size | undefined,
  coming: number,
): number {
  if (left.length === 0) return 0;
  if (!size) return coming > 0 ? 0 : 1;
  return instancesFor(
    left.filter((one) => fits(one, size)),
    size,
  );
}

export function sizesOf({ count, size }: Waiting): Size[] {
  return Array.from({ length: count }, () => size);
}

export function countOf(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { count }) => sum + count, 0);
}

/** Splits waiting tasks into those that fit on some instance when it is empty, and those too large for any. */
export function splitBySize(
  waiting: readonly Waiting[],
  sizes: readonly Size[],
): { readonly wait: Waiting[]; readonly tooLarge: Waiting[] } {
  const isTooLarge = ({ size }: Waiting): boolean =>
    sizes.length > 0 && !sizes.some((one) => fits(size, one));
  return {
    wait: waiting.filter((one) => !isTooLarge(one)),
    tooLarge: waiting.filter(isTooLarge),
  };
}

/** Describes a task that fits on no instance. */
export function describeTooLarge({
  service,
  size: { cpu, memory, interfaces, ports },
}: Waiting): string {
  const more = [
    ...(interfaces > 0 ? ["a network interface"] : []),
    ...(ports.length > 0 ? [`the ports ${ports.join(", ")}`] : []),
  ];
  const takes = [`${cpu} CPU units`, `${memory} MiB`, ...more].join(", ");
  return `a task of the service ${service} takes ${takes}: no instance has that, even when it is empty`;
}
