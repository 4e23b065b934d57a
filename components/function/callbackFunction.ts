import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createFunctionAlarms } from "./alarms";
import {
  type AlarmName,
  CALLBACK_CHECKS,
  type CallbackOptions,
  checkTogether,
  DEFAULT_TIMEOUT,
} from "./callbackOptions";
import { callbackStatements } from "./callbackStatements";
import { functionEnvironment } from "./environment";
import { createFailureQueue } from "../queues/failureQueue";
import {
  assumeRolePolicy,
  checkStatements,
  policyDocument,
  statedWidth,
  type Statement,
} from "../iam/iamPolicy";
import { checkName, childName } from "../names";
import type { AnyFunction } from "./packing/closureScope";
import { packCallback } from "./packing/packCallback";
import { textAsset } from "./packing/textAsset";
import {
  checkQueueSources,
  createQueueSources,
  type QueueSource,
  queueStatements,
} from "./triggers/queueSource";
import type { PolicyException } from "../iam/policyException";
import { anything, checkArgs, list } from "../validation";

/** The code that runs in Lambda. It returns a promise, because nodejs24.x no longer supports a callback parameter. */
export type Callback<Event, Result> = (
  event: Event,
  context: aws.lambda.Context,
) => Promise<Result>;

/** Runs once per cold start, creates clients and caches, and returns the callback. */
export type CallbackFactory<Event, Result> = () => Callback<Event, Result>;

export interface CallbackFunctionArgs<Event = unknown, Result = unknown> extends CallbackOptions {
  /** The code, inline; it returns a promise. Give this or `callbackFactory`. */
  callback?: Callback<Event, Result>;
  /** Like `callback`, with state that lives as long as the execution environment. Give this or `callback`. */
  callbackFactory?: CallbackFactory<Event, Result>;
  /**
   * `{ actions, resources, conditions?, effect?, sid? }[]`, all AWS permissions of the code; `[]` for none. Access to
   * its own log and failure queue is added.
   */
  permissions: Statement[];
  /** Queues from which the function receives messages; the permission to poll them is added. Default: none. */
  queues?: QueueSource[];
}

const TYPE = "aws-callbacks:index:CallbackFunction";

/**
 * An inline TypeScript function in AWS Lambda: checked at preview, packed with only the dependencies that it uses, and
 * given exactly the listed permissions, with its own log group, failure queue and alarms.
 *
 * @example
 * const hello = new CallbackFunction("hello", {
 *   callback: async (event: { name: string }) => ({ greeting: `Hello, ${event.name}` }),
 *   permissions: [],
 * });
 * @throws pulumi.ResourceError for a wrong argument, or a capture that would not work in Lambda.
 */
export class CallbackFunction<Event = unknown, Result = unknown> extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  readonly role: aws.iam.Role;
  readonly rolePolicy: aws.iam.RolePolicy;
  readonly logGroup: aws.cloudwatch.LogGroup;
  /** Queue for asynchronous calls that failed permanently; undefined with `asynchronous: false`. */
  readonly failureQueue: aws.sqs.Queue | undefined;
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  /** The function's ARN, without a version. */
  readonly arn: pulumi.Output<string>;
  /** The ARN by which API Gateway invokes the function. */
  readonly invokeArn: pulumi.Output<string>;
  /** The function's name in AWS. */
  readonly name: pulumi.Output<string>;
  /** The newest published version; "$LATEST" without `publish`. */
  readonly version: pulumi.Output<string>;
  private readonly asynchronous: CallbackOptions["asynchronous"];

  constructor(
    name: string,
    args: CallbackFunctionArgs<Event, Result>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(TYPE, name, { policyExceptions: policyExceptions(name, args) }, opts);
    checkArguments(this, name, args);
    const parentOpts = { parent: this };
    const { tags } = args;
    this.asynchronous = args.asynchronous;

    this.logGroup = new aws.cloudwatch.LogGroup(
      childName(name, "logs"),
      { retentionInDays: args.logRetentionInDays ?? 30, tags },
      parentOpts,
    );
    if (args.asynchronous !== false) {
      this.failureQueue =
        args.failureQueue ?? createFailureQueue(childName(name, "failures"), { tags }, parentOpts);
    }
    this.role = new aws.iam.Role(
      childName(name, "role"),
      { assumeRolePolicy: assumeRolePolicy("lambda.amazonaws.com"), tags },
      parentOpts,
    );
    this.rolePolicy = new aws.iam.RolePolicy(
      childName(name, "policy"),
      {
        role: this.role.name,
        policy: policyDocument(args.permissions, this, [
          ...callbackStatements(this, args),
          ...queueStatements(args.queues ?? []),
        ]),
      },
      parentOpts,
    );
    this.function = new aws.lambda.Function(
      name,
      { ...functionArgs(this, args), ...code(this, args) },
      // Lambda refuses a VPC until the role has these permissions, and the code's first calls would fail.
      { parent: this, dependsOn: [this.rolePolicy] },
    );
    this.arn = this.function.arn;
    this.invokeArn = this.function.invokeArn;
    this.name = this.function.name;
    this.version = this.function.version;
    if (this.failureQueue) this.handleFailures(name);
    createQueueSources(name, args.queues ?? [], {
      functionArn: this.arn,
      functionTimeout: args.timeout ?? DEFAULT_TIMEOUT,
      opts: { parent: this, dependsOn: [this.rolePolicy] },
    });
    this.alarms = createFunctionAlarms(
      name,
      {
        alarms: args.alarms ?? defaultAlarms(this.failureQueue, args.failureQueue),
        subject: {
          functionName: this.name,
          timeout: args.timeout ?? DEFAULT_TIMEOUT,
          failureQueueName: this.failureQueue?.name,
        },
        alarmActions: args.alarmActions,
        tags,
      },
      parentOpts,
    );

    this.registerOutputs({
      arn: this.arn,
      invokeArn: this.invokeArn,
      name: this.name,
      version: this.version,
    });
  }

  /**
   * Gives an alias the function's retries and failure queue: Lambda stores these per qualifier, so an asynchronously
   * invoked alias would not have them.
   *
   * @param name the logical name of the configuration; by convention that of the alias.
   */
  handleFailuresOf(name: string, alias: aws.lambda.Alias): aws.lambda.FunctionEventInvokeConfig {
    if (this.failureQueue) return this.handleFailures(name, alias.name);
    const message = `handleFailuresOf: '${name}' has no failure queue; leave out asynchronous: false.`;
    throw new pulumi.ResourceError(message, this, true);
  }

  private handleFailures(
    name: string,
    qualifier?: pulumi.Input<string>,
  ): aws.lambda.FunctionEventInvokeConfig {
    const { maximumRetryAttempts = 2, maximumEventAgeInSeconds = 21_600 } = this.asynchronous || {};
    return new aws.lambda.FunctionEventInvokeConfig(
      childName(name, "failures"),
      {
        functionName: this.name,
        ...(qualifier ? { qualifier } : {}),
        maximumRetryAttempts,
        maximumEventAgeInSeconds,
        destinationConfig: { onFailure: { destination: this.failureQueue?.arn ?? "" } },
      },
      // Lambda checks that the role may send to the queue.
      { parent: this, dependsOn: [this.rolePolicy] },
    );
  }
}

/** Alarms on errors, and on the place where lost events show up. A queue that the caller passed is not watched. */
function defaultAlarms(
  failureQueue: aws.sqs.Queue | undefined,
  given: aws.sqs.Queue | undefined,
): AlarmName[] {
  const ownsQueue = failureQueue !== undefined && given === undefined;
  return ["errors", ownsQueue ? "failures" : "throttles"];
}

function policyExceptions(
  name: string,
  // Called before the arguments are checked: JavaScript may have omitted them.
  args: (CallbackOptions & { permissions?: Statement[] }) | undefined,
): PolicyException[] {
  const exceptions = statedWidth(args?.permissions, childName(name, "policy"));
  if (args?.asynchronous === false) {
    exceptions.push({
      rule: "Serverless-LambdaAsyncFailureDestination",
      resource: name,
      reason: "Nothing calls it asynchronously (asynchronous: false): its callers see every error.",
    });
  }
  if (args?.vpc) {
    exceptions.push({
      rule: "AwsSolutions-IAM5",
      resource: childName(name, "policy"),
      finding: "ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface,*",
      reason:
        "Lambda asks for its network interfaces on all resources; a Deny keeps the code itself from them.",
    });
  }
  return exceptions;
}

function checkArguments<E, R>(
  self: CallbackFunction<E, R>,
  name: string,
  args: CallbackFunctionArgs<E, R>,
): void {
  const fail = (message: string): never => {
    throw new pulumi.ResourceError(message, self, true);
  };
  checkName(self, name);
  checkArgs<CallbackFunctionArgs<E, R>>(self, args, {
    // Checked below in combination.
    callback: anything,
    callbackFactory: anything,
    permissions: anything,
    queues: list(anything),
    ...CALLBACK_CHECKS,
  });
  const { callback, callbackFactory } = args;
  if ((callback === undefined) === (callbackFactory === undefined)) {
    const given = callback === undefined ? "neither is" : "both are";
    fail(`callback, callbackFactory: ${given} given; give exactly one of them.`);
  }
  const code: unknown = callback ?? callbackFactory;
  const argument = callback ? "callback" : "callbackFactory";
  if (typeof code !== "function") fail(`${argument}: given ${typeof code}; give a function.`);
  if (callback && callback.length > 2) {
    fail(
      "callback: given a function with a third parameter; nodejs24.x no longer calls one back, " +
        "so return a promise.",
    );
  }
  if (!Array.isArray(args.permissions)) {
    fail("permissions: not given; list the statements that the code needs, or [] for none.");
  }
  checkStatements(args.permissions, self);
  checkQueueSources(self, args.queues ?? []);
  checkTogether(self, args);
}

function functionArgs<E, R>(
  self: CallbackFunction<E, R>,
  args: CallbackOptions,
): aws.lambda.FunctionArgs {
  const { reservedConcurrency, ephemeralStorage, vpc } = args;
  return {
    role: self.role.arn,
    handler: "index.handler",
    runtime: args.runtime ?? "nodejs24.x",
    // A fifth cheaper than x86_64 for the same time: https://aws.amazon.com/lambda/pricing/
    architectures: ["arm64"],
    timeout: args.timeout ?? DEFAULT_TIMEOUT,
    memorySize: args.memorySize ?? 256,
    loggingConfig: {
      logFormat: "JSON",
      applicationLogLevel: args.logLevel ?? "INFO",
      logGroup: self.logGroup.name,
    },
    description: args.description,
    environment: functionEnvironment(self, args.environment ?? {}),
    publish: args.publish,
    tags: args.tags,
    ...(reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: reservedConcurrency }),
    ...(ephemeralStorage === undefined ? {} : { ephemeralStorage: { size: ephemeralStorage } }),
    ...(args.tracing ? { tracingConfig: { mode: "Active" } } : {}),
    ...(vpc ? { vpcConfig: { ...vpc } } : {}),
  };
}

/**
 * Returns the zip. `pulumi.output` also resolves the captured Outputs: so the zip depends on their resources, and is
 * unknown while one of them is unknown (at preview), instead of containing `undefined`.
 */
function code<E, R>(
  self: CallbackFunction<E, R>,
  args: CallbackFunctionArgs<E, R>,
): Pick<aws.lambda.FunctionArgs, "code" | "sourceCodeHash"> {
  const callback = (args.callback ?? args.callbackFactory) as AnyFunction;
  const isFactory = args.callback === undefined;
  const packed = pulumi.output(packCallback(callback, { isFactory, resource: self }));
  return {
    code: packed.apply(({ files }) => archive(files)),
    sourceCodeHash: packed.apply(({ hash }) => hash),
  };
}

function archive(files: Record<string, string>): pulumi.asset.Archive {
  const assets = Object.entries(files).map(([name, text]) => [name, textAsset(text)] as const);
  return new pulumi.asset.AssetArchive(Object.fromEntries(assets));
}
