import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sharedApiAccount } from "../../api/account";
import { plainName } from "../../api/names";
import { createRestApi } from "../../api/restApi";
import type { RouteDefinition } from "../../api/routeDefinition";
import { deployApi } from "../../api/stage";
import type { CallbackFunction } from "../../function/callbackFunction";
import { childName } from "../../names";
import { hasApi, sendersOf, type WebhookRedeployerArgs } from "./args";

/** A path that senders post to. */
type Path = "/webhooks/{token}" | "/signed";

/** The API that senders call. */
export interface RedeployerApi {
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** URL for senders that know the token, without the token itself; undefined without `dockerHub`. */
  readonly webhooks: pulumi.Output<string> | undefined;
  /** URL for senders that sign their requests; undefined without `generic`. */
  readonly signed: pulumi.Output<string> | undefined;
}

/**
 * Creates the API of a redeployer, with its alarm; undefined if no sender posts: API Gateway deploys no API without a
 * method. Its methods are public, which violates the rule APIG4 of AwsSolutions: senders such as Docker Hub cannot sign
 * in. The function authenticates callers by the token.
 */
export function createRedeployerApi(
  name: string,
  { args, ack }: { args: WebhookRedeployerArgs; ack: CallbackFunction<never, unknown> },
  opts: { parent: pulumi.Resource },
): RedeployerApi | undefined {
  if (!hasApi(args)) return undefined;
  const senders = sendersOf(args);
  const paths: Path[] = [
    ...(senders.includes("dockerHub") ? (["/webhooks/{token}"] as const) : []),
    ...(senders.includes("generic") ? (["/signed"] as const) : []),
  ];
  const { tags, throttling, alarmActions } = args;
  const routes = paths.map((path) => routeDefinition(name, path, ack));
  const api = createRestApi(name, { routes, tags }, opts);
  new aws.lambda.Permission(
    childName(name, "api"),
    {
      action: "lambda:InvokeFunction",
      function: ack.name,
      principal: "apigateway.amazonaws.com",
      // For any stage; only these methods call it.
      sourceArn: pulumi.interpolate`${api.restApi.executionArn}/*/POST/*`,
    },
    opts,
  );
  const { stage } = deployApi(
    name,
    {
      api,
      stageName: args.stageName ?? "v1",
      account: args.account ?? sharedApiAccount(opts.parent),
      logRetentionInDays: args.logRetentionInDays ?? 30,
      throttling,
      alarmActions,
      tags,
    },
    opts,
  );
  const at = (path: string): pulumi.Output<string> => pulumi.interpolate`${stage.invokeUrl}${path}`;
  return {
    restApi: api.restApi,
    stage,
    webhooks: senders.includes("dockerHub") ? at("/webhooks") : undefined,
    signed: senders.includes("generic") ? at("/signed") : undefined,
  };
}

function routeDefinition(
  name: string,
  path: Path,
  ack: CallbackFunction<never, unknown>,
): RouteDefinition {
  return {
    path,
    httpMethod: "POST",
    logicalName: childName(name, `${plainName(path)}-post`),
    ...(path.includes("{token}")
      ? { requestParameters: { "method.request.path.token": true } }
      : {}),
    integration: {
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: ack.invokeArn,
      passthroughBehavior: "NEVER",
    },
  };
}
