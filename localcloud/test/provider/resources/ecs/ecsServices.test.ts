import {
  DescribeServicesCommand,
  ECSClient,
  UpdateServiceCommand,
  type Service,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { client } from "../../../../provider/clients";
import type { Properties } from "../../../../provider/types";
import {
  describeLifecycle,
  type ProviderBench,
  type Made,
} from "../../../support/resourceLifecycle";
import { CLUSTER, TASK_DEFINITION, FARGATE, benchOfTest } from "./ecsBench";

const SERVICE = "aws:ecs/service:Service";

describeLifecycle({
  type: "aws:ecs/service:Service",
  async inputs(bench) {
    await bench.make(TASK_DEFINITION, { ...FARGATE, family: "next" });
    return { ...(await fargateService(bench)), tags: { a: "1" } };
  },
  updates: [
    { desiredCount: 1 },
    { desiredCount: 0, deploymentMaximumPercent: 150, deploymentMinimumHealthyPercent: 50 },
    { deploymentCircuitBreaker: { enable: true, rollback: true }, enableEcsManagedTags: true },
    { propagateTags: "SERVICE", platformVersion: "LATEST" },
    { enableExecuteCommand: true, forceNewDeployment: true, tags: { b: "2" } },
    {
      networkConfiguration: {
        subnets: ["subnet-1", "subnet-2"],
        securityGroups: ["sg-1"],
        assignPublicIp: true,
      },
    },
    { taskDefinition: "next:1" },
    { taskDefinition: "next", forceDelete: true },
    {
      deploymentMaximumPercent: undefined,
      deploymentMinimumHealthyPercent: undefined,
      enableEcsManagedTags: undefined,
      propagateTags: undefined,
      tags: undefined,
    },
    { deploymentCircuitBreaker: { enable: true, rollback: false } },
  ],
  replaces: [
    { name: "other" },
    { cluster: "other" },
    { launchType: "EC2" },
    { schedulingStrategy: "DAEMON" },
    { deploymentController: { type: "CODE_DEPLOY" } },
  ],
  drift: {
    make: ({ context }, { id: service, inputs }) =>
      client(ECSClient, context).send(
        new UpdateServiceCommand({
          service,
          cluster: String(inputs.cluster),
          desiredCount: 2,
          enableECSManagedTags: true,
          enableExecuteCommand: false,
          propagateTags: "TASK_DEFINITION",
          deploymentConfiguration: {
            maximumPercent: 110,
            minimumHealthyPercent: 10,
            deploymentCircuitBreaker: { enable: false, rollback: false },
          },
        }),
      ),
    expected: [
      "desiredCount",
      "enableEcsManagedTags",
      "enableExecuteCommand",
      "propagateTags",
      "deploymentMaximumPercent",
      "deploymentMinimumHealthyPercent",
      "deploymentCircuitBreaker.enable",
    ],
  },
});

describe("aws:ecs/service:Service, of daemons", function () {
  describeLifecycle({
    type: "aws:ecs/service:Service",
    async inputs(bench) {
      const taskDefinition = await bench.make(TASK_DEFINITION, {
        family: "agent",
        containerDefinitions: JSON.stringify([{ name: "app", image: "agent:1", memory: 64 }]),
      });
      const cluster = await bench.make(CLUSTER, { name: "main" });
      return {
        cluster: cluster.outputs.name,
        taskDefinition: taskDefinition.outputs.arn,
        schedulingStrategy: "DAEMON",
      };
    },
    // An import names the cluster by its ARN.
    untold: ["cluster"],
    updates: [
      { deploymentMinimumHealthyPercent: 50 },
      { deploymentMinimumHealthyPercent: undefined },
    ],
  });
});

describe("aws:ecs/service:Service, with tasks", function () {
  const bench = benchOfTest();

  it("keeps the desired count that autoscaling has set when something else changes", async () => {
    const made = await createService(bench(), { desiredCount: 1 });
    const ecs = client(ECSClient, bench().context);
    const at = { service: made.id, cluster: String(made.inputs.cluster) };
    await ecs.send(new UpdateServiceCommand({ ...at, desiredCount: 3 }));
    const news = { ...made.inputs, propagateTags: "SERVICE" };
    const outputs = await bench().core.update(SERVICE, made.id, news, made.inputs);
    expect(outputs).to.include({ desiredCount: 3, propagateTags: "SERVICE" });
    await remove(bench(), made);
  });

  it("deploys again with forceNewDeployment, and not for tags", async () => {
    const made = await createService(bench(), { desiredCount: 1 });
    const deployment = async (): Promise<string | undefined> =>
      (await find(bench(), made)).deployments?.[0].id;
    const first = await deployment();
    const tagged = { ...made.inputs, tags: { a: "1" } };
    await bench().core.update(SERVICE, made.id, tagged, made.inputs);
    expect(await deployment()).to.equal(first);
    const forced = { ...tagged, forceNewDeployment: true };
    await bench().core.update(SERVICE, made.id, forced, tagged);
    expect(await deployment()).to.not.equal(first);
    await remove(bench(), made);
  });

  for (const forceDelete of [false, true])
    it(`ends its tasks before it is deleted${forceDelete ? ", by force" : ""}`, async () => {
      const made = await createService(bench(), { desiredCount: 1, forceDelete });
      await bench().cloud.clock.advance(60_000);
      expect((await find(bench(), made)).runningCount).to.equal(1);
      await remove(bench(), made);
      expect(await find(bench(), made)).to.include({ status: "INACTIVE", runningCount: 0 });
    });

  it("does not change other settings under a CODE_DEPLOY controller", async () => {
    const deploymentController = { type: "CODE_DEPLOY" };
    const made = await createService(bench(), { desiredCount: 0, deploymentController });
    const news = { ...made.inputs, desiredCount: 1 };
    const outputs = await bench().core.update(SERVICE, made.id, news, made.inputs);
    expect(outputs).to.include({ desiredCount: 1 });
    expect(outputs.deploymentController).to.deep.equal(deploymentController);
    await remove(bench(), { ...made, inputs: news });
  });
});

async function fargateService(bench: ProviderBench): Promise<Properties> {
  const cluster = await bench.make(CLUSTER, {});
  const taskDefinition = await bench.make(TASK_DEFINITION, FARGATE);
  return {
    cluster: cluster.outputs.arn,
    taskDefinition: taskDefinition.outputs.arn,
    launchType: "FARGATE",
    networkConfiguration: { subnets: ["subnet-1"] },
  };
}

/** Creates a service in its own cluster; the test deletes it, so that the cluster can be deleted. */
async function createService(bench: ProviderBench, more: Properties): Promise<Made> {
  const cluster = await bench.make(CLUSTER, { name: `cluster-${(names += 1)}` });
  const needed = await fargateService(bench);
  const inputs = bench.check(SERVICE, { ...needed, cluster: cluster.outputs.arn, ...more });
  return { type: SERVICE, inputs, ...(await bench.core.create(SERVICE, inputs)) };
}

let names = 0;

/** Deletes the service while the cloud's time advances. */
async function remove(bench: ProviderBench, { id, inputs, outputs }: Made): Promise<void> {
  let deleting = true;
  const deleted = bench.core.delete(SERVICE, id, inputs, outputs).finally(() => {
    deleting = false;
  });
  while (deleting) {
    await bench.cloud.clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await deleted;
}

async function find(bench: ProviderBench, { id, inputs }: Made): Promise<Service> {
  const { services = [] } = await client(ECSClient, bench.context).send(
    new DescribeServicesCommand({ cluster: String(inputs.cluster), services: [id] }),
  );
  return services[0];
}
