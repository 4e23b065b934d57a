import { expect } from "chai";
import { eniHandler } from "../../../../callbacks/instances/eniLifecycleHook/eniHandler";
import { FakeFleet } from "./fakeFleet";

const SETTINGS = {
  name: "data",
  metricsName: "shop/dev/data",
  hookId: "shop/dev/data",
  hooks: { launching: "data-launch", terminating: "data-terminate" },
  timeout: 240,
  heartbeatTimeout: 300,
  loop: { onLoop: "suspend", failures: 3, minutes: 30 },
} as const;
const SPECS = [1, 2, 3].map((deviceIndex) => ({
  deviceIndex,
  subnets: { "z-a": "subnet-a" },
  securityGroups: ["sg-1"],
  ...(deviceIndex === 1 ? { sourceDestCheck: false } : {}),
}));
const [N, FINAL_CHECKS] = [SPECS.length, 1];
const ID = "i-0123456789abcdef0";
const message = (hook: "launch" | "terminate") => ({
  detail: {
    LifecycleActionToken: `token-${ID}`,
    AutoScalingGroupName: "fleet",
    LifecycleHookName: `data-${hook}`,
    EC2InstanceId: ID,
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${hook === "launch" ? "LAUNCHING" : "TERMINATING"}`,
  },
});

/** A check reads the instance and its interfaces: two calls. */
const CHECK = 2;
const BEAT = 1;
const ANSWER = 1;

/**
 * The fewest calls for each kind of event. The additional checks, one for every two seconds of waiting, are counted
 * separately.
 */
const LEAST = {
  // A check before anything, when they are available, and when they are attached; each interface is created, attached
  // and marked.
  launch: BEAT + 3 * CHECK + 3 * N + FINAL_CHECKS + ANSWER,
  // No instance waits, and no interface is left.
  launchAgain: BEAT + 1,
  end: BEAT + 1 + ANSWER,
  // A check for created interfaces, and one for the number of failed launches.
  noSubnet: BEAT + CHECK + 1 + ANSWER + 1,
  // Groups and interfaces, and the instances of these.
  sweep: 3,
  emptySweep: 2,
  testMessage: 0,
};

describe("the calls of an EniLifecycleHook's handler", () => {
  let fleet: FakeFleet;
  const { info, error } = console;
  beforeEach(() => {
    fleet = new FakeFleet();
    Object.assign(console, { info: () => undefined, error: () => undefined });
  });
  afterEach(() => void Object.assign(console, { info, error }));

  async function callsOf(event: object): Promise<string[]> {
    const before = fleet.calls.length;
    const { clients } = fleet.startProcess();
    await eniHandler(SETTINGS, SPECS, fleet.deps, clients)(event);
    return fleet.calls.slice(before);
  }

  it("are minimal for a launch, for its repeated notification, and for its termination", async () => {
    fleet.launch(ID, 0);
    const calls = await callsOf(message("launch"));
    const polls = calls.filter((one) => one === "DescribeInstances").length - 3;
    // In this test an interface is available after three seconds.
    expect(polls).to.equal(1);
    expect(calls).to.have.length(LEAST.launch + polls * CHECK);
    expect(await callsOf(message("launch"))).to.have.length(LEAST.launchAgain);
    fleet.actions.set(ID, { hook: "data-terminate", token: `token-${ID}` });
    expect(await callsOf(message("terminate"))).to.have.length(LEAST.end);
  });

  it("are minimal for a launch that cannot succeed", async () => {
    fleet.launch(ID, 0, "z-b");
    expect(await callsOf(message("launch"))).to.have.length(LEAST.noSubnet);
  });

  it("are minimal for a sweep and for a test notification", async () => {
    expect(await callsOf({ wake: "sweep" })).to.have.length(LEAST.emptySweep);
    fleet.launch(ID, 0);
    await callsOf(message("launch"));
    expect(await callsOf({ wake: "sweep" })).to.have.length(LEAST.sweep);
    const test = { Event: "autoscaling:TEST_NOTIFICATION", AutoScalingGroupName: "fleet" };
    expect(await callsOf({ detail: test })).to.have.length(LEAST.testMessage);
  });
});
