import {
  DeleteWarmPoolCommand,
  DescribeWarmPoolCommand,
  PutWarmPoolCommand,
  type PutWarmPoolCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { NAME } from "./groupsCloud";
import { HooksCloud, LAUNCH_HOOK, TERMINATE_HOOK } from "./hooksCloud";

describe("Auto Scaling warm pools", () => {
  let c: HooksCloud;
  before(async () => (c = await HooksCloud.start()));
  afterEach(() => c.clear());
  after(() => c.stop());

  async function putPool(more: Partial<PutWarmPoolCommandInput> = {}): Promise<void> {
    await c.client.send(new PutWarmPoolCommand({ ...NAME, ...more }));
  }

  async function pool() {
    const { Instances = [], WarmPoolConfiguration } = await c.client.send(
      new DescribeWarmPoolCommand(NAME),
    );
    return {
      ids: Instances.map(({ InstanceId = "" }) => InstanceId),
      states: Instances.map(({ LifecycleState }) => LifecycleState),
      configuration: WarmPoolConfiguration,
    };
  }

  async function ec2States(InstanceIds: string[]): Promise<(string | undefined)[]> {
    const { Reservations = [] } = await c.groups.ec2.client.send(
      new DescribeInstancesCommand({ InstanceIds }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances).map(({ State }) => State?.Name);
  }

  /** Returns origin and destination of one instance's lifecycle actions, and completes each action. */
  async function passing(id: string): Promise<string[]> {
    const actions = await c.actions();
    const own = actions.filter(({ detail }) => detail.EC2InstanceId === id);
    for (const { detail } of own)
      await c.complete(detail.LifecycleHookName, {
        LifecycleActionToken: detail.LifecycleActionToken,
      });
    return own.map(({ type, detail }) => {
      const [what] = /launch|terminate/.exec(type) ?? [];
      return `${what} ${detail.Origin}->${detail.Destination}`;
    });
  }

  it("contain stopped instances up to the group's maximum, which start faster than new ones", async () => {
    await c.groups.create({ MaxSize: 3, DesiredCapacity: 1 });
    await putPool();
    await c.seconds(65);
    const { ids, states, configuration } = await pool();
    expect(states).to.deep.equal(["Warmed:Stopped", "Warmed:Stopped"]);
    expect(configuration).to.deep.include({ MinSize: 0, PoolState: "Stopped" });
    expect(await ec2States(ids)).to.deep.equal(["stopped", "stopped"]);
    const group = await c.groups.group();
    expect([group?.Instances?.length, group?.WarmPoolSize]).to.deep.equal([1, 2]);
    await c.groups.setDesired(2);
    await c.seconds(1);
    const started = (await c.groups.ids())[1];
    expect(ids).to.include(started);
    expect(await c.groups.states()).to.deep.equal(["InService", "Pending"]);
    await c.seconds(61);
    expect(await c.groups.states()).to.deep.equal(["InService", "InService"]);
    expect((await pool()).ids).to.have.length(1);
  });

  it("contain running instances up to the prepared capacity, which are in service immediately", async () => {
    await c.groups.create({ DesiredCapacity: 1 });
    await putPool({ PoolState: "Running", MaxGroupPreparedCapacity: 2 });
    await c.seconds(65);
    expect((await pool()).states).to.deep.equal(["Warmed:Running"]);
    await c.groups.setDesired(2);
    await c.seconds(1);
    expect(await c.groups.states()).to.deep.equal(["InService", "InService"]);
    expect((await pool()).ids).to.deep.equal([]);
    await putPool({ MinSize: 2 });
    await c.seconds(65);
    expect((await pool()).states).to.have.length(2);
    await putPool({ MinSize: 0 });
    await c.seconds(10);
    expect((await pool()).ids).to.deep.equal([]);
  });

  it("apply hooks to each transition: into the pool, into service, back and to termination", async () => {
    await c.groups.create({
      MaxSize: 1,
      LifecycleHookSpecificationList: [LAUNCH_HOOK, TERMINATE_HOOK],
    });
    await putPool({ InstanceReusePolicy: { ReuseOnScaleIn: true } });
    await c.seconds(61);
    const [id] = (await pool()).ids;
    expect((await pool()).states).to.deep.equal(["Warmed:Pending:Wait"]);
    expect(await passing(id)).to.deep.equal(["launch EC2->WarmPool"]);
    await c.seconds(5);
    expect((await pool()).states).to.deep.equal(["Warmed:Stopped"]);
    await c.groups.setDesired(1);
    await c.seconds(62);
    expect(await c.groups.states()).to.deep.equal(["Pending:Wait"]);
    expect(await passing(id)).to.deep.equal(["launch WarmPool->AutoScalingGroup"]);
    await c.seconds(2);
    expect(await c.groups.states()).to.deep.equal(["InService"]);
    await c.groups.setDesired(0);
    await c.seconds(1);
    expect((await pool()).states).to.deep.equal(["Warmed:Pending:Wait"]);
    expect(await passing(id)).to.deep.equal(["terminate AutoScalingGroup->WarmPool"]);
    await c.seconds(5);
    expect((await pool()).states).to.deep.equal(["Warmed:Stopped"]);
    await putPool({ MaxGroupPreparedCapacity: 0 });
    await c.seconds(1);
    expect((await pool()).states).to.deep.equal(["Warmed:Terminating:Wait"]);
    expect(await passing(id)).to.deep.equal(["terminate WarmPool->EC2"]);
    await c.seconds(5);
    expect((await pool()).ids).to.deep.equal([]);
  });

  it("are deleted by force with their instances, and refuse unsupported options", async () => {
    await c.groups.create({ MaxSize: 1 });
    await putPool();
    await c.seconds(65);
    const remove = (ForceDelete: boolean) =>
      c.client.send(new DeleteWarmPoolCommand({ ...NAME, ForceDelete }));
    await expectAwsError(remove(false), "ResourceInUseFault");
    await remove(true);
    expect((await pool()).configuration?.Status).to.equal("PendingDelete");
    await c.seconds(10);
    expect(await pool()).to.deep.equal({ ids: [], states: [], configuration: undefined });
    await expectAwsError(remove(true), "ValidationError");
    await expectAwsError(putPool({ PoolState: "Hibernated" }), "NotImplemented");
  });
});
