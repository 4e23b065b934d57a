import { killGroup } from "../../../core/machines/machine";
import { closed } from "../../../core/machines/machineProcess";
import { sendToEventBridge } from "../../../core/reports";
import type { StoreScope } from "../../../core/service";
import { hasEnded, isFailure, type Invocation, type StoredCommand } from "./command";
import type { AgentBehaviour } from "./agents";
import { collect, upload } from "./output";

/** Sends commands to their instances, up to their maximum concurrency, and stops after too many failures. */
export class CommandRunner {
  constructor(
    private readonly scope: StoreScope,
    private readonly agentOf: (instanceId: string) => AgentBehaviour,
  ) {}

  begin(command: StoredCommand): void {
    this.goOn(command);
  }

  /** Continues a command of an earlier run of the cloud, with whose end its processes ended. */
  resume(command: StoredCommand): void {
    for (const one of command.invocations.values()) {
      if (one.status === "Delayed") this.start(command, one);
      if (one.status !== "InProgress" && one.status !== "Cancelling") continue;
      one.stderr.text += "The local cloud ended while the command ran.";
      this.settle(command, one, "Failed", "Failed");
    }
    if (!isComplete(command)) this.goOn(command);
  }

  /** Cancels the command on these instances; on all if none are given. */
  cancel(command: StoredCommand, ids: readonly string[]): void {
    const all = [...command.invocations.values()];
    const some = all.filter((one) => ids.length === 0 || ids.includes(one.instanceId));
    command.isCancelled = true;
    for (const one of some) {
      if (one.status === "Pending" || one.status === "Delayed")
        this.settle(command, one, "Cancelled", "Cancelled");
      if (one.status !== "InProgress") continue;
      one.status = "Cancelling";
      one.statusDetails = "Cancelling";
      one.kill?.();
    }
    this.goOn(command);
  }

  /** Starts the next invocations and updates the command's status. */
  private goOn(command: StoredCommand): void {
    const all = [...command.invocations.values()];
    const isStopped = all.filter(isFailure).length > command.maxErrors;
    for (const one of all.filter(({ status }) => status === "Pending")) {
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html (Terminated)
      if (isStopped) this.settle(command, one, "Cancelled", "Terminated");
      else if (all.filter(isUnderWay).length < command.concurrency) this.start(command, one);
    }
    this.reportState(command, isStopped);
  }

  private start(command: StoredCommand, one: Invocation): void {
    const { clock, cloud } = this.scope;
    const machine = cloud.machines.at(one.instanceId);
    const waits = (command.sent.TimeoutSeconds ?? 0) * 1000;
    const sentAt = command.sent.RequestedDateTime?.getTime() ?? 0;
    if (clock.now() > sentAt + waits)
      return this.settle(command, one, "TimedOut", "DeliveryTimedOut");
    const agent = this.agentOf(one.instanceId);
    if (!machine?.isUp || agent === "undeliverable")
      return this.settle(command, one, "Failed", "Undeliverable");
    if (agent === "silent") {
      one.status = "Delayed";
      one.statusDetails = "Delayed";
      return this.expire(command, one, sentAt + waits);
    }
    one.status = "InProgress";
    one.statusDetails = "InProgress";
    one.startedAt = clock.date();
    void this.execute(command, one, agent === "mute");
  }

  /**
   * Ends an invocation that is not complete by the expiry time.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Command.html (ExpiresAfter)
   */
  private expire(command: StoredCommand, one: Invocation, at: number): void {
    const { clock } = this.scope;
    const expire = (): void => {
      if (hasEnded(one)) return;
      this.settle(command, one, "TimedOut", "DeliveryTimedOut");
      this.goOn(command);
    };
    if (at <= clock.now()) expire();
    else clock.setTimeout(expire, at - clock.now());
  }

  private async execute(command: StoredCommand, one: Invocation, isMute: boolean): Promise<void> {
    const { clock, cloud } = this.scope;
    try {
      const machine = cloud.machines.at(one.instanceId);
      const child = await machine?.run({ user: "root", command: command.script });
      if (!child) return;
      let isLate = false;
      one.kill = () => void killGroup(child.pid, "SIGKILL");
      // The invocation was cancelled while it was starting.
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
      if (isMute)
        return this.expire(command, one, command.sent.ExpiresAfter?.getTime() ?? clock.now());
      await upload(this.scope, command, one);
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

  private reportState(command: StoredCommand, isStopped: boolean): void {
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
    return sendToEventBridge(this.scope, "ssm.amazonaws.com", {
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
}

/** Exit code of a shell for a killed command. */
const KILLED = 137;

function isComplete({ invocations, status }: StoredCommand): boolean {
  return [...invocations.values()].every(hasEnded) && !["Pending", "InProgress"].includes(status);
}

function isUnderWay({ status }: Invocation): boolean {
  return status === "InProgress" || status === "Cancelling" || status === "Delayed";
}

function isCancelling({ status }: Invocation): boolean {
  return status === "Cancelling";
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
