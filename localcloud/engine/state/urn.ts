/** Identity of a resource in a stack: `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** The type preceded by those of its parents, joined by `$`. */
  readonly qualifiedType: string;
  readonly name: string;
}

export const STACK_TYPE = "pulumi:pulumi:Stack";

export function parseUrn(urn: string): UrnParts {
  const [head, project, qualifiedType, ...name] = urn.split("::");
  return { stack: head.slice("urn:pulumi:".length), project, qualifiedType, name: name.join("::") };
}

export function formatUrn({ stack, project, qualifiedType, name }: UrnParts): string {
  return `urn:pulumi:${stack}::${project}::${qualifiedType}::${name}`;
}

/** Returns a child's URN, which contains the types of its parents, except the stack's own. */
export function childUrn(
  at: { stack: string; project: string },
  parent: string,
  type: string,
  name: string,
): string {
  const parentType = parent ? parseUrn(parent).qualifiedType : "";
  const qualifiedType = parentType && parentType !== STACK_TYPE ? `${parentType}$${type}` : type;
  return formatUrn({ ...at, qualifiedType, name });
}

export function typeOf(urn: string): string {
  return parseUrn(urn).qualifiedType.split("$").at(-1) ?? "";
}

export function nameOf(urn: string): string {
  return parseUrn(urn).name;
}
