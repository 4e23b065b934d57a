import type { Readable } from "node:stream";
import { AwsError } from "../../../core/errors";
import { killGroup } from "../../../core/machine";
import { closed } from "../../../core/machineProcess";
import { tellEventBridge } from "../../../core/reports";
import type { StoreScope } from "../../../core/service";
import {
  hasEnded,
  isFailure,
  PLUGIN,
  type Invocation,
  type Output,
  type StoredCommand,
} from "./command";

/** What of an output is kept for S3; what GetCommandInvocation tells of it is less. */
const KEPT = 10_000_000;

/** Sends commands to their instances, so many at once as they say, and stops when too many fail. */
export class CommandRunner {
  constructor(private readonly scope: StoreScope) {}

  begin(command: StoredCommand): void {
    this.goOn(command);
  }

  /** Cancels it on these instances, or on all of them. */
  cancel(command: StoredCommand, ids: readonly string[]): void {
    const all = [...command.invocations.values()];
    const some = all.filter((one) => ids.length === 0 || ids.includes(one.instanceId));
    command.isCancelled = true;
    for (const one of some) {
      if (one.status === "Pending") this.settle(command, one, "Cancelled", "Cancelled");
      if (one.status !== "InProgress") continue;
      one.status = "Cancelling";
      one.statusDetails = "Cancelling";
      one.kill?.();
    }
    this.goOn(command);
  }

  /** Starts what may start, and tells the command's own status. */
  private goOn(command: StoredCommand): void {
    const all = [...command.invocations.values()];
    const isStopped = all.filter(isFailure).length > command.maxErrors;
    for (const one of all.filter(({ status }) => status === "Pending")) {
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html (Terminated)
      if (isStopped) this.settle(command, one, "Cancelled", "Terminated");
      else if (all.filter(isUnderWay).length < command.concurrency) this.start(command, one);
    }
    this.tell(command, isStopped);
  }

  private start(command: StoredCommand, one: Invocation): void {
    const { clock, cloud } = this.scope;
    const machine = cloud.machines.at(one.instanceId);
    const waits = (command.sent.TimeoutSeconds ?? 0) * 1000;
    const sentAt = command.sent.RequestedDateTime?.getTime() ?? 0;
    if (clock.now() > sentAt + waits)
      return this.settle(command, one, "TimedOut", "DeliveryTimedOut");
    if (!machine?.isUp) return this.settle(command, one, "Failed", "Undeliverable");
    one.status = "InProgress";
    one.statusDetails = "InProgress";
    one.startedAt = clock.date();
    void this.execute(command, one);
  }

  private async execute(command: StoredCommand, one: Invocation): Promise<void> {
    const { clock, cloud } = this.scope;
    try {
      const machine = cloud.machines.at(one.instanceId);
      const child = await machine?.run({ user: "root", command: command.script });
      if (!child) return;
      let isLate = false;
      one.kill = () => void killGroup(child.pid, "SIGKILL");
      // It was cancelled while it began.
      if (isCancelling(one)) one.kill();
      const timer = clock.setTimeout(() => {
        isLate = true;
        one.kill?.();
      }, command.executionTimeout * 1000);
      child.stdin.end();
      collect(child.stdout, one.stdout);
      collect(child.stderr, one.stderr);
      const { code, signal } = await closed(child);
      clock.clearTimeout(timer);
      await this.upload(command, one);
      if (isLate) this.settle(command, one, "TimedOut", "ExecutionTimedOut");
      else if (isCancelling(one)) this.settle(command, one, "Cancelled", "Cancelled");
      else {
        one.code = code ?? (signal === null ? 1 : KILLED);
        const outcome = one.code === 0 ? "Success" : "Failed";
        this.settle(command, one, outcome, outcome);
      }
    } catch (error) {
      one.stderr.text = error instanceof Error ? error.message : String(error);
      this.settle(command, one, "Failed", "Failed");
    }
    this.goOn(command);
  }

  private settle(
    command: StoredCommand,
    one: Invocation,
    status: Invocation["status"],
    details: string,
  ): void {
    one.status = status;
    one.statusDetails = details;
    if (one.startedAt) one.endedAt = this.scope.clock.date();
    one.kill = undefined;
    void this.notify(command, "EC2 Command Invocation Status-change Notification", {
      "instance-id": one.instanceId,
      status,
    });
  }

  private tell(command: StoredCommand, isStopped: boolean): void {
    const [status, details] = statusOf(command, isStopped);
    if (command.statusDetails === details) return;
    command.status = status;
    command.statusDetails = details;
    void this.notify(command, "EC2 Command Status-change Notification", {
      parameters: command.sent.Parameters,
      "expire-after": command.sent.ExpiresAfter?.toISOString(),
      status,
    });
  }

  /** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
  private notify(command: StoredCommand, DetailType: string, more: object): Promise<void> {
    const { accountId, clock, region } = this.scope;
    const ids = [...command.invocations.keys()];
    const arn = (id: string) => `arn:aws:ec2:${region}:${accountId}:instance/${id}`;
    return tellEventBridge(this.scope, "ssm.amazonaws.com", {
      Source: "aws.ssm",
      DetailType,
      Resources: ids.map(arn),
      Detail: {
        "command-id": command.id,
        "document-name": command.sent.DocumentName,
        "requested-date-time": command.sent.RequestedDateTime?.toISOString(),
        ...more,
      },
      Time: clock.date(),
    });
  }

  /** The agent puts the output into the bucket with the instance's role; what it may not put is lost. */
  private async upload({ id, sent }: StoredCommand, one: Invocation): Promise<void> {
    const { cloud, region } = this.scope;
    const { OutputS3BucketName: Bucket, OutputS3KeyPrefix: prefix } = sent;
    const session = cloud.machines.at(one.instanceId)?.facts.session();
    if (!Bucket || !session) return;
    const step = PLUGIN.replace(":", "");
    const folder = `${prefix ? `${prefix}/` : ""}${id}/${one.instanceId}/${step}/0.${step}`;
    for (const name of ["stdout", "stderr"] as const) {
      const Key = `${folder}/${name}`;
      one[name].url = `https://s3.${region}.amazonaws.com/${Bucket}/${Key}`;
      if (one[name].text === "") continue;
      const input = { Bucket, Key, Body: Buffer.from(one[name].text) };
      const { principal } = session;
      const call = { service: "s3", operation: "PutObject", input, principal, region };
      await cloud.call(call).catch((error: unknown) => {
        if (!(error instanceof AwsError)) throw error;
      });
    }
  }
}

/** What a shell answers for a command that was killed. */
const KILLED = 137;

function isUnderWay({ status }: Invocation): boolean {
  return status === "InProgress" || status === "Cancelling";
}

function isCancelling({ status }: Invocation): boolean {
  return status === "Cancelling";
}

function collect(stream: Readable, output: Output): void {
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    if (output.text.length < KEPT) output.text += text.slice(0, KEPT - output.text.length);
  });
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Command.html (StatusDetails) */
function statusOf(
  { invocations, isCancelled, statusDetails }: StoredCommand,
  isStopped: boolean,
): [StoredCommand["status"], string] {
  const all = [...invocations.values()];
  if (all.length === 0) return ["Success", statusDetails];
  if (!all.every(hasEnded))
    return isCancelled ? ["Cancelling", "Cancelling"] : ["InProgress", "InProgress"];
  if (isCancelled) return ["Cancelled", "Cancelled"];
  const failures = all.filter(isFailure);
  if (failures.length === 0) return ["Success", "Success"];
  if (failures.every(({ status }) => status === "TimedOut"))
    return ["TimedOut", failures[0].statusDetails];
  return ["Failed", isStopped ? "Failed" : "Incomplete"];
}
