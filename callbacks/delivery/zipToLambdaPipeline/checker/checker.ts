import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Deps, systemDeps } from "../../../deps";
import { required } from "../../../environment";
import { NAMESPACE } from "../report/sendEvent";
import {
  type Backlog,
  decideWorkers,
  type WorkerGroup,
  type WorkersDecision,
} from "./decideWorkers";

export const deploymentOnlyModule = true;

export interface CheckerSettings {
  /** `<project>/<stack>/<name>`, the dimension of its metrics. */
  readonly pipeline: string;
  /** Zips per worker: more zips need another worker. */
  readonly zipsPerWorker: number;
}

export interface CheckerConfig extends CheckerSettings {
  readonly queueUrl: string;
  readonly groupName: string;
  /** Name of the rule that calls the checker each minute while it is enabled. */
  readonly tickRule: string;
}

/** Event of the checker; an event of any other form counts as a tick. */
export interface CheckerEvent {
  readonly wake?: "upload" | "tick";
}

export type Checker = (event: CheckerEvent) => Promise<WorkersDecision>;

interface CheckerDeps extends Pick<Deps, "now" | "aws"> {
  print(line: string): void;
}

/** Made for `callbackFactory`: starts as many workers as the queue needs. */
export const checkerFactory = (settings: CheckerSettings) => (): Checker =>
  checkerHandler(
    {
      ...settings,
      queueUrl: required(process.env, "QUEUE_URL"),
      groupName: required(process.env, "GROUP_NAME"),
      tickRule: required(process.env, "TICK_RULE"),
    },
    {
      ...systemDeps,
      // Lambda's JSON log format wraps the output of console.log; CloudWatch reads metrics only from the top level of a
      // line.
      print: (line) => void process.stdout.write(`${line}\n`),
    },
  );

/** Decides from the present state only: a lost, late or repeated call is corrected by the next one. */
export function checkerHandler(config: CheckerConfig, deps: CheckerDeps): Checker {
  const clients = {
    autoScaling: new AutoScalingClient(deps.aws),
    events: new EventBridgeClient(deps.aws),
    sqs: new SQSClient(deps.aws),
  };

  const evaluate = async (isUpload: boolean): Promise<Evaluation> => {
    const [counted, group] = await Promise.all([
      readBacklog(clients.sqs, config.queueUrl),
      readGroup(clients.autoScaling, config.groupName),
    ]);
    // The notification of an upload may arrive after the call about it.
    const isEarly = isUpload && counted.visible + counted.inFlight + counted.delayed === 0;
    const backlog = isEarly ? { ...counted, visible: 1 } : counted;
    return { backlog, group, ...decideWorkers(backlog, group, config.zipsPerWorker) };
  };

  return async ({ wake }) => {
    const { groupName: AutoScalingGroupName, tickRule: Name } = config;
    // Enabled before anything that may fail: the ticks retry until it succeeds, Lambda only for three minutes.
    if (wake === "upload") await clients.events.send(new EnableRuleCommand({ Name }));
    const { backlog, group, ...decision } = await evaluate(wake === "upload");
    const { desired: DesiredCapacity, isAwake } = decision;
    if (isAwake && wake !== "tick" && wake !== "upload")
      await clients.events.send(new EnableRuleCommand({ Name }));
    if (DesiredCapacity !== group.desired) {
      const input = { AutoScalingGroupName, DesiredCapacity };
      await clients.autoScaling.send(new SetDesiredCapacityCommand(input));
      console.log("workers", { from: group.desired, to: DesiredCapacity, ...backlog });
    }
    deps.print(metricsLine(config.pipeline, deps.now(), backlog, group));
    if (isAwake) return decision;
    await clients.events.send(new DisableRuleCommand({ Name }));
    // A call about an upload may have enabled it a moment ago.
    const again = await evaluate(false);
    if (again.isAwake) await clients.events.send(new EnableRuleCommand({ Name }));
    return { desired: again.desired, isAwake: again.isAwake };
  };
}

interface Evaluation extends WorkersDecision {
  readonly backlog: Backlog;
  readonly group: WorkerGroup;
}

async function readBacklog(sqs: SQSClient, QueueUrl: string): Promise<Backlog> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

async function readGroup(autoScaling: AutoScalingClient, name: string): Promise<WorkerGroup> {
  const { AutoScalingGroups: [group] = [] } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  if (!group) throw new Error(`There is no Auto Scaling group ${name}.`);
  const { MinSize = 0, MaxSize = 0, DesiredCapacity = 0, Instances = [] } = group;
  return {
    min: MinSize,
    max: MaxSize,
    desired: DesiredCapacity,
    workers: Instances.filter(({ LifecycleState: state = "" }) =>
      /^(Pending|InService)/.test(state),
    ).map(({ LifecycleState, ProtectedFromScaleIn }) => ({
      isIdle: LifecycleState === "InService" && ProtectedFromScaleIn === false,
    })),
  };
}

/** Formats the input of the decision as a line of the log from which CloudWatch creates metrics. */
function metricsLine(
  pipeline: string,
  now: number,
  { visible, inFlight }: Backlog,
  { workers }: WorkerGroup,
): string {
  const values = {
    Workers: workers.length,
    BacklogPerWorker: (visible + inFlight) / Math.max(1, workers.length),
  };
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: "Count" }));
  const directive = { Namespace: NAMESPACE, Dimensions: [["Pipeline"]], Metrics };
  const _aws = { Timestamp: now, CloudWatchMetrics: [directive] };
  return JSON.stringify({ _aws, Pipeline: pipeline, ...values });
}
