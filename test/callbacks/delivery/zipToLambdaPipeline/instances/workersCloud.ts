import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateLaunchTemplateCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  type CheckerEvent,
  checkerHandler,
} from "../../../../../callbacks/delivery/zipToLambdaPipeline/checker/checker";
import { turnUntilLost } from "../../../../../callbacks/delivery/zipToLambdaPipeline/instance/instanceTurn";
import { instanceWorker } from "../../../../../callbacks/delivery/zipToLambdaPipeline/instance/instanceWorker";
import { rootAccess } from "../../../../../localcloud/testing";
import type { Principal } from "../../../../../localcloud/core/principal";
import type {
  AutoScalingStore,
  Group,
} from "../../../../../localcloud/services/auto-scaling/store";
import type { Ec2Store } from "../../../../../localcloud/services/ec2/store";
import type { SqsStore } from "../../../../../localcloud/services/sqs/store";
import { PipelineCloud, RECEIVES } from "../pipelineCloud";

export const PIPELINE = "apps";
export const GROUP = "apps-workers";
const LOG_GROUP = "apps-instances";
const TICK = "apps-tick";
/** Defaults of a pipeline. */
export const ZIPS_PER_WORKER = 5;
export const IDLE_TIME = 900;
export const MAX = 4;
const WORK_TIME = 60;
const BUILD_TIME = 300;
/** Seconds that instances take to boot. */
export const BOOT = 60;

/** Milliseconds from the end of a program until systemd starts it again. */
const RESTART_MS = 5_000;
/** Lambda retries an event after one and two minutes. */
const RETRIES_MS = [60_000, 120_000];

/**
 * A pipeline with workers on instances, in this process and with the cloud's clock: instances of a real group run the
 * worker's program while they are in service, and each upload and the rule call the checker, like EventBridge.
 */
export class WorkersCloud {
  /** Times of failed calls of the checker: its alarm is on errors. */
  readonly checkerErrors: number[] = [];
  checkerCalls = 0;
  readonly autoScaling: AutoScalingClient;
  private readonly events: EventBridgeClient;
  private readonly programs = new Map<string, () => void>();
  private readonly processes = new Map<string, () => void>();
  /** Number of receive calls under way. */
  private asking = 0;
  private isClosed = false;

  private constructor(readonly apps: PipelineCloud) {
    const aws = rootOf(apps);
    this.autoScaling = new AutoScalingClient(aws);
    this.events = new EventBridgeClient(aws);
    apps.cloud.events.on("killWorker", this.onKill);
  }

  /** @param runsPrograms whether instances run the worker's program. */
  static async start({ runsPrograms = true } = {}): Promise<WorkersCloud> {
    const self = new WorkersCloud(await PipelineCloud.start([PIPELINE]));
    const aws = rootOf(self.apps);
    self.store<Ec2Store>("ec2").bootMs = () => BOOT * 1000;
    const LaunchTemplateData = {
      ImageId: "ami-0abcdef1234567890",
      InstanceType: "t4g.small" as const,
    };
    await new EC2Client(aws).send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: GROUP, LaunchTemplateData }),
    );
    await self.autoScaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: GROUP,
        MinSize: 0,
        MaxSize: MAX,
        AvailabilityZones: ["us-east-1a"],
        LaunchTemplate: { LaunchTemplateName: GROUP },
        NewInstancesProtectedFromScaleIn: true,
      }),
    );
    await new CloudWatchLogsClient(aws).send(
      new CreateLogGroupCommand({ logGroupName: LOG_GROUP }),
    );
    const rule = { Name: TICK, ScheduleExpression: "rate(1 minute)", State: "DISABLED" as const };
    await self.events.send(new PutRuleCommand(rule));
    for (const role of ["instances", "checker"]) await self.createRole(role);
    void self.tick();
    if (runsPrograms) void self.runPrograms();
    return self;
  }

  /** Uploads a zip to the bucket: the queue and the checker are notified. */
  async drop(app: string, zip: Uint8Array): Promise<string> {
    const { versionId, notification } = await this.apps.put(PIPELINE, app, zip);
    await this.apps.send(PIPELINE, notification);
    void this.callChecker({ wake: "upload" });
    return versionId;
  }

  /** Calls the checker for an event, with Lambda's retries. */
  async callChecker(event: CheckerEvent): Promise<void> {
    for (const pause of [...RETRIES_MS, undefined]) {
      this.checkerCalls += 1;
      const credentials = this.session("checker");
      const deps = this.apps.time.deps({ credentials });
      const config = {
        pipeline: "shop/dev/apps",
        zipsPerWorker: ZIPS_PER_WORKER,
        queueUrl: this.apps.queueUrl(PIPELINE),
        groupName: GROUP,
        tickRule: TICK,
      };
      const forget = this.born(credentials.accessKeyId, deps.kill);
      const call = checkerHandler(
        config,
        deps,
      )(event).then(
        () => true,
        () => false,
      );
      const isDone = await Promise.race([call, deps.killed.then(() => false)]);
      forget();
      if (isDone) return;
      this.checkerErrors.push(this.now());
      if (pause !== undefined) await this.apps.time.sleep(pause);
    }
  }

  now(): number {
    return this.apps.cloud.clock.now();
  }

  /** Advances time until a condition holds, checking each second; returns false when it does not within the seconds. */
  until(holds: () => boolean, seconds: number): Promise<boolean> {
    const wait = async (): Promise<boolean> => {
      for (let second = 0; second < seconds; second += 1) {
        if (holds()) return true;
        await this.apps.time.sleep(1000);
      }
      return holds();
    };
    return this.apps.time.during(wait());
  }

  seconds(count: number): Promise<void> {
    return this.apps.time.during(this.apps.time.sleep(count * 1000));
  }

  get desired(): number {
    return this.group.desired;
  }

  /** Number of instances that are starting, in service or terminating. */
  get instances(): number {
    return this.group.members.size;
  }

  get inService(): number {
    return this.membersInService().length;
  }

  async isTicking(): Promise<boolean> {
    const { time } = this.apps;
    const asked = this.events.send(new DescribeRuleCommand({ Name: TICK }));
    return (await time.hold(asked)).State === "ENABLED";
  }

  /** Keeps at least one instance in service that works. */
  async keepOne(): Promise<void> {
    const DesiredCapacity = Math.max(1, this.desired);
    await this.setDesired(DesiredCapacity);
    await this.until(() => this.inService === DesiredCapacity, 300);
  }

  /** Marks the group's instances as idle, so that they may be terminated. */
  async idle(): Promise<void> {
    const InstanceIds = this.membersInService().map(({ id }) => id);
    const input = { AutoScalingGroupName: GROUP, InstanceIds, ProtectedFromScaleIn: false };
    if (InstanceIds.length > 0)
      await this.autoScaling.send(new SetInstanceProtectionCommand(input));
  }

  /** Removes all messages and instances. */
  async reset(): Promise<void> {
    this.purge();
    await this.idle();
    await this.setDesired(0);
    await this.until(() => this.instances === 0, 300);
    await this.events.send(new DisableRuleCommand({ Name: TICK }));
    this.checkerErrors.length = 0;
  }

  private async setDesired(DesiredCapacity: number): Promise<void> {
    const input = { AutoScalingGroupName: GROUP, DesiredCapacity };
    await this.autoScaling.send(new SetDesiredCapacityCommand(input));
  }

  /** Returns the number of messages in the queue, including hidden ones. */
  messages(queue = PIPELINE): number {
    const { visible, inFlight, delayed } = this.queue(queue).count();
    return visible + inFlight + delayed;
  }

  purge(queue = PIPELINE): void {
    this.queue(queue).purge();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.apps.cloud.events.off("killWorker", this.onKill);
    for (const kill of this.processes.values()) kill();
    for (const client of [this.autoScaling, this.events]) client.destroy();
    await this.apps.close();
  }

  private async tick(): Promise<void> {
    for (;;) {
      await this.apps.time.sleep(60_000);
      if (this.isClosed) return;
      if (await this.isTicking()) void this.callChecker({ wake: "tick" });
    }
  }

  /** Runs the program on each instance in service, until the instance terminates. */
  private async runPrograms(): Promise<void> {
    for (;;) {
      await this.apps.time.sleep(1000);
      if (this.isClosed) return;
      for (const { id } of this.membersInService())
        if (!this.programs.has(id)) void this.runProgram(id);
      for (const [id, end] of this.programs) if (!this.group.members.has(id)) end();
    }
  }

  /** Restarts a program that ends for any reason, like systemd. */
  private async runProgram(instanceId: string): Promise<void> {
    let isOver = false;
    const over = new Promise<void>((resolve) =>
      this.programs.set(instanceId, () => {
        isOver = true;
        this.programs.delete(instanceId);
        resolve();
      }),
    );
    while (!isOver) {
      const credentials = this.session("instances");
      const isInVain = (body: string): Promise<boolean> => this.pollInVain(body);
      const deps = this.apps.time.deps({ credentials, isInVain });
      const forget = this.born(credentials.accessKeyId, deps.kill);
      const program = { instanceId, groupName: GROUP, logGroupName: LOG_GROUP };
      const limits = { workTime: WORK_TIME, idleTime: IDLE_TIME, buildTimeout: BUILD_TIME };
      const config = { ...this.apps.config(PIPELINE), ...program, ...limits };
      const turn = instanceWorker(config, { ...deps, wait: 20 });
      const lost = turnUntilLost(turn, (ms) => this.apps.time.sleep(ms)).catch(() => undefined);
      await Promise.race([lost, deps.killed, over]);
      deps.kill();
      forget();
      if (!isOver) await this.apps.time.sleep(RESTART_MS);
    }
  }

  /** Delays a long poll until there is a message: an open call would stop the cloud's clock. */
  private async pollInVain(body: string): Promise<boolean> {
    const wait = Number(/^\{.*"WaitTimeSeconds":(\d+)/.exec(body)?.[1] ?? 0);
    for (let second = 0; second < wait; second += 1) {
      if (this.countTakeable() > this.asking) {
        // No other caller waits for this message: time continues only when this call is answered.
        this.asking += 1;
        void this.apps.time.sleep(100).then(() => (this.asking -= 1));
        return false;
      }
      await this.apps.time.sleep(1000);
    }
    return wait > 0;
  }

  /** Returns the number of messages that a receive call would return. */
  private countTakeable(): number {
    const queue = this.queue(PIPELINE);
    const visible = queue.messages().filter(({ state }) => state === "visible");
    const takeable = visible.filter(({ receivesHere }) => receivesHere < RECEIVES);
    // SQS moves messages with too many receives during a receive call, which would then stay open.
    if (takeable.length === 0 && visible.length > 0) queue.receive({ max: 1 });
    return takeable.length;
  }

  private get group(): Group {
    const group = this.store<AutoScalingStore>("auto-scaling").groups.get(GROUP);
    if (!group) throw new Error("There is no group.");
    return group;
  }

  private membersInService() {
    return [...this.group.members.values()].filter(({ state }) => state === "InService");
  }

  private queue(name: string) {
    return this.store<SqsStore>("sqs").at(this.apps.queueUrl(name));
  }

  /** The registry's type does not know the type of a service's store. */
  private store<Store>(service: string): Store {
    const { cloud } = this.apps;
    return cloud.registry.named(service)?.store(cloud.defaultRegion, cloud) as Store;
  }

  private session(roleName: string) {
    const { cloud } = this.apps;
    const roleArn = `arn:aws:iam::${cloud.accountId}:role/${roleName}`;
    const service = "ec2.amazonaws.com";
    return cloud.identity.assumeForService({ roleArn, service, sessionName: roleName });
  }

  /** Registers the process of these credentials, to be killed with its instance. */
  private born(accessKeyId: string, kill: () => void): () => void {
    this.processes.set(accessKeyId, kill);
    return () => void this.processes.delete(accessKeyId);
  }

  private readonly onKill = (principal: Principal): void => {
    if (principal.type === "role") this.processes.get(principal.accessKeyId ?? "")?.();
  };

  private async createRole(RoleName: string): Promise<void> {
    const iam = new IAMClient(rootOf(this.apps));
    const documentOf = (Statement: object): string =>
      JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...Statement } });
    const trust = { Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
    await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: documentOf(trust) }),
    );
    const all = { Action: "*", Resource: "*" };
    const policy = { RoleName, PolicyName: "all", PolicyDocument: documentOf(all) };
    await iam.send(new PutRolePolicyCommand(policy));
    iam.destroy();
  }
}

function rootOf({ cloud }: PipelineCloud) {
  const { endpoint, region, credentials } = rootAccess(cloud);
  return { endpoint, region, credentials };
}
