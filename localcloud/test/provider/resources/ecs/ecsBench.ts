import { ProviderBench } from "../../../support/resourceLifecycle";

export const CLUSTER = "aws:ecs/cluster:Cluster";
export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

export const containers = (image: string): string => JSON.stringify([{ name: "app", image }]);

export const FARGATE = {
  family: "web",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: containers("nginx:1"),
};

/** Returns a bench for the tests of one block. */
export function benchOfTest(): () => ProviderBench {
  let bench: ProviderBench;
  before(async () => {
    bench = await ProviderBench.start();
  });
  after(() => bench.stop());
  return () => bench;
}
