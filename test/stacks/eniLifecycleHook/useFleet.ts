import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { advanceUntilQuiet, type RunningProgram } from "../../../localcloud/testing";

/**
 * Uses every permission of the hook of stack dev: hosts that start, launches that fail until they are stopped, a sweep
 * that fails permanently.
 */
export async function useFleet(program: RunningProgram): Promise<void> {
  const { cloud } = program;
  const minutes = (count: number): Promise<void> =>
    advanceUntilQuiet(cloud, { quietMinutes: count, limitMinutes: count });
  await minutes(5);
  // Injected: IAM itself denies nothing.
  const fault = { kind: "accessDenied", service: "ec2", times: "forever" } as const;
  const attaching = cloud.faults.add({ ...fault, operation: "AttachNetworkInterface" });
  await program.client(AutoScalingClient).send(
    new SetDesiredCapacityCommand({
      AutoScalingGroupName: program.output("fleetGroupName"),
      DesiredCapacity: 3,
    }),
  );
  await sweepWhileOneWaits(program);
  for (let minute = 0; minute < 20 && !(await isSuspended(program)); minute += 1) await minutes(1);
  cloud.faults.remove(attaching);
  const looking = cloud.faults.add({ ...fault, operation: "DescribeNetworkInterfaces" });
  await sweep(program, "Event");
  await minutes(4);
  cloud.faults.remove(looking);
}

async function isSuspended(program: RunningProgram): Promise<boolean> {
  const AutoScalingGroupNames = [program.output("fleetGroupName")];
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames });
  const { AutoScalingGroups = [] } = await program.client(AutoScalingClient).send(command);
  return AutoScalingGroups.some(({ SuspendedProcesses = [] }) => SuspendedProcesses.length > 0);
}

async function sweep(program: RunningProgram, InvocationType?: "Event"): Promise<void> {
  const isHandler = ({ urn }: { readonly urn: string }): boolean =>
    urn.endsWith("aws:lambda/function:Function::data");
  const FunctionName = String(program.resources.find(isHandler)?.outputs.name);
  const Payload = JSON.stringify({ wake: "sweep" });
  const command = new InvokeCommand({ FunctionName, Payload, InvocationType });
  await program.client(LambdaClient).send(command);
}

/** Runs a sweep while an instance waits, to find out whether it waits for this hook or for another one. */
async function sweepWhileOneWaits(program: RunningProgram): Promise<void> {
  const states = async (): Promise<(string | undefined)[]> => {
    const command = new DescribeAutoScalingGroupsCommand({});
    const { AutoScalingGroups = [] } = await program.client(AutoScalingClient).send(command);
    return AutoScalingGroups.flatMap(({ Instances = [] }) => Instances).map(
      ({ LifecycleState }) => LifecycleState,
    );
  };
  for (let second = 0; second < 300 && !(await states()).includes("Pending:Wait"); second += 1)
    await program.cloud.clock.advance(1_000);
  await sweep(program);
}
