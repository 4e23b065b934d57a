import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { advanceUntilQuiet, dockerHubPush, type RunningProgram } from "../../localcloud/testing";

const QUIET = { quietMinutes: 8, limitMinutes: 60 };

/** Uses everything that the redeployer of stack dev was granted: a push that works, and two that fail for good. */
export async function useRedeploy(program: RunningProgram): Promise<void> {
  const push = async (tag: string, minutes: number): Promise<void> => {
    const pushed_at = 1_800_000_000 + minutes * 60;
    const body = JSON.stringify(dockerHubPush({ tag, push_data: { pushed_at } }));
    const { status } = await fetch(program.output("redeployWebhookUrl"), { method: "POST", body });
    if (status !== 202) throw new Error(`the webhook answered ${status}`);
    await advanceUntilQuiet(program.cloud, QUIET);
  };
  await program.cloud.clock.advance(300_000);
  await pinRule(program);
  await push("1.1", 0);
  const operations = ["ListServices", "RegisterTaskDefinition"];
  for (const [index, operation] of operations.entries()) {
    // Injected: IAM itself denies nothing, and errors that may pass would be tried again for a minute.
    const fault = { kind: "accessDenied", service: "ecs", operation, times: "forever" } as const;
    const id = program.cloud.faults.add(fault);
    await push(`1.${index + 2}`, index + 1);
    program.cloud.faults.remove(id);
  }
}

/** A rule that starts tasks in the demo's cluster: what it is bound to is part of every result. */
async function pinRule(program: RunningProgram): Promise<void> {
  const { accountId, defaultRegion } = program.cloud;
  const arns = `arn:aws:ecs:${defaultRegion}:${accountId}`;
  const Rule = "redeploy-nightly";
  const events = program.client(EventBridgeClient);
  await events.send(new PutRuleCommand({ Name: Rule, ScheduleExpression: "rate(365 days)" }));
  const target = {
    Id: "report",
    Arn: `${arns}:cluster/${program.output("demoClusterName")}`,
    RoleArn: `arn:aws:iam::${accountId}:role/events`,
    EcsParameters: { TaskDefinitionArn: `${arns}:task-definition/demo-report:1` },
  };
  await events.send(new PutTargetsCommand({ Rule, Targets: [target] }));
}
