import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sharedApiAccount } from "./apiAccount";
import { ApiNames, plainName } from "./apiNames";
import { createPaths } from "./apiPaths";
import { type ApiStage, createApiStage } from "./apiStage";
import type { CallbackFunction } from "./callbackFunction";
import { childName } from "./names";
import type { WebhookRedeployerArgs } from "./webhookRedeployerArgs";

/** A path that senders post to. */
type Route = "/webhooks/{token}" | "/signed";

/**
 * The API of a redeployer. Its methods are open to everybody, which the rule APIG4 of AwsSolutions objects to: senders
 * such as Docker Hub cannot sign in. The function lets in who knows the token.
 */
export function createRedeployApi(
  self: pulumi.Resource,
  name: string,
  args: WebhookRedeployerArgs,
  ack: CallbackFunction<never, unknown>,
): ApiStage & { readonly restApi: aws.apigateway.RestApi } {
  const opts = { parent: self };
  const senders = args.senders ?? ["dockerHub"];
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
  const stage = createApiStage(self, name, {
    restApi,
    stageName: args.stageName ?? "v1",
    definition: { routes, uri: ack.invokeArn },
    parts,
    account: args.account ?? sharedApiAccount(),
    throttling: args.throttling,
    logRetentionInDays: args.logRetentionInDays ?? 30,
    tags: args.tags,
  });
  return { ...stage, restApi };
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
