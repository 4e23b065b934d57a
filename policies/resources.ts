import type { PolicyResource as StackResource, ResourceValidationArgs } from "@pulumi/policy";
import { type PolicyResource, UNKNOWN } from "./rule";

/** Returns a resource that is about to be created or updated: its inputs only, without other resources. */
export function fromValidationArgs(args: ResourceValidationArgs): PolicyResource {
  return {
    type: args.type,
    name: args.name,
    urn: args.urn,
    parent: args.opts.parent ?? "",
    props: known(args.props),
    deleteBeforeReplace: args.opts.deleteBeforeReplace,
    sources: {},
  };
}

/** Returns a resource of the whole stack, with the sources of its properties. */
export function fromStackResource(resource: StackResource): PolicyResource {
  const sources = Object.entries(resource.propertyDependencies).map(
    ([property, from]): [string, string[]] => [property, from.map(({ urn }) => urn)],
  );
  return {
    type: resource.type,
    name: resource.name,
    urn: resource.urn,
    parent: resource.parent?.urn ?? "",
    props: known(resource.props),
    deleteBeforeReplace: resource.opts.deleteBeforeReplace,
    sources: Object.fromEntries(sources),
  };
}

/** Copies the properties, because the SDK's object throws when an unknown one is read. */
function known(props: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(props).map((key) => [key, read(props, key)]));
}

function read(container: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = Reflect.get(container, key);
  } catch {
    return UNKNOWN;
  }
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => read(value, i));
  // Code and other assets are class instances, which no rule examines.
  if (typeof value !== "object" || value === null || isAsset(value)) return value;
  return known(value as Record<string, unknown>);
}

function isAsset(value: object): boolean {
  return "__pulumiAsset" in value || "__pulumiArchive" in value;
}
