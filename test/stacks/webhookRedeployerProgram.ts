import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  type Service,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { EcsStore } from "../../localcloud/services/ecs/store";
import {
  dockerHubPush,
  type DockerHubPushOverrides,
  RunningProgram,
} from "../../localcloud/testing";
import { EngineSession } from "../support/engineSession";

const MAIN = path.resolve(__dirname, "../../examples/webhook-redeployer/index.ts");
const FAMILY = "demo-web";

/** The example program, deployed on a cloud of its own whose time stands still between advances. */
export class RedeployProgram {
  private constructor(
    readonly directory: string,
    readonly engine: EngineSession,
    readonly program: RunningProgram,
  ) {}

  static async start(): Promise<RedeployProgram> {
    const directory = mkdtempSync(path.join(tmpdir(), "redeploy-"));
    const project = ["name: shop", "runtime: nodejs", `main: ${MAIN}`];
    writeFileSync(path.join(directory, "Pulumi.yaml"), project.join("\n"));
    symlinkSync(
      path.resolve(__dirname, "../../node_modules"),
      path.join(directory, "node_modules"),
    );
    writeFileSync(path.join(directory, "Pulumi.dev.yaml"), "config:\n  aws:region: us-east-1\n");
    const engine = await EngineSession.start("", { directory, clock: "manual" });
    const self = new RedeployProgram(
      directory,
      engine,
      new RunningProgram(engine.session, engine.output),
    );
    await self.program.deploy();
    await self.cloud.clock.advance(300_000);
    return self;
  }

  get cloud(): RunningProgram["cloud"] {
    return this.program.cloud;
  }

  post(push: DockerHubPushOverrides): Promise<Response> {
    return this.postBody(JSON.stringify(dockerHubPush(push)));
  }

  postBody(body: string, url = this.program.output("webhookUrl")): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return fetch(url, { method: "POST", headers, body });
  }

  async service(): Promise<Service> {
    const services = [this.program.output("serviceName")];
    const input = { cluster: this.program.output("clusterName"), services };
    const found = await this.program.client(ECSClient).send(new DescribeServicesCommand(input));
    if (!found.services?.[0]) throw new Error("the service is gone");
    return found.services[0];
  }

  /** What the service's task definition says. */
  async running(): Promise<TaskDefinition> {
    const { taskDefinition } = await this.service();
    const found = await this.program
      .client(ECSClient)
      .send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    return found.taskDefinition ?? {};
  }

  async image(): Promise<string | undefined> {
    const { containerDefinitions } = await this.running();
    return containerDefinitions?.[0].image;
  }

  /** Numbers of the revisions that are ACTIVE. */
  async revisions(): Promise<number[]> {
    const { taskDefinitionArns = [] } = await this.program
      .client(ECSClient)
      .send(new ListTaskDefinitionsCommand({ familyPrefix: FAMILY }));
    return taskDefinitionArns.map((arn) => Number(arn.split(":").at(-1)));
  }

  async pin(): Promise<string | undefined> {
    const input = { Path: `/shop/dev/images/${FAMILY}` };
    const found = await this.program.client(SSMClient).send(new GetParametersByPathCommand(input));
    return found.Parameters?.find(({ Name }) => Name?.endsWith("/web"))?.Value;
  }

  /** Takes what is in the dead-letter queues. */
  async deadLetters(): Promise<Message[]> {
    const urls = this.engine.session.resources
      .filter(({ type, urn }) => type === "aws:sqs/queue:Queue" && /-dead$/.test(urn))
      .map(({ outputs }) => String(outputs.url));
    const found: Message[] = [];
    for (const QueueUrl of urls) {
      const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
      const { Messages = [] } = await this.program
        .client(SQSClient)
        .send(new ReceiveMessageCommand(input));
      found.push(...Messages);
    }
    return found;
  }

  /** The registries that tasks pull from. */
  get images(): EcsStore["images"] {
    const service = this.cloud.registry.named("ecs");
    // The registry erases the type of a service's store.
    return (service?.store(this.cloud.defaultRegion, this.cloud) as EcsStore).images;
  }

  async close(): Promise<void> {
    await this.program.close();
    rmSync(this.directory, { recursive: true });
  }
}
