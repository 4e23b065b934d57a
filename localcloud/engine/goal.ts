import type * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import type { ResourceGoal } from "./deployment";
import { DeploymentError } from "./events";
import { childUrn, formatUrn, parseUrn } from "./urn";
import { fromStruct } from "./values";

export type RegisterRequest = resourceProto.RegisterResourceRequest;

/** The packages whose resources this engine can create; `pulumi:providers:aws` configures them. */
const PACKAGES = new Set(["aws", "pulumi"]);

/** Refuses by name what would otherwise be dropped without a word. */
export function refuseUnsupported(urn: string, request: RegisterRequest): void {
  const type = request.getType();
  const [packageName] = type.split(":", 1);
  if (request.getRemote())
    throw new DeploymentError(
      urn,
      `'${type}' is a remote component: it needs the plugin of package '${packageName}', which the local ` +
        "cloud does not run. Use plain resources in this stack, or deploy it with the Pulumi CLI.",
    );
  const provided = type.startsWith("pulumi:providers:") ? type.slice("pulumi:providers:".length) : packageName;
  if (request.getCustom() && !PACKAGES.has(provided))
    throw new DeploymentError(
      urn,
      `'${type}': the local cloud has no provider for package '${provided}', only for 'aws'.`,
    );
  if (request.getTransformsList().length > 0)
    throw new DeploymentError(urn, "The option `transforms` is not supported by the local cloud's engine.");
  if (request.getHooks() !== undefined)
    throw new DeploymentError(urn, "The option `hooks` is not supported by the local cloud's engine.");
}

export function goalOf(
  urn: string,
  request: RegisterRequest,
  at: { project: string; stack: string },
): ResourceGoal {
  const behindProperties = request
    .getPropertydependenciesMap()
    .toArray()
    .flatMap(([, dependencies]) => dependencies.getUrnsList());
  const provider = request.getProvider().split("::").slice(0, 4).join("::");
  const dependencies = [...request.getDependenciesList(), ...behindProperties, provider, request.getDeletedwith()];
  return {
    urn,
    type: request.getType(),
    inputs: fromStruct(request.getObject()),
    parent: request.getParent(),
    dependencies: [...new Set(dependencies.filter((dependency) => dependency !== ""))],
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    importId: request.getImportid(),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
    aliases: aliasUrns(request, at),
  };
}

/** URNs that the resource had under its former name, type or parent. */
function aliasUrns(request: RegisterRequest, at: { project: string; stack: string }): string[] {
  return request.getAliasesList().flatMap((alias) => {
    if (alias.getUrn()) return [alias.getUrn()];
    const spec = alias.getSpec();
    if (!spec) return [];
    const parent = spec.getNoparent() ? "" : spec.getParenturn() || request.getParent();
    const urn = childUrn(
      { project: spec.getProject() || at.project, stack: spec.getStack() || at.stack },
      parent,
      spec.getType() || request.getType(),
      spec.getName() || request.getName(),
    );
    return [formatUrn(parseUrn(urn))];
  });
}
