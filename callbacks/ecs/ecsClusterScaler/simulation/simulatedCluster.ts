import { type Size, take } from "../../containerInstances/fit";
import type { ClusterInstance, PlacedTask } from "../../containerInstances/machines";
import type { SimulatedWorld } from "../../scaling/simulation/simulateScaler";
import { SECOND, STEP } from "../../scaling/simulation/trace";
import { type ClusterState, keptOf } from "../cluster";
import type { ClusterScalerSettings } from "../configuration";
import { type ClusterSnapshot, snapshotOf } from "../readCluster";
import { type ClusterAccess, scaledCluster } from "../scaledCluster";
import { type SimulatedInstance, SimulatedService } from "./simulatedService";

export const deploymentOnlyModule = true;

/** Sizes of the tasks and instances of a simulated cluster. */
export interface ClusterSizes {
  /** Size of each task, in CPU units and MiB. */
  readonly task: Pick<Size, "cpu" | "memory">;
  /** Size of an empty instance, in CPU units and MiB. */
  readonly instance: Pick<Size, "cpu" | "memory">;
  /** Seconds from a launch until the agent registers. */
  readonly boot: number;
  /** Number of instances at the start. */
  readonly instances: number;
}

const SERVICE = "service";
const ZONES = ["a", "b"];

/** A group of instances, and the tasks of one service on them. */
export class SimulatedCluster implements SimulatedWorld<ClusterSnapshot> {
  readonly scaled;
  private readonly task: Size;
  private readonly empty: Size;
  private readonly service: SimulatedService;
  private instances: SimulatedInstance[] = [];
  private desiredCapacity: number;
  private launched = 0;
  private now = 0;

  constructor(
    private readonly sizes: ClusterSizes,
    private readonly settings: ClusterScalerSettings,
    start: number,
  ) {
    this.task = sizeOf(sizes.task);
    this.empty = sizeOf(sizes.instance);
    this.service = new SimulatedService(this.task, this.empty);
    this.desiredCapacity = sizes.instances;
    this.launch(start);
    this.scaled = scaledCluster(this.access(), {}, settings);
  }

  pass(now: number, load: number): boolean {
    this.now = now;
    const isTold = this.service.step(this.instances, load, now);
    this.launch(now + this.sizes.boot * SECOND);
    return isTold;
  }

  /**
   * Returns the percentages of CPU and memory that tasks have reserved: once a minute, and only while there are
   * instances.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
   */
  values(): Record<string, number> {
    const isReported = (this.now + STEP * SECOND) % (60 * SECOND) === 0;
    return isReported ? this.reserved() : {};
  }

  counts() {
    return {
      value: Math.max(0, ...Object.values(this.reserved())),
      desired: this.desiredCapacity,
      running: this.ready().length,
      waiting: this.service.waiting,
    };
  }

  private reserved(): Record<string, number> {
    const ready = this.ready();
    const tasks = ready.flatMap((one) => one.tasks).length;
    if (ready.length === 0) return {};
    const percent = (member: "cpu" | "memory"): number =>
      (100 * tasks * this.task[member]) / (ready.length * this.empty[member]);
    return { cpu: percent("cpu"), memory: percent("memory") };
  }

  private ready(): SimulatedInstance[] {
    return this.instances.filter(({ readyAt }) => readyAt <= this.now);
  }

  private launch(readyAt: number): void {
    while (this.instances.length < this.desiredCapacity) {
      const inZone = (zone: string): number =>
        this.instances.filter((one) => one.zone === zone).length;
      const [zone = ""] = [...ZONES].sort((a, b) => inZone(a) - inZone(b));
      this.launched += 1;
      const id = `i-${this.launched}`;
      this.instances.push({ id, zone, readyAt, status: "ACTIVE", tasks: [] });
    }
  }

  private access(): ClusterAccess {
    return {
      read: async (memory) => {
        const { spare } = this.settings;
        const { kept } = await memory;
        return snapshotOf({ MaxSize: Infinity }, this.state(), keptOf(kept), {
          spare,
          now: this.now,
        });
      },
      refuseManaged: () => Promise.resolve(),
      setStatus: (arns, status) => {
        for (const one of this.instances) if (arns.includes(one.id)) one.status = status;
        return Promise.resolve();
      },
      setDesiredCapacity: (desired) => {
        this.desiredCapacity = desired;
        // Removes instances that have not registered yet: the scaler lowers the capacity for no other reason.
        const unready = this.instances.filter(({ readyAt }) => readyAt > this.now);
        const many = unready.slice(-Math.max(0, this.instances.length - desired) || unready.length);
        this.instances = this.instances.filter((one) => !many.includes(one));
        return Promise.resolve();
      },
      endInstance: (id) => {
        this.desiredCapacity -= 1;
        this.instances = this.instances.filter((one) => one.id !== id);
        return Promise.resolve();
      },
    };
  }

  private state(): ClusterState {
    const { desiredCapacity, task: size } = this;
    const { waiting: count } = this.service;
    return {
      machines: this.instances.map((one) => this.machineOf(one)),
      desiredCapacity,
      waiting: count > 0 ? [{ service: SERVICE, count, size }] : [],
      ...(this.settings.spare > 0 ? { largest: size } : {}),
    };
  }

  private machineOf(one: SimulatedInstance): ClusterInstance {
    const { id, zone, status, readyAt } = one;
    const member = { ec2InstanceId: id, zone, isCapacity: true, isProtected: false };
    if (readyAt > this.now) return member;
    const tasks = one.tasks.map((task): PlacedTask => {
      return { arn: String(task.id), size: this.task, service: SERVICE, isDaemon: false };
    });
    const free = tasks.reduce((room, task) => take(room, task.size), this.empty);
    const registered = { arn: id, status, connected: true, agentVersion: "", tasks, free };
    return { ...member, registered: { ...registered, size: this.empty } };
  }
}

function sizeOf({ cpu, memory }: Pick<Size, "cpu" | "memory">): Size {
  return { cpu, memory, gpu: 0, interfaces: 0, ports: [] };
}
