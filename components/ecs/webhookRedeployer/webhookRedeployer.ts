import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { MAX_RECEIVES } from "../../../callbacks/ecs/webhookRedeployer/worker";
import type { CallbackFunction } from "../../function/callbackFunction";
import { checkName, childName, ROLE_SUFFIX } from "../../names";
import { createRecordTable } from "../../storage/recordTable";
import { defaultPinPath } from "../pinnedImage";
import type { PolicyException } from "../../iam/policyException";
import { createRedeployerApi } from "./api";
import {
  createAck,
  createCompletion,
  createEvents,
  createWorker,
  WORKER_TIMEOUT,
} from "./functions";
import { createToken } from "./token";
import { hasApi, type WebhookRedeployerArgs } from "./args";
import { checkedClusters, checkWebhookRedeployer } from "./checks";
import { createWorkQueue, type WorkQueue } from "../../queues/workQueue";

const TYPE = "aws-callbacks:index:WebhookRedeployer";

/**
 * A webhook that redeploys the services that use an image: a push of a tag creates one new revision of every family of
 * task definitions that uses the repository, and moves every service to it. When ECS has completed the deployment, the
 * image is pinned in SSM, where `pinnedImage` reads it.
 *
 * @example
 * const redeploy = new WebhookRedeployer("redeploy", {
 *   repositories: ["acme/web"],
 *   families: ["web-*"],
 *   passRoles: [taskRole.arn],
 * });
 * export const redeployWebhookUrl = redeploy.webhookUrl;
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class WebhookRedeployer extends pulumi.ComponentResource {
  /** Answers senders. */
  readonly ack: CallbackFunction<never, unknown>;
  /**
   * Plans deliveries and updates families; invoke it with `{ dryRun: { repository, tag } }` to see what a push would
   * do.
   */
  readonly worker: CallbackFunction<never, unknown>;
  /** Pins the images of completed deployments. */
  readonly completion: CallbackFunction<never, unknown>;
  /** Deliveries that wait for the end of their debounce window. */
  readonly deliveries: WorkQueue;
  /** Families to process, in order for each family. */
  readonly families: WorkQueue;
  /** Keeps events that EventBridge could not deliver to a function, with an alarm. */
  readonly undelivered: aws.sqs.Queue;
  /** Results of deliveries (`delivery#<id>`), kept for 30 days, and the functions' own state. */
  readonly table: aws.dynamodb.Table;
  /** Undefined if no sender posts. */
  readonly restApi: aws.apigateway.RestApi | undefined;
  /** Undefined if no sender posts. */
  readonly stage: aws.apigateway.Stage | undefined;
  /** The parameter with the token; undefined if you gave your own, or no sender posts. */
  readonly tokenParameter: aws.ssm.Parameter | undefined;
  /**
   * The URL to give to Docker Hub: a secret, because it contains the token. With `tokenParameter` it ends in `{token}`;
   * undefined without the sender `dockerHub`.
   */
  readonly webhookUrl: pulumi.Output<string> | undefined;
  /** URL for signed requests; undefined without the sender `generic`. */
  readonly signedUrl: pulumi.Output<string> | undefined;
  /** Path of the SSM parameters that pin images. */
  readonly pinPath: string;
  /** The function to invoke for a dry run. */
  readonly workerFunctionName: pulumi.Output<string>;

  constructor(name: string, args: WebhookRedeployerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: policyExceptions(name, args) }, opts);
    checkName(this, name, `-completion${ROLE_SUFFIX}`);
    checkWebhookRedeployer(this, args);
    const parentOpts = { parent: this };
    const { alarmActions, tags } = args;
    this.pinPath = args.pinPath ?? defaultPinPath();
    this.table = createRecordTable(childName(name, "results"), { tags }, parentOpts);
    this.tokenParameter = createToken(this, childName(name, "token"), args);
    const queueArgs = { maxReceiveCount: MAX_RECEIVES + 1, alarmActions, tags };
    this.deliveries = createWorkQueue(
      childName(name, "deliveries"),
      { ...queueArgs, functionTimeout: WORKER_TIMEOUT },
      parentOpts,
    );
    this.families = createWorkQueue(
      childName(name, "families"),
      { ...queueArgs, functionTimeout: WORKER_TIMEOUT, fifo: true },
      parentOpts,
    );
    const parts = {
      self: this,
      name,
      args: { ...args, clusters: checkedClusters(this, args.clusters) },
    };
    const events = createEvents(parts);
    this.undelivered = events.undelivered;
    this.ack = createAck(parts, events);
    this.worker = createWorker(parts);
    this.completion = createCompletion(parts, events);
    const api = createRedeployerApi(name, { args, ack: this.ack }, { parent: this });
    this.restApi = api?.restApi;
    this.stage = api?.stage;
    const token = this.tokenParameter?.value.apply((value) => value.split(",")[0]) ?? "{token}";
    this.webhookUrl = api?.webhooks && pulumi.interpolate`${api.webhooks}/${token}`;
    this.signedUrl = api?.signed;
    this.workerFunctionName = this.worker.name;
    this.registerOutputs({
      webhookUrl: this.webhookUrl,
      signedUrl: this.signedUrl,
      pinPath: this.pinPath,
      workerFunctionName: this.workerFunctionName,
    });
  }
}

/** Called before the arguments are checked: JavaScript may have passed anything. */
function policyExceptions(
  name: string,
  args: WebhookRedeployerArgs | undefined,
): PolicyException[] {
  const { senders } = args ?? {};
  if (senders !== undefined && (!Array.isArray(senders) || !hasApi({ senders }))) return [];
  return [
    {
      rule: "AwsSolutions-APIG4",
      resource: childName(name, "*"),
      reason: "Senders such as Docker Hub cannot sign in: the function checks the token.",
    },
  ];
}
