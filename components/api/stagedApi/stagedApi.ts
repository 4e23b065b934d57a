import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { publicMethods } from "../authorization";
import { dispatchFactory, type RouteCode } from "../../../callbacks/api/stagedApi/dispatch";
import { sharedApiAccount } from "../account";
import { createRestApi } from "../restApi";
import { type ApiStage, createStage, definitionHash } from "../stage";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { locationOf } from "../../location";
import { checkName, childName, ROLE_SUFFIX } from "../../names";
import type { PolicyException } from "../../iam/policyException";
import { routeId, type StagedApiArgs, type StageName, STAGES } from "./args";
import { createCanary } from "./canary";
import { ALIAS_VARIABLE, checkStagedApi } from "./checks";
import { createGrants, type StageGrants } from "./grants";
import { createGate, createPrune, createRelease, createReleaseFunction } from "./release";
import { createJournal } from "./journal";
import { grantedFrom, warnOfProdUse } from "./prodUse";
import { createRecords } from "./records";
import { routeDefinition } from "./routes";

const TYPE = "aws-callbacks:index:StagedApi";

/**
 * A REST API with two stages over one function: `stage` follows each update, `prod` moves only by `promote` and
 * `rollback`. Each stage names its alias of the function, STAGE or PROD, in the stage variable `LambdaAlias`.
 *
 * @example
 * const greeting = new StagedApi("greeting", {
 *   routes: [{
 *     method: "GET",
 *     path: "/greeting",
 *     requestParameters: { "querystring.name": false },
 *     callback: async ({ name }: { name: string }) => ({ message: `Hello, ${name}!` }),
 *   }],
 *   permissions: [],
 * });
 * export const greetingStageUrl = greeting.stageUrl;
 * @throws pulumi.ResourceError for a wrong argument, or a stage variable that a stage does not define.
 */
export class StagedApi extends pulumi.ComponentResource {
  /** The function behind all callbacks; undefined if every route has a `functionVariable`. */
  readonly function: CallbackFunction | undefined;
  readonly restApi: aws.apigateway.RestApi;
  readonly stages: Record<StageName, aws.apigateway.Stage>;
  /** URL of `stage`, without a slash at the end. */
  readonly stageUrl: pulumi.Output<string>;
  /** URL of `prod`, without a slash at the end. */
  readonly prodUrl: pulumi.Output<string>;
  /** The function's name in AWS; "" if there is none. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: StagedApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: policyExceptions(name, args) }, opts);
    checkName(this, name, `-release${ROLE_SUFFIX}`);
    checkStagedApi(this, args);
    this.function = createFunction(this, name, args);
    const target = { functionArn: this.function?.arn, location: locationOf(this) };
    const { cors, authorization, tags } = args;
    const routes = args.routes.map((route) => routeDefinition(args, route, target));
    const api = createRestApi(name, { routes, cors, authorization, tags }, { parent: this });
    this.restApi = api.restApi;
    const records = createRecords(this, name, args);
    const release = createReleaseFunction(this, name, records, args);
    const definition = definitionHash(api.definition);
    const variables = this.variablesOf("stage", args);
    const pruned = createPrune(this, name, { release, records, definition, variables, args });
    const gated = this.function && createGate(this, name, this.function, args, pruned);

    const stageGrants = createGrants(this, name, "stage", args, [gated ?? pruned]);
    const deployment = new aws.apigateway.Deployment(
      childName(name, "deployment"),
      {
        restApi: this.restApi.id,
        description: records.description,
        triggers: { definition },
      },
      // Prod may serve an older deployment, and API Gateway refuses to delete one that a stage serves.
      {
        parent: this,
        retainOnDelete: true,
        dependsOn: [...api.parts, ...stageGrants.resources],
      },
    );
    const { stage } = this.deploy(name, "stage", args, deployment, stageGrants);
    const released = createRelease(this, name, {
      release,
      records,
      pruned,
      deployment,
      variables,
      stage,
      args,
    });

    // The first version must pass the gate for prod too; after that only a promotion moves prod.
    const prodGrants = createGrants(this, name, "prod", args, [released]);
    const prod = this.deploy(name, "prod", args, deployment, prodGrants, [released]);
    const canary =
      this.function && args.canary
        ? createCanary(
            {
              self: this,
              name,
              function: this.function,
              history: records.history,
              prodAlarm: prod.serverErrors,
            },
            args,
          )
        : undefined;
    this.stages = { stage, prod: prod.stage };
    this.stageUrl = stage.invokeUrl;
    this.prodUrl = prod.stage.invokeUrl;
    this.functionName = this.function?.name ?? pulumi.output("");
    records.describe(this, {
      journal: createJournal(this, name, release),
      canary,
      granted: grantedFrom(records.known, this.function?.version, args.permissions),
    });
    warnOfProdUse(this, name, records.known, args.permissions);

    this.registerOutputs({
      stageUrl: this.stageUrl,
      prodUrl: this.prodUrl,
      functionName: this.functionName,
    });
  }

  private deploy(
    name: string,
    stageName: StageName,
    args: StagedApiArgs,
    deployment: aws.apigateway.Deployment,
    grants: StageGrants,
    dependsOn: pulumi.Resource[] = [],
  ): ApiStage {
    const { throttling } = args.stages?.[stageName] ?? {};
    const deployed = createStage(
      childName(name, stageName),
      {
        restApi: this.restApi,
        deployment,
        stageName,
        variables: this.variablesOf(stageName, args),
        account: args.account ?? sharedApiAccount(this),
        throttling,
        loggingLevel: "INFO",
        logRetentionInDays: args.logRetentionInDays ?? 30,
        alarmActions: args.alarmActions,
        tags: args.tags,
      },
      {
        parent: this,
        dependsOn: [...grants.resources, ...dependsOn],
        ignoreChanges: stageName === "prod" ? ["deployment"] : undefined,
      },
    );
    grants.warnOfLost(deployed.stage);
    return deployed;
  }

  private variablesOf(
    stageName: StageName,
    args: StagedApiArgs,
  ): Record<string, pulumi.Input<string>> {
    const { functions = {}, variables } = args.stages?.[stageName] ?? {};
    const names = Object.entries(functions).map(([variable, target]) => [variable, target.name]);
    return {
      ...(this.function ? { [ALIAS_VARIABLE]: STAGES[stageName] } : {}),
      ...(Object.fromEntries(names) as Record<string, pulumi.Output<string>>),
      ...variables,
    };
  }
}

function policyExceptions(name: string, args: StagedApiArgs | undefined): PolicyException[] {
  const records = ["api", "history", "verdicts"].map((record) => ({
    rule: "CKV2_AWS_34",
    resource: childName(name, record),
    reason: "It records versions and their promotions, for operators to read: nothing secret.",
  }));
  return [...publicMethods(name, args?.authorization), ...records];
}

function createFunction(
  self: StagedApi,
  name: string,
  args: StagedApiArgs,
): CallbackFunction | undefined {
  const own = args.routes.filter(({ functionVariable }) => functionVariable === undefined);
  if (own.length === 0) return undefined;
  const routes = Object.fromEntries(
    own.map((route): [string, RouteCode] => [
      routeId(route),
      route.callback ? { callback: route.callback } : { callbackFactory: route.callbackFactory },
    ]),
  );
  return new CallbackFunction(
    name,
    {
      // API Gateway calls the function synchronously.
      asynchronous: false,
      ...pickCallbackOptions(args),
      publish: true,
      callbackFactory: dispatchFactory(routes),
      permissions: args.permissions,
    },
    { parent: self },
  );
}
