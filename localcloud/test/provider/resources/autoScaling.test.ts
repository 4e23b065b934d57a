import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  type Instance,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeNetworkInterfacesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { client } from "../../../provider/clients";
import type { Ec2Store } from "../../../services/ec2/store";
import { until } from "../../support/until";
import { describeLifecycle, type Made, ProviderBench } from "../../support/resourceLifecycle";

const SERVING = "InService";
const AMI = "ami-0123456789abcdef0";

function makeTemplate(bench: ProviderBench): Promise<Made> {
  return bench.make("aws:ec2/launchTemplate:LaunchTemplate", { imageId: AMI, name: "web" });
}

describeLifecycle({
  type: "aws:autoscaling/group:Group",
  async inputs(bench) {
    const template = await makeTemplate(bench);
    return {
      minSize: 1,
      maxSize: 3,
      desiredCapacity: 1,
      availabilityZones: ["eu-central-1a", "eu-central-1b"],
      launchTemplate: { id: template.id, version: "$Latest" },
      tags: [{ key: "app", value: "web", propagateAtLaunch: true }],
    };
  },
  updates: [
    { maxSize: 5, protectFromScaleIn: true },
    { tags: [{ key: "team", value: "blue", propagateAtLaunch: false }] },
    { suspendedProcesses: ["Launch"], healthCheckGracePeriod: 60 },
    { warmPool: { poolState: "Running", maxGroupPreparedCapacity: 1 } },
    { warmPool: undefined },
    { instanceLifecyclePolicy: { retentionTriggers: { terminateHookAbandon: "retain" } } },
  ],
  replaces: [
    { name: "other" },
    {
      initialLifecycleHooks: [
        { name: "attach", lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" },
      ],
    },
  ],
  drift: {
    make: ({ context }, { id }) =>
      client(AutoScalingClient, context).send(
        new SetDesiredCapacityCommand({ AutoScalingGroupName: id, DesiredCapacity: 2 }),
      ),
    expected: ["desiredCapacity"],
  },
});

/** Creates a group without instances. */
function makeGroup(bench: ProviderBench, more: object = {}): Promise<Made> {
  return bench.make("aws:autoscaling/group:Group", {
    minSize: 0,
    maxSize: 3,
    desiredCapacity: 0,
    name: "web",
    availabilityZones: ["eu-central-1a"],
    launchTemplate: { name: "web" },
    ...more,
  });
}

describeLifecycle({
  type: "aws:autoscaling/lifecycleHook:LifecycleHook",
  async inputs(bench) {
    await makeTemplate(bench);
    const group = await makeGroup(bench);
    return {
      autoscalingGroupName: group.id,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      heartbeatTimeout: 60,
      notificationMetadata: "one",
    };
  },
  updates: [{ heartbeatTimeout: 120, notificationMetadata: undefined }],
  replaces: [{ name: "other" }, { autoscalingGroupName: "other" }],
  importId: ({ id }) => `web/${id}`,
});

describe("aws:autoscaling/group:Group with instances", () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await ProviderBench.start();
    const store = bench.cloud.registry.named("ec2")?.store("eu-central-1", bench.cloud);
    (store as Ec2Store).bootMs = () => 0;
  });
  after(() => bench.stop());

  it("puts its initial hooks before it launches instances, as soon as their role may publish", async () => {
    await makeTemplate(bench);
    const topic = await bench.make("aws:sns/topic:Topic", { name: "hooks" });
    const role = await makeRole(topic.id);
    bench.cloud.faults.add({
      kind: "accessDenied",
      service: "sns",
      operation: "Publish",
      times: 2,
    });
    await makeGroup(bench, {
      desiredCapacity: 1,
      initialLifecycleHooks: [
        {
          name: "attach",
          lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
          notificationTargetArn: topic.id,
          roleArn: role.outputs.arn,
        },
        { name: "drain", lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING" },
      ],
    });
    await bench.cloud.clock.advance(5000);
    const found = await bench.core.invoke("aws:autoscaling/getGroup:getGroup", { name: "web" });
    expect(found).to.deep.include({ desiredCapacity: 1, minSize: 0, warmPools: [] });
    const calls = bench.cloud.recorder
      .find({ service: "auto-scaling" })
      .map(({ operation }) => operation);
    expect(calls.slice(0, 2)).to.deep.equal(["CreateAutoScalingGroup", "PutLifecycleHook"]);
    const refused = bench.cloud.recorder.find({ operation: "PutLifecycleHook", outcome: "error" });
    expect(refused).to.have.length(2);
  });

  it("terminates its instances through their hooks when it is deleted, and then frees their subnets", async () => {
    const [hooked] = await instances();
    expect(hooked.LifecycleState).to.equal("Pending:Wait");
    const action = { AutoScalingGroupName: "web", InstanceId: hooked.InstanceId };
    const complete = (LifecycleHookName: string) =>
      client(AutoScalingClient, bench.context).send(
        new CompleteLifecycleActionCommand({
          ...action,
          LifecycleHookName,
          LifecycleActionResult: "CONTINUE",
        }),
      );
    await complete("attach");
    const deleted = remove("web");
    await until(
      "it waits",
      async () => (await instances())[0].LifecycleState === "Terminating:Wait",
    );
    await complete("drain");
    await deleted;
    expect(await interfaces()).to.deep.equal([]);
    const [last] = bench.cloud.recorder.find({ operation: "DeleteAutoScalingGroup" });
    expect(last.input).to.deep.include({ ForceDelete: false });
  });

  it("waits for no hook with forceDelete", async () => {
    await makeGroup(bench, {
      name: "forced",
      desiredCapacity: 1,
      forceDelete: true,
      initialLifecycleHooks: [
        { name: "drain", lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING" },
      ],
    });
    await until(
      "it serves",
      async () => (await instances("forced"))[0]?.LifecycleState === SERVING,
    );
    await remove("forced");
    expect(await interfaces()).to.deep.equal([]);
  });

  /** Creates a role with which Auto Scaling may publish. */
  async function makeRole(topic: string): Promise<Made> {
    const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
    return bench.make("aws:iam/role:Role", {
      assumeRolePolicy: document({
        Effect: "Allow",
        Principal: { Service: "autoscaling.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
      inlinePolicies: [
        {
          name: "publish",
          policy: document({ Effect: "Allow", Action: "sns:Publish", Resource: topic }),
        },
      ],
    });
  }

  it("replaces its instances when their launch template changes with an instance refresh, and is deleted after its warm pool", async () => {
    const inputs = (version: string) => ({
      minSize: 0,
      maxSize: 3,
      desiredCapacity: 1,
      name: "fresh",
      availabilityZones: ["eu-central-1a"],
      launchTemplate: { name: "web", version },
      instanceRefresh: { strategy: "Rolling", preferences: { instanceWarmup: "0" } },
      warmPool: { minSize: 1, poolState: "Running" },
    });
    const type = "aws:autoscaling/group:Group";
    const olds = bench.check(type, inputs("$Default"));
    await bench.core.create(type, olds);
    await until("it serves", async () => (await instances("fresh"))[0]?.LifecycleState === SERVING);
    const [before] = await instances("fresh");
    const news = bench.check(type, inputs("$Latest"), olds);
    await bench.core.update(type, "fresh", news, olds);
    await until("another serves", async () =>
      (await instances("fresh")).some(
        (one) => one.LifecycleState === SERVING && one.InstanceId !== before.InstanceId,
      ),
    );
    const operation = "DeleteAutoScalingGroup";
    const wanted = ["DeleteWarmPool", "UpdateAutoScalingGroup", operation];
    bench.cloud.recorder.clear();
    bench.cloud.faults.add({ kind: "notFound", code: "ResourceInUseFault", operation, times: 1 });
    await bench.core.delete(type, "fresh", news, {});
    const calls = bench.cloud.recorder
      .find({ service: "auto-scaling" })
      .map((call) => call.operation);
    expect(calls.filter((name) => wanted.includes(name))).to.deep.equal([...wanted, operation]);
    expect(await interfaces()).to.deep.equal([]);
  });

  async function instances(name = "web"): Promise<Instance[]> {
    const { AutoScalingGroups = [] } = await client(AutoScalingClient, bench.context).send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    return AutoScalingGroups[0]?.Instances ?? [];
  }

  async function interfaces(): Promise<unknown[] | undefined> {
    const ec2 = client(EC2Client, bench.context);
    return (await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces;
  }

  const remove = (name: string) =>
    bench.core.delete(
      "aws:autoscaling/group:Group",
      name,
      { name, forceDelete: name === "forced" },
      {},
    );
});
