import { randomUUID } from "node:crypto";
import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from "@aws-sdk/client-lambda";
import { checkLength, checkPattern, checkRange, constraintError } from "../../../core/constraint";
import { page } from "../../../core/page";
import type { Operation } from "../../../core/service";
import { onUnqualified } from "../model/access";
import {
  conflict,
  functionNotFound,
  invalidParameter,
  notFound,
  preconditionFailed,
} from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { Alias, LambdaFunction } from "../model/model";
import { findFunction, resolveVersion, type LambdaContext } from "../model/resolve";
import type { LambdaStore } from "../store";

export const createAlias: Operation<LambdaStore, CreateAliasRequest, AliasConfiguration> = {
  access: onUnqualified("CreateAlias"),
  run(input, context) {
    const { target } = findFunction(input, context);
    const name = input.Name ?? "";
    checkLength(name, "name", { min: 1, max: 128 });
    checkPattern(name, "name", /^(?!^[0-9]+$)([a-zA-Z0-9-_]+)$/);
    checkLength(input.Description, "description", { min: 0, max: 256 });
    if (target.aliases.has(name))
      throw conflict(`Alias already exists: ${functionArn(context, target.name, name)}`);
    const alias: Alias = {
      name,
      version: checkVersion(target, input.FunctionVersion ?? "", context),
      description: input.Description ?? "",
      weights: weightsOf(input.RoutingConfig),
      revisionId: randomUUID(),
    };
    checkWeights(target, alias, context);
    target.aliases.set(name, alias);
    return describe(target, alias, context);
  },
};

export const updateAlias: Operation<LambdaStore, UpdateAliasRequest, AliasConfiguration> = {
  access: onUnqualified("UpdateAlias"),
  run(input, context) {
    const { target, alias } = findAlias(input, context);
    if (input.RevisionId !== undefined && input.RevisionId !== alias.revisionId)
      throw preconditionFailed(
        "The Revision Id provided does not match the latest Revision Id. " +
          "Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
      );
    checkLength(input.Description, "description", { min: 0, max: 256 });
    const changed: Alias = {
      ...alias,
      version:
        input.FunctionVersion === undefined
          ? alias.version
          : checkVersion(target, input.FunctionVersion, context),
      description: input.Description ?? alias.description,
      weights: input.RoutingConfig === undefined ? alias.weights : weightsOf(input.RoutingConfig),
      revisionId: randomUUID(),
    };
    checkWeights(target, changed, context);
    Object.assign(alias, changed);
    return describe(target, alias, context);
  },
};

export const getAlias: Operation<LambdaStore, GetAliasRequest, AliasConfiguration> = {
  access: onUnqualified("GetAlias"),
  run(input, context) {
    const { target, alias } = findAlias(input, context);
    return describe(target, alias, context);
  },
};

export const deleteAlias: Operation<LambdaStore, DeleteAliasRequest, object> = {
  access: onUnqualified("DeleteAlias"),
  run(input, context) {
    const { target } = findFunction(input, context);
    const name = input.Name ?? "";
    // AWS reports success even if the alias does not exist.
    target.aliases.delete(name);
    target.policies.delete(name);
    target.eventInvokeConfigs.delete(name);
    target.urls.delete(name);
    return {};
  },
};

export const listAliases: Operation<LambdaStore, ListAliasesRequest, ListAliasesResponse> = {
  access: onUnqualified("ListAliases"),
  run(input, context) {
    checkRange(input.MaxItems, "maxItems", { min: 1, max: 10_000 });
    const { target } = findFunction(input, context);
    const { FunctionVersion: version } = input;
    const aliases = [...target.aliases.values()].filter(
      (alias) =>
        version === undefined || alias.version === version || version in (alias.weights ?? {}),
    );
    const { items, nextToken } = page(aliases, {
      key: ({ name }) => name,
      size: Math.min(input.MaxItems ?? 50, 50),
      token: input.Marker,
      invalidToken: () => invalidParameter("Invalid Marker."),
    });
    return {
      Aliases: items.map((alias) => describe(target, alias, context)),
      NextMarker: nextToken,
    };
  },
};

function findAlias(
  input: { FunctionName?: string; Name?: string },
  context: LambdaContext,
): { target: LambdaFunction; alias: Alias } {
  const { target } = findFunction(input, context);
  const alias = target.aliases.get(input.Name ?? "");
  if (!alias)
    throw notFound(`Cannot find alias arn: ${functionArn(context, target.name, input.Name)}`);
  return { target, alias };
}

function checkVersion(target: LambdaFunction, version: string, context: LambdaContext): string {
  checkPattern(version, "functionVersion", /^(\$LATEST|[0-9]+)$/);
  if (!resolveVersion(target, version))
    throw functionNotFound(functionArn(context, target.name, version));
  return version;
}

function weightsOf(routing: AliasRoutingConfiguration | undefined): Alias["weights"] {
  const weights = routing?.AdditionalVersionWeights ?? {};
  return Object.keys(weights).length > 0 ? { ...weights } : undefined;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html */
function checkWeights(target: LambdaFunction, alias: Alias, context: LambdaContext): void {
  const entries = Object.entries(alias.weights ?? {});
  if (entries.length === 0) return;
  if (entries.length > 1)
    throw invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
  const [[version, weight]] = entries;
  if (!(weight >= 0 && weight <= 1))
    throw constraintError({
      member: "routingConfig.additionalVersionWeights",
      value: `{${version}=${weight}}`,
      rule:
        "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, " +
        "Member must have value greater than or equal to 0.0]",
    });
  if (version === "$LATEST" || alias.version === "$LATEST")
    throw invalidParameter("$LATEST is not supported for an alias pointing to more than 1 version");
  if (version === alias.version)
    throw invalidParameter(
      `Invalid function version ${version}. Function version ${version} is already included in ` +
        "routing configuration.",
    );
  checkVersion(target, version, context);
}

function describe(
  target: LambdaFunction,
  alias: Alias,
  context: LambdaContext,
): AliasConfiguration {
  return {
    AliasArn: functionArn(context, target.name, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(alias.weights && { RoutingConfig: { AdditionalVersionWeights: { ...alias.weights } } }),
    RevisionId: alias.revisionId,
  };
}
