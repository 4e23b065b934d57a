import {
  type ContainerInstance,
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListContainerInstances,
  paginateListTasks,
  type Task,
} from "@aws-sdk/client-ecs";
import {
  DescribeInstanceTypesCommand,
  type EC2Client,
  type _InstanceType,
} from "@aws-sdk/client-ec2";
import type { PlacedTask, Registered } from "./machines";
import { chunks } from "./readServices";
import { resourceSize, taskSize } from "./sizes";

export const deploymentOnlyModule = true;

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html, the same for container instances.
 */
const MOST_DESCRIBED = 100;
/** With ENI trunking, interfaces do not limit the number of tasks. */
const TRUNKED = 1000;

/** Reads the container instances of a cluster with their tasks, by EC2 instance id. */
export async function readInstances(
  { ecs, interfacesOf }: { readonly ecs: ECSClient; readonly interfacesOf: InterfacesOf },
  cluster: string,
  daemons: () => Promise<ReadonlySet<string>>,
): Promise<Map<string, Registered>> {
  const [all, tasks, daemonNames] = await Promise.all([
    listInstances(ecs, cluster),
    listTasks(ecs, cluster),
    daemons(),
  ]);
  const registered = all.filter(isOfEc2).map(async (one): Promise<[string, Registered]> => {
    const own = tasks.filter((task) => task.containerInstanceArn === one.containerInstanceArn);
    const placed = own.map((task) => placedTask(task, daemonNames));
    const interfaces = await interfacesOf(one);
    const used = placed.reduce((sum, { size }) => sum + size.interfaces, 0);
    return [
      one.ec2InstanceId ?? "",
      {
        arn: one.containerInstanceArn ?? "",
        status: one.status ?? "",
        connected: one.agentConnected === true,
        agentVersion: one.versionInfo?.agentVersion ?? "",
        size: resourceSize(one.registeredResources, interfaces),
        free: resourceSize(one.remainingResources, interfaces - used),
        tasks: placed,
      },
    ];
  });
  return new Map(await Promise.all(registered));
}

/**
 * Checks for an EC2 instance. Instances of ECS Anywhere have ids of Systems Manager and only run tasks of the launch
 * type EXTERNAL: they have no room for other tasks.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html
 */
function isOfEc2({ ec2InstanceId = "" }: ContainerInstance): boolean {
  return !ec2InstanceId.startsWith("mi-");
}

async function listInstances(ecs: ECSClient, cluster: string): Promise<ContainerInstance[]> {
  const arns: string[] = [];
  for await (const { containerInstanceArns = [] } of paginateListContainerInstances(
    { client: ecs },
    { cluster },
  ))
    arns.push(...containerInstanceArns);
  const described = chunks(arns, MOST_DESCRIBED).map((containerInstances) =>
    ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances })),
  );
  return (await Promise.all(described)).flatMap(
    ({ containerInstances = [] }) => containerInstances,
  );
}

async function listTasks(ecs: ECSClient, cluster: string): Promise<Task[]> {
  const arns: string[] = [];
  for await (const { taskArns = [] } of paginateListTasks(
    { client: ecs },
    { cluster, launchType: "EC2" },
  ))
    arns.push(...taskArns);
  const described = chunks(arns, MOST_DESCRIBED).map((tasks) =>
    ecs.send(new DescribeTasksCommand({ cluster, tasks })),
  );
  return (await Promise.all(described)).flatMap(({ tasks = [] }) => tasks);
}

function placedTask(task: Task, daemons: ReadonlySet<string>): PlacedTask {
  const [, service] = /^service:(.+)$/.exec(task.group ?? "") ?? [];
  return {
    arn: task.taskArn ?? "",
    size: taskSize(task),
    ...(service === undefined ? {} : { service }),
    isDaemon: service !== undefined && daemons.has(service),
  };
}

/** Returns how many tasks with a network interface of their own an instance can run. */
export type InterfacesOf = (instance: ContainerInstance) => Promise<number>;

/** Looks up the interfaces by instance type, once per type; the first interface is the instance's own. */
export function createInterfacesOf(ec2: EC2Client): InterfacesOf {
  const known = new Map<string, Promise<number>>();
  return ({ attributes = [] }) => {
    const named = (name: string): string | undefined =>
      attributes.find((one) => one.name === name)?.value;
    const type = named("ecs.instance-type");
    if (type === undefined || named("ecs.awsvpc-trunk-id") !== undefined)
      return Promise.resolve(TRUNKED);
    const answer = known.get(type) ?? ask(ec2, type);
    known.set(type, answer);
    // After a failure the next call asks again.
    answer.catch(() => known.delete(type));
    return answer;
  };
}

async function ask(ec2: EC2Client, type: string): Promise<number> {
  // The cast allows types that the SDK does not know yet.
  const InstanceTypes = [type as _InstanceType];
  const found = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes }));
  return (found.InstanceTypes?.[0]?.NetworkInfo?.MaximumNetworkInterfaces ?? 2) - 1;
}
