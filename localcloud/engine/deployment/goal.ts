import type * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import { DeploymentError } from "./events";
import { childUrn, nameOf, typeOf } from "../state/urn";
import type { Properties } from "../../provider/types";
import { fromStruct } from "../../provider/values";

export type RegisterRequest = resourceProto.RegisterResourceRequest;

/** A program's request for one custom resource. */
export interface ResourceGoal {
  readonly urn: string;
  readonly type: string;
  /** As registered: secrets still marked. */
  readonly inputs: Properties;
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of an explicit provider; empty = the stack's own. */
  readonly provider: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly deleteBeforeReplace: boolean | undefined;
  readonly importId: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  /** URNs that the resource may have had before a rename. */
  readonly aliases: readonly string[];
}

/** The packages whose resources this engine can create; `pulumi:providers:aws` configures them. */
const PACKAGES = new Set(["aws", "pulumi"]);

/** Refuses, by name, options that would otherwise be silently ignored. */
export function refuseUnsupported(urn: string, request: RegisterRequest): void {
  const type = request.getType();
  const [packageName] = type.split(":", 1);
  if (request.getRemote())
    throw new DeploymentError(
      urn,
      `'${type}' is a remote component: it needs the plugin of package '${packageName}', which the local ` +
        "cloud does not run. Use plain resources in this stack, or deploy it with the Pulumi CLI.",
    );
  const provided = type.startsWith("pulumi:providers:")
    ? type.slice("pulumi:providers:".length)
    : packageName;
  if (request.getCustom() && !PACKAGES.has(provided))
    throw new DeploymentError(
      urn,
      `'${type}': the local cloud has no provider for package '${provided}', only for 'aws'.`,
    );
  if (request.getTransformsList().length > 0)
    throw new DeploymentError(
      urn,
      "The option `transforms` is not supported by the local cloud's engine.",
    );
  if (request.getReplaceWithList().length > 0)
    throw new DeploymentError(
      urn,
      "The option `replaceWith` is not supported by the local cloud's engine.",
    );
  if (request.getReplacementTrigger() !== undefined)
    throw new DeploymentError(
      urn,
      "The option `replacementTrigger` is not supported by the local cloud's engine.",
    );
  if (request.getHooks() !== undefined)
    throw new DeploymentError(
      urn,
      "The option `hooks` is not supported by the local cloud's engine.",
    );
}

/** What a resource takes over from its parent. */
export interface Inherited extends Partial<
  Pick<ResourceGoal, "protect" | "retainOnDelete" | "deletedWith">
> {
  /** Former URNs of the parent: a child is renamed with its parent. */
  readonly aliases: readonly string[];
}

/**
 * Returns the goal of a resource. An option that it does not have itself is its parent's.
 * https://www.pulumi.com/docs/iac/concepts/resources/options/parent/
 */
export function goalOf(
  urn: string,
  request: RegisterRequest,
  at: { project: string; stack: string },
  inherited: Inherited,
): ResourceGoal {
  const propertyDependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((property, name) => {
    propertyDependencies[name] = property.getUrnsList();
  });
  const provider = providerUrn(request.getProvider());
  const deletedWith = request.getDeletedwith() || inherited.deletedWith || "";
  const dependencies = [
    ...request.getDependenciesList(),
    ...Object.values(propertyDependencies).flat(),
    provider,
    deletedWith,
  ];
  return {
    urn,
    type: request.getType(),
    inputs: fromStruct(request.getObject()),
    parent: request.getParent(),
    dependencies: [...new Set(dependencies.filter((dependency) => dependency !== ""))],
    propertyDependencies,
    provider,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    importId: request.getImportid(),
    // The getters answer false for an option that is not given.
    protect: (request.hasProtect() ? request.getProtect() : inherited.protect) ?? false,
    retainOnDelete:
      (request.hasRetainondelete() ? request.getRetainondelete() : inherited.retainOnDelete) ??
      false,
    deletedWith,
    aliases: aliasUrns(request, at, inherited.aliases),
  };
}

/** Returns the URN of a provider from a reference: its URN, `::` and its id. */
export function providerUrn(reference: string): string {
  return reference.split("::").slice(0, -1).join("::");
}

/** Returns the URNs that the resource had under its former name, type or parent, or under its parent's. */
function aliasUrns(
  request: RegisterRequest,
  at: { project: string; stack: string },
  parentAliases: readonly string[],
): string[] {
  const parent = request.getParent();
  const moved = (name: string, type: string): string[] =>
    parentAliases.map((parentAlias) =>
      childUrn(at, parentAlias, type, renamedWith(name, parent, parentAlias)),
    );
  const own = request.getAliasesList().flatMap((alias) => {
    const spec = alias.getSpec();
    if (alias.getUrn() || !spec)
      return alias.getUrn()
        ? [alias.getUrn(), ...moved(nameOf(alias.getUrn()), typeOf(alias.getUrn()))]
        : [];
    const name = spec.getName() || request.getName();
    const type = spec.getType() || request.getType();
    const where = { project: spec.getProject() || at.project, stack: spec.getStack() || at.stack };
    if (spec.getNoparent()) return [childUrn(where, "", type, name)];
    const urn = childUrn(where, spec.getParenturn() || parent, type, name);
    return spec.getParenturn() && spec.getParenturn() !== parent
      ? [urn]
      : [urn, ...moved(name, type)];
  });
  return [...new Set([...own, ...moved(request.getName(), request.getType())])];
}

/**
 * Renames a child that is named after its parent (`app-role` of `app`), as if it had been named after the former one.
 */
function renamedWith(name: string, parent: string, parentAlias: string): string {
  const parentName = nameOf(parent);
  return name.startsWith(parentName) ? nameOf(parentAlias) + name.slice(parentName.length) : name;
}
