import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dispatchFactory, type RouteCode } from "../callbacks/stagedApi/dispatch";
import { sharedApiAccount } from "./apiAccount";
import { createServerErrorAlarm } from "./apiAlarm";
import { createStage, definitionHash } from "./apiStage";
import { CallbackFunction } from "./callbackFunction";
import { pickCallbackOptions } from "./callbackOptions";
import { checkName, childName } from "./names";
import { type PolicyException, publicMethods } from "./policyException";
import { routeId, type StagedApiArgs, type StageName, STAGES } from "./stagedApiArgs";
import { ALIAS_VARIABLE, checkStagedApi } from "./stagedApiChecks";
import { createGate, createRelease, createRecords } from "./stagedApiRelease";
import { createRoutes } from "./stagedApiRoutes";

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
  /** What answers the routes, one for all; undefined while every route has a `functionVariable`. */
  readonly function: CallbackFunction | undefined;
  readonly restApi: aws.apigateway.RestApi;
  readonly stages: Record<StageName, aws.apigateway.Stage>;
  /** Where `stage` answers, without a slash at the end. */
  readonly stageUrl: pulumi.Output<string>;
  /** Where `prod` answers, without a slash at the end. */
  readonly prodUrl: pulumi.Output<string>;
  /** The function's name in AWS; "" where there is none. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: StagedApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: policyExceptions(name, args) }, opts);
    checkName(this, name, "-release".length);
    checkStagedApi(this, args);
    this.function = createFunction(this, name, args);
    this.restApi = new aws.apigateway.RestApi(
      name,
      { endpointConfiguration: { types: "REGIONAL" }, tags: args.tags },
      { parent: this },
    );
    const methods = createRoutes(this, name, this.restApi, this.function?.arn, args);
    const records = createRecords(this, name, args);
    const staged = this.function && createGate(this, name, this.function, args);

    const stageGrants = this.grant(name, "stage", args, staged ? [staged] : []);
    const deployment = new aws.apigateway.Deployment(
      childName(name, "deployment"),
      {
        restApi: this.restApi.id,
        description: records.description,
        triggers: { definition: definitionHash(methods.definition) },
      },
      // Prod may be on an older one, and API Gateway refuses to delete what a stage serves.
      { parent: this, retainOnDelete: true, dependsOn: [...methods.parts, ...stageGrants] },
    );
    const stage = this.deploy(name, "stage", args, deployment, stageGrants);
    const released = createRelease(this, name, { records, deployment, stage, args });

    // The first version is gated for prod too; from then on only a promotion moves prod.
    const prodGrants = this.grant(name, "prod", args, [released]);
    const prod = this.deploy(name, "prod", args, deployment, [...prodGrants, released]);
    this.stages = { stage, prod };
    this.stageUrl = stage.invokeUrl;
    this.prodUrl = prod.invokeUrl;
    this.functionName = this.function?.name ?? pulumi.output("");
    records.describe(this);

    this.registerOutputs({
      stageUrl: this.stageUrl,
      prodUrl: this.prodUrl,
      functionName: this.functionName,
    });
  }

  /** Everything that a stage may call: its alias of the API's function, and its own functions. */
  private grant(
    name: string,
    stage: StageName,
    args: StagedApiArgs,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource[] {
    const base = childName(name, stage);
    const functions = Object.entries(args.stages?.[stage]?.functions ?? {});
    const granted: pulumi.Resource[] = functions.map(([variable, { name: functionName }]) =>
      this.permit(`${base}-${variable}`, stage, functionName),
    );
    if (!this.function) return granted;
    const alias = new aws.lambda.Alias(
      base,
      {
        name: STAGES[stage],
        functionName: this.function.name,
        functionVersion: this.function.version,
      },
      {
        parent: this,
        dependsOn,
        ignoreChanges:
          stage === "prod" ? ["functionVersion", "routingConfig", "description"] : undefined,
      },
    );
    return [alias, this.permit(base, stage, this.function.name, alias.name), ...granted];
  }

  /** One permission for all routes of a stage: one for each would fill the function's policy of 20 KB. */
  private permit(
    name: string,
    stage: StageName,
    functionName: pulumi.Input<string>,
    qualifier?: pulumi.Input<string>,
  ): aws.lambda.Permission {
    return new aws.lambda.Permission(
      name,
      {
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        function: functionName,
        ...(qualifier === undefined ? {} : { qualifier }),
        sourceArn: pulumi.interpolate`${this.restApi.executionArn}/${stage}/*`,
      },
      { parent: this },
    );
  }

  private deploy(
    name: string,
    stageName: StageName,
    args: StagedApiArgs,
    deployment: aws.apigateway.Deployment,
    dependsOn: pulumi.Resource[],
  ): aws.apigateway.Stage {
    const { functions = {}, variables, throttling } = args.stages?.[stageName] ?? {};
    const names = Object.entries(functions).map(([variable, target]) => [variable, target.name]);
    const { stage } = createStage(
      childName(name, stageName),
      {
        restApi: this.restApi,
        stageName,
        variables: {
          ...(this.function ? { [ALIAS_VARIABLE]: STAGES[stageName] } : {}),
          ...(Object.fromEntries(names) as Record<string, pulumi.Output<string>>),
          ...variables,
        },
        account: args.account ?? sharedApiAccount(),
        throttling,
        loggingLevel: "INFO",
        logRetentionInDays: args.logRetentionInDays ?? 30,
        tags: args.tags,
      },
      deployment,
      {
        parent: this,
        dependsOn,
        ignoreChanges: stageName === "prod" ? ["deployment"] : undefined,
      },
    );
    createServerErrorAlarm(this, childName(name, stageName), this.restApi, stage, args);
    return stage;
  }
}

function policyExceptions(name: string, { authorization }: StagedApiArgs): PolicyException[] {
  const records = ["api", "history", "verdicts"].map((record) => ({
    rule: "CKV2_AWS_34",
    resource: childName(name, record),
    reason:
      "It tells where versions are and when they moved, for operators to read: nothing secret.",
  }));
  return [...publicMethods(name, authorization), ...records];
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
      // API Gateway waits for each answer.
      asynchronous: false,
      ...pickCallbackOptions(args),
      publish: true,
      callbackFactory: dispatchFactory(routes),
      permissions: args.permissions,
    },
    { parent: self },
  );
}
