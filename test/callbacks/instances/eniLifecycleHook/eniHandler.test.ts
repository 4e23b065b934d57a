import { expect } from "chai";
import * as fc from "fast-check";
import type { EniHookSettings } from "../../../../callbacks/instances/eniLifecycleHook/configuration";
import { eniHandler } from "../../../../callbacks/instances/eniLifecycleHook/eniHandler";
import type { InterfaceSpec } from "../../../../callbacks/instances/eniLifecycleHook/model";
import { runs } from "../../../../localcloud/test/support/runs";
import { type FakeFault, FakeFleet } from "./fakeFleet";

const SETTINGS: EniHookSettings = {
  name: "data",
  metricsName: "shop/dev/data",
  hookId: "shop/dev/data",
  hooks: { launching: "data-launch", terminating: "data-terminate" },
  timeout: 240,
  heartbeatTimeout: 300,
  loop: { onLoop: "suspend", failures: 3, minutes: 30 },
};

const SPECS: InterfaceSpec[] = [
  {
    deviceIndex: 1,
    subnets: { "z-a": "subnet-a", "z-b": "subnet-b" },
    securityGroups: ["sg-1"],
    sourceDestCheck: false,
  },
  { deviceIndex: 2, subnets: { "z-a": "subnet-c" }, securityGroups: ["sg-2"] },
];

const ID = "i-0123456789abcdef0";
const message = (id = ID, more: object = {}) => ({
  detail: {
    LifecycleActionToken: `token-${id}`,
    AutoScalingGroupName: "fleet",
    LifecycleHookName: "data-launch",
    EC2InstanceId: id,
    LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
    ...more,
  },
});
const ending = (more: object = {}) =>
  message(ID, {
    LifecycleHookName: "data-terminate",
    LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    ...more,
  });

describe("the handler of an EniLifecycleHook", () => {
  let fleet: FakeFleet;
  let restore: () => void;
  beforeEach(() => {
    fleet = new FakeFleet();
    restore = quiet();
  });
  afterEach(() => restore());

  /** Each call of the function starts a new process, as after a cold start. */
  const call = (event: object, deps = fleet.deps): Promise<unknown> => {
    const { clients, death } = fleet.startProcess();
    return Promise.race([eniHandler(SETTINGS, SPECS, deps, clients)(event), death]);
  };

  function endsWith(id = ID): void {
    fleet.actions.set(id, { hook: "data-terminate", token: `token-${id}` });
    const instance = fleet.instances.get(id);
    if (instance) instance.lifecycle = "Terminating:Wait";
  }

  it("gives a running instance its interfaces, each in the subnet of its zone, and continues the launch", async () => {
    fleet.launch(ID);
    const [handled] = (await call(message())) as { outcome: string }[];
    expect(handled.outcome).to.equal("continued");
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
    expect(fleet.attachedTo(ID)).to.deep.equal([1, 2]);
    const all = [...fleet.interfaces.values()];
    expect(all.map(({ subnet }) => subnet)).to.deep.equal(["subnet-a", "subnet-c"]);
    expect(all.map(({ sourceDestCheck }) => sourceDestCheck)).to.deep.equal([false, true]);
    expect(all.every(({ attachment }) => attachment?.deleteOnTermination)).to.equal(true);
    expect(all[0].tags).to.include({ "aws-callbacks:hook": "shop/dev/data" });
  });

  it("makes no call to EC2 when the action is already over", async () => {
    fleet.launch(ID, 0);
    await call(message());
    const before = fleet.calls.length;
    await call(message());
    expect(fleet.calls.slice(before)).to.deep.equal([
      "RecordLifecycleActionHeartbeat",
      "DescribeNetworkInterfaces",
    ]);
    expect(fleet.attachedTo(ID)).to.deep.equal([1, 2]);
  });

  it("creates no interface in a zone without a subnet, and lists the zones that have one", async () => {
    fleet.launch(ID, 0, "z-b");
    const [handled] = (await call(message())) as { why: string }[];
    expect(handled.why).to.equal(
      `interface 2 has no subnet in the zone z-b of ${ID}; it has subnets in z-a`,
    );
    expect(fleet.tokens.size).to.equal(0);
    expect(fleet.results).to.deep.equal([`${ID} ABANDON`]);
  });

  it("deletes what it created and abandons the launch when a subnet is full", async () => {
    fleet.launch(ID, 0);
    fleet.refuses = { CreateNetworkInterface: "InsufficientFreeAddressesInSubnet" };
    const [handled] = (await call(message())) as { why: string }[];
    expect(handled.why).to.contain("InsufficientFreeAddressesInSubnet");
    expect([fleet.results, fleet.interfaces.size]).to.deep.equal([[`${ID} ABANDON`], 0]);
  });

  it("abandons the launch and leaves nothing when the instance type allows no more interfaces", async () => {
    fleet.launch(ID, 0);
    fleet.refuses = { AttachNetworkInterface: "AttachmentLimitExceeded" };
    await call(message());
    expect([fleet.results, fleet.interfaces.size]).to.deep.equal([[`${ID} ABANDON`], 0]);
  });

  it("does not trust a token whose interface an earlier try has deleted", async () => {
    fleet.launch(ID, 0);
    fleet.tokens.set(`${ID}-1`, "eni-gone");
    const [handled] = (await call(message())) as { why: string }[];
    expect(handled.why).to.contain("eni-gone");
    expect([fleet.results, fleet.interfaces.size]).to.deep.equal([[`${ID} ABANDON`], 0]);
  });

  it("waits for an instance that EC2 does not show yet, and abandons one that it never shows", async () => {
    fleet.launch(ID, 0);
    const late = fleet.instances.get(ID);
    fleet.instances.delete(ID);
    const { sleep } = fleet.deps;
    const seen = {
      ...fleet.deps,
      sleep: async (ms: number) => {
        await sleep(ms);
        if (late && fleet.now > late.launchedAt + 20_000) fleet.instances.set(ID, late);
      },
    };
    await call(message(), seen);
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
    fleet.actions.set(ID, { hook: "data-launch", token: `token-${ID}` });
    fleet.instances.delete(ID);
    await call(message());
    expect(fleet.results.at(-1)).to.equal(`${ID} ABANDON`);
  });

  it("fails a call that only lacks time, so that Lambda retries, and continues where it stopped", async () => {
    fleet.launch(ID, 400_000);
    const failed: unknown = await call(message()).catch((error: unknown) => error);
    expect((failed as Error).name).to.equal("NotYet");
    expect([fleet.results, fleet.interfaces.size]).to.deep.equal([[], 2]);
    fleet.now += 60_000;
    await call(message()).catch(() => undefined);
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
    expect(fleet.tokens.size).to.equal(2);
  });

  it("sends heartbeats often enough for a later call to find the instance waiting", async () => {
    fleet.launch(ID, 200_000);
    await call(message());
    const beats = fleet.calls.filter((name) => name === "RecordLifecycleActionHeartbeat");
    expect(beats.length).to.be.within(2, 3);
  });

  it("creates interfaces in the metadata's network if the program has named it", async () => {
    fleet.launch(ID, 0);
    const NotificationMetadata = JSON.stringify({ SubnetId: "subnet-a", SecurityGroups: ["sg-2"] });
    await call(message(ID, { NotificationMetadata }));
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
    expect(await call({ wake: "coverage", groupName: "fleet" })).to.deep.include({ uncovered: [] });
    const other = "i-0fedcba9876543210";
    fleet.launch(other, 0);
    const foreign = JSON.stringify({ SubnetId: "subnet-x", SecurityGroups: ["sg-1"] });
    const [handled] = (await call(message(other, { NotificationMetadata: foreign }))) as {
      why: string;
    }[];
    expect(handled.why).to.contain('names the subnet "subnet-x", which the program does not');
    expect(fleet.attachedTo(other)).to.deep.equal([]);
  });

  it("ignores messages of other hooks, and a launch that claims to be of the terminate hook", async () => {
    fleet.launch(ID, 0);
    for (const LifecycleHookName of ["other", "data-terminate"]) {
      const [handled] = (await call(message(ID, { LifecycleHookName }))) as { outcome: string }[];
      expect(handled.outcome).to.equal("ignored");
    }
    expect([fleet.calls, fleet.results]).to.deep.equal([[], []]);
  });

  it("releases the interfaces of a terminating instance, and keeps those of one that returns to a warm pool", async () => {
    fleet.launch(ID, 0);
    await call(message());
    const [one] = fleet.interfaces.values();
    if (one.attachment) one.attachment.deleteOnTermination = false;
    endsWith();
    await call(ending({ Destination: "WarmPool" }));
    expect(one.attachment?.deleteOnTermination).to.equal(false);
    endsWith();
    await call(ending({ Destination: "EC2" }));
    expect(one.attachment?.deleteOnTermination).to.equal(true);
    expect(fleet.results.slice(1)).to.deep.equal([`${ID} CONTINUE`, `${ID} CONTINUE`]);
    fleet.terminate(ID);
    expect(fleet.interfaces.size).to.equal(0);
  });

  it("attaches once even if the launch hook fires again when an instance leaves a warm pool", async () => {
    fleet.launch(ID, 0);
    await call(message(ID, { Origin: "EC2", Destination: "WarmPool" }));
    fleet.actions.set(ID, { hook: "data-launch", token: `token-${ID}` });
    await call(message(ID, { Origin: "WarmPool", Destination: "AutoScalingGroup" }));
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`, `${ID} CONTINUE`]);
    expect([fleet.tokens.size, fleet.attachedTo(ID)]).to.deep.equal([2, [1, 2]]);
  });

  it("suspends Launch after too many failed launches, where the present one counts once", async () => {
    const failed = (minutes: number, id: string) => ({
      StatusCode: "Cancelled",
      Description: `Launching a new EC2 instance: ${id}`,
      StartTime: new Date(fleet.now - minutes * 60_000),
    });
    fleet.refuses = { CreateNetworkInterface: "InsufficientFreeAddressesInSubnet" };
    fleet.activities = [failed(40, "i-1"), failed(10, "i-2"), failed(0, ID)];
    fleet.launch(ID, 0);
    await call(message());
    expect(fleet.suspended).to.deep.equal([]);
    fleet.activities.push(failed(1, "i-3"));
    fleet.launch(ID, 0);
    const [handled] = (await call(message())) as { why: string }[];
    expect(fleet.suspended).to.deep.equal(["fleet"]);
    expect(handled.why).to.contain("launch 3 of fleet failed within 30 minutes");
  });

  it("sweeps instances whose notification was lost, after a while, and their leftovers", async () => {
    fleet.launch(ID, 0);
    await call({ wake: "sweep" });
    expect(fleet.results).to.deep.equal([]);
    fleet.now += 150_000;
    await call({ wake: "sweep" });
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
    expect(fleet.attachedTo(ID)).to.deep.equal([1, 2]);
    for (const one of fleet.interfaces.values()) delete one.attachment;
    await call({ wake: "sweep" });
    expect(fleet.interfaces.size).to.equal(2);
    fleet.terminate(ID);
    await call({ wake: "sweep" });
    expect(fleet.interfaces.size).to.equal(0);
  });

  it("creates interfaces in the network of the hook's metadata when the notification was lost", async () => {
    fleet.metadata = JSON.stringify({ SubnetId: "subnet-c" });
    fleet.launch(ID, 0);
    fleet.now += 150_000;
    await call({ wake: "sweep" });
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
    const subnets = [...fleet.interfaces.values()].map(({ subnet }) => subnet);
    expect(subnets).to.deep.equal(["subnet-c", "subnet-c"]);
  });

  it("sweeps instances even if a leftover interface cannot be released", async () => {
    fleet.launch(ID, 0);
    fleet.refuses = { AttachNetworkInterface: "RequestLimitExceeded" };
    await call(message()).catch(() => undefined);
    fleet.terminate(ID);
    const lost = "i-0fedcba9876543210";
    fleet.launch(lost, 0);
    fleet.now += 150_000;
    fleet.refuses = { DeleteNetworkInterface: "OperationNotPermitted" };
    const swept = call({ wake: "sweep" });
    expect(await swept.catch((error: Error) => error.name)).to.equal("OperationNotPermitted");
    expect(fleet.results).to.deep.equal([`${lost} CONTINUE`]);
  });

  it("ignores launches without an instance, and those before a successful one, when it looks for a loop", async () => {
    const launch = (minutes: number, StatusCode: string, Description: string) => ({
      StatusCode,
      Description,
      StartTime: new Date(fleet.now - minutes * 60_000),
    });
    const full =
      "Launching a new EC2 instance.  Status Reason: We currently do not have sufficient";
    fleet.refuses = { CreateNetworkInterface: "InsufficientFreeAddressesInSubnet" };
    fleet.activities = [
      ...[1, 2, 3].map((minutes) => launch(minutes, "Failed", full)),
      launch(4, "Successful", "Launching a new EC2 instance: i-1"),
      ...[5, 6, 7].map((minutes) =>
        launch(minutes, "Cancelled", `Launching a new EC2 instance: i-${minutes}`),
      ),
    ];
    fleet.launch(ID, 0);
    await call(message());
    expect([fleet.results, fleet.suspended]).to.deep.equal([[`${ID} ABANDON`], []]);
  });

  it("leaves no unattached interface when the program's resources are deleted", async () => {
    fleet.launch(ID, 0);
    fleet.refuses = { AttachNetworkInterface: "RequestLimitExceeded" };
    await call(message()).catch(() => undefined);
    fleet.refuses = {};
    await call({ tf: { action: "delete" } });
    expect(fleet.interfaces.size).to.equal(0);
  });

  it("converges whatever calls fail, are lost or kill it, with notifications in any number and order", async function () {
    this.timeout(120_000);
    const fault = fc.constantFrom<FakeFault>(
      "before",
      "after",
      "throttle",
      "denied",
      "kill",
      "killAfter",
    );
    const faults = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fault), { maxLength: 6 });
    const concurrent = fc.integer({ min: 1, max: 3 });
    const boot = fc.integer({ min: 0, max: 100_000 });
    await fc.assert(
      fc.asyncProperty(faults, concurrent, boot, async (given, at, bootMs) => {
        fleet = new FakeFleet();
        fleet.faults = new Map(given);
        fleet.launch(ID, bootMs);
        // The first deliveries at once, then Lambda's retries, then sweeps.
        await Promise.all(Array.from({ length: at }, () => deliver(message())));
        for (let retry = 0; retry < 2; retry += 1) await deliver(message());
        fleet.faults.clear();
        for (let sweeps = 0; sweeps < 3; sweeps += 1) {
          fleet.now += 300_000;
          await deliver({ wake: "sweep" });
        }
        const [result, ...others] = fleet.results;
        expect(others).to.deep.equal([]);
        expect(fleet.actions.size).to.equal(0);
        const isIn = result === `${ID} CONTINUE`;
        expect(fleet.attachedTo(ID)).to.deep.equal(isIn ? [1, 2] : []);
        expect(fleet.interfaces.size).to.equal(isIn ? 2 : 0);
        fleet.terminate(ID);
        expect(fleet.interfaces.size).to.equal(0);
      }),
      { numRuns: runs(600, 50_000) },
    );
  });

  /** Calls the function like Lambda: a call that fails or dies is repeated later. */
  async function deliver(event: object): Promise<void> {
    await call(event).catch(() => undefined);
  }
});

/** Silences the handler's own log. */
function quiet(): () => void {
  const { info, warn, error } = console;
  const nothing = (): void => undefined;
  Object.assign(console, { info: nothing, warn: nothing, error: nothing });
  return () => void Object.assign(console, { info, warn, error });
}
