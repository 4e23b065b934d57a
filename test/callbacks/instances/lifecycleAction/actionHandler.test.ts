import { expect } from "chai";
import {
  actionHandler,
  type InstanceAction,
  type LifecycleActionSettings,
  type LifecycleInstance,
} from "../../../../callbacks/instances/lifecycleAction/actionHandler";
import { FakeFleet } from "../eniLifecycleHook/fakeFleet";

const ID = "i-0123456789abcdef0";
const SETTINGS: LifecycleActionSettings = {
  name: "audit",
  metricsName: "shop/dev/audit",
  hooks: { launching: "data-launch" },
  timeout: 240,
  heartbeatTimeout: 300,
  loop: { onLoop: "alarm", failures: 5, minutes: 60 },
  waitForRunning: true,
};
const MESSAGE = {
  detail: {
    LifecycleActionToken: `token-${ID}`,
    AutoScalingGroupName: "fleet",
    LifecycleHookName: "data-launch",
    EC2InstanceId: ID,
    LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
  },
};

describe("the handler of a LifecycleAction", () => {
  let fleet: FakeFleet;
  const { info, error } = console;
  beforeEach(() => {
    fleet = new FakeFleet();
    // Silences the handler's own log.
    Object.assign(console, { info: () => undefined, error: () => undefined });
  });
  afterEach(() => void Object.assign(console, { info, error }));

  async function run(action: InstanceAction, event: object = MESSAGE): Promise<string> {
    const { clients } = fleet.startProcess();
    const [handled] = (await actionHandler(SETTINGS, action, fleet.deps, clients)(event)) as {
      why?: string;
    }[];
    return `${fleet.results.at(-1)} ${handled?.why ?? ""}`;
  }

  it("passes a running instance to the action, and continues it", async () => {
    fleet.launch(ID, 60_000);
    let seen: LifecycleInstance | undefined;
    const result = await run(async (instance) => void (seen = instance));
    expect(result).to.equal(`${ID} CONTINUE `);
    expect(seen).to.deep.include({ instanceId: ID, groupName: "fleet", state: "running" });
    expect(seen).not.to.have.any.keys("token", "hookName");
  });

  it("abandons an instance whose action throws, with the message as the reason", async () => {
    fleet.launch(ID, 0);
    const result = await run(() => Promise.reject(new Error("no licence left")));
    expect(result).to.equal(`${ID} ABANDON Error: no licence left`);
  });

  it("abandons an instance when the action says so, or returns an invalid answer", async () => {
    for (const [answer, why] of [
      ["abandon", "the action said so"],
      [{ result: "abandon", reason: "too old" }, "too old"],
      ["yes", 'the action answered "yes"; allowed are'],
    ] as const) {
      fleet.launch(ID, 0);
      const result = await run(async () => answer as "abandon");
      expect(result).to.contain(`${ID} ABANDON ${why}`);
    }
  });

  it("sends heartbeats during a long action, and abandons one that takes too long", async () => {
    fleet.launch(ID, 0);
    const result = await run(() => new Promise(() => undefined));
    expect(result).to.contain("longer than the function's timeout");
    expect(fleet.calls.filter((one) => one === "RecordLifecycleActionHeartbeat")).to.have.length(2);
  });

  it("runs the action for an instance whose notification was lost, once it is overdue", async () => {
    fleet.launch(ID, 0);
    const action = async () => "continue" as const;
    await run(action, { wake: "sweep" });
    expect(fleet.results).to.deep.equal([]);
    fleet.now += 250_000;
    await run(action, { wake: "sweep" });
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
  });

  it("recognizes instances that are not overdue, even more than one EC2 call accepts", async () => {
    for (let count = 0; count < 201; count += 1)
      fleet.launch(`i-${String(count).padStart(17, "0")}`, 0);
    await run(async () => "continue", { wake: "sweep" });
    expect(fleet.results).to.deep.equal([]);
  });
});
