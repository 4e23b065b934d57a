import { PutClusterCapacityProvidersCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import type { ClusterCapacity } from "../../../core/load";
import { EcsCloud, FARGATE } from "./ecsCloud";

const UNPLACED =
  "was unable to place a task. Reason: Capacity is unavailable at this time. " +
  "Please try again later or in a different availability zone.";

describe("The room for tasks in a cluster", () => {
  let c: EcsCloud;
  beforeEach(async () => {
    c = await EcsCloud.start();
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(60);
  });
  afterEach(() => c.stop());

  it("stops a service from growing, and lets it continue when it increases", async () => {
    c.cloud.capacity({ cluster: "main", tasks: 3 });
    await c.update("web", { desiredCount: 6 });
    await c.seconds(60);
    expect(await c.service("web")).to.deep.include({ runningCount: 3, pendingCount: 0 });
    expect(await c.messages("web")).to.include(UNPLACED);
    c.cloud.capacity({ cluster: "main", tasks: null });
    await c.seconds(60);
    expect((await c.service("web")).runningCount).to.equal(6);
    expect((await c.messages("web")).at(-1)).to.equal("has reached a steady state.");
  });

  it("is used by another service when a task has stopped", async () => {
    c.cloud.capacity({ cluster: "main", tasks: 2 });
    await c.create("api", await c.register("api", "acme/api:1"), { desiredCount: 1 });
    await c.seconds(60);
    expect((await c.service("api")).runningCount).to.equal(0);
    await c.update("web", { desiredCount: 1 });
    await c.seconds(60);
    expect((await c.service("api")).runningCount).to.equal(1);
  });

  it("fails tasks of RunTask that do not fit", async () => {
    c.cloud.capacity({ cluster: "main", tasks: 3 });
    const { failures, tasks } = await c.client.send(
      new RunTaskCommand({ cluster: "main", taskDefinition: "web", count: 2, ...FARGATE }),
    );
    expect(tasks).to.have.length(1);
    expect(failures?.map(({ reason }) => reason)).to.deep.equal([
      "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    ]);
  });

  it("of Fargate is used for a service with a capacity provider strategy", async () => {
    const strategy = { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] };
    await c.client.send(
      new PutClusterCapacityProvidersCommand({
        cluster: "main",
        capacityProviders: ["FARGATE_SPOT"],
        defaultCapacityProviderStrategy: [],
      }),
    );
    c.cloud.capacity({ cluster: "main", tasks: 2 });
    await c.create("spot", "web", { launchType: undefined, ...strategy });
    await c.seconds(5);
    expect((await c.messages("spot")).at(-1)).to.equal(UNPLACED);
  });

  it("cannot be set for a missing cluster or to an invalid count", () => {
    const refused: [capacity: object, message: string | RegExp][] = [
      [{ cluster: "other", tasks: 1 }, "There is no cluster 'other' in us-east-1; there is: main."],
      [
        { cluster: "main" },
        /^'tasks' must be a count, 0 or more, or null for no limit; it is absent/,
      ],
      [{ cluster: "main", tasks: 1.5 }, /it is 1\.5\.$/],
      [{ cluster: "main", tasks: -1 }, /it is -1\.$/],
    ];
    for (const [capacity, message] of refused)
      expect(() => c.cloud.capacity(capacity as ClusterCapacity)).to.throw(message);
  });
});
