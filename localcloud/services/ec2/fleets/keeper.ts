import type { Reservation } from "@aws-sdk/client-ec2";
import { timeLeft } from "../../../core/clock";
import { AwsError } from "../../../core/errors";
import { servicePrincipal, type Principal } from "../../../core/principal";
import type { Ec2Store } from "../store";
import { type Market, roomIn } from "../catalog/poolLimits";
import { excess, missing, poolsInOrder } from "./allocation";
import { happen } from "./fleetEvents";
import { FleetMetrics } from "./fleetMetrics";
import { type Fleet, type FleetMember, isLive, type Pool } from "./model";

/** Delay from a change of a fleet until it is evaluated. */
const DELAY_MS = 1_000;
/** Duration of a modification, during which another one is refused. */
const MODIFYING_MS = 10_000;
/** Delay from an attempt that found no capacity to the next one. */
const RETRY_MS = 60_000;
/** Maximum number of launches in one evaluation; they run one after another, due to EC2's own limits. */
const MOST_LAUNCHES = 1_000;

/** Brings fleets of both kinds to their target capacity and keeps them there. */
export class FleetKeeper {
  private readonly metrics: FleetMetrics;
  private follows = false;

  constructor(private readonly store: Ec2Store) {
    this.metrics = new FleetMetrics(store);
  }

  /** Starts a new fleet. */
  begin(fleet: Fleet): void {
    this.follow();
    this.reportState(fleet, "submitted");
    this.evaluateIn(fleet, DELAY_MS);
    this.metrics.schedule();
  }

  /** Continues the fleets of an earlier run of the cloud. */
  resume(): void {
    const { clock } = this.store.scope;
    const fleets = this.all();
    if (fleets.length > 0) this.follow();
    for (const { id, shape } of this.store.instances.values())
      this.instanceIs(id, shape.State?.Name ?? "");
    for (const fleet of fleets.filter(isLive)) {
      for (const member of fleet.members.values())
        if (member.leaves) this.terminateIn(timeLeft(member.leaves, clock), fleet, member);
      if (fleet.state === "modifying") this.endModification(fleet);
      const { wake } = fleet;
      fleet.wake = undefined;
      this.evaluateIn(fleet, wake ? timeLeft(wake, clock) : DELAY_MS);
    }
    this.metrics.schedule();
  }

  /** Applies a changed target. */
  modify(fleet: Fleet): void {
    fleet.state = "modifying";
    fleet.error = undefined;
    this.reportState(fleet, "modify_in_progress");
    this.evaluateIn(fleet, DELAY_MS);
    this.endModification(fleet);
  }

  private endModification(fleet: Fleet): void {
    this.store.scope.clock.setTimeout(() => {
      if (fleet.state !== "modifying") return;
      fleet.state = "active";
      this.reportState(fleet, "modify_successful");
    }, MODIFYING_MS);
  }

  /** Ends a fleet: it launches nothing any more. Its instances are terminated or keep running. */
  async end(fleet: Fleet, terminates: boolean): Promise<void> {
    this.store.scope.clock.clearTimeout(fleet.wake);
    fleet.state = terminates ? "ending" : "leftRunning";
    const word = fleet.kind === "spotFleet" ? "cancelled" : "deleted";
    this.reportState(fleet, `${word}_${terminates ? "terminating" : "running"}`);
    if (terminates)
      for (const member of [...fleet.members.values()]) await this.terminate(fleet, member);
    this.ended(fleet);
  }

  /** Handles Spot's notice for an instance: a fleet with rebalancing launches a replacement. */
  noticed(instanceId: string): void {
    const [fleet, member] = this.find(instanceId);
    if (!fleet?.rebalance || !member || member.market !== "spot" || !isLive(fleet)) return;
    member.atRisk = true;
    this.evaluateIn(fleet, DELAY_MS);
    const { replacement, terminationDelay = 120 } = fleet.rebalance;
    if (replacement !== "launch-before-terminate") return;
    this.terminateIn(terminationDelay * 1000, fleet, member);
  }

  private terminateIn(ms: number, fleet: Fleet, member: FleetMember): void {
    member.leaves = this.store.scope.clock.setTimeout(async () => {
      if (fleet.members.has(member.id)) await this.terminate(fleet, member);
    }, ms);
  }

  /** Handles instance states on the cloud's clock, so that they are complete for code that advances the clock. */
  private follow(): void {
    if (this.follows) return;
    this.follows = true;
    const { cloud, clock, region } = this.store.scope;
    cloud.events.on("instanceState", (event) => {
      if (event.region === region)
        clock.setTimeout(() => this.instanceIs(event.instanceId, event.state), 0);
    });
  }

  private instanceIs(id: string, state: string): void {
    for (const fleet of this.all()) {
      if (state === "terminated" && fleet.leaving.delete(id)) this.ended(fleet);
      const member = fleet.members.get(id);
      if (!member || !["shutting-down", "stopping"].includes(state)) continue;
      this.leave(fleet, member);
      if (isLive(fleet) && fleet.type === "maintain") this.evaluateIn(fleet, DELAY_MS);
    }
  }

  private evaluateIn(fleet: Fleet, ms: number): void {
    const { clock } = this.store.scope;
    const due = clock.now() + ms;
    if ((fleet.wake?.due ?? Infinity) <= due) return;
    clock.clearTimeout(fleet.wake);
    fleet.wake = clock.setTimeout(() => {
      fleet.wake = undefined;
      return this.evaluate(fleet);
    }, ms);
  }

  private async evaluate(fleet: Fleet): Promise<void> {
    if (!isLive(fleet)) return;
    if (fleet.state === "submitted") {
      fleet.state = "active";
      this.reportState(fleet, "active");
    }
    if (fleet.terminatesExcess)
      for (let one = excess(fleet); one && fleet.terminatesExcess; one = excess(fleet))
        await this.terminate(fleet, one);
    fleet.terminatesExcess = false;
    if (fleet.type === "request" && fleet.hasAsked) return;
    fleet.hasAsked = true;
    for (let count = 0; count < MOST_LAUNCHES; count += 1) {
      const market = missing(fleet);
      if (market === undefined) return void (fleet.error = undefined);
      if (!(await this.launchOne(fleet, market))) break;
    }
    if (fleet.type === "maintain") this.evaluateIn(fleet, RETRY_MS);
  }

  /** Launches an instance in the first pool that has capacity. */
  private async launchOne(fleet: Fleet, market: Market): Promise<boolean> {
    const room = (pool: Pool): number => roomIn(this.store, pool.instanceType, pool.zone, market);
    for (const pool of poolsInOrder(fleet, market, room)) {
      try {
        const id = await this.run(fleet, pool, market);
        fleet.members.set(id, { id, pool, market });
        happen(this.store.scope, fleet, "instanceChange", { subType: "launched", instanceId: id });
        return true;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        this.fail(fleet, error);
      }
    }
    fleet.error ??= "There is no capacity in any of the pools.";
    happen(this.store.scope, fleet, "error", {
      subType: "allLaunchSpecsTemporarilyBlacklisted",
      description: fleet.error,
    });
    return false;
  }

  private fail(fleet: Fleet, { code, message }: AwsError): void {
    const isDenied = ["UnauthorizedOperation", "AccessDenied"].includes(code);
    const subType = isDenied ? "iamFleetRoleInvalid" : "launchSpecTemporarilyBlacklisted";
    fleet.error = `${code}: ${message}`;
    happen(this.store.scope, fleet, "error", { subType, description: fleet.error });
  }

  private async run(fleet: Fleet, pool: Pool, market: Market): Promise<string> {
    const input = {
      MinCount: 1,
      MaxCount: 1,
      ...pool.launch,
      ...(market === "spot" && { InstanceMarketOptions: { MarketType: "spot" } }),
    };
    const { Instances: [instance] = [] } = await this.as(fleet, (principal) =>
      this.store.scope.cloud.call<Reservation>({
        service: "ec2",
        operation: "RunInstances",
        input,
        principal,
        region: this.store.scope.region,
      }),
    );
    const id = instance?.InstanceId ?? "";
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/tag-spot-fleet.html
    const key = fleet.kind === "spotFleet" ? "aws:ec2spot:fleet-request-id" : "aws:ec2:fleet-id";
    this.store.instances.get(id)?.tags.set(key, fleet.id);
    return id;
  }

  private async terminate(fleet: Fleet, member: FleetMember): Promise<void> {
    this.leave(fleet, member);
    try {
      await this.as(fleet, (principal) =>
        this.store.scope.cloud.call({
          service: "ec2",
          operation: "TerminateInstances",
          input: { InstanceIds: [member.id] },
          principal,
          region: this.store.scope.region,
        }),
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      fleet.leaving.delete(member.id);
      fleet.members.set(member.id, member);
      fleet.terminatesExcess = false;
      this.fail(fleet, error);
    }
  }

  private leave(fleet: Fleet, { id, pool }: FleetMember): void {
    fleet.members.delete(id);
    fleet.leaving.set(id, pool.weight);
    happen(this.store.scope, fleet, "instanceChange", { subType: "terminated", instanceId: id });
  }

  /** Calls with the role of a Spot Fleet, or as the service itself for an EC2 Fleet. */
  private async as<Result>(
    { roleArn }: Fleet,
    act: (principal: Principal) => Promise<Result>,
  ): Promise<Result> {
    if (roleArn === undefined) return act(servicePrincipal("ec2fleet.amazonaws.com"));
    const { identity } = this.store.scope.cloud;
    const session = identity.assumeForService({
      roleArn,
      service: "spotfleet.amazonaws.com",
      sessionName: "SpotFleet",
    });
    try {
      return await act(session.principal);
    } finally {
      identity.endSession(session.accessKeyId);
    }
  }

  private ended(fleet: Fleet): void {
    if (!["ending", "leftRunning"].includes(fleet.state)) return;
    if (fleet.members.size + fleet.leaving.size > 0) return;
    fleet.state = "ended";
    this.reportState(fleet, fleet.kind === "spotFleet" ? "cancelled" : "deleted");
  }

  private reportState(fleet: Fleet, subType: string): void {
    happen(this.store.scope, fleet, "fleetRequestChange", { subType });
  }

  private all(): Fleet[] {
    return [...this.store.spotFleets.values(), ...this.store.ec2Fleets.values()];
  }

  private find(instanceId: string): [Fleet?, FleetMember?] {
    const fleet = this.all().find(({ members }) => members.has(instanceId));
    return [fleet, fleet?.members.get(instanceId)];
  }

  /** Sets the CPU utilization that every running instance of a fleet reports; `null` stops the reports. */
  load(fleet: Fleet, load: Fleet["load"] | null): void {
    fleet.load = load ?? undefined;
    this.metrics.schedule();
  }
}
