import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  advanceUntilQuiet,
  type PermissionException,
  type RunningProgram,
} from "../../../localcloud/testing";

/** Lambda itself requires these; the local cloud's functions need no interfaces. */
export const HELLO_EXCEPTIONS: readonly PermissionException[] = [
  "AssignPrivateIpAddresses",
  "CreateNetworkInterface",
  "DeleteNetworkInterface",
  "DescribeNetworkInterfaces",
  "DescribeSubnets",
  "UnassignPrivateIpAddresses",
].map((action) => ({
  id: `hello-vpc-${action}`,
  reason: "Lambda joins the worker to its VPC by them, which the local cloud does without.",
  roleName: "hello-worker-role-*",
  action: `ec2:${action}`,
}));

/** Uses every permission of the job of stack dev: an occurrence, a plan, and permanent failures. */
export async function useHello(program: RunningProgram): Promise<void> {
  const { cloud } = program;
  const minutes = (count: number): Promise<void> =>
    advanceUntilQuiet(cloud, { quietMinutes: count, limitMinutes: count });
  const lambda = program.client(LambdaClient);
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const call = (name: string, event: object, InvocationType?: "Event"): Promise<unknown> => {
    const found = Functions.find((one) => one.FunctionName?.startsWith(`hello-${name}-`));
    const input = { FunctionName: found?.FunctionName, InvocationType };
    return lambda.send(new InvokeCommand({ ...input, Payload: JSON.stringify(event) }));
  };
  // The hosts boot.
  await cloud.clock.advance(240_000);
  await call("trigger", { run: {} });
  await minutes(1);
  const Bucket = program.output("helloLogsBucket");
  const { KeyCount = 0 } = await program
    .client(S3Client)
    .send(new ListObjectsV2Command({ Bucket }));
  if (KeyCount === 0) throw new Error("the job hello has left no log");
  await call("trigger", { run: { dryRun: true } });
  await call("key-maker", {});
  await call("reconciler", {});
  // An invalid event, and a table that denies access: both are given up after Lambda's retries.
  await call("trigger", {}, "Event");
  const query = { kind: "accessDenied", service: "dynamodb", operation: "Query" } as const;
  const denied = cloud.faults.add({ ...query, times: "forever" });
  await call("reconciler", {}, "Event");
  // Two retries, after one minute and two.
  await cloud.clock.advance(200_000);
  await minutes(0.2);
  cloud.faults.remove(denied);
  const invoke = { kind: "accessDenied", service: "lambda", operation: "Invoke" } as const;
  const refused = cloud.faults.add({ ...invoke, times: "forever" });
  await cloud.clock.advance(480_000);
  cloud.faults.remove(refused);
}
