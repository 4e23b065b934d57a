import type { InterfaceSpec } from "./model";

export const deploymentOnlyModule = true;

/**
 * Returns the interfaces that the metadata of a hook asks for. `{ "SubnetId": ..., "SecurityGroups": [...] }` sets the
 * network of the first interface for that group's instances, so that one function serves groups in several networks.
 * Values that the program does not name are refused: metadata is data, and permission to create a hook must not include
 * the choice of the network.
 *
 * @returns the interfaces, or what is wrong.
 */
export function specsOf(
  metadata: string | undefined,
  specs: readonly InterfaceSpec[],
): readonly InterfaceSpec[] | string {
  if (metadata === undefined) return specs;
  const given = objectOf(metadata);
  // The metadata is meant for another listener.
  if (!given || (given.SubnetId === undefined && given.SecurityGroups === undefined)) return specs;
  const [first, ...others] = specs;
  if (!first) return specs;
  const { SubnetId: subnet, SecurityGroups: groups = first.securityGroups } = given;
  const subnets = new Map(
    specs.flatMap((spec) => Object.entries(spec.subnets).map(([zone, id]) => [id, zone])),
  );
  const zone = typeof subnet === "string" ? subnets.get(subnet) : undefined;
  if (subnet !== undefined && zone === undefined)
    return `the metadata of the hook names the subnet ${show(subnet)}, which the program does not`;
  const allowed = new Set<unknown>(specs.flatMap(({ securityGroups }) => securityGroups));
  if (
    !Array.isArray(groups) ||
    groups.length === 0 ||
    !groups.every((one: unknown) => allowed.has(one))
  )
    return `the metadata of the hook names the security groups ${show(groups)}, which the program does not`;
  const places = zone === undefined ? first.subnets : { [zone]: String(subnet) };
  return [{ ...first, subnets: places, securityGroups: groups as string[] }, ...others];
}

function objectOf(
  text: string,
): { readonly SubnetId?: unknown; readonly SecurityGroups?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "").slice(0, 100);
}
