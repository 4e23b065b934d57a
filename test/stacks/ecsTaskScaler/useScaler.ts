import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { advanceUntilQuiet, type RunningProgram } from "../../../localcloud/testing";

/** Uses every permission of the scaler of stack dev: a load that rises and falls, a deployment, a lost event. */
export async function useScaler(program: RunningProgram): Promise<void> {
  const { cloud } = program;
  const minutes = (count: number): Promise<void> =>
    advanceUntilQuiet(cloud, { quietMinutes: count, limitMinutes: count });
  const cluster = program.output("scaledClusterName");
  const service = program.output("scaledServiceName");
  const wake = (): Promise<unknown> =>
    program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: program.output("taskScalerFunctionName"),
        InvocationType: "Event",
        Payload: JSON.stringify({ wake: "command" }),
      }),
    );
  cloud.load({ cluster, service, cpuPercent: 95 });
  await minutes(3);
  const update = new UpdateServiceCommand({ cluster, service, forceNewDeployment: true });
  await program.client(ECSClient).send(update);
  await wake();
  cloud.load({ cluster, service, cpuPercent: 50 });
  await minutes(5);
  // Injected: IAM itself denies nothing.
  const fault = { kind: "accessDenied", service: "ecs", operation: "DescribeServices" } as const;
  const id = cloud.faults.add({ ...fault, times: "forever" });
  await wake();
  await minutes(5);
  cloud.faults.remove(id);
}
