import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "../../function/callbackFunction";
import { type PermittedCall, warnOfLostPermission } from "../lostPermission";
import { childName } from "../../names";
import type { StagedApi } from "./stagedApi";
import { type StagedApiArgs, type StageName, STAGES } from "./args";

/** Permissions for everything that a stage may call. */
export interface StageGrants {
  /** The resources that must exist before the stage does. */
  readonly resources: pulumi.Resource[];
  /** Warns at a preview about permissions that the stage has lost. */
  warnOfLost(stage: aws.apigateway.Stage): void;
}

/**
 * Permits a stage to call its alias of the API's function, and its own functions.
 *
 * @param dependsOn resources that the alias waits for before it moves.
 */
export function createGrants(
  self: StagedApi,
  name: string,
  stageName: StageName,
  args: StagedApiArgs,
  dependsOn: pulumi.Resource[],
): StageGrants {
  const base = childName(name, stageName);
  const alias = self.function && createAlias(self, base, stageName, self.function, dependsOn);
  const functions = Object.entries(args.stages?.[stageName]?.functions ?? {});
  const granted = [
    ...(alias ? [permitAlias(self, base, stageName, alias)] : []),
    ...functions.map(([variable, target]) =>
      permitFunction(self, `${base}-${variable}`, stageName, variable, target),
    ),
  ];
  return {
    resources: [...(alias ? [alias] : []), ...granted.map(({ permission }) => permission)],
    warnOfLost: (stage) =>
      granted.forEach(({ permission, call }) => warnOfLostPermission(permission, call, stage)),
  };
}

interface Granted {
  readonly permission: aws.lambda.Permission;
  readonly call: PermittedCall;
}

function createAlias(
  self: StagedApi,
  name: string,
  stageName: StageName,
  subject: CallbackFunction,
  dependsOn: pulumi.Resource[],
): aws.lambda.Alias {
  return new aws.lambda.Alias(
    name,
    {
      name: STAGES[stageName],
      functionName: subject.name,
      functionVersion: subject.version,
    },
    {
      parent: self,
      dependsOn,
      ignoreChanges:
        stageName === "prod" ? ["functionVersion", "routingConfig", "description"] : undefined,
    },
  );
}

function permitAlias(
  self: StagedApi,
  name: string,
  stageName: StageName,
  alias: aws.lambda.Alias,
): Granted {
  const at = { function: alias.functionName, qualifier: alias.name };
  const called = pulumi.interpolate`alias ${alias.name} of function ${alias.functionName}`;
  return {
    permission: permit(self, name, stageName, at),
    call: { stageName, target: alias, called },
  };
}

function permitFunction(
  self: StagedApi,
  name: string,
  stageName: StageName,
  variable: string,
  given: CallbackFunction | aws.lambda.Function,
): Granted {
  const target = "function" in given ? given.function : given;
  const called = pulumi.interpolate`function ${target.name}`;
  return {
    permission: permit(self, name, stageName, { function: target.name }),
    call: { stageName, target, called, variable },
  };
}

/**
 * Creates one permission for all routes of a stage: one for each route would exceed the 20 KB of the function's policy.
 */
function permit(
  self: StagedApi,
  name: string,
  stageName: StageName,
  at: Pick<aws.lambda.PermissionArgs, "function" | "qualifier">,
): aws.lambda.Permission {
  return new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      ...at,
      sourceArn: pulumi.interpolate`${self.restApi.executionArn}/${stageName}/*`,
    },
    { parent: self },
  );
}
