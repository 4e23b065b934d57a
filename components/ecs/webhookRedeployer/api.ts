import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sharedApiAccount } from "../../api/account";
import { createServerErrorAlarm } from "../../api/alarm";
import { ApiNames, plainName } from "../../api/names";
import { createPaths } from "../../api/paths";
import { createApiStage } from "../../api/stage";
import type { CallbackFunction } from "../../function/callbackFunction";
import { childName } from "../../names";
import { hasApi, sendersOf, type WebhookRedeployerArgs } from "./args";

/** A path that senders post to. */
type Route = "/webhooks/{token}" | "/signed";

/** What a sender reaches. */
export interface RedeployApi {
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** Where a sender posts that knows the token, up to it; undefined without `dockerHub`. */
  readonly webhooks: pulumi.Output<string> | undefined;
  /** Where a sender posts that signs; undefined without `generic`. */
  readonly signed: pulumi.Output<string> | undefined;
}

/**
 * The API of a redeployer, with its alarm; undefined when nobody posts: API Gateway deploys no API without a method. Its methods are open to everybody, which the rule APIG4 of AwsSolutions objects to: senders
 * such as Docker Hub cannot sign in. The function lets in who knows the token.
 */
export function createRedeployApi(
  self: pulumi.Resource,
  name: string,
  args: WebhookRedeployerArgs,
  ack: CallbackFunction<never, unknown>,
): RedeployApi | undefined {
  if (!hasApi(args)) return undefined;
  const opts = { parent: self };
  const senders = sendersOf(args);
  const routes: Route[] = [
    ...(senders.includes("dockerHub") ? (["/webhooks/{token}"] as const) : []),
    ...(senders.includes("generic") ? (["/signed"] as const) : []),
  ];
  const restApi = new aws.apigateway.RestApi(
    name,
    { endpointConfiguration: { types: "REGIONAL" }, tags: args.tags },
    opts,
  );
  const validator = new aws.apigateway.RequestValidator(
    childName(name, "validator"),
    { restApi: restApi.id, validateRequestBody: true, validateRequestParameters: true },
    opts,
  );
  const names = new ApiNames(
    name,
    routes.map((path) => ({ method: "POST", path })),
  );
  const resourceIds = createPaths(self, names, restApi, routes);
  const parts = routes.flatMap((route) =>
    createRoute(self, name, route, { restApi, resourceId: resourceIds[route], validator, ack }),
  );
  new aws.lambda.Permission(
    childName(name, "api"),
    {
      action: "lambda:InvokeFunction",
      function: ack.name,
      principal: "apigateway.amazonaws.com",
      // Any stage; the methods are the only ones that call it.
      sourceArn: pulumi.interpolate`${restApi.executionArn}/*/POST/*`,
    },
    opts,
  );
  const { stage } = createApiStage(self, name, {
    restApi,
    stageName: args.stageName ?? "v1",
    definition: { routes, uri: ack.invokeArn },
    parts,
    account: args.account ?? sharedApiAccount(self),
    throttling: args.throttling,
    logRetentionInDays: args.logRetentionInDays ?? 30,
    tags: args.tags,
  });
  createServerErrorAlarm(self, name, restApi, stage, args);
  const at = (path: string): pulumi.Output<string> => pulumi.interpolate`${stage.invokeUrl}${path}`;
  return {
    restApi,
    stage,
    webhooks: senders.includes("dockerHub") ? at("/webhooks") : undefined,
    signed: senders.includes("generic") ? at("/signed") : undefined,
  };
}

function createRoute(
  self: pulumi.Resource,
  name: string,
  route: Route,
  to: {
    readonly restApi: aws.apigateway.RestApi;
    readonly resourceId: pulumi.Output<string>;
    readonly validator: aws.apigateway.RequestValidator;
    readonly ack: CallbackFunction<never, unknown>;
  },
): pulumi.Resource[] {
  const opts = { parent: self };
  const restApi = to.restApi.id;
  const at = { restApi, resourceId: to.resourceId, httpMethod: "POST" };
  const methodName = childName(name, `${plainName(route)}-post`);
  const method = new aws.apigateway.Method(
    methodName,
    {
      ...at,
      authorization: "NONE",
      requestValidatorId: to.validator.id,
      ...(route.includes("{token}")
        ? { requestParameters: { "method.request.path.token": true } }
        : {}),
    },
    opts,
  );
  const integration = new aws.apigateway.Integration(
    methodName,
    {
      ...at,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: to.ack.invokeArn,
      passthroughBehavior: "NEVER",
    },
    { ...opts, dependsOn: [method] },
  );
  return [method, integration];
}
