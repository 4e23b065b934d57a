import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createFunctionAlarms } from "./alarms";
import { policyExceptions } from "./callbackExceptions";
import { type CallbackFunctionArgs, checkCallbackArgs } from "./callbackFunctionArgs";
import { type AlarmName, type CallbackOptions, DEFAULT_TIMEOUT } from "./callbackOptions";
import { callbackStatements } from "./callbackStatements";
import { functionArgs } from "./functionArgs";
import { createFailureQueue } from "../queues/failureQueue";
import { assumeRolePolicy, policyDocument } from "../iam/iamPolicy";
import { childName } from "../names";
import { createQueueSources, queueStatements } from "./triggers/queueSource";

export type {
  Callback,
  CallbackFactory,
  CallbackFunctionArgs,
  StreamingCallback,
} from "./callbackFunctionArgs";

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
    checkCallbackArgs(this, name, args);
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
      functionArgs(args, { resource: this, role: this.role, logGroup: this.logGroup }),
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
