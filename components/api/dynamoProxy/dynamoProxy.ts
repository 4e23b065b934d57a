import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sharedApiAccount } from "../account";
import { createServerErrorAlarm } from "../alarm";
import { type ApiAuthorization, createAuthorization } from "../authorization";
import { ApiNames, formerly } from "../names";
import { createPaths } from "../paths";
import { createApiStage } from "../stage";
import { createPreflight } from "../cors";
import { checkDynamoProxy, type DynamoProxyArgs, methodOf } from "./args";
import { createProxyMethod, proxyDefinition } from "./method";
import { createTable } from "./table";
import { routeTemplates } from "./templates";
import { createGatewayResponses } from "../gatewayResponses";
import { assumeRolePolicy, policyDocument, type Statement } from "../../iam/iamPolicy";
import { checkName, childName } from "../../names";
import { publicMethods } from "../../iam/policyException";

const TYPE = "aws-callbacks:index:DynamoProxy";

/**
 * A REST API straight onto a DynamoDB table: API Gateway turns each request into one call and its answer into
 * plain JSON, with no function between them. Clients choose values, never the table, the key or the operation.
 *
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class DynamoProxy extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** What API Gateway may do: the routes' actions on the table and its indexes. */
  readonly role: aws.iam.Role;
  readonly accessLogs: aws.cloudwatch.LogGroup;
  /** Where the API answers, without a slash at the end. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DynamoProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: publicMethods(name, args.authorization) }, opts);
    checkName(this, name);
    checkDynamoProxy(this, args);
    const parentOpts = { parent: this };
    const { tags } = args;

    this.table = args.table ?? createTable(name, args, parentOpts);
    this.role = new aws.iam.Role(
      childName(name, "role"),
      { assumeRolePolicy: assumeRolePolicy("apigateway.amazonaws.com"), tags },
      parentOpts,
    );
    const rolePolicy = new aws.iam.RolePolicy(
      childName(name, "policy"),
      { role: this.role.name, policy: policyDocument(statements(args, this.table), this) },
      parentOpts,
    );
    this.restApi = new aws.apigateway.RestApi(
      name,
      { endpointConfiguration: { types: "REGIONAL" }, tags },
      parentOpts,
    );
    const authorization = createAuthorization(this, this.restApi, args.authorization);
    const parts = createMethods(this, name, args, authorization);
    const { stage, accessLogs } = createApiStage(this, name, {
      restApi: this.restApi,
      stageName: args.stageName ?? "v1",
      definition: proxyDefinition(args, this.table.name, this.role.arn, authorization.definition),
      parts: [...parts, rolePolicy],
      account: args.account ?? sharedApiAccount(this),
      throttling: args.throttling,
      logRetentionInDays: args.logRetentionInDays ?? 30,
      tags,
    });
    this.stage = stage;
    this.accessLogs = accessLogs;
    this.url = stage.invokeUrl;
    createErrorAlarm(this, name, args);

    this.registerOutputs({ url: this.url, tableName: this.table.name });
  }
}

/** Exactly the actions of the routes: a query of an index needs the index, and not the table. */
function statements(args: DynamoProxyArgs, table: aws.dynamodb.Table): Statement[] {
  const granted = new Map<string, pulumi.Input<string>[]>();
  for (const route of args.routes) {
    const { action } = routeTemplates(args, "", route);
    const index = route.operation === "query" ? route.index : undefined;
    const id = `${action} ${index ?? ""}`;
    granted.set(id, [
      index === undefined ? table.arn : pulumi.interpolate`${table.arn}/index/${index}`,
    ]);
  }
  return [...granted].map(([id, resources]) => ({
    actions: [`dynamodb:${id.split(" ", 1)[0]}`],
    resources,
  }));
}

/** Paths, methods and preflights; returns everything that must exist before the API is deployed. */
function createMethods(
  self: DynamoProxy,
  name: string,
  args: DynamoProxyArgs,
  authorization: ApiAuthorization,
): pulumi.Resource[] {
  const opts = { parent: self };
  const paths = args.routes.map(({ path }) => path);
  const names = new ApiNames(
    name,
    args.routes.map((route) => ({ method: methodOf(route), path: route.path })),
  );
  const resources = createPaths(self, names, self.restApi, paths);
  const validator = new aws.apigateway.RequestValidator(
    childName(name, "validator"),
    { restApi: self.restApi.id, validateRequestBody: true, validateRequestParameters: true },
    opts,
  );
  const parts: pulumi.Resource[] = args.routes.flatMap((route) =>
    createProxyMethod(self, names.method({ method: methodOf(route), path: route.path }), {
      args,
      route,
      resourceId: resources[route.path],
      validator,
      authorization,
    }),
  );
  parts.push(
    ...authorization.parts,
    ...createGatewayResponses(self, name, self.restApi, args.cors),
  );
  const { cors } = args;
  if (cors)
    for (const path of new Set(args.routes.map((route) => route.path))) {
      const methods = args.routes.filter((route) => route.path === path).map(methodOf);
      const preflight = { restApi: self.restApi.id, resourceId: resources[path], methods, cors };
      const named = names.preflight(path);
      parts.push(...createPreflight(named.name, preflight, formerly(named, opts)));
    }
  return parts;
}

function createErrorAlarm(self: DynamoProxy, name: string, args: DynamoProxyArgs): void {
  if (args.alarmActions === undefined)
    void pulumi.log.warn(
      `The alarm of '${name}' notifies nobody: give alarmActions, such as the ARN of an SNS topic, or [] if that is meant.`,
      self,
    );
  createServerErrorAlarm(self, name, self.restApi, self.stage, args);
}
