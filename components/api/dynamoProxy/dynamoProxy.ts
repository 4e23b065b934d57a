import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { assumeRolePolicy, policyDocument } from "../../iam/iamPolicy";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import { checkName, childName } from "../../names";
import { sharedApiAccount } from "../account";
import { publicMethods } from "../authorization";
import { createRestApi } from "../restApi";
import { deployApi } from "../stage";
import { checkDynamoProxy } from "./checks";
import type { DynamoProxyArgs } from "./args";
import { routeDefinition } from "./routes";
import { createTable } from "./table";
import { routeTemplates } from "./templates";

const TYPE = "aws-callbacks:index:DynamoProxy";

/**
 * A REST API directly on a DynamoDB table: API Gateway turns each request into one DynamoDB call and the result into
 * plain JSON, without a function. Clients choose values, never the table, the key attributes or the operation.
 *
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class DynamoProxy extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** API Gateway's role: it allows the routes' actions on the table and its indexes. */
  readonly role: aws.iam.Role;
  readonly accessLogs: aws.cloudwatch.LogGroup;
  /** URL of the API, without a slash at the end. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DynamoProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      TYPE,
      name,
      {
        policyExceptions: publicMethods(name, (args as DynamoProxyArgs | undefined)?.authorization),
      },
      opts,
    );
    checkName(this, name);
    checkDynamoProxy(this, args);
    const parentOpts = { parent: this };
    this.table = args.table ?? createTable(name, args, parentOpts);
    const { role, policy } = createRole(name, { args, table: this.table }, parentOpts);
    this.role = role;
    const target = {
      tableName: this.table.name,
      roleArn: role.arn,
      location: locationOf(this),
    };
    const { cors, authorization, tags, alarmActions, throttling } = args;
    const routes = args.routes.map((route) => routeDefinition(args, route, target));
    const api = createRestApi(name, { routes, cors, authorization, tags }, parentOpts);
    this.restApi = api.restApi;
    warnOfSilentAlarm(this, name, args);
    const { stage, accessLogs } = deployApi(
      name,
      {
        api: { ...api, parts: [...api.parts, policy] },
        stageName: args.stageName ?? "v1",
        account: args.account ?? sharedApiAccount(this),
        logRetentionInDays: args.logRetentionInDays ?? 30,
        throttling,
        alarmActions,
        tags,
      },
      parentOpts,
    );
    this.stage = stage;
    this.accessLogs = accessLogs;
    this.url = stage.invokeUrl;

    this.registerOutputs({ url: this.url, tableName: this.table.name });
  }
}

/** Creates the role that API Gateway assumes for the table, with its one policy. */
function createRole(
  name: string,
  { args, table }: { args: DynamoProxyArgs; table: aws.dynamodb.Table },
  opts: pulumi.CustomResourceOptions,
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const role = new aws.iam.Role(
    childName(name, "role"),
    { assumeRolePolicy: assumeRolePolicy("apigateway.amazonaws.com"), tags: args.tags },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    childName(name, "policy"),
    { role: role.name, policy: policyDocument(statements(args, table), opts.parent) },
    opts,
  );
  return { role, policy };
}

/** Allows exactly the actions of the routes: a query of an index needs the index only, not the table. */
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

function warnOfSilentAlarm(self: DynamoProxy, name: string, args: DynamoProxyArgs): void {
  if (args.alarmActions === undefined)
    void pulumi.log.warn(
      `The alarm of '${name}' notifies nobody: give alarmActions, such as the ARN of an SNS topic, or [] to accept that.`,
      self,
    );
}
