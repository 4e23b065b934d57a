import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sharedApiAccount } from "./apiAccount";
import { type ApiStage, createApiStage } from "./apiStage";
import type { CallbackFunction } from "./callbackFunction";
import { childName } from "./names";
import type { WebhookRedeployerArgs } from "./webhookRedeployerArgs";

/** A path that senders post to, without the slash at its beginning. */
type Route = "webhooks/{token}" | "signed";

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
    ...(senders.includes("dockerHub") ? (["webhooks/{token}"] as const) : []),
    ...(senders.includes("generic") ? (["signed"] as const) : []),
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
  const parts = routes.flatMap((route) =>
    createRoute(self, name, route, { restApi, validator, ack }),
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
    readonly validator: aws.apigateway.RequestValidator;
    readonly ack: CallbackFunction<never, unknown>;
  },
): pulumi.Resource[] {
  const opts = { parent: self };
  const restApi = to.restApi.id;
  let parentId = to.restApi.rootResourceId;
  for (const pathPart of route.split("/")) {
    const suffix = pathPart.replace(/[{}]/g, "");
    const resource = new aws.apigateway.Resource(
      childName(name, suffix),
      { restApi, parentId, pathPart },
      opts,
    );
    parentId = resource.id;
  }
  const at = { restApi, resourceId: parentId, httpMethod: "POST" };
  const [suffix] = route.split("/");
  const method = new aws.apigateway.Method(
    childName(name, `${suffix}-post`),
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
    childName(name, `${suffix}-post`),
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
