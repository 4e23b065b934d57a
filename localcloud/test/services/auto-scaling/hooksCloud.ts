import {
  CompleteLifecycleActionCommand,
  DeleteAutoScalingGroupCommand,
  DescribeScalingActivitiesCommand,
  type LifecycleHookSpecification,
  PutLifecycleHookCommand,
  type PutLifecycleHookCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { connection } from "../ec2/ec2Cloud";
import { GroupsCloud, NAME } from "./groupsCloud";

export type Message = Readonly<Record<string, unknown>>;

/** The hook of most tests, without a target: only EventBridge is notified. */
export const LAUNCH_HOOK = {
  LifecycleHookName: "attach",
  LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
  HeartbeatTimeout: 60,
} satisfies LifecycleHookSpecification;

export const TERMINATE_HOOK = {
  ...LAUNCH_HOOK,
  LifecycleHookName: "drain",
  LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
} satisfies LifecycleHookSpecification;

/** Groups with hooks, and a queue with their events from EventBridge. */
export class HooksCloud {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly iam: IAMClient;
  private readonly eventBridge: EventBridgeClient;

  private constructor(readonly groups: GroupsCloud) {
    const settings = connection(groups.ec2.cloud);
    this.sqs = new SQSClient(settings);
    this.sns = new SNSClient(settings);
    this.iam = new IAMClient(settings);
    this.eventBridge = new EventBridgeClient(settings);
  }

  static async start(): Promise<HooksCloud> {
    const cloud = new HooksCloud(await GroupsCloud.start());
    await cloud.listen("events", ["aws.autoscaling", "aws.ec2"]);
    return cloud;
  }

  get client() {
    return this.groups.client;
  }

  seconds(count: number): Promise<void> {
    return this.groups.seconds(count);
  }

  async createQueue(QueueName: string): Promise<string> {
    await this.sqs.send(new CreateQueueCommand({ QueueName }));
    return this.queueArn(QueueName);
  }

  /** Creates a topic, and a queue of the same name that receives its messages. */
  async createTopic(Name: string): Promise<string> {
    const { TopicArn = "" } = await this.sns.send(new CreateTopicCommand({ Name }));
    await this.createOpenQueue(Name);
    const Endpoint = this.queueArn(Name);
    await this.sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    return TopicArn;
  }

  queueArn(name: string): string {
    return `arn:aws:sqs:us-east-1:${this.groups.ec2.cloud.accountId}:${name}`;
  }

  /** Takes all messages of a queue. */
  async received(name: string): Promise<Message[]> {
    const { endpoint, accountId } = this.groups.ec2.cloud;
    const QueueUrl = `${endpoint}/${accountId}/${name}`;
    const found: Message[] = [];
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return found;
      for (const { Body = "{}", ReceiptHandle } of Messages) {
        found.push(JSON.parse(Body) as Message);
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  /** Takes the lifecycle actions that EventBridge has reported. */
  async actions(): Promise<{ type: string; detail: Record<string, string> }[]> {
    const events = await this.received("events");
    return events
      .filter((event) => String(event["detail-type"]).endsWith("Lifecycle Action"))
      .map((event) => ({
        type: String(event["detail-type"]),
        detail: event.detail as Record<string, string>,
      }));
  }

  /** Creates a role that Auto Scaling may assume, with these statements. */
  async createRole(RoleName: string, statements: readonly object[], service = "autoscaling") {
    const trust = {
      Effect: "Allow",
      Principal: { Service: `${service}.amazonaws.com` },
      Action: "sts:AssumeRole",
    };
    const document = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });
    const { Role } = await this.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }),
    );
    if (statements.length > 0)
      await this.iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: "inline",
          PolicyDocument: document(statements),
        }),
      );
    return Role?.Arn ?? "";
  }

  async putHook(more: Omit<PutLifecycleHookCommandInput, "AutoScalingGroupName">): Promise<void> {
    await this.client.send(new PutLifecycleHookCommand({ ...NAME, ...more }));
  }

  async complete(
    hook: string,
    which: { LifecycleActionToken: string } | { InstanceId: string },
    LifecycleActionResult = "CONTINUE",
  ): Promise<void> {
    await this.client.send(
      new CompleteLifecycleActionCommand({
        ...NAME,
        ...which,
        LifecycleHookName: hook,
        LifecycleActionResult,
      }),
    );
  }

  /** Returns codes and messages of the group's activities, newest first. */
  async activities(): Promise<(readonly [string | undefined, string | undefined])[]> {
    const { Activities = [] } = await this.client.send(new DescribeScalingActivitiesCommand(NAME));
    return Activities.map(({ StatusCode, StatusMessage }) => [StatusCode, StatusMessage] as const);
  }

  /** Deletes the test's group by force. */
  async clear(): Promise<void> {
    const request = new DeleteAutoScalingGroupCommand({ ...NAME, ForceDelete: true });
    await this.client.send(request).catch(() => undefined);
    await this.seconds(30);
    await this.received("events");
  }

  async stop(): Promise<void> {
    for (const client of [this.sqs, this.sns, this.iam, this.eventBridge]) client.destroy();
    await this.groups.stop();
  }

  private async listen(name: string, source: string[]): Promise<void> {
    await this.createOpenQueue(name);
    const EventPattern = JSON.stringify({ source });
    await this.eventBridge.send(new PutRuleCommand({ Name: name, EventPattern }));
    const Targets = [{ Id: name, Arn: this.queueArn(name) }];
    await this.eventBridge.send(new PutTargetsCommand({ Rule: name, Targets }));
  }

  /** Creates a queue to which every service may send. */
  private async createOpenQueue(QueueName: string): Promise<void> {
    const Statement = {
      Effect: "Allow",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: this.queueArn(QueueName),
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await this.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  }
}
