import { expect } from "chai";
import { actionHandler } from "../../../../callbacks/instances/lifecycleAction/actionHandler";
import { FakeFleet } from "../eniLifecycleHook/fakeFleet";

const ID = "i-0123456789abcdef0";
const SETTINGS = {
  name: "audit",
  metricsName: "shop/dev/audit",
  hooks: { launching: "data-launch" },
  timeout: 240,
  heartbeatTimeout: 300,
  loop: { onLoop: "suspend", failures: 3, minutes: 60 },
  waitForRunning: true,
} as const;

describe("a sweep of lifecycle hooks", () => {
  let fleet: FakeFleet;
  let printed: string[];
  let acted: number;
  const { info, error } = console;
  beforeEach(() => {
    fleet = new FakeFleet();
    [printed, acted] = [[], 0];
    Object.assign(console, { info: () => undefined, error: () => undefined });
  });
  afterEach(() => void Object.assign(console, { info, error }));

  async function sweep(): Promise<{ why?: string }[]> {
    const { clients } = fleet.startProcess();
    const deps = { ...fleet.deps, print: (line: string) => void printed.push(line) };
    const action = async (): Promise<void> => void (acted += 1);
    const handler = actionHandler(SETTINGS, action, deps, clients);
    return (await handler({ wake: "sweep" })) as { why?: string }[];
  }

  const launching = (startedAgo: number, more: object = {}) => ({
    Description: `Launching a new EC2 instance: ${ID}`,
    StatusCode: "MidLifecycleAction",
    StartTime: new Date(fleet.now - startedAgo * 1000),
    ...more,
  });
  /** Launches that timed out, the last of them this many minutes ago. */
  const expired = (minutes: number) =>
    [0, 8, 16].map((earlier) => ({
      Description: `Launching a new EC2 instance: i-${earlier}`,
      StatusCode: "Cancelled",
      StartTime: new Date(fleet.now - (minutes + earlier + 7) * 60_000),
      EndTime: new Date(fleet.now - (minutes + earlier) * 60_000),
    }));

  it("gives up an instance whose calls have all crashed, instead of prolonging its wait", async () => {
    fleet.launch(ID, 0);
    fleet.now += 1_200_000;
    fleet.activities = [launching(1_141)];
    const [{ why }] = await sweep();
    expect(why).to.equal("every call of the function for it failed or timed out");
    expect([fleet.results, acted]).to.deep.equal([[`${ID} ABANDON`], 0]);
  });

  it("tries an instance that leaves a warm pool after a long time there", async () => {
    fleet.launch(ID, 0);
    fleet.now += 86_400_000;
    const pooled = launching(86_400, { EndTime: new Date(fleet.now - 86_000_000) });
    const Description = `Launching a new EC2 instance from warm pool: ${ID}`;
    fleet.activities = [launching(300, { Description }), pooled];
    await sweep();
    expect([fleet.results, acted]).to.deep.equal([[`${ID} CONTINUE`], 1]);
  });

  it("stops launches that time out one after another, once", async () => {
    fleet.launch(ID, 0);
    fleet.now += 300_000;
    fleet.activities = [launching(300), ...expired(2)];
    await sweep();
    expect(fleet.suspended).to.deep.equal(["fleet"]);
    const loops = () => printed.filter((line) => line.includes('"LaunchLoop":1')).length;
    expect(loops()).to.equal(1);
    fleet.launch(ID, 0);
    fleet.now += 300_000;
    await sweep();
    expect([fleet.suspended, loops()]).to.deep.equal([["fleet"], 1]);
  });

  it("does not stop launches for failures that were fixed since", async () => {
    fleet.launch(ID, 0);
    fleet.now += 300_000;
    fleet.activities = [launching(300), ...expired(11)];
    await sweep();
    expect([fleet.suspended, fleet.results]).to.deep.equal([[], [`${ID} CONTINUE`]]);
  });

  it("tries its instances even if the group's launches cannot be counted", async () => {
    fleet.launch(ID, 0);
    fleet.now += 300_000;
    fleet.refuses = { DescribeScalingActivities: "AccessDenied" };
    await sweep();
    expect(fleet.results).to.deep.equal([`${ID} CONTINUE`]);
  });
});
