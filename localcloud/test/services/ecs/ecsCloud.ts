import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type ListTasksCommandInput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type Task,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import type { Cloud, CloudOptions } from "../../../cloud/cloud";
import { startCloud } from "../../../cloud/cloud";
import type { ServiceDefinition } from "../../../core/service";
import { services as others } from "../../../services";
import { ecs } from "../../../services/ecs";
import type { EcsStore } from "../../../services/ecs/store";
import { eventbridge } from "../../../services/eventbridge";

export const ACCOUNT = "123456789012";

export const FARGATE: Pick<CreateServiceCommandInput, "launchType" | "networkConfiguration"> = {
  launchType: "FARGATE",
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
};

/** All services of the cloud, and the two under test, each of them once. */
export const services: readonly ServiceDefinition<unknown>[] = [
  ...new Map(
    [...others, ecs as ServiceDefinition<unknown>, eventbridge as ServiceDefinition<unknown>].map(
      (service) => [service.name, service],
    ),
  ).values(),
];

/** A cloud whose time moves only with `seconds`, with ECS and the cluster `main`. */
export class EcsCloud {
  private constructor(
    readonly cloud: Cloud,
    readonly client: ECSClient,
  ) {}

  static async start(options: CloudOptions = {}): Promise<EcsCloud> {
    const cloud = await startCloud({ clock: "manual", services, throttling: false, ...options });
    const started = new EcsCloud(cloud, new ECSClient(connection(cloud)));
    await started.client.send(new CreateClusterCommand({ clusterName: "main" }));
    return started;
  }

  /** ECS's store, which only tests use directly. */
  get store(): EcsStore {
    return this.cloud.registry.named("ecs")?.store("us-east-1", this.cloud) as EcsStore;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.cloud.close();
  }

  seconds(count: number): Promise<void> {
    return this.cloud.clock.advance(count * 1000);
  }

  /** Registers a Fargate revision with one container; returns its ARN. */
  async register(
    family: string,
    image: string,
    options: Partial<RegisterTaskDefinitionCommandInput> = {},
  ): Promise<string> {
    const { taskDefinition } = await this.client.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [{ name: "app", image }],
        ...options,
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  async create(
    serviceName: string,
    taskDefinition: string,
    options: Partial<CreateServiceCommandInput> = {},
  ): Promise<void> {
    await this.client.send(
      new CreateServiceCommand({
        cluster: "main",
        serviceName,
        taskDefinition,
        desiredCount: 2,
        ...FARGATE,
        ...options,
      }),
    );
  }

  async update(service: string, options: Partial<UpdateServiceCommandInput>): Promise<void> {
    await this.client.send(new UpdateServiceCommand({ cluster: "main", service, ...options }));
  }

  async service(name: string): Promise<Service> {
    const { services: found = [] } = await this.client.send(
      new DescribeServicesCommand({ cluster: "main", services: [name], include: ["TAGS"] }),
    );
    return found[0];
  }

  /** Returns `PRIMARY web:2 running/desired state` for each deployment. */
  async rollout(name = "web"): Promise<string[]> {
    return ((await this.service(name)).deployments ?? []).map(
      ({ status, taskDefinition, runningCount, desiredCount, rolloutState }) =>
        `${status} ${taskDefinition?.split("/")[1]} ${runningCount}/${desiredCount} ${rolloutState}`,
    );
  }

  async tasks(input: ListTasksCommandInput = {}): Promise<Task[]> {
    const { taskArns = [] } = await this.client.send(
      new ListTasksCommand({ cluster: "main", ...input }),
    );
    if (taskArns.length === 0) return [];
    const command = new DescribeTasksCommand({ cluster: "main", tasks: taskArns });
    return (await this.client.send(command)).tasks ?? [];
  }

  /** Returns the number of the cloud's timers; a steady service needs none. */
  timers(): number {
    // The clock does not publish its timers.
    return (this.cloud.clock as unknown as { pending: Set<object> }).pending.size;
  }

  /** Returns the service's messages, oldest first, without `(service <name>) ` and with ids masked. */
  async messages(name: string): Promise<string[]> {
    const { events = [] } = await this.service(name);
    return events
      .map(({ message = "" }) => message.replace(`(service ${name}) `, ""))
      .map((message) => message.replace(/\(task \w+\)/g, "(task)"))
      .map((message) => message.replace(/ecs-svc\/\d+/g, "ecs-svc/N"))
      .reverse();
  }
}

export function connection(cloud: Cloud) {
  return {
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "AKIAOWNER", secretAccessKey: "secret" },
    maxAttempts: 1,
  };
}
