import * as path from "node:path";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { deniedCalls, dockerHubPush } from "../../../localcloud/testing";
import { ScalerProgram } from "../../support/programs/scalerProgram";
import { ScalingProgram } from "./scalingProgram";

const DIRECTORY = path.join(__dirname, "../programs/redeployedAndScaled");

/** A service with both an EcsTaskScaler and a WebhookRedeployer. */
class SharedProgram extends ScalingProgram {
  static override async start(): Promise<SharedProgram> {
    const self = new SharedProgram(await ScalerProgram.startEngine(DIRECTORY));
    await self.up({});
    await self.minutes(5);
    return self;
  }

  async push(tag: string): Promise<void> {
    const pushed_at = Math.floor(this.cloud.clock.now() / 1000);
    const body = JSON.stringify(dockerHubPush({ tag, push_data: { pushed_at } }));
    const headers = { "content-type": "application/json" };
    const { status } = await fetch(this.output("webhookUrl"), { method: "POST", headers, body });
    expect(status).to.equal(202);
  }

  /** Returns image and megabytes of each task that is wanted. */
  async tasks(): Promise<string[]> {
    const ecs = this.program.client(ECSClient);
    const cluster = this.output("clusterName");
    const { taskArns: tasks = [] } = await ecs.send(new ListTasksCommand({ cluster }));
    const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
    const of = ({ taskDefinitionArn = "" }): Promise<string> => this.definition(taskDefinitionArn);
    return Promise.all((described.tasks ?? []).map(of));
  }

  private async definition(taskDefinition: string): Promise<string> {
    const ecs = this.program.client(ECSClient);
    const found = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const [{ image, memory } = {}] = found.taskDefinition?.containerDefinitions ?? [];
    return `${image} ${memory}`;
  }
}

/** Load that the tasks share: 240 is 2.4 times the capacity of one task. */
const shared = (percent: number) => (running: number) => percent / Math.max(1, running);

/** The tests run in sequence on one stack. */
describe("an EcsTaskScaler and a WebhookRedeployer of one service", function () {
  this.timeout(300_000);
  let web: SharedProgram;
  before(async () => {
    web = await SharedProgram.start();
    web.load(40);
    await web.minutes(4);
  });
  after(() => web?.close());

  async function expectAtRest(tasks: string[]): Promise<void> {
    expect(await web.tasks()).to.deep.equal(tasks);
    const { deployments = [], runningCount, desiredCount } = await web.service();
    expect([deployments.length, runningCount, desiredCount]).to.deep.equal([
      1,
      tasks.length,
      tasks.length,
    ]);
    expect([await web.pin(), await web.tick()]).to.deep.equal([`${tasks.length}`, "DISABLED"]);
    expect(deniedCalls(web.cloud)).to.deep.equal([]);
    for (const name of ["web-errors", "no-capacity", "redeploy-worker-errors"])
      expect(await web.alarm(name), name).not.to.equal("ALARM");
  }

  it("both reach their goals when a push arrives during an alarm, and the next update changes nothing", async () => {
    web.load(shared(240));
    await web.minutes(2);
    expect([await web.alarm("cpu-high"), await web.tick()]).to.deep.equal(["ALARM", "ENABLED"]);
    await web.push("1.1.0");
    const seen = new Set<number>();
    for (let step = 0; step < 40; step += 1) {
      await web.minutes(0.5);
      const { deployments = [], desiredCount = 0 } = await web.service();
      if (deployments.length > 1) seen.add(desiredCount);
    }
    // The new image was deployed in the middle of the scale-out.
    expect(Math.min(...seen)).to.be.below(4);
    await expectAtRest(Array.from({ length: 4 }, () => "acme/web:1.1.0 128"));
    await web.expectEmptyDiff();
  });

  it("both reach their goals when the program is updated during an alarm and a waiting push, and the next update changes nothing", async () => {
    web.load(95);
    await web.minutes(2);
    expect(await web.alarm("cpu-high")).to.equal("ALARM");
    await web.push("1.2.0");
    await web.up({ MEMORY: "256", MAX: "8" });
    const desired = await web.desired();
    expect(desired).to.be.within(5, 7);
    await web.minutes(25);
    await expectAtRest(Array.from({ length: 8 }, () => "acme/web:1.2.0 256"));
    await web.expectEmptyDiff();
  });

  it("remove tasks only after a push is deployed, and then of the new image", async () => {
    const cluster = web.output("clusterName");
    // No room for new tasks next to the old ones: the deployment stays under way.
    web.cloud.capacity({ cluster, tasks: 8 });
    await web.push("1.3.0");
    await web.minutes(3);
    web.load(shared(60));
    await web.minutes(8);
    expect([await web.desired(), (await web.service()).deployments?.length]).to.deep.equal([8, 2]);
    expect((await web.decisions()).at(-1)?.why).to.contain("a deployment is under way (ROLLING");
    web.cloud.capacity({ cluster, tasks: null });
    await web.minutes(35);
    await expectAtRest(["acme/web:1.3.0 256", "acme/web:1.3.0 256"]);
    await web.expectEmptyDiff();
  });
});
