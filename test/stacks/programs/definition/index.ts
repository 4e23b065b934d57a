import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  CallbackFunction,
  StagedApi,
  type StagedApiArgs,
  type StagedRoute,
} from "../../../../components";

/** Variables that a test changes between two deployments. */
const { API = "authorized", IDENTITY = "Authorization", KIND = "TOKEN" } = process.env;
const { PARAMETER = "id" } = process.env;

interface AuthorizerEvent {
  type: string;
  methodArn: string;
  authorizationToken?: string;
  headers?: Record<string, string>;
}

/** Creates an authorizer that calls a function of this program; its permission is created first. */
function authorizer(restApi: aws.apigateway.RestApi): aws.apigateway.Authorizer {
  const judge = new CallbackFunction("judge", {
    callback: async ({ authorizationToken, headers, methodArn }: AuthorizerEvent) => {
      const token = authorizationToken ?? headers?.["x-token"] ?? "";
      if (token === "nobody") throw new Error("Unauthorized");
      if (token === "broken") throw new Error("the judge is ill");
      const effect = token === "enemy" ? "Deny" : "Allow";
      const statement = { Action: "execute-api:Invoke", Effect: effect, Resource: methodArn };
      return {
        principalId: token,
        policyDocument: { Version: "2012-10-17", Statement: [statement] },
        context: { team: "red" },
      };
    },
    permissions: [],
    alarmActions: [],
    asynchronous: false,
  });
  const permission = new aws.lambda.Permission("judge", {
    action: "lambda:InvokeFunction",
    function: judge.name,
    principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate`${restApi.executionArn}/authorizers/*`,
  });
  return new aws.apigateway.Authorizer(
    "judge",
    {
      restApi: restApi.id,
      type: KIND,
      authorizerUri: judge.function.invokeArn,
      identitySource: `method.request.header.${IDENTITY}`,
      authorizerResultTtlInSeconds: 0,
    },
    { dependsOn: permission },
  );
}

const who = `{"who": "$context.authorizer.principalId", "team": "$context.authorizer.team"}`;
const echo = async (event: unknown): Promise<unknown> => event;

/** The part about stage variables in the passthrough template of API Gateway's console. */
const passthrough = `{"stage-variables": {
#foreach($key in $stageVariables.keySet())
"$key": "$util.escapeJavaScript($stageVariables.get($key))"
#if($foreach.hasNext),#end
#end
}}`;

const alike = ["/", "/a/b", "/a-b", "/get/a", "/a/options", "/x/{id}", "/x/by-id"];

/** Creates a function that both stages name. */
function named(): StagedApiArgs["stages"] {
  const target = new CallbackFunction("named", {
    callback: async ({ fails }: { fails?: boolean }) => {
      if (fails) throw new Error("");
      return { by: "function" };
    },
    permissions: [],
    alarmActions: [],
    asynchronous: false,
  });
  const stage = { functions: { named: target } };
  return { stage, prod: stage };
}

const kept: StagedRoute = { method: "GET", path: "/health", callback: echo };
const moving = { method: "GET", path: "/moving" } as const;
const byFunction: StagedRoute = { ...moving, functionVariable: "named" };
const byCallback: StagedRoute = { ...moving, callback: async () => ({ by: "callback" }) };

type Api = Omit<StagedApiArgs, "permissions">;

const apis: Record<string, () => Api> = {
  authorized: () => ({
    authorization: { type: "CUSTOM", authorizer },
    routes: [
      { method: "GET", path: "/me", requestTemplate: who, callback: echo },
      { method: "GET", path: "/we", requestTemplate: who, callback: echo },
    ],
  }),
  renamed: () => ({
    routes: [
      { method: "GET", path: `/x/{${PARAMETER}}`, callback: echo },
      {
        method: "POST",
        path: `/x/{${PARAMETER}}/y/{more+}`,
        requestModel: { type: "object" },
        callback: echo,
      },
    ],
    cors: { allowOrigin: "*" },
  }),
  alike: () => ({
    routes: alike.map((path) => ({
      method: "GET",
      path,
      requestTemplate: JSON.stringify({ path }),
      callback: echo,
    })),
    cors: { allowOrigin: "*" },
  }),
  headers: (): Api => ({
    routes: [
      { method: "GET", path: "/x", requestParameters: { "header.X-Id": true }, callback: echo },
      {
        method: "POST",
        path: "/x",
        requestParameters: { "header.x-id": false, "header.authorization": false },
        callback: echo,
      },
      { method: "GET", path: "/y", callback: echo },
    ],
    cors: { allowOrigin: "*" },
  }),
  silent: () => ({
    routes: [{ ...byFunction, requestTemplate: '{"fails": true}' }],
    stages: named(),
  }),
  before: () => ({ routes: [kept, byFunction], stages: named() }),
  expanded: () => ({ routes: [kept, byCallback], stages: named() }),
  contracted: () => ({ routes: [kept, byCallback] }),
  passthrough: () => ({
    routes: [{ method: "GET", path: "/", requestTemplate: passthrough, callback: echo }],
  }),
};

const api = new StagedApi("greeting", { permissions: [], alarmActions: [], ...apis[API]() });
export const stageUrl = api.stageUrl;
export const prodUrl = api.prodUrl;
