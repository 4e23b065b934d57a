import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { EniClients } from "../../../../callbacks/instances/eniLifecycleHook/eniHandler";
import type { HookDeps } from "../../../../callbacks/instances/lifecycleHooks/hookWork";

/** A network interface of the fake. */
export interface FakeInterface {
  readonly id: string;
  readonly subnet: string;
  readonly tags: Record<string, string>;
  readonly availableAt: number;
  sourceDestCheck: boolean;
  attachment?: {
    id: string;
    instance: string;
    index: number;
    attachedAt: number;
    deleteOnTermination: boolean;
  };
}

export interface FakeInstance {
  readonly id: string;
  readonly zone: string;
  readonly launchedAt: number;
  runsAt: number;
  state?: "terminated";
  lifecycle: string;
}

/** Fault of the nth call of the handler. */
export type FakeFault = "before" | "after" | "throttle" | "denied" | "kill" | "killAfter";

/** The process of the handler has ended: the calls that it awaits never settle. */
class Killed extends Error {}

type Input = Record<string, unknown>;

/** The part of EC2 and Auto Scaling that the handler uses, in memory and with its own clock. */
export class FakeFleet {
  now = 1_700_000_000_000;
  readonly interfaces = new Map<string, FakeInterface>();
  readonly instances = new Map<string, FakeInstance>();
  /** Tokens of waiting instances, by instance. */
  readonly actions = new Map<string, { readonly hook: string; readonly token: string }>();
  readonly results: string[] = [];
  readonly calls: string[] = [];
  readonly suspended: string[] = [];
  readonly tokens = new Map<string, string>();
  /** By number of the call, starting at 1. */
  faults = new Map<number, FakeFault>();
  activities: object[] = [];
  /** Notification metadata of both hooks. */
  metadata?: string;
  refuses: Record<string, string> = {};
  private count = 0;
  private sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly deps: HookDeps = {
    now: () => this.now,
    sleep: (ms) => new Promise((resolve) => this.sleepUntil(this.now + ms, resolve)),
    random: () => 0.5,
    aws: {},
    print: () => undefined,
  };

  /**
   * Returns the clients of one process, which may be killed in the middle of a call: then none of its calls is answered
   * any more.
   */
  startProcess(): { readonly clients: EniClients; readonly death: Promise<never[]> } {
    let die = (): void => undefined;
    const death = new Promise<never[]>((resolve) => (die = () => resolve([])));
    let isDead = false;
    const send = async (command: { constructor: { name: string }; input: Input }) => {
      const operation = command.constructor.name.replace(/Command$/, "");
      try {
        if (!isDead) return await this.answer(operation, command.input);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        isDead = true;
        die();
      }
      return new Promise(() => undefined);
    };
    // The handler only uses `send` of the clients.
    const clients = { ec2: { send }, autoScaling: { send } } as unknown as {
      ec2: EC2Client;
      autoScaling: AutoScalingClient;
    };
    return { clients, death };
  }

  /** When every caller sleeps, the clock jumps to the first wake-up. */
  private sleepUntil(at: number, wake: () => void): void {
    this.sleepers.push({ at, wake });
    if (this.sleepers.length > 1) return;
    const next = (): void => {
      const [first, ...others] = this.sleepers.sort((one, other) => one.at - other.at);
      // A sleep that began after the last wake-up has started its own round.
      if (!first) return;
      this.sleepers = others;
      this.now = Math.max(this.now, first.at);
      first.wake();
      setImmediate(() => this.sleepers.length > 0 && next());
    };
    setImmediate(next);
  }

  launch(id: string, bootMs = 60_000, zone = "z-a"): void {
    const launchedAt = this.now;
    const lifecycle = "Pending:Wait";
    this.instances.set(id, { id, zone, launchedAt, runsAt: this.now + bootMs, lifecycle });
    this.actions.set(id, { hook: "data-launch", token: `token-${id}` });
  }

  /** Terminates the instance, and deletes the interfaces that are deleted with it. */
  terminate(id: string): void {
    const instance = this.instances.get(id);
    if (instance) Object.assign(instance, { state: "terminated", lifecycle: "Terminated" });
    this.actions.delete(id);
    for (const one of [...this.interfaces.values()])
      if (one.attachment?.instance === id) {
        if (one.attachment.deleteOnTermination) this.interfaces.delete(one.id);
        else delete one.attachment;
      }
  }

  attachedTo(id: string): number[] {
    return [...this.interfaces.values()]
      .flatMap(({ attachment }) => (attachment?.instance === id ? [attachment.index] : []))
      .sort();
  }

  private async answer(operation: string, input: Input): Promise<unknown> {
    await Promise.resolve();
    this.now += 50;
    const number = (this.count += 1);
    this.calls.push(operation);
    const fault = this.faults.get(number);
    if (fault === "kill") throw new Killed();
    if (fault === "before") throw lost();
    if (fault === "throttle") throw failure("RequestLimitExceeded", "slow down");
    if (fault === "denied") throw failure("UnauthorizedOperation", "not allowed");
    const refusal = this.refuses[operation];
    if (refusal !== undefined) throw failure(refusal, `refused by EC2: ${refusal}`);
    const output = this[operation as "DescribeInstances"](input);
    if (fault === "after") throw lost();
    if (fault === "killAfter") throw new Killed();
    return output;
  }

  private DescribeInstances({ Filters }: Input): object {
    const ids = valuesOf(Filters, "instance-id");
    const Instances = [...this.instances.values()]
      .filter(({ id }) => ids.includes(id))
      .map(({ id, zone, launchedAt, runsAt, state }) => ({
        InstanceId: id,
        Placement: { AvailabilityZone: zone },
        LaunchTime: new Date(launchedAt),
        State: { Name: state ?? (this.now >= runsAt ? "running" : "pending") },
      }));
    return { Reservations: [{ Instances }] };
  }

  protected DescribeNetworkInterfaces({ Filters }: Input): object {
    const [hook] = valuesOf(Filters, "tag:aws-callbacks:hook");
    const [instance] = valuesOf(Filters, "tag:aws-callbacks:instance");
    const NetworkInterfaces = [...this.interfaces.values()]
      .filter(({ tags }) => tags["aws-callbacks:hook"] === hook)
      .filter(({ tags }) => instance === undefined || tags["aws-callbacks:instance"] === instance)
      .map((one) => ({
        NetworkInterfaceId: one.id,
        Status: one.attachment ? "in-use" : this.now >= one.availableAt ? "available" : "pending",
        SourceDestCheck: one.sourceDestCheck,
        TagSet: Object.entries(one.tags).map(([Key, Value]) => ({ Key, Value })),
        ...(one.attachment && {
          Attachment: {
            AttachmentId: one.attachment.id,
            InstanceId: one.attachment.instance,
            DeleteOnTermination: one.attachment.deleteOnTermination,
            Status: this.now >= one.attachment.attachedAt ? "attached" : "attaching",
          },
        }),
      }));
    return { NetworkInterfaces };
  }

  protected CreateNetworkInterface({ ClientToken, SubnetId, TagSpecifications }: Input): object {
    const token = String(ClientToken);
    const known = this.tokens.get(token);
    if (known !== undefined) return { NetworkInterface: { NetworkInterfaceId: known } };
    const id = `eni-${this.tokens.size + 1}`;
    const [{ Tags }] = TagSpecifications as [{ Tags: { Key: string; Value: string }[] }];
    this.tokens.set(token, id);
    this.interfaces.set(id, {
      id,
      subnet: String(SubnetId),
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
      availableAt: this.now + 3_000,
      sourceDestCheck: true,
    });
    return { NetworkInterface: { NetworkInterfaceId: id } };
  }

  protected AttachNetworkInterface(input: Input): object {
    const one = this.one(input);
    const instance = this.instances.get(String(input.InstanceId));
    if (!instance || instance.state) throw failure("InvalidInstanceID.NotFound", "no instance");
    if (this.now < instance.runsAt) throw failure("IncorrectState", "the instance is pending");
    if (one.attachment) throw failure("InvalidParameterValue", "already attached");
    const index = Number(input.DeviceIndex);
    if (this.attachedTo(instance.id).includes(index))
      throw failure("InvalidParameterValue", `Instance already has an interface at ${index}`);
    const id = `attach-${one.id}`;
    const attachedAt = this.now + 2_000;
    one.attachment = { id, instance: instance.id, index, attachedAt, deleteOnTermination: false };
    return { AttachmentId: id };
  }

  protected ModifyNetworkInterfaceAttribute(input: Input): object {
    const one = this.one(input);
    const { Attachment, SourceDestCheck } = input as {
      Attachment?: { AttachmentId: string };
      SourceDestCheck?: { Value: boolean };
    };
    if (Attachment) {
      if (one.attachment?.id !== Attachment.AttachmentId)
        throw failure("InvalidAttachmentID.NotFound", "no attachment");
      one.attachment.deleteOnTermination = true;
    }
    if (SourceDestCheck) one.sourceDestCheck = SourceDestCheck.Value;
    return {};
  }

  protected DeleteNetworkInterface(input: Input): object {
    const one = this.one(input);
    if (one.attachment) throw failure("InvalidParameterValue", "in use");
    this.interfaces.delete(one.id);
    return {};
  }

  protected RecordLifecycleActionHeartbeat(input: Input): object {
    this.action(input);
    return {};
  }

  protected CompleteLifecycleAction(input: Input): object {
    const id = this.action(input);
    this.actions.delete(id);
    this.results.push(`${id} ${String(input.LifecycleActionResult)}`);
    const instance = this.instances.get(id);
    if (input.LifecycleActionResult === "ABANDON") this.terminate(id);
    else if (instance) instance.lifecycle = "InService";
    return {};
  }

  protected DescribeAutoScalingGroups(): object {
    const Instances = [...this.instances.values()]
      .filter(({ state }) => !state)
      .map(({ id, lifecycle }) => ({ InstanceId: id, LifecycleState: lifecycle }));
    const SuspendedProcesses = this.suspended.map(() => ({ ProcessName: "Launch" }));
    const group = { AutoScalingGroupName: "fleet", Instances, SuspendedProcesses };
    return { AutoScalingGroups: [group] };
  }

  protected DescribeLifecycleHooks(): object {
    return {
      LifecycleHooks: ["data-launch", "data-terminate"].map((LifecycleHookName) => ({
        LifecycleHookName,
        NotificationMetadata: this.metadata,
      })),
    };
  }

  protected DescribeScalingActivities(): object {
    return { Activities: this.activities };
  }

  protected SuspendProcesses({ AutoScalingGroupName }: Input): object {
    this.suspended.push(String(AutoScalingGroupName));
    return {};
  }

  private one({ NetworkInterfaceId }: Input): FakeInterface {
    const found = this.interfaces.get(String(NetworkInterfaceId));
    if (!found) throw failure("InvalidNetworkInterfaceID.NotFound", "no interface");
    return found;
  }

  private action({ LifecycleActionToken, InstanceId, LifecycleHookName }: Input): string {
    for (const [id, { hook, token }] of this.actions)
      if (hook === LifecycleHookName && (token === LifecycleActionToken || id === InstanceId))
        return id;
    throw failure("ValidationError", "No active Lifecycle Action found with token");
  }
}

function valuesOf(filters: unknown, name: string): string[] {
  const found = (filters as { Name: string; Values: string[] }[]).find((one) => one.Name === name);
  return found?.Values ?? [];
}

function failure(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

function lost(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}
