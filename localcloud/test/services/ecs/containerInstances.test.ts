import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  type ContainerInstance,
  DeregisterContainerInstanceCommand,
  DescribeClustersCommand,
  DeleteClusterCommand,
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
  UpdateContainerInstancesStateCommand,
} from "@aws-sdk/client-ecs";
import { EC2Client, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import type { Ec2Store } from "../../../services/ec2/store";
import { expectError } from "../sqs/harness";
import { connection, EcsCloud } from "./ecsCloud";

const EC2 = { launchType: "EC2", networkConfiguration: undefined } as const;
const ON_EC2: Partial<RegisterTaskDefinitionCommandInput> = {
  networkMode: "bridge",
  requiresCompatibilities: ["EC2"],
};

describe("Container instances", () => {
  let c: EcsCloud;
  let ec2: EC2Client;
  beforeEach(async () => {
    c = await EcsCloud.start();
    ec2 = new EC2Client(connection(c.cloud));
    const store = c.cloud.registry.named("ec2")?.store("us-east-1", c.cloud) as Ec2Store;
    store.bootMs = () => 60_000;
  });
  afterEach(async () => {
    ec2.destroy();
    await c.stop();
  });

  /** Launches an instance with 2 vCPUs and 8 GiB in a zone; it joins the cluster 75 s later. */
  async function launch(zone: string, script = "echo ECS_CLUSTER=main >> /etc/ecs/ecs.config") {
    const { Instances = [] } = await ec2.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        ImageId: "ami-0abcdef1234567890",
        InstanceType: "m5.large",
        Placement: { AvailabilityZone: `us-east-1${zone}` },
        UserData: Buffer.from(`#!/bin/bash\n${script}\n`).toString("base64"),
      }),
    );
    return Instances[0]?.InstanceId ?? "";
  }

  async function instances(): Promise<ContainerInstance[]> {
    const listed = await c.client.send(new ListContainerInstancesCommand({ cluster: "main" }));
    const { containerInstanceArns: arns = [] } = listed;
    if (arns.length === 0) return [];
    const described = await c.client.send(
      new DescribeContainerInstancesCommand({ cluster: "main", containerInstances: arns }),
    );
    return described.containerInstances ?? [];
  }

  async function tasks(): Promise<Task[]> {
    const { taskArns = [] } = await c.client.send(new ListTasksCommand({ cluster: "main" }));
    if (taskArns.length === 0) return [];
    const asked = new DescribeTasksCommand({ cluster: "main", tasks: taskArns });
    return (await c.client.send(asked)).tasks ?? [];
  }

  function left({ remainingResources = [] }: ContainerInstance): Record<string, unknown> {
    return Object.fromEntries(
      remainingResources.map(({ name, integerValue, stringSetValue }) => [
        name,
        stringSetValue ?? integerValue,
      ]),
    );
  }

  const placeOf = (task: Task): string | undefined => task.containerInstanceArn;

  const register = (family: string, more: object = {}): Promise<string> =>
    c.register(family, "acme/web:1", { ...ON_EC2, cpu: "512", memory: "1024", ...more });

  async function setStatus(arn: string | undefined, status: "ACTIVE" | "DRAINING"): Promise<void> {
    const input = { cluster: "main", containerInstances: [arn ?? ""], status };
    await c.client.send(new UpdateContainerInstancesStateCommand(input));
  }

  it("register when an instance whose user data names the cluster runs, with its type's resources", async () => {
    const id = await launch("a");
    await launch("b", "echo hello");
    await c.seconds(70);
    expect(await instances()).to.deep.equal([]);
    await c.seconds(10);
    const all = await instances();
    expect(all.map(({ ec2InstanceId, status }) => [ec2InstanceId, status])).to.deep.equal([
      [id, "ACTIVE"],
    ]);
    const ports = ["22", "2375", "2376", "51678", "51679"];
    const free = { CPU: 2048, MEMORY: 7984, PORTS: ports, PORTS_UDP: [] };
    expect(left(all[0])).to.deep.equal(free);
    const { clusters = [] } = await c.client.send(
      new DescribeClustersCommand({ clusters: ["main"] }),
    );
    expect(clusters[0].registeredContainerInstancesCount).to.equal(1);
  });

  it("are found by the EC2 instance that a filter names", async () => {
    const [first, second] = [await launch("a"), await launch("b")];
    await c.seconds(80);
    const found = async (filter: string): Promise<unknown[]> => {
      const listed = await c.client.send(
        new ListContainerInstancesCommand({ cluster: "main", filter }),
      );
      const arns = listed.containerInstanceArns ?? [];
      return (await instances())
        .filter(({ containerInstanceArn: arn = "" }) => arns.includes(arn))
        .map(({ ec2InstanceId }) => ec2InstanceId);
    };
    expect(await found(`ec2InstanceId == ${second}`)).to.deep.equal([second]);
    expect(await found(`ec2InstanceId in ['${first}', "${second}", i-0]`)).to.have.members([
      ...[first, second],
    ]);
    expect(await found("ec2InstanceId == i-0")).to.deep.equal([]);
    const refused = await found("attribute:ecs.os-type == linux").catch((error: Error) => error);
    expect(String(refused)).to.contain("ListContainerInstances option filter");
  });

  it("register with Bottlerocket's settings, and with memory reserved from tasks", async () => {
    await launch("a", '[settings.ecs]\ncluster = "main"');
    await launch("b", "ECS_CLUSTER=main\nECS_RESERVED_MEMORY=256");
    await c.seconds(80);
    const memory = (await instances()).map((one) => left(one).MEMORY);
    expect(memory).to.have.members([7984, 7728]);
  });

  it("run EC2 tasks up to their CPU and memory, spread over zones; before the first one there is no limit", async () => {
    await c.create("web", await register("web"), { ...EC2, desiredCount: 6 });
    await c.seconds(30);
    expect((await c.service("web")).runningCount).to.equal(6);
    await c.update("web", { desiredCount: 0 });
    await launch("a");
    await launch("b");
    await c.seconds(80);
    await c.update("web", { desiredCount: 6 });
    await c.seconds(30);
    const all = await instances();
    expect(all.map(({ runningTasksCount }) => runningTasksCount)).to.deep.equal([3, 3]);
    expect(left(all[0])).to.include({ CPU: 512, MEMORY: 4912 });
    const places = new Set((await tasks()).map(({ containerInstanceArn }) => containerInstanceArn));
    expect(places.size).to.equal(2);
    await c.update("web", { desiredCount: 9 });
    await c.seconds(30);
    expect((await c.service("web")).runningCount).to.equal(8);
    expect((await c.messages("web")).at(-1)).to.match(
      /^was unable to place a task because no container instance met all of its requirements\. The closest matching container-instance \w+ has insufficient CPU units available\.$/,
    );
  });

  it("run waiting tasks when another one registers, after a message that there was no place", async () => {
    await launch("a");
    await c.seconds(80);
    const web = await register("web", { cpu: "1024", memory: "512" });
    await c.create("web", web, { ...EC2, desiredCount: 4 });
    await c.seconds(30);
    expect((await c.service("web")).runningCount).to.equal(2);
    await launch("b");
    await c.seconds(100);
    expect((await c.service("web")).runningCount).to.equal(4);
  });

  it("have one task for each port and each interface", async () => {
    await launch("a");
    await c.seconds(80);
    const containerDefinitions = [
      { name: "app", image: "acme/web:1", portMappings: [{ containerPort: 80, hostPort: 80 }] },
    ];
    const port = await register("port", { cpu: "128", memory: "4", containerDefinitions });
    await c.create("port", port, { ...EC2, desiredCount: 2 });
    const vpc = await register("vpc", { cpu: "128", memory: "4", networkMode: "awsvpc" });
    const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    await c.create("vpc", vpc, { launchType: "EC2", networkConfiguration, desiredCount: 3 });
    await c.seconds(30);
    expect((await c.service("port")).runningCount).to.equal(1);
    expect((await c.messages("port")).join()).to.contain("is already using a port");
    expect((await c.service("vpc")).runningCount).to.equal(2);
    expect((await c.messages("vpc")).join()).to.contain("RESOURCE:ENI");
    expect(left((await instances())[0]).PORTS).to.include("80");
  });

  it("refuse tasks of RunTask beyond their resources, naming the missing resource", async () => {
    await launch("a");
    await c.seconds(80);
    const taskDefinition = await register("job", { cpu: "256", memory: "4096" });
    const run = new RunTaskCommand({
      cluster: "main",
      taskDefinition,
      count: 2,
      launchType: "EC2",
    });
    const { tasks: started, failures } = await c.client.send(run);
    expect(started).to.have.length(1);
    expect(failures?.map(({ reason }) => reason)).to.deep.equal(["RESOURCE:MEMORY"]);
  });

  it("that drain lose their services' tasks as the percentages allow, keep other tasks, and accept none", async () => {
    await launch("a");
    await launch("b");
    await c.seconds(80);
    await c.create("web", await register("web"), { ...EC2, desiredCount: 4 });
    const job = await register("job", { cpu: "128", memory: "128" });
    const run = { cluster: "main", taskDefinition: job, launchType: "EC2" as const };
    await c.client.send(new RunTaskCommand(run));
    await c.seconds(30);
    const jobs = (await tasks()).filter(({ group }) => group === "family:job");
    const victim = jobs[0].containerInstanceArn;
    await setStatus(victim, "DRAINING");
    await c.seconds(60);
    const drained = (await instances()).find((one) => one.containerInstanceArn === victim);
    expect(drained).to.include({ status: "DRAINING", runningTasksCount: 1 });
    // The other instance has room for all four tasks of half a vCPU.
    expect((await c.service("web")).runningCount).to.equal(4);
    await c.client.send(new RunTaskCommand(run));
    const places = (await tasks()).filter(({ group }) => group === "family:job");
    expect(places.filter((one) => one.containerInstanceArn === victim)).to.have.length(1);
    await setStatus(victim, "ACTIVE");
    expect((await instances()).map(({ status }) => status)).to.deep.equal(["ACTIVE", "ACTIVE"]);
  });

  it("that drain keep the tasks of a service that may neither stop nor start one", async () => {
    await launch("a");
    await launch("b");
    await c.seconds(80);
    const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 149 };
    const options = { ...EC2, desiredCount: 2, deploymentConfiguration };
    await c.create("web", await register("web"), options);
    await c.seconds(30);
    const [victim] = await instances();
    await setStatus(victim.containerInstanceArn, "DRAINING");
    await c.seconds(120);
    expect((await instances())[0].runningTasksCount).to.equal(1);
    expect((await c.messages("web")).at(-1)).to.contain("was unable to stop or start tasks");
  });

  it("that drain without room elsewhere lose their services' tasks as soon as another task makes room", async () => {
    await launch("a");
    await launch("b");
    await c.seconds(80);
    await c.create("web", await register("web"), { ...EC2, desiredCount: 2 });
    const job = await register("job", { cpu: "1536", memory: "128" });
    await c.client.send(
      new RunTaskCommand({ cluster: "main", taskDefinition: job, launchType: "EC2", count: 2 }),
    );
    await c.seconds(30);
    const [victim, other] = (await instances()).map((one) => one.containerInstanceArn);
    await setStatus(victim, "DRAINING");
    await c.seconds(120);
    const ofWeb = async (): Promise<unknown[]> =>
      (await tasks()).filter((one) => one.group === "service:web").map(placeOf);
    expect(await ofWeb()).to.have.members([victim, other]);
    const inTheWay = (await tasks()).find(
      (one) => one.group === "family:job" && placeOf(one) === other,
    );
    await c.client.send(new StopTaskCommand({ cluster: "main", task: inTheWay?.taskArn }));
    await c.seconds(60);
    expect(await ofWeb()).to.deep.equal([other, other]);
  });

  it("keep their cluster from being deleted", async () => {
    await launch("a");
    await c.seconds(80);
    await expectError(
      c.client.send(new DeleteClusterCommand({ cluster: "main" })),
      "ClusterContainsContainerInstancesException",
      "The Cluster cannot be deleted while Container Instances are active or draining.",
    );
  });

  it("run one task of a DAEMON service each, and none while they drain", async () => {
    await launch("a");
    await launch("b");
    await c.seconds(80);
    const daemon = { ...EC2, schedulingStrategy: "DAEMON" as const, desiredCount: undefined };
    await c.create("agent", await register("agent", { cpu: "128", memory: "64" }), daemon);
    await c.seconds(30);
    expect((await instances()).map(({ runningTasksCount }) => runningTasksCount)).to.deep.equal([
      1, 1,
    ]);
    await setStatus((await instances())[0].containerInstanceArn, "DRAINING");
    await c.seconds(30);
    expect((await instances()).map(({ runningTasksCount }) => runningTasksCount)).to.deep.equal([
      0, 1,
    ]);
  });

  it("that terminate are removed, and their tasks start elsewhere", async () => {
    const id = await launch("a");
    await launch("b");
    await c.seconds(80);
    await c.create("web", await register("web"), { ...EC2, desiredCount: 2 });
    await c.seconds(30);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await c.seconds(60);
    const all = await instances();
    expect(all.map(({ runningTasksCount }) => runningTasksCount)).to.deep.equal([2]);
    expect((await c.service("web")).runningCount).to.equal(2);
    const { containerInstanceArn: containerInstance } = all[0];
    const forget = { cluster: "main", containerInstance };
    const refused = await c.client
      .send(new DeregisterContainerInstanceCommand(forget))
      .catch((error: Error) => error.message);
    expect(refused).to.equal("Found running tasks on the instance.");
    await c.client.send(new DeregisterContainerInstanceCommand({ ...forget, force: true }));
    expect(await instances()).to.deep.equal([]);
  });

  it("report their reserved share every minute, and nothing once there are none", async () => {
    const id = await launch("a");
    await c.seconds(80);
    await c.create("web", await register("web"), { ...EC2, desiredCount: 3 });
    await c.seconds(120);
    const cloudwatch = new CloudWatchClient(connection(c.cloud));
    const values = async (MetricName: string): Promise<(number | undefined)[]> => {
      const now = c.cloud.clock.now();
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/ECS",
          MetricName,
          Dimensions: [{ Name: "ClusterName", Value: "main" }],
          StartTime: new Date(now - 120_000),
          EndTime: new Date(now),
          Period: 60,
          Statistics: ["Average"],
        }),
      );
      return Datapoints.map(({ Average }) => Average);
    };
    expect((await values("CPUReservation")).at(-1)).to.equal(75);
    expect((await values("MemoryReservation")).at(-1)).to.be.closeTo(38.5, 0.1);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await c.seconds(300);
    expect(await values("CPUReservation")).to.deep.equal([]);
    cloudwatch.destroy();
  });

  it("can be at most ten in a change of state, which reports missing ones", async () => {
    const update = (containerInstances: string[]): Promise<unknown> =>
      c.client
        .send(
          new UpdateContainerInstancesStateCommand({
            cluster: "main",
            containerInstances,
            status: "DRAINING",
          }),
        )
        .then(({ failures }) => failures?.map(({ reason }) => reason))
        .catch((error: Error) => error.message);
    expect(await update(["none"])).to.deep.equal(["MISSING"]);
    expect(await update(Array.from({ length: 11 }, (_, n) => `i${n}`))).to.contain(
      "cannot have more than 10",
    );
  });
});
